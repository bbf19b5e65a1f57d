import { type ServerAddress, serverAddress } from './config-address.ts'
import { type ConfigLine, duration, wordAfter } from './parse-config.ts'

/** One server of a backend, with what is set on its line, by `default-server` and by `server-template`. */
export interface Server extends ServerAddress {
  name: string
  at: string
  check: boolean
  backup: boolean
  disabled: boolean
  /** Requests that it gets at the same time; 0 for no limit. */
  maxconn: number
  /** Where its health is asked; 0 where that is its own port. */
  checkPort: number
  tls: boolean
  verify: boolean
  /** File of the authorities that are trusted. */
  trusted: string
  /** A fixed server name; '' where none is sent or it depends on the request. */
  sni: string
  /** How the server name is made, as it is written. */
  sniFrom: string
  verifyName: string
  versions: string[]
  ciphers: string
  /** http/2 or FastCGI instead of HTTP/1: `proto`. */
  protocol: string
  /** The PROXY protocol stands in front of each request. */
  proxyProtocol: boolean
  resolvers: string
  /** After how many ms it begins to close idle connections: `pool-purge-delay`; undefined where nothing is set. */
  purgeMs: number | undefined
  /** How many idle connections it may keep, -1 for as many as there are: `pool-max-conn`; 0 where none is kept. */
  pool: number
  /** HAProxy starts also where its name does not resolve: `init-addr` ends in `none`, or names an address. */
  optional: boolean
}

/** A switch of a server line: the last word that speaks of it counts. */
function switched(words: readonly string[], on: string, off: string): boolean {
  return words.lastIndexOf(on) > words.lastIndexOf(off)
}

/** The words that follow a server line's address, with those of `default-server` in front of them. */
function settings(lines: readonly ConfigLine[], upTo: number, own: readonly string[]): string[] {
  const defaults = lines.slice(0, upTo).flatMap(({ words }) => (words[0] === 'default-server' ? words.slice(1) : []))
  return [...defaults, ...own]
}

/**
 * The servers of a backend in order. `lines`: its own ones after those of its defaults section.
 * Source: configuration manual, 5.2 "Server and default-server options".
 */
export function serversOf(
  lines: readonly ConfigLine[],
  global: { verifyByDefault: boolean; caBase: string },
): Server[] {
  return lines.flatMap(({ words, at }, i) => {
    const [first, name = '', ...rest] = words
    if (first === 'server') return [server(name, rest[0] ?? '', settings(lines, i, rest.slice(1)), at, global)]
    if (first !== 'server-template') return []
    // server-template PREFIX COUNT ADDRESS …: as many servers as it says, all alike.
    const count = Number(/^(?:\d+-)?(\d{1,4})$/.exec(rest[0] ?? '')?.[1] ?? 0)
    return Array.from({ length: Math.min(count, 50) }, (_, n) =>
      server(`${name}${n + 1}`, rest[1] ?? '', settings(lines, i, rest.slice(2)), at, global),
    )
  })
}

function server(
  name: string,
  address: string,
  words: readonly string[],
  at: string,
  global: { verifyByDefault: boolean; caBase: string },
): Server {
  const last = (key: string) => wordAfter(words.slice(Math.max(0, words.lastIndexOf(key))), key)
  const tls = switched(words, 'ssl', 'no-ssl')
  const verify = last('verify')
  const sniFrom = words.lastIndexOf('no-sni') > words.lastIndexOf('sni') ? '' : last('sni')
  const file = last('ca-file')
  return {
    name,
    at,
    ...serverAddress(address),
    check: switched(words, 'check', 'no-check'),
    backup: switched(words, 'backup', 'no-backup'),
    disabled: switched(words, 'disabled', 'enabled'),
    maxconn: Number(/^\d{1,9}$/.exec(last('maxconn'))?.[0] ?? 0),
    checkPort: Number(/^\d{1,5}$/.exec(last('port'))?.[0] ?? 0),
    tls,
    verify: tls && (verify === '' ? global.verifyByDefault : verify !== 'none'),
    trusted: file === '' || file.startsWith('/') || file.startsWith('@') ? file : `${global.caBase}/${file}`,
    sni: /^str\(([^()]+)\)$/.exec(sniFrom)?.[1] ?? '',
    sniFrom,
    verifyName: last('verifyhost'),
    versions: versionsOf(words, last),
    ciphers: last('ciphers'),
    protocol: last('proto'),
    proxyProtocol: words.some((word) => /^send-proxy(-v2.*)?$/.test(word)),
    resolvers: last('resolvers'),
    purgeMs: last('pool-purge-delay') === '' ? undefined : duration(last('pool-purge-delay')),
    pool: last('pool-max-conn') === '0' || /^0(us|ms|s|m|h|d)?$/.test(last('pool-purge-delay')) ? 0 : -1,
    optional: /(?:^|,)(?:none|\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]+)(?:,|$)/.test(last('init-addr')),
  }
}

const VERSIONS = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

/** The versions that are offered where a line says so; [] where HAProxy's defaults apply. */
function versionsOf(words: readonly string[], last: (key: string) => string): string[] {
  const forced = words.findLast((word) => /^force-tlsv1[0-3]$/.test(word))
  if (forced !== undefined) return [`TLSv1.${forced.slice(-1)}`]
  const [from, to] = [VERSIONS.indexOf(last('ssl-min-ver')), VERSIONS.indexOf(last('ssl-max-ver'))]
  const named = from >= 0 || to >= 0 ? VERSIONS.slice(from < 0 ? 2 : from, to < 0 ? undefined : to + 1) : []
  const denied = new Set(words.flatMap((word) => /^no-tlsv1([0-3])$/.exec(word)?.[1] ?? []).map((n) => `TLSv1.${n}`))
  if (denied.size === 0) return named
  return (named.length > 0 ? named : VERSIONS.slice(2)).filter((version) => !denied.has(version))
}
