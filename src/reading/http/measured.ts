import type { Json, JsonObject } from '../../words/json.ts'

/** Milliseconds from the start of the request until each thing was done; -1 where it never was. */
type Phases = { dns: number; connect: number; tls: number; first_byte: number; total: number }

/** The system's reason, in one word, whichever client asked. */
const ERRNO_WORDS = ['refused', 'unreachable', 'denied', 'missing', 'timeout', 'reset', ''] as const
export type ErrnoWord = (typeof ERRNO_WORDS)[number]

export type Certificate = { subject: string; issuer: string; not_before: string; not_after: string }

/**
 * What the client measured in one exchange: the `meta` of an HTTP capture. curl and the tool's own
 * client fill the same fields, so a reader does not care which one asked.
 */
export type Measured = {
  client: string
  url: string
  /** Path of the unix socket; '' for TCP. */
  socket: string
  /** Exit status by curl's numbers (`man curl`); -1 when there is none. */
  exitcode: number
  errormsg: string
  errno: ErrnoWord
  /** Our own limit ended it. */
  timed_out: boolean
  connected: boolean
  phases: Phases
  remote_ip: string
  remote_port: number
  /** Our client's own port; 0 when not measured. */
  local_port: number
  http_version: string
  status: number
  /** Bytes of the head as they came, status line included; -1 when not measured. What is masked later has other lengths. */
  head_bytes: number
  /** Bytes of the body that arrived, decoded from chunks. */
  body_bytes: number
  /** More of the body came than we were willing to take; it was still coming. */
  flood: boolean
  limit_ms: number
  /** OpenSSL's X509_V_* number; -1 when unknown, 0 when the certificate is good. */
  verify_result: number
  certificate: Certificate
  /** What came first, in hex, for what is not HTTP. */
  first_bytes: string
}

export type RedirectHop = { status: number; url: string }

/** One of several requests. `at` is RFC 3339; `door`: the address of the name that was asked, where they were asked in turn. */
export type Sample = { at: string; ms: number; measured: Measured; door?: string; marks?: Mark[] }

/** A header that tells who gave an answer, where such were kept. */
export type Mark = { name: string; value: string }

/** Why no more requests were made: all are done, one failed, the shape is slow, the time was up. */
export type Stopped = 'all' | 'failed' | 'slow' | 'time'

/** The whole `meta` of an HTTP capture: the last exchange, and how it came to that. */
export type HttpMeta = Measured & { redirects: RedirectHop[]; samples: Sample[]; stopped: Stopped }

export const NOTHING_MEASURED: Measured = {
  client: '',
  url: '',
  socket: '',
  exitcode: -1,
  errormsg: '',
  errno: '',
  timed_out: false,
  connected: false,
  phases: { dns: -1, connect: -1, tls: -1, first_byte: -1, total: -1 },
  remote_ip: '',
  remote_port: 0,
  local_port: 0,
  http_version: '',
  status: 0,
  head_bytes: -1,
  body_bytes: 0,
  flood: false,
  limit_ms: 0,
  verify_result: -1,
  certificate: { subject: '', issuer: '', not_before: '', not_after: '' },
  first_bytes: '',
}

/** Reads a capture's meta back, whatever is in it: what is missing or of another type is as if never measured. */
export function parseHttpMeta(meta: JsonObject): HttpMeta {
  const samples = list(meta.samples).map((each) => {
    const sample = object(each)
    const marks = list(sample.marks).map((mark) => ({ name: text(object(mark).name), value: text(object(mark).value) }))
    const measured = parseMeasured(object(sample.measured))
    return {
      at: text(sample.at),
      ms: number(sample.ms, 0),
      measured,
      ...(text(sample.door) === '' ? {} : { door: text(sample.door) }),
      ...(marks.length > 0 ? { marks } : {}),
    }
  })
  const redirects = list(meta.redirects).map((each) => {
    const hop = object(each)
    return { status: number(hop.status, 0), url: text(hop.url) }
  })
  const stopped = (['all', 'failed', 'slow', 'time'] as const).find((word) => word === meta.stopped) ?? 'all'
  return { ...parseMeasured(meta), redirects, samples, stopped }
}

function parseMeasured(meta: JsonObject): Measured {
  const phases = object(meta.phases)
  const certificate = object(meta.certificate)
  return {
    client: text(meta.client),
    url: text(meta.url),
    socket: text(meta.socket),
    exitcode: number(meta.exitcode, -1),
    errormsg: text(meta.errormsg),
    errno: ERRNO_WORDS.find((word) => word === meta.errno) ?? '',
    timed_out: meta.timed_out === true,
    connected: meta.connected === true,
    phases: {
      dns: number(phases.dns, -1),
      connect: number(phases.connect, -1),
      tls: number(phases.tls, -1),
      first_byte: number(phases.first_byte, -1),
      total: number(phases.total, -1),
    },
    remote_ip: text(meta.remote_ip),
    remote_port: number(meta.remote_port, 0),
    local_port: number(meta.local_port, 0),
    http_version: text(meta.http_version),
    status: number(meta.status, 0),
    head_bytes: number(meta.head_bytes, -1),
    body_bytes: number(meta.body_bytes, 0),
    flood: meta.flood === true,
    limit_ms: number(meta.limit_ms, 0),
    verify_result: number(meta.verify_result, -1),
    certificate: {
      subject: text(certificate.subject),
      issuer: text(certificate.issuer),
      not_before: text(certificate.not_before),
      not_after: text(certificate.not_after),
    },
    first_bytes: text(meta.first_bytes),
  }
}

/** How long the last exchange took: by the client's clock, else by the capture's. */
export function tookMs(measured: Measured, ms: number): number {
  return measured.phases.total >= 0 ? measured.phases.total : number(ms, 0)
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function number(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : otherwise
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function object(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
}
