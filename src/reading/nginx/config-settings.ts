import { type PassTarget, proxyHost, type Upstream, upstreamPath } from './config-pass.ts'
import { interpolate, type Travel } from './config-request.ts'
import type { Route } from './config-route.ts'
import { inherited, type Levels, nginxSize, nginxTime, setting } from './config-values.ts'
import type { NginxConfig } from './types.ts'

type Settings = Pick<
  NginxConfig,
  | 'scheme'
  | 'upstream_host_header'
  | 'upstream_path'
  | 'http_version'
  | 'connect_timeout_ms'
  | 'read_timeout_ms'
  | 'send_timeout_ms'
  | 'next_upstream'
  | 'buffer_bytes'
  | 'resolver'
  | 'tls_sni'
  | 'tls_verify'
  | 'keepalive'
  | 'intercept_errors'
>

/** From 1.29.7 on nginx speaks HTTP/1.1 to upstreams and keeps connections by default (its CHANGES). */
const KEEPS_BY_DEFAULT = [1, 29, 7] as const
const DEFAULT_MS = 60_000n
const TLS_SCHEMES = new Set(['https', 'grpcs', 'suwsgi'])

/** How a target is spoken to, with nginx's defaults; empty where nothing is passed on. */
export function passSettings(
  levels: Levels,
  target: PassTarget | undefined,
  upstream: Upstream | undefined,
  route: Route | undefined,
  travel: Travel,
  version: string,
): Settings {
  const family = target === undefined ? 'proxy' : target.handler
  const own = (name: string, otherwise = ''): string => setting(levels, `${family}_${name}`, otherwise)
  const time = (name: string): bigint => (target === undefined ? 0n : (nginxTime(own(name)) ?? DEFAULT_MS))
  const passes = target !== undefined && route !== undefined
  const modern = atLeast(version, KEEPS_BY_DEFAULT)
  const host = passes ? hostHeader(levels, target, travel) : ''
  return {
    scheme: target?.scheme ?? '',
    upstream_host_header: host,
    upstream_path: passes ? upstreamPath(target, route, travel) : '',
    http_version: httpVersion(target, own('http_version'), modern),
    connect_timeout_ms: time('connect_timeout'),
    read_timeout_ms: time('read_timeout'),
    send_timeout_ms: time('send_timeout'),
    next_upstream: target === undefined ? '' : nextUpstream(levels, family),
    buffer_bytes: target === undefined ? 0n : (nginxSize(own('buffer_size')) ?? 4096n),
    resolver: (inherited(levels, 'resolver').at(-1)?.args ?? []).join(' '),
    tls_sni: target === undefined ? '' : serverNameForTls(levels, target, travel),
    tls_verify: own('ssl_verify') === 'on' && TLS_SCHEMES.has(target?.scheme ?? ''),
    keepalive: keepalive(upstream, modern && target?.handler === 'proxy'),
    intercept_errors: target !== undefined && own('intercept_errors') === 'on',
  }
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

/** The name in the TLS hello to the upstream; '' when none is sent. */
function serverNameForTls(levels: Levels, target: PassTarget, travel: Travel): string {
  const own = (name: string): string => setting(levels, `${target.handler}_${name}`)
  if (!TLS_SCHEMES.has(target.scheme) || own('ssl_server_name') !== 'on') return ''
  const ownHost = proxyHost(target)
  const known = new Map(travel.variables).set('proxy_host', ownHost)
  const name = interpolate(own('ssl_name') || '$proxy_host', { ...travel, variables: known }, levels) ?? ''
  const plain = name.startsWith('[') ? name : name.replace(/:\d+$/, '')
  // An address is never sent as a server name.
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(plain) || plain.startsWith('[') ? '' : plain
}

function atLeast(version: string, wanted: readonly [number, number, number]): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number)
  if (parts === undefined) return false
  const at = wanted.findIndex((part, i) => part !== parts[i])
  return at < 0 || (parts[at] ?? 0) > (wanted[at] ?? 0)
}
