import type { JsonObject } from '../../words/json.ts'
import { object, objects, text, texts, whole } from '../process/found.ts'
import { nameOf } from './answer.ts'

/** One way of an HTTPRoute to a Service (gateway-api.sigs.k8s.io, HTTPRouteRule). */
export interface Way {
  route: JsonObject
  /** `shop.example.com`, `*.example.com`, or '' where the route takes whatever its listener takes. */
  host: string
  path: string
  exact: boolean
  /** The Service and its namespace; '' where the backend is none. */
  service: string
  namespace: string
  port: string
  /** How many backends share the requests. */
  backends: number
}

/** All ways of a route. Those that want a header, a query or a method besides are left out: whether they fit is not known. */
export function waysOf(route: JsonObject): Way[] {
  const spec = object(route, 'spec')
  const hosts = texts(spec, 'hostnames').map((host) => host.toLowerCase())
  const home = text(object(route, 'metadata'), 'namespace')
  return objects(spec, 'rules').flatMap((rule) => {
    const backends = objects(rule, 'backendRefs').filter((each) => whole(each, 'weight', 1) > 0)
    const [first = {}] = backends
    const service = (text(first, 'kind') || 'Service') === 'Service' ? text(first, 'name') : ''
    const namespace = text(first, 'namespace') || home
    const port = whole(first, 'port') > 0 ? String(whole(first, 'port')) : ''
    return (hosts.length === 0 ? [''] : hosts).flatMap((host) =>
      pathsOf(rule).map((path) => ({ route, host, ...path, service, namespace, port, backends: backends.length })),
    )
  })
}

/** Without any match a rule takes every path (HTTPRouteRule, `matches`). */
function pathsOf(rule: JsonObject): { path: string; exact: boolean }[] {
  const matches = objects(rule, 'matches')
  if (matches.length === 0) return [{ path: '/', exact: false }]
  return matches.filter(isPlain).flatMap((match) => {
    const path = object(match, 'path')
    const type = text(path, 'type') || 'PathPrefix'
    return type === 'RegularExpression' ? [] : [{ path: text(path, 'value') || '/', exact: type === 'Exact' }]
  })
}

function isPlain(match: JsonObject): boolean {
  const method = text(match, 'method')
  return (
    objects(match, 'headers').length === 0 &&
    objects(match, 'queryParams').length === 0 &&
    (method === '' || method === 'GET')
  )
}

/** How well a hostname fits: the same before a wildcard, which stands for one label and more, before none at all; 0 where it does not. */
export function hostRank(rule: string, host: string): number {
  if (rule === '') return 1
  if (rule === host) return 1000
  return rule.startsWith('*.') && host.endsWith(rule.slice(1)) ? 1 + Math.min(rule.length, 900) : 0
}

function pathFits({ path, exact }: Way, asked: string): boolean {
  if (exact) return asked === path
  const bare = path.replace(/\/+$/, '')
  return asked === bare || asked.startsWith(`${bare}/`)
}

/** The way that a request takes: the nearest host, the exact path, the longest, and then the name. */
export function chosenWay(ways: readonly Way[], host: string, path: string): Way | undefined {
  const best = Math.max(0, ...ways.map((way) => hostRank(way.host, host)))
  const fitting = ways.filter((way) => best > 0 && hostRank(way.host, host) === best && pathFits(way, path))
  return fitting.toSorted(
    (a, b) =>
      Number(b.exact) - Number(a.exact) ||
      b.path.length - a.path.length ||
      (nameOf(a.route) < nameOf(b.route) ? -1 : 1),
  )[0]
}
