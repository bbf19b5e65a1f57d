import type { JsonObject } from '../../words/json.ts'
import { object, objects, text } from '../process/found.ts'

/** Listeners, routes and clusters, wherever they came from. */
export interface EnvoyResources {
  listeners: JsonObject[]
  /** Route configurations by name. */
  routes: Map<string, JsonObject>
  clusters: Map<string, JsonObject>
  /** Part of it comes from a control plane and was not read: what is absent may be there. */
  partial: boolean
  /** The last update that was refused, in its own words. */
  refused: string
}

/** Out of `/config_dump`. Source: envoyproxy/envoy:api/envoy/admin/v3/config_dump_shared.proto. */
export function resourcesOfDump(dump: JsonObject): EnvoyResources {
  const parts = objects(dump, 'configs')
  const of = (kind: string) => parts.filter((part) => text(part, '@type').endsWith(kind))
  const listeners = of('.ListenersConfigDump')
  const clusters = of('.ClustersConfigDump')
  const routes = of('.RoutesConfigDump')
  const dynamic = listeners.flatMap((part) => objects(part, 'dynamic_listeners'))
  return {
    listeners: [
      ...listeners.flatMap((part) => objects(part, 'static_listeners')).map((each) => object(each, 'listener')),
      ...dynamic.map((each) => object(object(each, 'active_state'), 'listener')),
    ].filter((each) => 'address' in each),
    routes: named(
      routes
        .flatMap((part) => [...objects(part, 'static_route_configs'), ...objects(part, 'dynamic_route_configs')])
        .map((each) => object(each, 'route_config')),
    ),
    clusters: named(
      clusters
        .flatMap((part) => [...objects(part, 'static_clusters'), ...objects(part, 'dynamic_active_clusters')])
        .map((each) => object(each, 'cluster')),
    ),
    partial: listeners.length === 0 || clusters.length === 0,
    refused: [...dynamic, ...clusters.flatMap((part) => objects(part, 'dynamic_active_clusters'))]
      .map((each) => text(object(each, 'error_state'), 'details'))
      .filter((details) => details !== '')
      .slice(0, 1)
      .join(''),
  }
}

/** Out of a bootstrap file: what is static. */
export function resourcesOfBootstrap(bootstrap: JsonObject): EnvoyResources {
  const fixed = object(bootstrap, 'static_resources')
  const dynamic = object(bootstrap, 'dynamic_resources')
  return {
    listeners: objects(fixed, 'listeners'),
    routes: new Map(),
    clusters: named(objects(fixed, 'clusters')),
    partial: 'lds_config' in dynamic || 'cds_config' in dynamic,
    refused: '',
  }
}

function named(list: readonly JsonObject[]): Map<string, JsonObject> {
  return new Map(list.map((each) => [text(each, 'name'), each]))
}

/** Milliseconds of a duration as JSON writes it: `15s`, `0.250s`. Undefined where there is none. */
export function durationMs(parent: JsonObject, name: string): number | undefined {
  const found = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text(parent, name))
  return found ? Math.round(Number(found[1]) * 1000) : undefined
}
