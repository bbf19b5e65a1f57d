import { isIP } from 'node:net'
import { type Address, parseAddress } from './config-address.ts'
import { isPass } from './config-allow.ts'
import { locationParts } from './config-location.ts'
import { escapePath, interpolate, type Travel } from './config-request.ts'
import type { Route } from './config-route.ts'
import { type Levels, placeOf } from './config-values.ts'
import type { Directive } from './parse-config.ts'

/** What `proxy_pass` and its relatives say. */
export interface PassTarget {
  /** proxy | fastcgi | uwsgi | scgi | grpc | memcached */
  handler: string
  directive: Directive
  /** As written. */
  text: string
  scheme: string
  /** Undefined when a variable in it is not known. */
  address: Address | undefined
  /** Host and port as written, or '' : nginx's `$proxy_host`. */
  authority: string
  /** The URI part with values in it; undefined when there is none. */
  uri: string | undefined
  variable: boolean
}

/** Only proxy_pass may leave the port out. */
const DEFAULT_PORTS: Record<string, number> = { http: 80, https: 443 }

/** The pass directive that answers at these levels: of the location, or of an `if` inside it. */
export function passOf(levels: Levels, location: Directive | undefined): Directive | undefined {
  const start = location?.block === undefined ? -1 : levels.indexOf(location.block)
  if (start < 0) return undefined
  return levels
    .slice(start)
    .toReversed()
    .flatMap((level) => level.filter(({ name }) => isPass(name)).slice(0, 1))[0]
}

/** Parses a pass directive with the values that variables have for this request. */
export function parsePass(directive: Directive, travel: Travel | undefined, levels: Levels): PassTarget {
  const handler = directive.name.slice(0, -'_pass'.length)
  const text = directive.args[0] ?? ''
  const variable = text.includes('$')
  const value = variable ? (travel === undefined ? undefined : interpolate(text, travel, levels)) : text
  const match = /^(https?|grpcs?|s?uwsgi|fastcgi|scgi):\/\/(.*)$/is.exec(value ?? text)
  const scheme = (match?.[1] ?? (handler === 'proxy' ? 'http' : handler)).toLowerCase()
  const rest = match?.[2] ?? value ?? ''
  const base = { handler, directive, text, scheme, variable }
  if (value === undefined) return { ...base, address: undefined, authority: '', uri: undefined }
  const { authority, uri } = splitUri(rest)
  const address = parseAddress(authority)
  const port = address.socket !== '' || address.port > 0 ? address.port : (DEFAULT_PORTS[scheme] ?? 0)
  return { ...base, address: { ...address, port }, authority, uri }
}

/** `unix:/path:/uri` and `host:port/uri`. */
function splitUri(rest: string): { authority: string; uri: string | undefined } {
  if (rest.startsWith('unix:')) {
    const end = rest.indexOf(':', 5)
    return end < 0
      ? { authority: rest, uri: undefined }
      : { authority: rest.slice(0, end), uri: rest.slice(end + 1) || undefined }
  }
  const slash = rest.indexOf('/')
  return slash < 0 ? { authority: rest, uri: undefined } : { authority: rest.slice(0, slash), uri: rest.slice(slash) }
}

/** One server that a pass goes to. */
export interface Member extends Address {
  down: boolean
  backup: boolean
  /** `resolve`: its name is looked up again while nginx runs. */
  again: boolean
  at: string
}

/** An `upstream NAME { }`. */
export interface Upstream {
  name: string
  directive: Directive
  members: Member[]
}

/** The upstreams of the http block (or of `stream`), by lower-case name. */
export function upstreamsOf(block: readonly Directive[]): Map<string, Upstream> {
  const found = new Map<string, Upstream>()
  for (const directive of block) {
    if (directive.name !== 'upstream' || directive.block === undefined) continue
    const name = directive.args[0] ?? ''
    const members = directive.block
      .filter((one) => one.name === 'server' && one.block === undefined)
      .map((one): Member => {
        const address = parseAddress(one.args[0] ?? '')
        const port = address.socket === '' && address.port === 0 ? 80 : address.port
        const has = (flag: string): boolean => one.args.includes(flag)
        return { ...address, port, down: has('down'), backup: has('backup'), again: has('resolve'), at: placeOf(one) }
      })
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), { name, directive, members })
  }
  return found
}

/** The upstream block that a target names, if it does. */
export function upstreamFor(target: PassTarget, upstreams: ReadonlyMap<string, Upstream>): Upstream | undefined {
  if (target.address === undefined || target.address.socket !== '') return undefined
  return upstreams.get(target.address.host.toLowerCase())
}

/** Every server a target goes to: the upstream's, or the one it names itself. */
export function membersOf(target: PassTarget, upstreams: ReadonlyMap<string, Upstream>): Member[] {
  const upstream = upstreamFor(target, upstreams)
  if (upstream !== undefined) return upstream.members
  if (target.address === undefined) return []
  return [{ ...target.address, down: false, backup: false, again: target.variable, at: placeOf(target.directive) }]
}

/** Default of the Host header: `$proxy_host`. Source: ngx_http_proxy_set_vars. */
export function proxyHost(target: PassTarget): string {
  const { address, authority, scheme } = target
  if (address === undefined) return ''
  if (address.socket !== '') return 'localhost'
  return address.port === DEFAULT_PORTS[scheme] ? authority.replace(/:\d+$/, '') : authority
}

/** Members whose name nginx looks up once, when it loads its configuration, as `host:port`. */
export function namedOnce(members: readonly Member[]): string[] {
  return members
    .filter(({ host, port, again }) => host !== '' && port > 0 && !again && isIP(host) === 0)
    .map(({ host, port }) => `${host}:${port}`)
}

/**
 * The path that the upstream gets, without the query. Source: nginx.org, "proxy_pass";
 * ngx_http_proxy_create_request.
 */
export function upstreamPath(target: PassTarget, route: Route, travel: Travel): string {
  const plain = travel.unparsed ? travel.request.rawPath : escapePath(travel.uri)
  if (target.handler !== 'proxy') return plain
  const query = (path: string): string => path.split('?')[0] ?? path
  if (target.variable && target.uri !== undefined) return query(target.uri)
  if (target.uri === undefined) return plain
  if (!travel.validLocation) return escapePath(travel.uri)
  const { pattern } = locationParts(route.location?.args ?? [])
  return query(target.uri) + escapePath(travel.uri.slice(pattern.length))
}
