import type { JsonObject } from '../../words/json.ts'
import { flag, object, objects, text, texts, whole } from '../process/found.ts'
import { routeFits, shownMatch, virtualHost } from './match.ts'
import { durationMs, type EnvoyResources } from './resources.ts'

/** A GET as it comes to Envoy. */
export interface Asked {
  scheme: string
  /** Lower case, without port. */
  host: string
  port: number
  path: string
}

/** What becomes of one request. */
export interface EnvoyFate {
  listens: boolean
  entry: string
  found: boolean
  /** It is certain that nothing fits, and why. */
  noRoute: string
  names: string[]
  handler: 'proxy' | 'return' | 'redirect' | ''
  at: string
  status: number
  cluster: string
  /** '' where it cannot be told. */
  path: string
  /** The Host that goes on; '' where it cannot be told. */
  host: string
  /** 0: no limit; undefined: not known. */
  timeoutMs: number | undefined
  timeoutAt: string
  keepsMs: number | undefined
  keepsAt: string
  doubt: string
}

/** Source: envoyproxy/envoy:docs/root/faq/configuration/timeouts.rst. */
const ROUTE_MS = 15_000
const IDLE_MS = 3_600_000
const MANAGER = 'HttpConnectionManager'

/** Follows a request: the listener of its port, its chain by TLS name, the virtual host by Host, the first route that fits. */
export function envoyFate(resources: EnvoyResources, asked: Asked): EnvoyFate {
  const fate = begin(asked)
  const listener = resources.listeners.find((each) => portOf(each) === asked.port)
  if (listener === undefined) return fate
  fate.listens = true
  fate.entry = text(listener, 'name')
  const managers = managersOf(listener, asked)
  const [manager] = managers
  if (manager === undefined) return { ...fate, doubt: `listener ${fate.entry} has no HTTP routes of its own` }
  if (managers.length > 1) fate.doubt = `several filter chains of listener ${fate.entry} may take it`
  keeps(manager, fate)
  const name = text(object(manager, 'rds'), 'route_config_name')
  const config = name === '' ? object(manager, 'route_config') : resources.routes.get(name)
  if (config === undefined) return { ...fate, doubt: `its routes (${name}) come from a control plane and are not told` }
  if ('scoped_routes' in manager || 'vhds' in config || 'matcher' in config)
    return { ...fate, doubt: 'its routes are chosen by scopes or a control plane while it runs' }
  follow(config, hostHeader(asked, manager, config), asked, fate)
  return fate
}

function begin({ path, host, port, scheme }: Asked): EnvoyFate {
  return {
    ...{ listens: false, entry: '', found: false, noRoute: '', names: [], handler: '', at: '', status: 0, cluster: '' },
    ...{ path, host: isUsual(port, scheme) ? host : `${host}:${port}`, doubt: '' },
    ...{ timeoutMs: undefined, timeoutAt: '', keepsMs: undefined, keepsAt: '' },
  }
}

function portOf(listener: JsonObject): number {
  return whole(object(object(listener, 'address'), 'socket_address'), 'port_value')
}

/** The HTTP connection managers of the chains that may take it, the likeliest first. */
function managersOf(listener: JsonObject, { scheme, host }: Asked): JsonObject[] {
  const chains = objects(listener, 'filter_chains')
  const match = (chain: JsonObject) => object(chain, 'filter_chain_match')
  const named = chains.filter((chain) => texts(match(chain), 'server_names').some((name) => fitsName(name, host)))
  const open = chains.filter((chain) => texts(match(chain), 'server_names').length === 0)
  const plain = (chain: JsonObject) => text(match(chain), 'transport_protocol') !== 'tls'
  const chosen = scheme === 'https' ? (named.length > 0 ? named : open) : open.filter(plain)
  const last = object(listener, 'default_filter_chain')
  const all = chosen.length > 0 ? chosen : [last]
  return all
    .flatMap((chain) => objects(chain, 'filters'))
    .map((filter) => object(filter, 'typed_config'))
    .filter((config) => text(config, '@type').endsWith(MANAGER))
}

function fitsName(name: string, host: string): boolean {
  return name.toLowerCase() === host || (name.startsWith('*.') && host.endsWith(name.slice(1).toLowerCase()))
}

function keeps(manager: JsonObject, fate: EnvoyFate): void {
  const set = durationMs(object(manager, 'common_http_protocol_options'), 'idle_timeout')
  fate.keepsMs = set ?? IDLE_MS
  fate.keepsAt = set === undefined ? 'the default' : `idle_timeout of listener ${fate.entry}`
}

