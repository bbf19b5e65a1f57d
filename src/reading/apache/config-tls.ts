import type { Target } from './config-target.ts'
import { isOn, type Levels, last, placeOf, setting, underRoot } from './config-values.ts'

/** How Apache speaks TLS to the upstream. Source: mod_ssl's manual. */
export interface TlsSettings {
  /** `SSLProxyEngine on`: without it every https address fails. */
  tls_engine: boolean
  tls_verify: boolean
  /** The name that the certificate is checked for, '' when it is not. */
  tls_name: string
  /** Sent as server name; never an address. */
  tls_sni: string
  tls_protocols: string[]
  tls_ciphers: string
  tls_trusted: string
  /** Where any of it is set. */
  tls_at: string
}

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** @param asked the Host that the upstream gets */
export function tlsSettings(levels: Levels, target: Target | undefined, asked: string, root: string): TlsSettings {
  const host = isOn(levels, 'proxypreservehost', false)
    ? asked.replace(/:[0-9]+$/, '')
    : (target?.members[0]?.host ?? '')
  const named = host !== '' && !/^[0-9.]+$|:/.test(host)
  const verify = setting(levels, 'sslproxyverify').toLowerCase()
  const speaks = target?.scheme === 'https'
  const told = [
    'sslproxyverify',
    'sslproxyprotocol',
    'sslproxyciphersuite',
    'sslproxycacertificatefile',
    'sslproxyengine',
  ]
  const at = told.flatMap((name) => last(levels, name) ?? [])[0]
  return {
    tls_engine: isOn(levels, 'sslproxyengine', false),
    tls_verify: speaks && (verify === 'require' || verify === 'optional'),
    tls_name: speaks && isOn(levels, 'sslproxycheckpeername', true) ? host : '',
    tls_sni: speaks && named ? host : '',
    tls_protocols: versionsOf(last(levels, 'sslproxyprotocol')?.args ?? []),
    tls_ciphers: last(levels, 'sslproxyciphersuite')?.args.at(-1) ?? '',
    tls_trusted: underRoot(setting(levels, 'sslproxycacertificatefile'), root),
    tls_at: at === undefined ? '' : placeOf(at),
  }
}

/** `all -TLSv1.3`, `TLSv1.2`, `+TLSv1.2`: the versions that are left. [] where nothing is set. */
function versionsOf(words: readonly string[]): string[] {
  let chosen = new Set<string>()
  for (const word of words) {
    const sign = /^[+-]/.exec(word)?.[0] ?? ''
    const name = word.slice(sign.length).toLowerCase()
    const meant = name === 'all' ? VERSIONS : VERSIONS.filter((version) => version.toLowerCase() === name)
    if (sign === '') chosen = new Set(meant)
    for (const version of meant) {
      if (sign === '-') chosen.delete(version)
      else chosen.add(version)
    }
  }
  return [...chosen]
}
