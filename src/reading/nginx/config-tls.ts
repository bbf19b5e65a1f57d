import type { ConfigMeta } from './config-meta.ts'
import { type PassTarget, proxyHost } from './config-pass.ts'
import { interpolate, type Travel } from './config-request.ts'
import { fromPrefix, inherited, type Levels, placeOf, setting } from './config-values.ts'
import { atLeast } from './config-version.ts'
import type { NginxConfig } from './types.ts'

export type TlsSettings = Pick<
  NginxConfig,
  'tls_sni' | 'tls_verify' | 'tls_name' | 'tls_protocols' | 'tls_ciphers' | 'tls_trusted' | 'tls_at'
>

const NONE: TlsSettings = {
  tls_sni: '',
  tls_verify: false,
  tls_name: '',
  tls_protocols: [],
  tls_ciphers: '',
  tls_trusted: '',
  tls_at: '',
}

const TLS_SCHEMES = new Set(['https', 'grpcs', 'suwsgi'])

/**
 * How nginx speaks TLS to a target. Source: nginx.org, "proxy_ssl_name", "proxy_ssl_server_name",
 * "proxy_ssl_verify"; ngx_http_upstream_ssl_name: the name is checked also where none is sent.
 */
export function tlsSettings(
  levels: Levels,
  target: PassTarget | undefined,
  travel: Travel,
  meta: Pick<ConfigMeta, 'prefix' | 'version'>,
): TlsSettings {
  if (target === undefined || !TLS_SCHEMES.has(target.scheme)) return NONE
  const family = target.handler
  const name = checkedName(levels, target, travel)
  const sent = setting(levels, `${family}_ssl_server_name`) === 'on' && !isAddress(name)
  const verify = inherited(levels, `${family}_ssl_verify`).at(-1)
  const written = verify ?? inherited(levels, `${family}_ssl_protocols`).at(-1)
  return {
    // An address is never sent as a server name.
    tls_sni: sent ? name : '',
    tls_verify: verify?.args[0] === 'on',
    tls_name: name,
    tls_protocols: [...(inherited(levels, `${family}_ssl_protocols`).at(-1)?.args ?? offeredByDefault(meta.version))],
    tls_ciphers: setting(levels, `${family}_ssl_ciphers`),
    tls_trusted: fromPrefix(setting(levels, `${family}_ssl_trusted_certificate`), meta.prefix),
    tls_at: written === undefined ? '' : placeOf(written),
  }
}

/** TLSv1.3 is offered by default from 1.23.4 on (its CHANGES). [] where the version is not known. */
function offeredByDefault(version: string): string[] {
  if (!/^\d+\.\d+\.\d+/.test(version)) return []
  return ['TLSv1', 'TLSv1.1', 'TLSv1.2', ...(atLeast(version, [1, 23, 4]) ? ['TLSv1.3'] : [])]
}

/** `proxy_ssl_name`, by default the host of `proxy_pass`; '' when a variable in it is not known. */
function checkedName(levels: Levels, target: PassTarget, travel: Travel): string {
  const known = new Map(travel.variables).set('proxy_host', proxyHost(target))
  const written = setting(levels, `${target.handler}_ssl_name`) || '$proxy_host'
  const name = interpolate(written, { ...travel, variables: known }, levels) ?? ''
  return name.startsWith('[') ? name : name.replace(/:\d+$/, '')
}

function isAddress(name: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || name.startsWith('[')
}
