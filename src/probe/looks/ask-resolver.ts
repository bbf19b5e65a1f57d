import { Resolver } from 'node:dns'
import { isIP } from 'node:net'
import { parsePort, plainAddress } from '../../reading/process/addresses.ts'
import type { JsonObject } from '../../words/json.ts'
import { hostOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

const MOST_SERVERS = 4
/** How the resolver library says what a name server answered; anything else is no answer. */
const STATUS: Record<string, string> = {
  ENOTFOUND: 'NXDOMAIN',
  ENODATA: 'NODATA',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
  ENOTIMP: 'NOTIMP',
  EFORMERR: 'FORMERR',
}

/**
 * Asks each name server for a name, past the machine's own resolver and its hosts file, as a server
 * with a resolver of its own does. Arguments: `resolver` (the words of nginx's directive: addresses
 * with or without a port, settings with `=`), `name`. One question each for A, and for AAAA unless `ipv6=off`.
 */
export const askResolverLook: BuiltInLookFn = (args, tools) => {
  const name = hostOf(args.name)
  const words = typeof args.resolver === 'string' ? args.resolver.split(/\s+/).filter((word) => word !== '') : []
  const servers = words.filter((word) => !word.includes('='))
  const known = servers.flatMap(serverOf)
  const [first] = known
  const argv = first ? ['dig', `@${first.address}`, '-p', String(first.port), name ?? ''] : []
  if (name === undefined || known.length === 0) {
    return Promise.resolve(blind(argv, 'not-understood', 'the name or the resolver’s address cannot be asked for'))
  }
  const six = !words.includes('ipv6=off')
  const four = !words.includes('ipv4=off')
  return within(tools, argv, async (over) => {
    const limit = Math.max(250, Math.min(3000, Math.floor(tools.timeoutMs * 0.5)))
    const asked = await Promise.all(
      known.slice(0, MOST_SERVERS).map((server) => askOne(server, name, { four, six }, limit)),
    )
    const unasked = servers.length - asked.length
    return found(argv, { name, servers: asked, unasked }, { timedOut: over() })
  })
}

interface Server {
  address: string
  port: number
}

/** `127.0.0.53`, `10.0.0.2:5353`, `[::1]:53`; a server given by name is not asked. */
function serverOf(word: string): Server[] {
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(word)
  const address = plainAddress(match?.[1] ?? '')
  const port = match?.[2] === undefined ? 53 : parsePort(match[2])
  return isIP(address) === 0 || port === undefined ? [] : [{ address, port }]
}

async function askOne(
  { address, port }: Server,
  name: string,
  kinds: { four: boolean; six: boolean },
  limitMs: number,
): Promise<JsonObject> {
  const resolver = new Resolver({ timeout: limitMs, tries: 1 })
  resolver.setServers([`${isIP(address) === 6 ? `[${address}]` : address}:${port}`])
  // The library's own limit is not kept to the millisecond: what is still open then is cancelled, and counts as silent.
  const timer = setTimeout(() => resolver.cancel(), limitMs)
  const answers = await Promise.all([
    ...(kinds.four ? [ask((done) => resolver.resolve4(name, done))] : []),
    ...(kinds.six ? [ask((done) => resolver.resolve6(name, done))] : []),
  ])
  clearTimeout(timer)
  const addresses = [...new Set(answers.flatMap((answer) => answer.addresses.map(plainAddress)))]
  const status = addresses.length > 0 ? 'NOERROR' : (answers.find((answer) => answer.status !== '')?.status ?? '')
  const error = answers.find((answer) => answer.error !== '')?.error ?? ''
  return { server: `${isIP(address) === 6 ? `[${address}]` : address}:${port}`, status, addresses, error }
}

interface Answered {
  addresses: string[]
  /** '' when nothing came. */
  status: string
  error: string
}

function ask(start: (done: (error: NodeJS.ErrnoException | null, addresses: string[]) => void) => void) {
  return new Promise<Answered>((resolve) => {
    start((error, addresses) => {
      if (!error) return resolve({ addresses, status: 'NOERROR', error: '' })
      const code = error.code ?? ''
      resolve({ addresses: [], status: STATUS[code] ?? '', error: STATUS[code] === undefined ? code : '' })
    })
  })
}
