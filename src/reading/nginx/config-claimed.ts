import { isPass } from './config-allow.ts'
import { type Member, membersOf, parsePass, type Upstream, upstreamFor, upstreamsOf } from './config-pass.ts'
import type { Directive } from './parse-config.ts'

const MAX_CLAIMED = 500

/**
 * Every address that any server of the configuration (http and stream) sends to, but for those in
 * `own`. Each once, where it was met first. Of a target with a variable: what its map
 * holds, and every named upstream.
 */
export function claimedBy(tree: readonly Directive[], own: readonly Member[]): Member[] {
  const seen = new Set(own.map(keyOf))
  const found: Member[] = []
  const take = (member: Member): void => {
    const key = keyOf(member)
    if (seen.has(key) || found.length >= MAX_CLAIMED) return
    seen.add(key)
    found.push(member)
  }
  for (const { name, block } of tree) {
    if ((name !== 'http' && name !== 'stream') || block === undefined) continue
    const upstreams = upstreamsOf(block)
    const done = new Set<Upstream>()
    let all = false
    const walk = (directives: readonly Directive[]): void => {
      for (const directive of directives) {
        if (directive.block !== undefined && directive.name !== 'map') walk(directive.block)
        for (const target of mapped(directive)) for (const member of membersOf(target, upstreams)) take(member)
        if (!isPass(directive.name) || directive.block !== undefined) continue
        const target = parsePass(directive, undefined, [])
        const upstream = upstreamFor(target, upstreams)
        // A large upstream that many locations share is walked once.
        if (upstream !== undefined && done.has(upstream)) continue
        if (upstream !== undefined) done.add(upstream)
        for (const member of membersOf(target, upstreams)) take(member)
        // Where a variable leads is not known here: it may be the name of any upstream.
        if (target.address === undefined && !all) {
          all = true
          for (const { members } of upstreams.values()) for (const member of members) take(member)
        }
      }
    }
    walk(block)
  }
  return found
}

/** The targets among which a `map` chooses, as if each were passed to. */
function mapped({ name, block, file, line }: Directive) {
  if (name !== 'map' || block === undefined) return []
  return block.flatMap(({ args: [value = ''] }) => {
    if (!/:\d/.test(value) || value.includes('$')) return []
    const url = value.includes('://') ? value : `http://${value}`
    return [parsePass({ name: 'proxy_pass', args: [url], file, line }, undefined, [])]
  })
}

function keyOf({ host, port, socket }: Member): string {
  const plain = host.toLowerCase()
  return JSON.stringify([plain === 'localhost' || plain === '::1' ? '127.0.0.1' : plain, port, socket])
}
