import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { balancerName } from '../../reading/aws/name.ts'
import { parsePort, plainAddress } from '../../reading/process/addresses.ts'
import { hostOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

const MOST_NAMES = 8
const NONE = new Set(['ENODATA', 'ENOTFOUND'])

/**
 * Which names a host stands for (CNAME after CNAME), and the addresses at their end: asked of this machine's name servers, because
 * the hosts file knows no aliases. Arguments: `host`; `server`, another name server to ask (`127.0.0.1:5353`).
 */
export const askAliasLook: BuiltInLookFn = (args, tools) => {
  const host = hostOf(args.host)
  const argv = ['dig', host ?? '']
  if (host === undefined || isIP(host) !== 0)
    return Promise.resolve(blind(argv, 'not-understood', 'an address has no alias'))
  return within(tools, argv, async (over) => {
    const limit = Math.max(250, Math.floor(tools.timeoutMs / 3))
    const resolver = new Resolver({ timeout: limit, tries: 1 })
    const server = serverOf(args.server)
    if (server !== undefined) resolver.setServers([server])
    const timer = setTimeout(() => resolver.cancel(), tools.timeoutMs * 0.7)
    try {
      const chain: string[] = []
      let name = host
      let error = ''
      // A load balancer's own name is no alias of another one.
      while (chain.length < MOST_NAMES && !over() && balancerName(name) === null) {
        const answer = await resolver.resolveCname(name).catch(codeOf)
        if (typeof answer === 'string') {
          error = NONE.has(answer) ? '' : answer
          break
        }
        const next = hostOf(answer[0]?.replace(/\.$/, ''))
        if (next === undefined || chain.includes(next) || next === host) break
        chain.push(next)
        name = next
      }
      const answers = await Promise.all([resolver.resolve4(name).catch(codeOf), resolver.resolve6(name).catch(codeOf)])
      const addresses = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer.map(plainAddress)))
      return found(argv, { host, chain, addresses, error }, { timedOut: over() })
    } finally {
      clearTimeout(timer)
    }
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

function serverOf(given: unknown): string | undefined {
  const match = /^([0-9.]{7,15}|\[[0-9a-fA-F:.]{2,45}\])(?::(\d{1,5}))?$/.exec(typeof given === 'string' ? given : '')
  if (!match) return undefined
  const port = match[2] === undefined ? 53 : parsePort(match[2])
  return port === undefined ? undefined : `${match[1]}:${port}`
}
