import type { JsonObject } from '../../words/json.ts'
import { type EdgeConfig, type EdgeMember, type HealthField, isName, memberText } from '../edge/types.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { durationMs } from './duration.ts'

/** Source: Traefik's documentation, "ServersTransport" and the static option `serversTransport.forwardingTimeouts`. */
const DIAL_MS = 30_000
const IDLE_MS = 90_000

type Told = Pick<
  EdgeConfig,
  | (
      | 'members'
      | 'usable'
      | 'named'
      | 'scheme'
      | 'askable'
      | 'tls_name'
      | 'tls_verify'
      | 'tls_trusted'
      | 'reuse_ms'
      | 'reuse_at'
    )
  | ('upstream_host_header' | 'connect_timeout_ms' | 'read_timeout_ms' | 'read_timeout_at')
  | HealthField
>

/**
 * What a service says of its servers.
 * @param transport of the service, where a file has one; undefined where it has one that is not known
 * @param host what visitors ask for
 */
export function serviceTold(
  service: JsonObject,
  transport: JsonObject | undefined,
  times: JsonObject,
  host: string,
): Told {
  const balancer = object(service, 'loadbalancer')
  const status = object(service, 'serverstatus')
  const servers = objects(balancer, 'servers').map((each) => serverOf(text(each, 'url')))
  const members = servers.map((each) => memberOf(each, status))
  const [first] = servers
  const https = first?.scheme === 'https'
  const passes = !('passhostheader' in balancer) || flag(balancer, 'passhostheader')
  return {
    members,
    usable: BigInt(members.filter(({ up }) => up).length),
    named: members.filter((each) => isName(each.host)).map((each) => each.text),
    scheme: https ? 'https' : 'http',
    askable: first !== undefined && ['http', 'https'].includes(first.scheme),
    upstream_host_header: passes ? host : (members[0]?.text ?? ''),
    tls_name: https ? text(transport ?? {}, 'servername') || (first?.host ?? '') : '',
    tls_verify: https && !flag(transport ?? {}, 'insecureskipverify'),
    tls_trusted: '',
    ...timesOf(transport, times),
    ...healthOf(balancer, first),
  }
}

interface Server {
  url: string
  scheme: string
  host: string
  port: number
}

function serverOf(url: string): Server {
  const [, scheme = '', six, plain = '', port] =
    /^([a-z0-9]{1,8}):\/\/(?:\[([0-9A-Fa-f:.]{1,45})\]|([^/:\s]{1,253}))(?::(\d{1,5}))?/.exec(url) ?? []
  return { url, scheme, host: six ?? plain, port: Number(port ?? (scheme === 'https' ? 443 : 80)) }
}

/** `serverStatus` has each server's URL; without a health check it is UP. */
function memberOf({ url, host, port }: Server, status: JsonObject): EdgeMember {
  const told = text(status, url)
  const up = told === '' || told.toUpperCase() === 'UP'
  return { host, port: BigInt(port), socket: '', text: memberText(host, port), up, why: up ? '' : `is ${told}` }
}

function timesOf(
  transport: JsonObject | undefined,
  fixed: JsonObject,
): Pick<Told, 'connect_timeout_ms' | 'read_timeout_ms' | 'read_timeout_at' | 'reuse_ms' | 'reuse_at'> {
  const nothing = { connect_timeout_ms: [], read_timeout_ms: [], read_timeout_at: '', reuse_ms: [], reuse_at: '' }
  if (transport === undefined) return nothing
  const own = object(transport, 'forwardingtimeouts')
  const set = (name: string) => durationMs(own[name]) ?? durationMs(fixed[name])
  const some = (ms: number) => (ms > 0 ? [BigInt(ms)] : [])
  const read = set('responseheadertimeout') ?? 0
  const idle = set('idleconntimeout')
  return {
    connect_timeout_ms: some(set('dialtimeout') ?? DIAL_MS),
    read_timeout_ms: some(read),
    read_timeout_at: read > 0 ? 'responseHeaderTimeout' : '',
    reuse_ms: some(idle ?? IDLE_MS),
    reuse_at: idle === undefined ? 'the default' : 'idleConnTimeout',
  }
}

/** Any status from 200 to 399 is well, unless one is named. Source: Traefik's documentation, "Health Check". */
function healthOf(balancer: JsonObject, first: Server | undefined): Pick<EdgeConfig, HealthField> {
  const check = object(balancer, 'healthcheck')
  const status = whole(check, 'status')
  return {
    health: text(check, 'path') !== '' && text(check, 'mode') !== 'grpc',
    health_scheme: text(check, 'scheme') || (first?.scheme === 'https' ? 'https' : 'http'),
    health_uri: text(check, 'path'),
    health_port: BigInt(whole(check, 'port')),
    health_wants: text(check, 'path') === '' ? '' : status > 0 ? String(status) : '2xx or 3xx',
    health_least: BigInt(status > 0 ? status : 200),
    health_most: BigInt(status > 0 ? status : 399),
  }
}
