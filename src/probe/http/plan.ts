import type { LookRequest } from '../../words/look.ts'
import type { Ask, Header, Resolve } from './exchange.ts'

export type HttpRequest = Extract<LookRequest, { kind: 'http' }>

export interface HttpOptions {
  /** `triage502/VERSION` */
  userAgent: string
  /** The person's `--header`: sent with the person's own URL only, never shown. */
  headers: readonly Header[]
  /** The person's `--resolve`: for the person's own URL only. */
  resolve: readonly Resolve[]
  /** The person's `--insecure`: for the person's own URL only. */
  insecure: boolean
  /** The clean environment for curl: PATH, LC_ALL=C, no proxy variables. */
  env: Record<string, string>
  /** Which client asks; default curl, and the tool's own where there is no curl. */
  client?: 'curl' | 'node'
  limits?: Partial<HttpLimits>
}

export interface HttpLimits {
  /** Milliseconds between two requests. */
  pauseMs: number
  /** A request that takes longer is slow: then no more than `mostSlow` are made. */
  slowMs: number
  most: number
  mostSlow: number
  mostRedirects: number
}

export const HTTP_LIMITS: HttpLimits = { pauseMs: 500, slowMs: 5000, most: 20, mostSlow: 3, mostRedirects: 10 }

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VISIBLE = /^[\t\x20-\x7e\x80-\uffff]*$/

/** Decides every detail of the request. A string says what is wrong with it. */
export function planAsk(request: HttpRequest, options: HttpOptions): Ask | string {
  const parsed = parseTarget(request.url)
  if (parsed === null) return `${JSON.stringify(request.url)} is no http or https URL`
  const host = request.host ?? ''
  if (!VISIBLE.test(host)) return `${JSON.stringify(host)} can be no Host header`
  for (const value of [request.sni ?? '', request.address ?? '']) {
    if (!/^[0-9A-Za-z._:%-]*$/.test(value) || value.startsWith('-')) return `${JSON.stringify(value)} is no host`
  }
  if ((request.socket ?? '').includes('\0')) return 'a socket path holds no NUL byte'
  const { own } = request
  return {
    ...parsed,
    socket: request.socket ?? '',
    connectTo: request.address ?? '',
    host,
    sni: request.sni ?? '',
    version: request.version === '1.0' || request.version === '2' ? request.version : '1.1',
    // Proxies do not check an upstream's certificate unless told to.
    verify: own ? (request.verify ?? true) && !options.insecure : (request.verify ?? false),
    userAgent: options.userAgent,
    headers: own ? options.headers.filter(({ name, value }) => TOKEN.test(name) && VISIBLE.test(value)) : [],
    resolve: own ? options.resolve : [],
    timeoutMs: request.timeoutMs,
    env: options.env,
  }
}

/** The URL, and its path as it was written: a normalised `..` would be another question. */
export function parseTarget(text: string): { url: URL; target: string } | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return null
  const written = /^https?:\/\/[^/?#\\]*([^#]*)/i.exec(text)?.[1] ?? ''
  const target = written.startsWith('?') ? `/${written}` : written || '/'
  const plain = /^\/[\x21-\x7e]*$/.test(target)
  return { url, target: plain ? target : `${url.pathname}${url.search}` }
}

/**
 * The request that follows a redirect, null when the answer is none. The person's headers and the
 * special ways to connect stay only while host, port and scheme stay.
 */
export function followedBy(ask: Ask, status: number, location: string, userAgent: string): Ask | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === '') return null
  const base = ask.host === '' ? ask.url.href : `${ask.url.protocol}//${ask.host}${ask.target}`
  if (!URL.canParse(base) || !URL.canParse(location, base)) return null
  const absolute = new URL(location, base)
  const next = parseTarget(absolute.href)
  if (next === null) return null
  if (next.url.origin === new URL(base).origin) {
    return { ...ask, url: new URL(`${ask.url.origin}${next.target}`), target: next.target }
  }
  const { resolve, verify, timeoutMs, env, version } = ask
  return {
    ...next,
    socket: '',
    connectTo: '',
    host: '',
    sni: '',
    version,
    verify,
    userAgent,
    headers: [],
    resolve,
    timeoutMs,
    env,
  }
}
