import type { Value } from '../../words/value.ts'
import { parseUpstream, type UpstreamAddress } from './upstream-address.ts'

/** What is known of the URL and of the server block that serves it; '' and [] where unknown. */
export interface Site {
  host: string
  port: number
  path: string
  /** The names that nginx prints behind `server:`; known even when it is empty. */
  serverNames: string[]
  serverKnown: boolean
  members: UpstreamAddress[]
  /** The name of the upstream group; undefined where the configuration is not known. */
  group: string | undefined
  /** Nothing at all is known: then every line counts. */
  unknown: boolean
}

/** The facts that tell one virtual host's lines from another's. */
export const SITE_FACTS = [
  'url.host',
  'url.port',
  'url.path',
  'gateway.host',
  'gateway.path',
  'gateway.scheme',
  'config.server_name',
  'config.members',
  'config.upstream_name',
] as const

/** Reads the site out of the session's facts. */
export function siteOf(facts: ReadonlyMap<string, Value>): Site {
  const text = (name: string) => {
    const value = facts.get(name)
    return typeof value === 'string' ? value : ''
  }
  const members = facts.get('config.members')
  // Another gateway in front may send a Host and a path of its own.
  const given = text('gateway.host')
  const port =
    given === '' ? facts.get('url.port') : BigInt(portOnly(given) || (text('gateway.scheme') === 'https' ? 443 : 80))
  const group = facts.get('config.upstream_name')
  const names = text('config.server_name')
  const serverKnown = typeof facts.get('config.server_name') === 'string' && !names.startsWith('$')
  const site = {
    host: hostOnly(given || text('url.host')),
    port: typeof port === 'bigint' ? Number(port) : 0,
    path: pathOnly(text('gateway.path') || text('url.path')),
    serverNames: names.split(/\s+/).map(printedName),
    serverKnown,
    members: Array.isArray(members)
      ? members.flatMap((each) => (typeof each === 'string' ? [parseUpstream(each)] : []))
      : [],
  }
  return {
    ...site,
    group: typeof group === 'string' ? group.toLowerCase() : undefined,
    unknown: site.host === '' && !serverKnown,
  }
}

/** How a log line relates to the site. */
export type Fit = 'path' | 'site' | 'other'

/** The parts of a log line that tell which site it is about; '' where the line does not say. */
export interface Trace {
  /** Of the server block, as nginx prints it. Undefined where the format does not tell. */
  server: string | undefined
  /** The Host header, with its port if it has one. */
  host: string
  path: string
  upstream: UpstreamAddress | undefined
}

/**
 * Is this line about the site? The server block's name decides where both sides know it, else the
 * Host header. Within one server, another path counts only while its upstream may be ours: a
 * server has locations with other upstreams. The same path counts whatever the upstream is: what
 * nginx runs can differ from what its files say.
 */
export function fitOf(site: Site, trace: Trace): Fit {
  if (site.unknown) return site.path !== '' && trace.path === site.path ? 'path' : 'site'
  const samePath = site.path !== '' && trace.path === site.path
  const server = sameServer(site, trace)
  const host = sameHost(site, trace.host) ?? namedAlike(site, trace)
  const upstream = sameUpstream(site, trace.upstream)
  if (server === false) return 'other'
  // A nameless server is told from the next nameless one by its upstream or by the Host's port.
  const nameless = trace.server === undefined || trace.server === '' || trace.server === '_'
  if (server === true && !nameless) return samePath ? 'path' : elsewhere(site, upstream)
  if (server === true && upstream === undefined) {
    const port = portOnly(trace.host)
    if (port !== 0 && site.port !== 0 && port !== site.port) return 'other'
    return samePath ? 'path' : elsewhere(site, upstream)
  }
  if (host === false && upstream !== true) return 'other'
  if (samePath) return 'path'
  if (host === undefined && upstream === undefined && server === undefined) return 'other'
  return elsewhere(site, upstream)
}

/** Another path of the same server: ours when its upstream is, or when ours is not known. */
function elsewhere(site: Site, upstream: boolean | undefined): Fit {
  const ours = upstream ?? site.members.length === 0
  return ours ? 'site' : 'other'
}

