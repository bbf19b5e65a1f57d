import type { JsonObject } from '../../words/json.ts'
import { type EdgeConfig, type EdgeMember, type HealthField, isName, memberText } from '../edge/types.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { durationMs } from './resources.ts'

/** Sources: envoyproxy/envoy:docs/root/faq/configuration/timeouts.rst; api/envoy/config/cluster/v3/cluster.proto. */
const CONNECT_MS = 5000
const IDLE_MS = 3_600_000
const PANIC_PERCENT = 50

type Told = Pick<
  EdgeConfig,
  | ('members' | 'usable' | 'panic' | 'named' | 'discovered' | 'scheme' | 'askable' | 'tls_name' | 'tls_verify')
  | ('tls_trusted' | 'connect_timeout_ms' | 'reuse_ms' | 'reuse_at')
  | HealthField
>

/**
 * What a cluster's configuration and its hosts, as they are now, say.
 * @param status of `/clusters?format=json`; undefined where that was not told
 */
export function clusterTold(cluster: JsonObject, status: JsonObject | undefined): Told {
  const configured = configuredMembers(cluster)
  const members = status === undefined ? configured : objects(status, 'host_statuses').map(hostOf)
  const up = members.filter((member) => member.up).length
  const threshold = object(object(cluster, 'common_lb_config'), 'healthy_panic_threshold')
  const percent = 'value' in threshold ? whole(threshold, 'value') : PANIC_PERCENT
  const panic = members.length > 0 && up * 100 < percent * members.length
  const protocol = protocolOf(cluster)
  const idle = durationMs(protocol.common, 'idle_timeout')
  return {
    members,
    usable: BigInt(panic ? members.length : up),
    panic,
    named: configured.filter(({ host }) => isName(host)).map(({ text: shown }) => shown),
    discovered: text(cluster, 'type') === 'EDS',
    ...tlsOf(cluster),
    askable: !protocol.http2,
    connect_timeout_ms: [BigInt(durationMs(cluster, 'connect_timeout') ?? CONNECT_MS)],
    // 0 turns it off: then a connection is kept for as long as the other side does.
    reuse_ms: idle === 0 ? [] : [BigInt(idle ?? IDLE_MS)],
    reuse_at: idle === undefined ? 'the default' : `idle_timeout of cluster ${text(cluster, 'name')}`,
    ...healthOf(cluster),
  }
}

function configuredMembers(cluster: JsonObject): EdgeMember[] {
  const places = objects(object(cluster, 'load_assignment'), 'endpoints').flatMap((each) =>
    objects(each, 'lb_endpoints'),
  )
  return places.map((place) => memberAt(object(object(place, 'endpoint'), 'address'), ''))
}

function hostOf(status: JsonObject): EdgeMember {
  return memberAt(object(status, 'address'), illness(object(status, 'health_status')))
}

function memberAt(address: JsonObject, why: string): EdgeMember {
  const at = object(address, 'socket_address')
  const host = text(at, 'address')
  const port = whole(at, 'port_value')
  const socket = text(object(address, 'pipe'), 'path')
  const shown = socket === '' ? memberText(host, port) : socket
  return { host, port: BigInt(port), socket, text: shown, up: why === '', why }
}

/** Why Envoy does not hold a host for healthy; '' where it does. Source: envoyproxy/envoy:api/envoy/admin/v3/clusters.proto. */
function illness(health: JsonObject): string {
  const told = [
    flag(health, 'pending_active_hc') ? 'waits for its first health check' : '',
    flag(health, 'failed_active_health_check') && !flag(health, 'pending_active_hc')
      ? `fails its health check${flag(health, 'active_hc_timeout') ? ' (no answer in time)' : ''}`
      : '',
    flag(health, 'failed_outlier_check') ? 'is ejected as an outlier, for the errors that it gave' : '',
    ['UNHEALTHY', 'DRAINING', 'TIMEOUT'].includes(text(health, 'eds_health_status'))
      ? `is called ${text(health, 'eds_health_status')} by its control plane`
      : '',
  ]
  return told.filter((each) => each !== '').join(', ')
}

/** What is spoken to the hosts: HTTP/2 is not asked as Envoy would ask it. */
function protocolOf(cluster: JsonObject): { http2: boolean; common: JsonObject } {
  const extensions = object(cluster, 'typed_extension_protocol_options')
  const http = object(extensions, 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions')
  const http2 = 'http2_protocol_options' in cluster || 'http2_protocol_options' in object(http, 'explicit_http_config')
  const common = object(http, 'common_http_protocol_options')
  return { http2, common: 'idle_timeout' in common ? common : object(cluster, 'common_http_protocol_options') }
}

function tlsOf(cluster: JsonObject): Pick<EdgeConfig, 'scheme' | 'tls_name' | 'tls_verify' | 'tls_trusted'> {
  const context = object(object(cluster, 'transport_socket'), 'typed_config')
  if (!text(context, '@type').endsWith('UpstreamTlsContext')) {
    return { scheme: 'http', tls_name: '', tls_verify: false, tls_trusted: '' }
  }
  const common = object(context, 'common_tls_context')
  const trusted = text(object(object(common, 'validation_context'), 'trusted_ca'), 'filename')
  const verify = ['validation_context', 'combined_validation_context', 'validation_context_sds_secret_config']
  return {
    scheme: 'https',
    tls_name: text(context, 'sni'),
    // Without a validation context a certificate is taken unseen.
    tls_verify: verify.some((name) => name in common),
    tls_trusted: trusted,
  }
}

function healthOf(cluster: JsonObject): Pick<EdgeConfig, HealthField> {
  const check = objects(cluster, 'health_checks').find((each) => 'http_health_check' in each)
  const http = object(check ?? {}, 'http_health_check')
  const [range] = objects(http, 'expected_statuses')
  // The end of a range is the first that is not taken any more.
  const least = range ? wide(range, 'start', 200) : 200
  const most = range ? wide(range, 'end', 201) - 1 : 200
  return {
    health: check !== undefined,
    health_scheme: tlsOf(cluster).scheme,
    health_uri: text(http, 'path'),
    health_port: 0n,
    health_wants: check === undefined ? '' : least === most ? String(least) : `${least} to ${most}`,
    health_least: BigInt(least),
    health_most: BigInt(most),
  }
}

/** Numbers of 64 bits stand as text in JSON. */
function wide(parent: JsonObject, name: string, fallback: number): number {
  const found = text(parent, name)
  return /^\d{1,9}$/.test(found) ? Number(found) : whole(parent, name, fallback)
}
