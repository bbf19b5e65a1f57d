import { siteNames } from '../nginx/config-names.ts'
import type { AskedRequest } from '../nginx/config-request.ts'
import type { Directive } from './config-lines.ts'
import { accessLog, errorLevel, errorLog } from './config-logs.ts'
import { type Route, routeRequest } from './config-route.ts'
import { chooseServer } from './config-server.ts'
import { allTargets, type Member, type Target } from './config-target.ts'
import { timesOf } from './config-times.ts'
import { tlsSettings } from './config-tls.ts'
import { isOn, type Levels, last, placeOf, setting } from './config-values.ts'
import type { ApacheConfig } from './types.ts'

/** The part of the reading that is about the URL. */
type SiteValue = Omit<
  ApacheConfig,
  | 'complete'
  | 'conf'
  | 'files'
  | 'newest'
  | 'newest_file'
  | 'edits'
  | 'loaded_at'
  | 'loaded_at'
  | 'unreadable'
  | 'broken'
>

export interface Site {
  value: SiteValue
  doubt: string
  lines: string[]
}

/** Source: mod_proxy's manual. */
const DEFAULT_FIELD_BYTES = 8192
const MAX_CLAIMED = 500

/** Leads a request through a configuration and reads the settings that hold for it. */
export function readSite(
  tree: readonly Directive[],
  request: AskedRequest,
  root: string,
  present: (path: string) => boolean | undefined,
): Site {
  const { listens, host, found, names } = chooseServer(tree, request)
  // Sections of other hosts are no part of the main server.
  const main = tree.filter(({ name }) => name !== 'virtualhost')
  const outer: Levels = host === undefined ? [main] : [main, host.block ?? []]
  const documentRoot = setting(outer, 'documentroot').replace(/\/+$/, '')
  const route = found ? routeRequest(outer, request, documentRoot, present) : undefined
  const levels = route?.levels ?? outer
  const target = route?.target
  const members = target?.members ?? []
  const serverName = last(host === undefined ? [main] : [host.block ?? []], 'servername')
  const workers = last([main], 'maxrequestworkers') ?? last([main], 'maxclients')
  const hostHeader = upstreamHost(levels, target, request)
  const folder: Directive = { name: 'root', args: [documentRoot], file: '', line: 0 }
  return {
    doubt: route?.doubt ?? '',
    lines: [host, serverName, ...shownOf(tree, target, route)].flatMap((each) =>
      each === undefined ? [] : [shown(each)],
    ),
    value: {
      listens,
      server_found: found,
      server_name: names[0] ?? '',
      server_at: host === undefined ? '' : placeOf(host),
      error_log: errorLog(outer, root).path,
      error_log_kind: errorLog(outer, root).kind,
      error_log_level: errorLevel(outer),
      access_log: accessLog(outer, root).path,
      access_log_format: accessLog(outer, root).format,
      handler: handlerOf(route),
      pass: target?.text ?? '',
      pass_at: target?.at ?? '',
      returns: BigInt(route?.returns?.status ?? 0),
      returns_at: route?.returns?.at ?? '',
      returns_if_file: route?.returns?.file ?? '',
      scheme: target?.scheme ?? '',
      upstream_name: target?.balancer ?? '',
      variable: target?.variable ?? false,
      members: members.map(({ port, ...member }) => ({ ...member, port: BigInt(port) })),
      named: members.filter(({ host: name }) => isName(name)).map(({ host: name, port }) => `${name}:${port}`),
      upstream_host_header: hostHeader,
      upstream_path: route?.upstreamPath ?? '',
      ...timesOf(levels, target),
      retry_seconds: BigInt(target?.retrySeconds ?? 60),
      forced: target?.forced ?? true,
      field_bytes: BigInt(target?.fieldBytes || DEFAULT_FIELD_BYTES),
      ...tlsSettings(levels, target, hostHeader, root),
      intercept_errors: isOn(levels, 'proxyerroroverride', false),
      error_pages: errorPages(levels),
      max_workers: BigInt(/^[0-9]{1,9}$/.test(workers?.args[0] ?? '') ? Number(workers?.args[0]) : 0),
      max_workers_at: workers === undefined ? '' : placeOf(workers),
      claimed: claimedBy(tree, members),
      names: siteNames(names, target?.balancer ?? '', [[], [], documentRoot === '' ? [] : [folder]]),
    },
  }
}

function handlerOf(route: Route | undefined): string {
  if (route === undefined) return ''
  if (route.returns !== undefined) return 'return'
  const { target } = route
  if (target === undefined) return 'static'
  if (['http', 'https', 'ws', 'wss', 'h2', 'h2c'].includes(target.scheme)) return 'proxy'
  return target.scheme === 'fcgi' ? 'fastcgi' : ['uwsgi', 'scgi', 'ajp'].includes(target.scheme) ? target.scheme : ''
}

function upstreamHost(levels: Levels, target: Target | undefined, request: AskedRequest): string {
  const member = target?.members[0]
  if (target === undefined || member === undefined) return ''
  if (isOn(levels, 'proxypreservehost', false)) return withPort(request.host, request.port, request.scheme)
  return member.socket === '' ? withPort(member.host, member.port, target.scheme) : 'localhost'
}

function withPort(host: string, port: number, scheme: string): string {
  const bracketed = host.includes(':') ? `[${host}]` : host
  return port === (scheme === 'https' ? 443 : 80) || port === 0 ? bracketed : `${bracketed}:${port}`
}

function isName(host: string): boolean {
  return host !== '' && host !== 'localhost' && !/^[0-9.]+$|:/.test(host)
}

function errorPages(levels: Levels): ApacheConfig['error_pages'] {
  return levels.flat().flatMap((directive) => {
    const [code = '', uri = ''] = directive.args
    if (directive.name !== 'errordocument' || !/^[0-9]{3}$/.test(code)) return []
    return [{ code: BigInt(code), uri, at: placeOf(directive) }]
  })
}

function claimedBy(tree: readonly Directive[], own: readonly Member[]): ApacheConfig['claimed'] {
  const key = ({ host, port, socket }: Member): string =>
    `${host === 'localhost' ? '127.0.0.1' : host} ${port} ${socket}`
  const seen = new Set(own.map(key))
  return allTargets(tree)
    .filter((member) => {
      const known = seen.has(key(member))
      seen.add(key(member))
      return !known
    })
    .slice(0, MAX_CLAIMED)
    .map(({ host, port, socket, at }) => ({ host, port: BigInt(port), socket, at }))
}

/** The directive that sends the request on, and the one that answers it. */
function shownOf(tree: readonly Directive[], target: Target | undefined, route: Route | undefined): Directive[] {
  const wanted = [target?.at, route?.returns?.at]
  const walk = (level: readonly Directive[]): Directive[] =>
    level.flatMap((each) => [
      ...(each.block === undefined && wanted.includes(placeOf(each)) ? [each] : []),
      ...walk(each.block ?? []),
    ])
  return walk(tree)
}

function shown(directive: Directive): string {
  const text = [directive.name, ...directive.args].join(' ')
  return `${placeOf(directive)}: ${directive.block === undefined ? text : `<${text}>`}`
}
