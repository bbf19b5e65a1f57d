import { claimedBy } from './config-claimed.ts'
import { limitsAt, workerLimits } from './config-limits.ts'
import { accessLog, errorLog } from './config-logs.ts'
import type { ConfigMeta } from './config-meta.ts'
import { siteNames } from './config-names.ts'
import { ownAddress } from './config-own-address.ts'
import {
  membersOf,
  namedOnce,
  type PassTarget,
  parsePass,
  passOf,
  type Upstream,
  upstreamFor,
  upstreamsOf,
} from './config-pass.ts'
import type { AskedRequest, Travel } from './config-request.ts'
import { errorPages, type Route, routeRequest } from './config-route.ts'
import { chooseServer, serversOf } from './config-server.ts'
import { passSettings } from './config-settings.ts'
import { type Levels, placeOf } from './config-values.ts'
import type { Directive } from './parse-config.ts'
import type { NginxConfig } from './types.ts'

/** The part of the reading that is about the URL. */
type SiteValue = Omit<
  NginxConfig,
  | 'complete'
  | 'pid'
  | 'running'
  | 'conf'
  | 'prefix'
  | 'files'
  | 'newest'
  | 'newest_file'
  | 'edits'
  | 'unreadable'
  | 'broken'
>

export interface Site {
  value: SiteValue
  /** What kept the answer from being certain; '' when it is. */
  doubt: string
  lines: string[]
}

/** Leads a request through an expanded configuration and reads the settings that apply to it. */
export function readSite(tree: readonly Directive[], request: AskedRequest, meta: ConfigMeta): Site {
  const http = httpBlock(tree)
  const choice = chooseServer(serversOf(http), request)
  const { server } = choice
  const travel: Travel = {
    request,
    uri: request.rawPath,
    unparsed: true,
    validLocation: true,
    variables: new Map(Object.entries(choice.named)),
    captures: [],
    serverName: server?.names[0] ?? '',
    prefix: meta.prefix,
  }
  const outer: Levels = [tree, http]
  const seen = (path: string): boolean | undefined => meta.present.get(path)
  const route = server === undefined ? undefined : routeRequest(outer, server.directive, travel, seen)
  const levels = route?.levels ?? outer
  const upstreams = upstreamsOf(http)
  const directive = route === undefined || route.returns ? undefined : passOf(levels, route.location)
  const target = directive === undefined ? undefined : parsePass(directive, travel, levels)
  const upstream = target === undefined ? undefined : upstreamFor(target, upstreams)
  const members = target === undefined ? [] : membersOf(target, upstreams)
  const log = errorLog(levels, meta.prefix, meta.errorLog)
  const access = accessLog(
    levels,
    http.filter(({ name }) => name === 'log_format'),
    travel,
    meta.accessLog,
  )
  const own = ownAddress(server, request)
  const claimed = claimedBy(tree, members).map(({ host, port, socket, at }) => ({
    host,
    port: BigInt(port),
    socket,
    at,
  }))
  return {
    doubt: choice.doubt || (route?.doubt ?? ''),
    lines: [server?.directive, route?.location, directive, upstream?.directive].flatMap(shown),
    value: {
      listens: choice.listens,
      by_name: choice.byName,
      own_host: own.host,
      own_port: BigInt(own.port),
      own_scheme: own.scheme,
      own_inner: own.inner,
      server_found: server !== undefined,
      server_name: server?.names[0] ?? '',
      server_at: server === undefined ? '' : placeOf(server.directive),
      location: route?.locationText ?? '',
      location_at: route?.location === undefined ? '' : placeOf(route.location),
      error_log: log.path,
      error_log_kind: log.kind,
      error_log_level: log.level,
      access_log: access.path,
      access_log_format: access.format,
      handler: route === undefined ? '' : handlerOf(route, target),
      pass: target?.text ?? '',
      pass_at: directive === undefined ? '' : placeOf(directive),
      returns: BigInt(route?.returns?.code ?? 0),
      returns_at: route?.returns?.at ?? '',
      returns_if_file: route?.returns?.file ?? '',
      variable: target?.variable ?? false,
      upstream_name: upstream?.name ?? '',
      members: members.map(({ at: _, again: __, port, ...member }) => ({ ...member, port: BigInt(port) })),
      named: namedOnce(members),
      ...passSettings(levels, target, upstream, route, travel, meta),
      limits: route === undefined ? [] : limitsAt(levels),
      ...workerLimits(tree),
      error_pages: route === undefined ? [] : errorPages(levels),
      claimed,
      names: siteNames(server?.names ?? [], upstream?.name ?? '', server === undefined ? [] : levels),
    },
  }
}

/** The http block; in text without one (a single site's file) what stands outside. */
export function httpBlock(tree: readonly Directive[]): readonly Directive[] {
  const blocks = tree.filter(({ name, block }) => name === 'http' && block !== undefined)
  return blocks.length > 0 ? blocks.flatMap(({ block }) => block ?? []) : tree
}

/** Handlers whose outcome the configuration does not tell. */
const SCRIPTED = /^(content_by_lua|js_content$|perl$)/

function handlerOf(route: Route, target: PassTarget | undefined): string {
  if (route.returns !== undefined) return 'return'
  if (target !== undefined) return target.handler === 'memcached' ? '' : target.handler
  const own = route.location?.block ?? []
  return own.some(({ name }) => SCRIPTED.test(name)) ? '' : 'static'
}

function shown(directive: Directive | Upstream['directive'] | undefined): string[] {
  if (directive === undefined) return []
  const names = directive.block?.find(({ name }) => name === 'server_name')
  const about = directive.name === 'server' && names !== undefined ? ` { server_name ${names.args.join(' ')} }` : ''
  return [`${placeOf(directive)}: ${[directive.name, ...directive.args].join(' ')}${about}`]
}