function isUsual(port: number, scheme: string): boolean {
  return port === (scheme === 'https' ? 443 : 80)
}

/** The Host is compared with its port, unless that is told to be left out. */
function hostHeader({ host, port, scheme }: Asked, manager: JsonObject, config: JsonObject): string {
  const bare =
    isUsual(port, scheme) ||
    flag(manager, 'strip_any_host_port') ||
    flag(manager, 'strip_matching_host_port') ||
    flag(config, 'ignore_port_in_host_matching')
  return bare ? host : `${host}:${port}`
}

function follow(config: JsonObject, host: string, { path }: Asked, fate: EnvoyFate): void {
  const vhost = virtualHost(config, host)
  if (vhost === undefined) {
    fate.noRoute = `no virtual host of listener ${fate.entry} is for ${host}`
    return
  }
  fate.found = true
  fate.names = texts(vhost, 'domains').filter((domain) => /[a-z]/i.test(domain) && !domain.includes('*'))
  const where = `virtual host ${text(vhost, 'name')}`
  if ('matcher' in vhost) {
    fate.doubt = `${where} chooses its routes by a matcher`
    return
  }
  for (const route of objects(vhost, 'routes')) {
    const fits = routeFits(route, path)
    if (fits === false) continue
    if (fits === undefined) {
      fate.doubt ||= `a route of ${where} (${shownMatch(route)}) cannot be judged from outside`
      continue
    }
    fate.at = `${where}, route ${text(route, 'name') || shownMatch(route)}`
    act(route, fate)
    return
  }
  if (fate.doubt === '') fate.noRoute = `no route of ${where} is for ${path}`
}

function act(route: JsonObject, fate: EnvoyFate): void {
  if ('direct_response' in route) {
    fate.handler = 'return'
    fate.status = whole(object(route, 'direct_response'), 'status')
    return
  }
  if ('redirect' in route) {
    fate.handler = 'redirect'
    return
  }
  const action = object(route, 'route')
  if (!('route' in route)) {
    fate.doubt = `${fate.at} does something that is not known here`
    return
  }
  fate.handler = 'proxy'
  fate.cluster = clusterOf(action)
  if (fate.cluster === '') fate.doubt ||= `${fate.at} shares requests among several clusters`
  rewrite(route, action, fate)
  const set = durationMs(action, 'timeout')
  fate.timeoutMs = set ?? ROUTE_MS
  fate.timeoutAt = set === undefined ? `the default of a route` : `timeout of ${fate.at}`
}

/** One cluster; of several that are weighted, the only one that gets anything. */
function clusterOf(action: JsonObject): string {
  const one = text(action, 'cluster')
  if (one !== '') return one
  const weighted = objects(object(action, 'weighted_clusters'), 'clusters').filter((each) => whole(each, 'weight') > 0)
  const [only, ...others] = weighted
  return only && others.length === 0 ? text(only, 'name') : ''
}

function rewrite(route: JsonObject, action: JsonObject, fate: EnvoyFate): void {
  const literal = text(action, 'host_rewrite_literal') || text(action, 'host_rewrite')
  if (literal !== '') fate.host = literal
  if (['auto_host_rewrite', 'host_rewrite_header', 'host_rewrite_path_regex'].some((name) => name in action))
    fate.host = ''
  if ('regex_rewrite' in action || 'path_rewrite_policy' in action) {
    fate.path = ''
    return
  }
  const to = text(action, 'prefix_rewrite')
  if (to === '') return
  const match = object(route, 'match')
  const from = text(match, 'prefix') || text(match, 'path') || text(match, 'path_separated_prefix')
  fate.path = `${to}${fate.path.slice(from.length)}`
}

/** Clusters that other routes of the same listeners send to. */
export function clustersOfRoutes(resources: EnvoyResources): string[] {
  const configs = [
    ...resources.routes.values(),
    ...resources.listeners
      .flatMap((listener) => [...objects(listener, 'filter_chains'), object(listener, 'default_filter_chain')])
      .flatMap((chain) => objects(chain, 'filters'))
      .map((filter) => object(object(filter, 'typed_config'), 'route_config')),
  ]
  const actions = configs
    .flatMap((config) => objects(config, 'virtual_hosts'))
    .flatMap((vhost) => objects(vhost, 'routes'))
    .map((route) => object(route, 'route'))
  return [
    ...new Set(
      actions.flatMap((action) => [
        text(action, 'cluster'),
        ...objects(object(action, 'weighted_clusters'), 'clusters').map((each) => text(each, 'name')),
      ]),
    ),
  ].filter((name) => name !== '')
}
