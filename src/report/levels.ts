import { isIP, isIPv6 } from 'node:net'
import type { Json } from '../words/json.ts'

/** Whom a report is for. Secrets are masked at every level, before they reach the journal. */
export const LEVELS = ['local', 'team', 'public'] as const
export type Level = (typeof LEVELS)[number]

const EMAIL = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g
/** AWS account ids are twelve digits (AWS Account Management reference). */
const ACCOUNT = /(?<!\d)\d{12}(?!\d)/g
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g
const IPV6 = /(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,45}/g
const URL_HOST = /\bhttps?:\/\/(?:[^\s/@"'<>]{1,200}@)?([A-Za-z0-9._-]{1,253})/gi
/** Names in log lines without a scheme: `host: "shop.example.com"`, `server: shop.example.com,`. */
const NAMED_HOST =
  /\b(?:host|server|upstream|authority|sni)["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10})/gi
/** Names under a domain that hosts have and files do not. */
const DOMAIN =
  /(?<![A-Za-z0-9.\\/-])(?:[A-Za-z0-9-]{1,63}\.){1,10}(?:com|net|org|io|dev|cloud|internal|local|localdomain|lan|corp|intra|home|example|test|invalid|arpa)(?![A-Za-z0-9-]|\.[A-Za-z0-9])/gi

/**
 * Gives the function that changes texts for a level: `team` replaces e-mail addresses and account
 * ids, `public` also hosts and addresses. The same name gets the same token (`host-3`) through the
 * whole report. `names` are what the session is known to hold; other hosts are found by how they are
 * written, from the first text that shows them so: whoever wants all of them goes over the texts twice.
 */
export function tokenizer(level: Level, names: { hosts: Iterable<string>; session: string }): (text: string) => string {
  if (level === 'local') return (text) => text
  const tokens = new Map<string, string>()
  const counts = new Map<string, number>()
  const token = (kind: string, name: string) => {
    const key = `${kind} ${name.toLowerCase()}`
    const given = tokens.get(key)
    if (given !== undefined) return given
    const n = (counts.get(kind) ?? 0) + 1
    counts.set(kind, n)
    const made = `${kind}-${n}`
    tokens.set(key, made)
    return made
  }
  const team = (text: string) =>
    text.replace(EMAIL, (name) => token('mail', name)).replace(ACCOUNT, (name) => token('account', name))
  if (level === 'team') return team
  const hosts = new Set<string>()
  for (const name of names.hosts) remember(hosts, name)
  return (text) => {
    const named = team(text)
    for (const [, host] of named.matchAll(URL_HOST)) remember(hosts, host ?? '')
    for (const [, host] of named.matchAll(NAMED_HOST)) remember(hosts, host ?? '')
    if (hosts.has(named.toLowerCase())) return token('host', named)
    // An id names its host, so it goes before the hosts do.
    let out = names.session === '' ? named : named.replaceAll(names.session, token('session', names.session))
    for (const host of [...hosts].sort((a, b) => b.length - a.length)) {
      out = out.replace(standing(host), () => token('host', host))
    }
    return addresses(
      out.replace(DOMAIN, (name) => token('host', name)),
      token,
    )
  }
}

function remember(hosts: Set<string>, name: string): void {
  const host = name.toLowerCase().replace(/\.$/, '')
  if (
    host !== '' &&
    host !== 'localhost' &&
    isIP(host) === 0 &&
    /^[a-z0-9._-]+$/.test(host) &&
    !/^(host|addr)-\d+$/.test(host)
  )
    hosts.add(host)
}

/**
 * Where a host's name stands alone; inside a longer name (`api.shop.example.com`) the longer one
 * counts. A plain word (`app`, `web`) is a host only where it is written as one.
 */
function standing(host: string): RegExp {
  const literal = host.replace(/[.\\+*?[\](){}^$|/-]/g, '\\$&')
  if (/^[a-z_]+$/.test(host)) {
    return new RegExp(
      `(?<=(?:://|@|host=|host: ?"))${literal}(?![A-Za-z0-9._-])|(?<![A-Za-z0-9._-])${literal}(?=:\\d)`,
      'gi',
    )
  }
  return new RegExp(`(?<![A-Za-z0-9-]|[A-Za-z0-9]\\.)${literal}(?![A-Za-z0-9-]|\\.[A-Za-z0-9])`, 'gi')
}

function addresses(text: string, token: (kind: string, name: string) => string): string {
  const six = text.replace(IPV6, (found) => {
    const bare = found.replace(/[.:]$/, (end) => (found.endsWith('::') ? end : ''))
    return isIPv6(bare) ? named(bare, token) + found.slice(bare.length) : found
  })
  return six.replace(IPV4, (found) => (isIP(found) === 4 ? named(found, token) : found))
}

/** Loopback keeps its meaning under a token of its own; "any address" names nobody. */
function named(address: string, token: (kind: string, name: string) => string): string {
  if (address === '0.0.0.0' || address === '::') return address
  return token(address.startsWith('127.') || address === '::1' ? 'loopback' : 'addr', address)
}

/** Every text in a JSON value changed, keys included. */
export function mapJson(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapJson(item, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [change(name), mapJson(held, change)]))
}
