import type { ConfigMeta } from './config-meta.ts'
import { type PassTarget, proxyHost, type Upstream, upstreamPath } from './config-pass.ts'
import { interpolate, type Travel } from './config-request.ts'
import { type Reuse, reuseOf } from './config-reuse.ts'
import type { Route } from './config-route.ts'
import { type TlsSettings, tlsSettings } from './config-tls.ts'
import { inherited, type Levels, nginxSize, nginxTime, placeOf, setting } from './config-values.ts'
import { atLeast } from './config-version.ts'
import type { NginxConfig } from './types.ts'

type Settings = Pick<
  NginxConfig,
  | 'scheme'
  | 'upstream_host_header'
  | 'upstream_path'
  | 'http_version'
  | 'connect_timeout_ms'
  | 'connect_timeout_at'
  | 'read_timeout_ms'
  | 'read_timeout_at'
  | 'send_timeout_ms'
  | 'next_upstream'
  | 'buffer_bytes'
  | 'buffer_at'
  | 'resolver'
  | keyof TlsSettings
  | 'keepalive'
  | keyof Reuse
  | 'idle_ms'
  | 'idle_at'
  | 'intercept_errors'
>

/** From 1.29.7 on nginx speaks HTTP/1.1 to upstreams and keeps connections by default (its CHANGES). */
const KEEPS_BY_DEFAULT = [1, 29, 7] as const
const DEFAULT_MS = 60_000n
/** How long nginx keeps a client's idle connection (ngx_http_core_module, keepalive_timeout). */
const IDLE_MS = 75_000n

/** How a target is spoken to, with nginx's defaults; empty where nothing is passed on. */
export function passSettings(
  levels: Levels,
  target: PassTarget | undefined,
  upstream: Upstream | undefined,
  route: Route | undefined,
  travel: Travel,
  meta: Pick<ConfigMeta, 'prefix' | 'version'>,
): Settings {
  const family = target === undefined ? 'proxy' : target.handler
  const own = (name: string, otherwise = ''): string => setting(levels, `${family}_${name}`, otherwise)
  const time = (name: string): bigint => (target === undefined ? 0n : (nginxTime(own(name)) ?? DEFAULT_MS))
  const passes = target !== undefined && route !== undefined
  const modern = atLeast(meta.version, KEEPS_BY_DEFAULT)
  const kept = keepalive(upstream, modern && target?.handler === 'proxy')
  const host = passes ? hostHeader(levels, target, travel) : ''
  return {
    scheme: target?.scheme ?? '',
    upstream_host_header: host,
    upstream_path: passes ? upstreamPath(target, route, travel) : '',
    http_version: httpVersion(target, own('http_version'), modern),
    connect_timeout_ms: time('connect_timeout'),
    connect_timeout_at: placeOfTime(levels, `${family}_connect_timeout`),
    read_timeout_ms: time('read_timeout'),
    read_timeout_at: placeOfTime(levels, `${family}_read_timeout`),
    send_timeout_ms: time('send_timeout'),
    next_upstream: target === undefined ? '' : nextUpstream(levels, family),
    buffer_bytes: target === undefined ? 0n : (nginxSize(own('buffer_size')) ?? 4096n),
    buffer_at: placeOfSetting(levels, `${family}_buffer_size`),
    resolver: (inherited(levels, 'resolver').at(-1)?.args ?? []).join(' '),
    ...tlsSettings(levels, target, travel, meta),
    keepalive: kept,
    ...reuseOf(levels, target, upstream, kept > 0n, modern),
    idle_ms: nginxTime(setting(levels, 'keepalive_timeout')) ?? IDLE_MS,
    idle_at: placeOfSetting(levels, 'keepalive_timeout'),
    intercept_errors: target !== undefined && own('intercept_errors') === 'on',
  }
}

/** `file:line` of the setting that applies; '' where nginx's default does. */
function placeOfSetting(levels: Levels, name: string): string {
  const directive = inherited(levels, name).at(-1)
  return directive === undefined ? '' : placeOf(directive)
}

/** As above, of a time: one that depends on the request is none that is known. */
function placeOfTime(levels: Levels, name: string): string {
  return nginxTime(setting(levels, name)) === undefined ? '' : placeOfSetting(levels, name)
}

function nextUpstream(levels: Levels, family: string): string {
  const args = inherited(levels, `${family}_next_upstream`).at(-1)?.args ?? []
  return args.length > 0 ? args.join(' ') : 'error timeout'
}

function httpVersion(target: PassTarget | undefined, written: string, modern: boolean): string {
  if (target?.handler === 'grpc') return '2'
  if (target?.handler !== 'proxy') return ''
  return written || (modern ? '1.1' : '1.0')
}

function keepalive(upstream: Upstream | undefined, byDefault: boolean): bigint {
  const written = upstream?.directive.block?.findLast(({ name }) => name === 'keepalive')?.args[0]
  if (written === undefined) return byDefault && upstream !== undefined ? 32n : 0n
  return /^\d{1,9}$/.test(written) ? BigInt(written) : 0n
}

/** What the upstream gets as Host; '' when it cannot be known. */
function hostHeader(levels: Levels, target: PassTarget, travel: Travel): string {
  const ownHost = proxyHost(target)
  if (target.handler === 'fastcgi' || target.handler === 'uwsgi' || target.handler === 'scgi') {
    return interpolate('$http_host', travel, levels) ?? ''
  }
  const written = inherited(levels, `${target.handler}_set_header`).findLast(
    ({ args }) => args[0]?.toLowerCase() === 'host',
  )
  if (written === undefined) return ownHost
  const known = new Map(travel.variables)
    .set('proxy_host', ownHost)
    .set('proxy_port', String(target.address?.port ?? ''))
  return interpolate(written.args[1] ?? '', { ...travel, variables: known }, levels) ?? ''
}
