import { type Listen, parseListen } from './config-address.ts'
import { MAX_TRIES, tryRegex } from './config-regex.ts'
import type { AskedRequest } from './config-request.ts'
import type { Directive } from './parse-config.ts'

/** One `server { }` of the http block. */
export interface ServerBlock {
  directive: Directive
  block: readonly Directive[]
  listens: Listen[]
  names: string[]
}

/** Which server answers a request, and how sure that is. */
export interface ServerChoice {
  server: ServerBlock | undefined
  /** Some server listens on the URL's port, at an address that the URL may mean. */
  listens: boolean
  /** One of its names fits the URL's: it is not merely the default. */
  byName: boolean
  /** Parts of named groups of a regular expression in `server_name`. */
  named: Record<string, string>
  /** What kept the choice from being certain; '' when it is. */
  doubt: string
}

/** The servers of an http block, in order. Without `listen` a server listens on *:80. */
export function serversOf(http: readonly Directive[]): ServerBlock[] {
  return http.flatMap((directive) => {
    const { block } = directive
    if (directive.name !== 'server' || block === undefined) return []
    const listens = block.filter(({ name }) => name === 'listen').map(({ args }) => parseListen(args))
    const names = block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args)
    return [{ directive, block, names, listens: listens.length > 0 ? listens : [parseListen(['80'])] }]
  })
}

interface Member {
  server: ServerBlock
  listen: Listen
}

/** The servers of one address, of which there is at least one. */
type Group = [Member, ...Member[]]

/**
 * Chooses the server as nginx does: first by the address and port the connection came to, then by
 * name among the servers of that address. Where nobody listens on the URL's port (something in front
 * has another one) the servers of every port are tried by name. Source: nginx.org, "How nginx
 * processes a request" and "Server names".
 */
export function chooseServer(servers: readonly ServerBlock[], request: AskedRequest): ServerChoice {
  const groups = groupsOf(servers, request.port)
  const byAddress = addressed(groups, request.host)
  const listens = byAddress.length > 0
  const candidates = listens ? byAddress : allGroups(servers)
  const picks = candidates.map((group) => pick(group, request.host))
  const best = picks.find(({ named }) => named !== undefined) ?? picks[0]
  if (best === undefined) return { server: undefined, listens, byName: false, named: {}, doubt: '' }
  const others = picks.filter(({ server, named }) => server !== best.server && (named !== undefined) === isNamed(best))
  const doubt = best.doubt || (others.length > 0 ? 'the address that the request arrives at decides its server' : '')
  const byName = isNamed(best)
  if (!listens && !byName && others.length > 0) return { server: undefined, listens, byName, named: {}, doubt }
  return { server: best.server, listens, byName, named: best.named ?? {}, doubt }
}

function isNamed(choice: Pick): boolean {
  return choice.named !== undefined
}

/** Who listens on a port, by address. */
function groupsOf(servers: readonly ServerBlock[], port: number): Map<string, Group> {
  const groups = new Map<string, Group>()
  for (const server of servers) {
    for (const listen of server.listens) {
      if (listen.socket !== '' || port < listen.ports.from || port > listen.ports.to) continue
      const members = groups.get(listen.host)
      if (members === undefined) groups.set(listen.host, [{ server, listen }])
      else members.push({ server, listen })
    }
  }
  return groups
}

/** The groups that a connection to `host` may arrive at: an address of its own first, then any address. */
function addressed(groups: Map<string, Group>, host: string): Group[] {
  const wildcard = host.includes(':') ? ['::'] : isIpv4(host) ? ['*'] : ['*', '::']
  const own = groups.get(host)
  if (own !== undefined) return [own]
  const loopback = host === 'localhost' ? ['127.0.0.1', '::1', 'localhost'] : []
  if (isIpv4(host) || host.includes(':') || host === 'localhost') return split(groups, [...loopback, ...wildcard])
  // A name may mean any address of this machine; the ones for any address come first.
  const specific = [...groups.keys()].filter((address) => !wildcard.includes(address) && !isLoopback(address))
  const reachable = split(groups, [...wildcard, ...specific])
  return reachable.length > 0 ? reachable : [...groups.values()]
}

function split(groups: Map<string, Group>, addresses: readonly string[]): Group[] {
  return addresses.flatMap((address) => {
    const group = groups.get(address)
    return group === undefined ? [] : [group]
  })
}

/** The groups of every address and port, by port; sockets last. */
function allGroups(servers: readonly ServerBlock[]): Group[] {
  const groups = new Map<string, { port: number; group: Group }>()
  for (const server of servers) {
    for (const listen of server.listens) {
      const { host, ports, socket } = listen
      const key = JSON.stringify([host, ports.from, socket])
      const known = groups.get(key)
      if (known !== undefined) known.group.push({ server, listen })
      else groups.set(key, { port: ports.from || Number.MAX_SAFE_INTEGER, group: [{ server, listen }] })
    }
  }
  return [...groups.values()].sort((a, b) => a.port - b.port).map(({ group }) => group)
}

function isIpv4(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host)
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.')
}

interface Pick {
  server: ServerBlock
  /** Undefined: no name fits, it is the default server. */
  named: Record<string, string> | undefined
  doubt: string
}

function pick(group: Group, rawHost: string): Pick {
  const [first] = group
  const host = rawHost.replace(/\.$/, '')
  const byName = exact(group, host) ?? wildcard(group, host)
  if (byName !== undefined) return { server: byName, named: {}, doubt: '' }
  let doubt = ''
  let tries = 0
  for (const { server } of group) {
    for (const name of server.names) {
      if (!name.startsWith('~')) continue
      if (++tries > MAX_TRIES) {
        doubt = 'there are too many regular expressions in server_name'
        break
      }
      const tried = tryRegex(name.slice(1), host, true)
      if (tried.kind === 'match') return { server, named: tried.named, doubt }
      if (tried.kind === 'refused') doubt = 'a regular expression in server_name was not tried'
    }
  }
  const chosen = group.find(({ listen }) => listen.isDefault) ?? first
  return { server: chosen.server, named: undefined, doubt }
}

function exact(group: Group, host: string): ServerBlock | undefined {
  const fits = (name: string): boolean => {
    const plain = name.toLowerCase()
    return plain === host || (plain.startsWith('.') && plain.slice(1) === host)
  }
  return group.find(({ server }) => server.names.some(fits))?.server
}

/** The longest name that begins with a `*`, then the longest that ends with one. */
function wildcard(group: Group, host: string): ServerBlock | undefined {
  let leading: { server: ServerBlock; length: number } | undefined
  let trailing: { server: ServerBlock; length: number } | undefined
  for (const { server } of group) {
    for (const raw of server.names) {
      const name = raw.toLowerCase()
      const suffix = name.startsWith('*.') ? name.slice(1) : name.startsWith('.') ? name : ''
      if (suffix.length > 1 && host.endsWith(suffix) && host.length > suffix.length) {
        if (leading === undefined || suffix.length > leading.length) leading = { server, length: suffix.length }
      }
      const prefix = name.endsWith('.*') && !name.startsWith('~') ? name.slice(0, -1) : ''
      if (prefix.length > 1 && host.startsWith(prefix) && host.length > prefix.length) {
        if (trailing === undefined || prefix.length > trailing.length) trailing = { server, length: prefix.length }
      }
    }
  }
  return (leading ?? trailing)?.server
}
