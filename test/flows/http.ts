import type { JsonObject } from '../../src/words/json.ts'
import type { Capture, HttpLook, LookRequest } from '../../src/words/look.ts'

/** What a part of a world answers a look with: always the same, or by what is asked. */
export type Answer = Capture | ((request: LookRequest) => Capture)

/** When every walk begins. */
export const NOW = new Date('2026-11-21T02:03:12.000Z')

/** A time so many seconds from the beginning of the walk. */
export const clock = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)

/** A capture with nothing in it. Looks of a walk are made in its first second. */
export function capture(kind: Capture['kind'], out: string, more: Partial<Capture> = {}): Capture {
  return {
    kind,
    argv: [],
    at: 'local',
    outcome: 'ok',
    exit: kind === 'run' || kind === 'http' ? 0 : null,
    ms: 10,
    startedAt: clock(0.4).toISOString(),
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    ...more,
  }
}

/** How one exchange went; the rest is as curl 7.88 measured it on a loopback of this kind. */
export interface Exchange {
  out?: string
  exit?: number
  errormsg?: string
  errno?: string
  connected?: boolean
  timedOut?: boolean
  status?: number
  ms?: number
  firstByte?: number
  bodyBytes?: number
  /** Of the head as it came. */
  headBytes?: number
  /** Hex of what came first. */
  firstBytes?: string
  tls?: number
  verifyResult?: number
  at?: Date
}

/** An HTTP capture with the `meta` that the prober measures. */
export function exchange(asked: Exchange): Answer {
  return (request) => {
    const look = httpOf(request)
    const ms = asked.ms ?? 3
    return capture('http', asked.out ?? '', {
      argv: ['curl', '-q', '-sS', '-i', '--url', look.url],
      exit: asked.exit ?? 0,
      ms,
      startedAt: (asked.at ?? clock(look.own ? 0.1 : 0.6)).toISOString(),
      timedOut: asked.timedOut ?? false,
      err: asked.errormsg ? `curl: (${asked.exit ?? 0}) ${asked.errormsg}` : '',
      meta: { ...measured(asked, look.url, look.socket ?? '', request.timeoutMs), redirects: [], samples: [] },
    })
  }
}

/** Several exchanges one after the other: `meta.samples`. */
export function samples(...asked: Exchange[]): Answer {
  return (request) => {
    const look = httpOf(request)
    const last = asked.at(-1) ?? {}
    const each = asked.map((one, i) => ({
      at: clock(1 + i / 2).toISOString(),
      ms: one.ms ?? 3,
      measured: measured(one, look.url, '', request.timeoutMs),
    }))
    return capture('http', last.out ?? '', {
      argv: ['curl', '-q', '-sS', '-i', '--url', look.url],
      exit: last.exit ?? 0,
      ms: 500 * asked.length,
      startedAt: clock(1).toISOString(),
      timedOut: last.timedOut ?? false,
      meta: { ...measured(last, look.url, '', request.timeoutMs), redirects: [], samples: each, stopped: 'all' },
    })
  }
}

function measured(asked: Exchange, url: string, socket: string, limit: number): JsonObject {
  const connected = asked.connected ?? true
  const status = asked.status ?? 0
  const ms = asked.ms ?? 3
  return {
    client: 'curl 7.88.1',
    url,
    socket,
    exitcode: asked.exit ?? 0,
    errormsg: asked.errormsg ?? '',
    errno: asked.errno ?? '',
    timed_out: asked.timedOut ?? false,
    connected,
    phases: {
      dns: 0,
      connect: connected ? 0 : -1,
      tls: asked.tls ?? -1,
      first_byte: status > 0 ? (asked.firstByte ?? ms) : -1,
      total: ms,
    },
    remote_ip: connected ? '127.0.0.1' : '',
    remote_port: connected ? Number(new URL(url).port || 80) : 0,
    http_version: status > 0 ? '1.1' : '',
    status,
    head_bytes: asked.headBytes ?? -1,
    body_bytes: asked.bodyBytes ?? 0,
    flood: false,
    limit_ms: limit,
    verify_result: asked.verifyResult ?? -1,
    certificate: { subject: '', issuer: '', not_before: '', not_after: '' },
    first_bytes: asked.firstBytes ?? '',
  }
}

