import { Resolver } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { networkOrderAddress, plainAddress } from '../../reading/process/addresses.ts'
import { localAddresses } from '../../reading/process/upstream-place.ts'
import { or, readText } from './proc.ts'
import { readEtc } from './users.ts'

/** What a name gave: addresses, or why not. `definite` is the resolver's own "there is none". */
export type Resolved =
  | { addresses: string[]; unresolved: ''; error: '' }
  | { addresses: string[]; unresolved: 'definite' | 'unsure'; error: string }

const NO_SUCH_NAME = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA'])

/** Resolves a name as this system's programs do (hosts file, then whatever nsswitch says). */
export async function resolveHere(host: string, timeoutMs: number): Promise<Resolved> {
  if (isIP(host) !== 0) return { addresses: [plainAddress(host)], unresolved: '', error: '' }
  return limited(timeoutMs, async () => {
    const answers = await lookup(host, { all: true, order: 'verbatim' })
    return [...new Set(answers.map((answer) => plainAddress(answer.address)))]
  })
}

/**
 * Resolves a name from another root's files: its hosts file, then the name servers of its resolv.conf,
 * which only answer truly for it when it shares our network.
 */
export async function resolveUnder(root: string, host: string, sameNet: boolean, timeoutMs: number): Promise<Resolved> {
  if (isIP(host) !== 0) return { addresses: [plainAddress(host)], unresolved: '', error: '' }
  const hosts = inHosts(or(await readEtc(root, 'hosts'), ''), host)
  if (hosts.length > 0) return { addresses: hosts, unresolved: '', error: '' }
  if (!sameNet)
    return { addresses: [], unresolved: 'unsure', error: 'its name servers answer only inside its own network' }
  const { servers, search } = parseResolvConf(or(await readEtc(root, 'resolv.conf'), ''))
  if (servers.length === 0)
    return { addresses: [], unresolved: 'unsure', error: 'its resolv.conf names no server or cannot be read' }
  const names = host.includes('.') ? [host] : [...search.map((domain) => `${host}.${domain}`), host]
  return limited(timeoutMs, () => askServers(servers, names, timeoutMs))
}

/** Addresses of the interfaces in our own network namespace; also of a bridge that nobody is connected to, which has no carrier. */
export async function ownInterfaces(): Promise<string[]> {
  const up = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => plainAddress(address)),
  )
  return [...new Set([...up, ...((await interfacesOf('self')) ?? [])])]
}

/** Addresses of the interfaces in a process's network namespace; nothing when they cannot be read. */
export async function interfacesOf(pid: number | 'self'): Promise<string[] | undefined> {
  const [trie, v6] = await Promise.all([
    readText(`/proc/${pid}/net/fib_trie`, 1024 * 1024),
    readText(`/proc/${pid}/net/if_inet6`),
  ])
  if (!trie.ok) return undefined
  const six = or(v6, '')
    .split('\n')
    .map((line) => networkOrderAddress(line.split(' ')[0] ?? ''))
  return [...localAddresses(trie.value), ...six.filter((address) => address !== '')]
}

/** The addresses that a hosts(5) file gives a name. */
export function inHosts(hosts: string, name: string): string[] {
  const wanted = name.toLowerCase().replace(/\.$/, '')
  const addresses = hosts.split('\n').flatMap((line) => {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    return names.some((known) => known.toLowerCase() === wanted) ? [plainAddress(address)] : []
  })
  return [...new Set(addresses.filter((address) => address !== ''))]
}

/** Name servers and search list of a resolv.conf(5). */
export function parseResolvConf(text: string): { servers: string[]; search: string[] } {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/))
  const servers = lines.filter(([word]) => word === 'nameserver').map(([, server = '']) => plainAddress(server))
  const search = lines.findLast(([word]) => word === 'search' || word === 'domain')?.slice(1) ?? []
  return {
    servers: servers.filter((server) => server !== '' && server !== '*').slice(0, 3),
    search: search.slice(0, 6),
  }
}

async function askServers(servers: string[], names: string[], timeoutMs: number): Promise<string[]> {
  const resolver = new Resolver({ timeout: Math.max(250, Math.floor(timeoutMs / 4)), tries: 1 })
  resolver.setServers(servers.map((server) => (isIP(server) === 6 ? `[${server}]` : server)))
  const ask = (name: string, type: 'A' | 'AAAA'): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const answer = (error: NodeJS.ErrnoException | null, addresses: string[]) => {
        if (!error) resolve(addresses.map(plainAddress))
        else if (NO_SUCH_NAME.has(error.code ?? '')) resolve([])
        else reject(error)
      }
      if (type === 'A') resolver.resolve4(name, answer)
      else resolver.resolve6(name, answer)
    })
  for (const name of names) {
    const addresses = (await Promise.all([ask(name, 'A'), ask(name, 'AAAA')])).flat()
    if (addresses.length > 0) return addresses
  }
  return []
}

async function limited(timeoutMs: number, work: () => Promise<string[]>): Promise<Resolved> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Resolved>((resolve) => {
    const unsure = { addresses: [], unresolved: 'unsure' as const, error: `no answer within ${timeoutMs} ms` }
    timer = setTimeout(() => resolve(unsure), timeoutMs)
  })
  try {
    return await Promise.race([work().then(answered, failed), late])
  } finally {
    clearTimeout(timer)
  }
}

function answered(addresses: string[]): Resolved {
  if (addresses.length > 0) return { addresses, unresolved: '', error: '' }
  return { addresses, unresolved: 'definite', error: 'the name has no address' }
}

function failed(error: unknown): Resolved {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const unresolved = NO_SUCH_NAME.has(code) ? 'definite' : 'unsure'
  return { addresses: [], unresolved, error: code === '' ? 'the resolver failed' : code }
}
