import type { JsonObject } from '../../words/json.ts'
import { object, objects, text, whole } from '../process/found.ts'
import { nameOf } from './answer.ts'

/** One way of an Ingress to a Service. */
export interface Route {
  ingress: JsonObject
  /** `shop.example.com`, `*.example.com`, or '' for every host. */
  host: string
  /** '' for what no path is for. */
  path: string
  pathType: string
  service: string
  /** A number or a name, as it stands there; '' where none does. */
  port: string
}

/** All ways of an Ingress (API reference, IngressSpec of networking.k8s.io/v1; v1beta1 names the same otherwise). */
export function routesOf(ingress: JsonObject): Route[] {
  const spec = object(ingress, 'spec')
  const rules = objects(spec, 'rules').flatMap((rule) =>
    objects(object(rule, 'http'), 'paths').map((way) => ({
      ingress,
      host: text(rule, 'host').toLowerCase(),
      path: text(way, 'path') || '/',
      pathType: text(way, 'pathType'),
      ...backendOf(object(way, 'backend')),
    })),
  )
  const otherwise = backendOf({ ...object(spec, 'backend'), ...object(spec, 'defaultBackend') })
  const last = { ingress, host: '', path: '', pathType: 'Prefix', ...otherwise }
  return otherwise.service === '' ? rules : [...rules, last]
}

function backendOf(backend: JsonObject): { service: string; port: string } {
  const service = object(backend, 'service')
  const port = object(service, 'port')
  const number = whole(port, 'number')
  const old = whole(backend, 'servicePort')
  return {
    service: text(service, 'name') || text(backend, 'serviceName'),
    port: number > 0 ? String(number) : text(port, 'name') || (old > 0 ? String(old) : text(backend, 'servicePort')),
  }
}

/** How well a rule's host fits: 3 for the same, 2 for a wildcard (one label, no more), 1 for a rule for all, 0 for none. */
export function hostFit(rule: string, host: string): number {
  if (rule === '') return 1
  if (rule === host) return 3
  return rule.startsWith('*.') && host.slice(host.indexOf('.')) === rule.slice(1) ? 2 : 0
}

/** Does a path fit? `Prefix` goes by whole elements; what is left to the controller is taken as nginx's prefix. */
export function pathFits({ path, pathType }: Route, asked: string): boolean {
  if (path === '' || path === '/') return pathType !== 'Exact' || asked === '/'
  if (pathType === 'Exact') return asked === path
  if (pathType !== 'Prefix') return asked.startsWith(path)
  const bare = path.replace(/\/+$/, '')
  return asked === bare || asked.startsWith(`${bare}/`)
}

/** The way that a request takes: the nearest host, then the exact path, then the longest. */
export function chosen(routes: readonly Route[], host: string, path: string): Route | undefined {
  const rank = (route: Route): [number, number, number] => [
    hostFit(route.host, host),
    route.pathType === 'Exact' ? 1 : 0,
    route.path.length,
  ]
  const best = Math.max(0, ...routes.map((route) => hostFit(route.host, host)))
  const fitting = routes.filter((route) => best > 0 && hostFit(route.host, host) === best && pathFits(route, path))
  return fitting.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    return y[1] - x[1] || y[2] - x[2] || (nameOf(a.ingress) < nameOf(b.ingress) ? -1 : 1)
  })[0]
}