function httpOf(request: LookRequest): HttpLook {
  if (request.kind !== 'http') throw new Error(`a ${request.kind} look is no request`)
  return request
}

const REASONS: Record<number, string> = {
  200: 'OK',
  302: 'Found',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Time-out',
}

/** The page that nginx 1.22 makes by itself for a status. */
export function nginxPage(status: number, ms = 3): Exchange {
  const title = `${status} ${status === 503 ? 'Service Temporarily Unavailable' : (REASONS[status] ?? '')}`
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n`
  return {
    out: `HTTP/1.1 ${title}\r\nServer: nginx/1.22.1\r\nDate: Sat, 21 Nov 2026 02:03:12 GMT\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`,
    status,
    ms,
    bodyBytes: body.length,
  }
}

/** An answer of the application; `through` nginx it bears nginx's name. */
export function answered(status: number, body = 'ok', more: Exchange = {}, through = false): Exchange {
  const server = through ? 'Server: nginx/1.22.1\r\n' : ''
  return {
    out: `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${server}Content-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    status,
    bodyBytes: body.length,
    ...more,
  }
}

export const REFUSED: Exchange = {
  exit: 7,
  errormsg: 'connect to 127.0.0.1 port 3000 failed: Connection refused',
  errno: 'refused',
  connected: false,
  ms: 0,
}

export const NO_ROUTE: Exchange = {
  exit: 7,
  errormsg: 'connect to 10.0.0.7 port 3000 failed: No route to host',
  errno: 'unreachable',
  connected: false,
  ms: 3074,
}

export const DROPPED: Exchange = {
  exit: 28,
  errormsg: 'Connection timed out after 75001 milliseconds',
  errno: 'timeout',
  connected: false,
  timedOut: true,
  ms: 75_001,
}

export const SILENT: Exchange = {
  exit: 28,
  errormsg: 'Operation timed out after 75001 milliseconds with 0 bytes received',
  errno: 'timeout',
  timedOut: true,
  ms: 75_001,
}

export const EMPTY: Exchange = { exit: 52, errormsg: 'Empty reply from server', ms: 12 }

export const RESET: Exchange = {
  exit: 56,
  errormsg: 'Recv failure: Connection reset by peer',
  errno: 'reset',
  ms: 9,
}

/** An sshd's banner. */
export const SSH: Exchange = {
  exit: 1,
  errormsg: 'Received HTTP/0.9 when not allowed',
  firstBytes: '5353482d322e302d4f70656e5353485f392e3270310d0a',
  ms: 1,
}

export const TRUNCATED: Exchange = {
  out: 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 1000\r\nConnection: keep-alive\r\n\r\nhalf of the page',
  exit: 18,
  errormsg: 'transfer closed with 984 bytes remaining to read',
  status: 200,
  bodyBytes: 16,
  ms: 52,
}

export const STALLED: Exchange = {
  out: 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 1000\r\n\r\nhalf of the page',
  exit: 28,
  errormsg: 'Operation timed out after 75001 milliseconds with 16 out of 1000 bytes received',
  timedOut: true,
  status: 200,
  bodyBytes: 16,
  ms: 75_001,
}

export const SELF_SIGNED: Exchange = {
  exit: 60,
  errormsg: 'SSL certificate problem: self-signed certificate',
  verifyResult: 18,
  ms: 8,
}

export const UNTRUSTED: Exchange = {
  exit: 60,
  errormsg: 'SSL certificate problem: unable to get local issuer certificate',
  verifyResult: 20,
  ms: 8,
}

export const TLS_ALERT: Exchange = {
  exit: 35,
  errormsg: 'error:0A000410:SSL routines::sslv3 alert handshake failure',
  ms: 4,
}

export const NOT_TLS: Exchange = { exit: 35, errormsg: 'error:0A00010B:SSL routines::wrong version number', ms: 2 }
