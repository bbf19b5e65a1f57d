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
    out = out.replace(WORD, (word, at: number, whole: string) => {
      const { from, to } = inner(word)
      const name = word.slice(from, to)
      if (!isKnown(name.toLowerCase(), hosts)) return word
      if (PLAIN_WORD.test(name) && !isWrittenAsHost(whole, at + from, name.length)) return word
      return word.slice(0, from) + token('host', name) + word.slice(to)
    })
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

/** What may be a host's name, with dots and dashes that only stand beside it. */
const WORD = /[A-Za-z0-9._-]+/g
const PLAIN_WORD = /^[a-z_]+$/i

/** Where the name in a word begins and ends, without the dots and dashes around it. */
function inner(word: string): { from: number; to: number } {
  const isEdge = (at: number) => word[at] === '.' || word[at] === '-'
  let from = 0
  let to = word.length
  while (from < to && isEdge(from)) from++
  while (to > from && isEdge(to - 1)) to--
  return { from, to }
}

/** A host itself, or a name under one that has a dot (`cdn.shop.example` under `shop.example`). */
function isKnown(name: string, hosts: ReadonlySet<string>): boolean {
  if (hosts.has(name)) return true
  let dot = name.indexOf('.')
  for (let labels = 0; dot >= 0 && labels < 20; labels++) {
    const parent = name.slice(dot + 1)
    if (parent.includes('.') && hosts.has(parent)) return true
    dot = name.indexOf('.', dot + 1)
  }
  return false
}

/** A plain word (`app`, `web`) is a host only as `//app`, `@app`, `host: "app`, `host=app` or `app:3000`. */
function isWrittenAsHost(text: string, at: number, length: number): boolean {
  const before = text.slice(Math.max(0, at - 8), at)
  const after = text.slice(at + length, at + length + 2)
  return /(?:\/\/|@|host=|host: ?")$/i.test(before) || /^:\d/.test(after)
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
