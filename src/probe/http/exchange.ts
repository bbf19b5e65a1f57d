import type { Measured } from '../../reading/http/measured.ts'

export interface Header {
  name: string
  value: string
}

/** `--resolve HOST:PORT:ADDRESS` of the person. */
export interface Resolve {
  host: string
  port: number
  address: string
}

/** One request, with everything decided: both clients ask it the same way. */
export interface Ask {
  url: URL
  /** Path and query exactly as they were given (`/a/../b` stays). */
  target: string
  /** Path of a unix socket to connect to; '' for TCP. */
  socket: string
  /** Host or address to connect to; '' for the URL's own. */
  connectTo: string
  /** Host header; '' for the URL's own. */
  host: string
  /** Name for TLS, and the name the certificate is checked for; '' for the URL's host. */
  sni: string
  /** '2': without asking first over TCP, as an upstream of gRPC gets it; offered over TLS. */
  version: '1.0' | '1.1' | '2'
  verify: boolean
  userAgent: string
  headers: readonly Header[]
  resolve: readonly Resolve[]
  timeoutMs: number
  /** The clean environment: the client sees nothing else. */
  env: Record<string, string>
}

/** What one exchange gave. */
export interface Exchange {
  /** Head and body as they came, the body at most `BODY_KEPT` characters. */
  out: string
  /** What the client said on its way: nothing that the server or a secret could have put there. */
  err: string
  measured: Measured
  /** Bytes of the body that are not in `out`. */
  leftOut: number
  startedAt: Date
  ms: number
}

export const ACCEPT = 'text/html,*/*;q=0.8'
/** Of a body this much is kept. */
export const BODY_KEPT = 64 * 1024
/** After this much of a body we stop reading: nothing more is to be learnt from it. */
export const BODY_READ = 8 * 1024 * 1024

/** The URL's host without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Brackets around an IPv6 address, as URLs and curl's options want them. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** The Host header to send. */
export function hostHeader(ask: Ask): string {
  return ask.host === '' ? ask.url.host : ask.host
}
