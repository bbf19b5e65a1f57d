import { isPass } from './config-allow.ts'
import { type Member, membersOf, parsePass, type Upstream, upstreamFor, upstreamsOf } from './config-pass.ts'
import type { Directive } from './parse-config.ts'

const MAX_CLAIMED = 500

/**
 * Every address that any server of the configuration (http and stream) sends to, but for those in
 * `own`. Each once, where it was met first. Targets with variables are left out.
 */
export function claimedBy(tree: readonly Directive[], own: readonly Member[]): Member[] {
  const seen = new Set(own.map(keyOf))
  const found: Member[] = []
  for (const { name, block } of tree) {
    if ((name !== 'http' && name !== 'stream') || block === undefined) continue
    const upstreams = upstreamsOf(block)
    const done = new Set<Upstream>()
    const walk = (directives: readonly Directive[]): void => {
      for (const directive of directives) {
        if (directive.block !== undefined) walk(directive.block)
        if (!isPass(directive.name) || directive.block !== undefined) continue
        const target = parsePass(directive, undefined, [])
        const upstream = upstreamFor(target, upstreams)
        // A large upstream that many locations share is walked once.
        if (upstream !== undefined && done.has(upstream)) continue
        if (upstream !== undefined) done.add(upstream)
        for (const member of membersOf(target, upstreams)) {
          const key = keyOf(member)
          if (seen.has(key) || found.length >= MAX_CLAIMED) continue
          seen.add(key)
          found.push(member)
        }
      }
    }
    walk(block)
  }
  return found
}

function keyOf({ host, port, socket }: Member): string {
  const plain = host.toLowerCase()
  return JSON.stringify([plain === 'localhost' || plain === '::1' ? '127.0.0.1' : plain, port, socket])
}
