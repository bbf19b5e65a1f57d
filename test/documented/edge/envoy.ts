import type { JsonObject } from '../../../src/words/json.ts'
import type { Answers } from './stand-in.ts'

// Envoy's admin interface. Sources: envoyproxy/envoy:docs/root/operations/admin.rst (paths, /server_info, /stats),
// api/envoy/admin/v3/{clusters,config_dump_shared,server_info}.proto, api/envoy/config/{bootstrap,listener,route,cluster}/v3;
// https://www.envoyproxy.io/docs/envoy/latest/operations/admin. JSON of protocol buffers leaves out what has its default value.

/** An address as all messages write it. */
export const at = (address: string, port: number) => ({ socket_address: { address, port_value: port } })

/** api/envoy/extensions/filters/network/http_connection_manager/v3 */
export const manager = (config: JsonObject, more: JsonObject = {}) => ({
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'ingress',
    ...config,
    http_filters: [{ name: 'envoy.filters.http.router' }],
    ...more,
  },
})

/** api/envoy/config/listener/v3/listener.proto */
export const listener = (port: number, config: JsonObject, more: JsonObject = {}) => ({
  '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
  name: 'web',
  address: at('0.0.0.0', port),
  filter_chains: [{ filters: [manager(config)] }],
  ...more,
})

/** api/envoy/config/route/v3/route_components.proto */
export const route = (match: JsonObject, action: JsonObject, more: JsonObject = {}) => ({
  match,
  route: action,
  ...more,
})

/** api/envoy/config/route/v3/route.proto */
export const routes = (domains: string[], list: JsonObject[], more: JsonObject = {}) => ({
  name: 'local_routes',
  virtual_hosts: [{ name: 'shop', domains, routes: list }],
  ...more,
})

export const TO_SHOP = routes(['*'], [route({ prefix: '/' }, { cluster: 'shop' })])

/** api/envoy/config/cluster/v3/cluster.proto */
export const cluster = (endpoints: [string, number][], more: JsonObject = {}) => ({
  '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  name: 'shop',
  type: 'STATIC',
  load_assignment: {
    cluster_name: 'shop',
    endpoints: [{ lb_endpoints: endpoints.map(([address, port]) => ({ endpoint: { address: at(address, port) } })) }],
  },
  ...more,
})

/** The TLS of a cluster: api/envoy/extensions/transport_sockets/tls/v3/tls.proto. */
export const upstreamTls = (sni: string, validation: JsonObject = {}) => ({
  transport_socket: {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      sni,
      common_tls_context: validation,
    },
  },
})

/** GET /config_dump: admin.v3.ConfigDump. */
export const configDump = (parts: {
  listeners?: JsonObject[]
  dynamic?: JsonObject[]
  clusters?: JsonObject[]
  found?: JsonObject[]
  routes?: JsonObject[]
}): JsonObject => ({
  configs: [
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
      bootstrap: { node: { id: 'edge-1', cluster: 'edge' } },
      last_updated: '2026-11-20T22:00:00.000Z',
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
      static_clusters: (parts.clusters ?? []).map((each) => ({ cluster: each, last_updated: '2026-11-20T22:00:00Z' })),
      dynamic_active_clusters: (parts.found ?? []).map((each) => ({ version_info: '1', cluster: each })),
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      static_listeners: (parts.listeners ?? []).map((each) => ({
        listener: each,
        last_updated: '2026-11-20T22:00:00Z',
      })),
      dynamic_listeners: (parts.dynamic ?? []).map((each) => ({
        name: each.name ?? '',
        active_state: { version_info: '1', listener: each },
      })),
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
      dynamic_route_configs: (parts.routes ?? []).map((each) => ({ version_info: '1', route_config: each })),
    },
  ],
})

/** One host of /clusters?format=json: admin.v3.HostStatus. */
export const host = (address: string, port: number, health: JsonObject = { eds_health_status: 'HEALTHY' }) => ({
  address: at(address, port),
  stats: [
    { name: 'cx_connect_fail', value: '3' },
    { name: 'rq_error', value: '3' },
    { name: 'cx_active', type: 'GAUGE' },
  ],
  health_status: health,
  weight: 1,
})

/** GET /clusters?format=json: admin.v3.Clusters. */
export const clusters = (hosts: JsonObject[], name = 'shop'): JsonObject => ({
  cluster_statuses: [{ name, host_statuses: hosts, observability_name: name }],
})

/** GET /server_info: the sample of admin.rst, shortened. */
export const serverInfo = (state = 'LIVE'): JsonObject => ({
  version: 'b050513e840aa939a01f89b07c162f00ab3150eb/1.31.2/Clean/RELEASE/BoringSSL',
  state,
  hot_restart_version: '11.104',
  command_line_options: { base_id: '0', concurrency: 2, config_path: '/etc/envoy/envoy.yaml', mode: 'Serve' },
  uptime_current_epoch: '6s',
  uptime_all_epochs: '6s',
})

/** GET /stats?format=json: counters and gauges as name and value. Names: docs/root/configuration/upstream/cluster_manager/cluster_stats.rst. */
export const stats = (values: Record<string, number> = {}): JsonObject => ({
  stats: Object.entries(values).map(([name, value]) => ({ name, value })),
})

/** What the admin interface answers. */
export const admin = (parts: {
  dump: JsonObject
  hosts?: JsonObject[]
  stats?: JsonObject
  state?: string
}): Answers => ({
  '/server_info': serverInfo(parts.state),
  '/config_dump': parts.dump,
  '/clusters': clusters(parts.hosts ?? []),
  '/stats': parts.stats ?? stats(),
})

/** A bootstrap file: docs/root/start/quick-start/configuration-static.rst, and the admin part of the reference. */
export const bootstrap = (adminPort: number, more = ''): string => `admin:
  address:
    socket_address: { address: 127.0.0.1, port_value: ${adminPort} }
${more}`

/** Its pages. Source: envoyproxy/envoy:source/common/http/utility.cc and source/common/router/router.cc. */
export const PAGES = {
  refused:
    'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: 111',
  nobody: 'no healthy upstream',
  timeout: 'upstream request timeout',
  overflow: 'upstream connect error or disconnect/reset before headers. reset reason: overflow',
  closed: 'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
}
export const HEADERS = { 'content-type': 'text/plain', server: 'envoy' }