/** How nginx (1.22.1) prints a configured name: in lower case, without the dot of `.example.com`. */
function printedName(name: string): string {
  const lower = name.toLowerCase()
  return lower.startsWith('.') ? lower.slice(1) : lower
}

/** Undefined where one side does not say; a configuration without a name cannot rule a name out. */
function sameServer(site: Site, trace: Trace): boolean | undefined {
  if (!site.serverKnown || trace.server === undefined) return undefined
  if (site.serverNames.includes(printedName(trace.server))) return true
  return site.serverNames.every((name) => name === '') ? undefined : false
}

/** The line names the server block of another site, and both names are known. */
export const isAnothers = (site: Site, server: string): boolean =>
  sameServer(site, { server, host: '', path: '', upstream: undefined }) === false

/** A line without a Host is told by its server block's name. */
function namedAlike(site: Site, trace: Trace): boolean | undefined {
  const named = trace.server !== undefined && trace.server !== '' && trace.server !== '_'
  if (trace.host !== '' || site.host === '' || site.serverKnown || !named) return undefined
  return hostOnly(trace.server ?? '') === site.host
}

/** Compares a Host header with the URL's host and port; undefined where one side does not say. */
export function sameHost(site: Site, header: string): boolean | undefined {
  if (site.host === '' || header === '' || header === '-') return undefined
  if (hostOnly(header) !== site.host) return false
  const port = portOnly(header)
  if (site.port === 0 || port === site.port) return true
  if (port !== 0) return false
  // Without a port it is 80 or 443. A name may also come through another hop's port; an address not.
  return site.port === 80 || site.port === 443 || !(isAddress(site.host) || site.host === 'localhost')
}

function sameUpstream(site: Site, upstream: UpstreamAddress | undefined): boolean | undefined {
  if (site.members.length === 0 || upstream === undefined) return undefined
  if (upstream.socket !== '') return site.members.some((each) => each.socket === upstream.socket)
  if (upstream.host === '') return undefined
  if (upstream.port === 0 && !isAddress(upstream.host)) return sameGroup(site, upstream.host)
  // A member written as a name is printed as the address it resolved to: only the port can be compared.
  return site.members.some(
    (each) =>
      each.socket === '' &&
      (upstream.port === 0 || each.port === 0 || each.port === upstream.port) &&
      (each.host === upstream.host || !isAddress(each.host)),
  )
}

/** Without a live member nginx prints the group's name, or the host of proxy_pass. */
function sameGroup(site: Site, name: string): boolean | undefined {
  if (site.members.some((each) => each.host === name)) return true
  return site.group === undefined ? undefined : site.group === name
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(host)
}

/** A host in lower case without port, brackets and the root's dot. */
export function hostOnly(text: string): string {
  const host = text.toLowerCase()
  if (host.startsWith('[')) return host.slice(1, host.includes(']') ? host.indexOf(']') : undefined)
  const colon = host.indexOf(':')
  const name = colon >= 0 && colon === host.lastIndexOf(':') ? host.slice(0, colon) : host
  return name.endsWith('.') ? name.slice(0, -1) : name
}

function portOnly(text: string): number {
  const colon = text.lastIndexOf(':')
  const digits = text.slice(colon + 1)
  const bracketed = !text.includes('[') || text.lastIndexOf(']') < colon
  return colon >= 0 && bracketed && /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0
}

/** The path of a URL's path-and-query. */
export function pathOnly(text: string): string {
  const end = text.search(/[?#]/)
  return end < 0 ? text : text.slice(0, end)
}

/** The path of a request line: `GET /a?b HTTP/1.1`, `GET http://host/a HTTP/1.0`, `GET /a`. */
export function requestPath(request: string): string {
  const space = request.indexOf(' ')
  if (space < 0) return ''
  const version = request.lastIndexOf(' HTTP/')
  const target = request.slice(space + 1, version > space ? version : request.length)
  const scheme = target.indexOf('://')
  if (scheme > 0 && !target.startsWith('/')) {
    const slash = target.indexOf('/', scheme + 3)
    return slash < 0 ? '/' : pathOnly(target.slice(slash))
  }
  return pathOnly(target)
}
