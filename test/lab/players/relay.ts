import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import { request as requestHttps } from 'node:https'

// What every player does: it takes a request, asks the next hop for real, waits no longer than it may, and gives what came.

/** What became of the question to the next hop. */
export type Outcome =
  | { kind: 'answer'; status: number; reason: string; headers: IncomingHttpHeaders; body: Buffer }
  /** refused: RST to the SYN. dropped: no SYN+ACK in time. no-route: ICMP. no-name. slow: connected, and no answer in time. reset: closed or cut. garbage: not HTTP. no-handshake and bad-certificate: of TLS. */
  | {
      kind:
        | 'refused'
        | 'dropped'
        | 'no-route'
        | 'no-name'
        | 'slow'
        | 'reset'
        | 'garbage'
        | 'no-handshake'
        | 'bad-certificate'
    }

export interface Next {
  host: string
  port: number
  /** ms until the connection must stand. */
  connectMs: number
  /** ms until the answer must have come. */
  answerMs: number
  agent?: Agent
  /** Speaks TLS for this name, and verifies the certificate unless told not to. */
  tls?: string
  lax?: boolean
}

/** What a player gives to its visitor. */
export interface Given {
  status: number
  reason: string
  headers: Record<string, string | string[]>
  body: Buffer | string
}

/** Listens on HOST and PORT; `answer` makes the answer to each request. */
export function serve(answer: (asked: IncomingMessage) => Promise<Given>): void {
  const server = createServer((asked, response) => {
    asked.resume()
    answer(asked).then(({ status, reason, headers, body }) => {
      response.writeHead(status, reason, { ...headers, 'content-length': String(Buffer.byteLength(body)) })
      response.end(body)
    })
  })
  server.listen(Number(process.env.PORT), process.env.HOST)
}

const BY_ERROR: Record<string, Exclude<Outcome['kind'], 'answer'>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'dropped',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  ENOTFOUND: 'no-name',
  EAI_AGAIN: 'no-name',
  EPROTO: 'no-handshake',
  CERT_HAS_EXPIRED: 'bad-certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'bad-certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'bad-certificate',
}

/** After so many requests it sends to `THEN_PORT`, as where somebody changed a setting; 0 where nobody does. */
const movesAfter = Number(setting('MOVES_AFTER', '0'))
let sent = 0

/** The port for this request. */
function portNow(usual: number): number {
  sent += 1
  return movesAfter > 0 && sent > movesAfter ? Number(setting('THEN_PORT', String(usual))) : usual
}

/** The same GET, one hop on. Never rejects. */
export function ask(next: Next, path: string, headers: Record<string, string>): Promise<Outcome> {
  return new Promise((resolve) => {
    const { host, agent = new Agent({ keepAlive: false }), tls, lax = false } = next
    const asked = { host, port: portNow(next.port), path, headers, setHost: false }
    const asking = tls
      ? requestHttps({ ...asked, servername: tls, agent: false, rejectUnauthorized: !lax })
      : requestHttp({ ...asked, agent })
    const limit = (ms: number, kind: 'dropped' | 'slow') => setTimeout(() => settle({ kind }, asking), ms)
    let timer = limit(next.connectMs, 'dropped')
    const settle = (outcome: Outcome, open?: ClientRequest) => {
      clearTimeout(timer)
      resolve(outcome)
      open?.destroy()
    }
    asking.on('socket', (socket) => {
      const connected = () => {
        clearTimeout(timer)
        timer = limit(next.answerMs, 'slow')
      }
      if (socket.connecting) socket.once('connect', connected)
      else connected()
    })
    asking.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? ''
      settle({ kind: BY_ERROR[code] ?? (code.startsWith('HPE_') ? 'garbage' : 'reset') })
    })
    asking.on('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', () => settle({ kind: 'reset' }))
      response.on('end', () => {
        const { statusCode: status = 0, statusMessage: reason = '' } = response
        settle({ kind: 'answer', status, reason, headers: response.headers, body: Buffer.concat(parts) })
      })
    })
    asking.end()
  })
}

/** Headers that belong to one connection, or that are counted anew. */
const OF_A_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'te',
  'trailer',
])

/** The visitor's headers as they are passed on, one value each. */
export function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!OF_A_HOP.has(name) && typeof value === 'string') kept[name] = value
  }
  return kept
}

/** An answer's headers as they are passed back. */
export function passedBack(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (!OF_A_HOP.has(name) && value !== undefined) kept[name] = value
  }
  return kept
}

/** Whoever came before, and the visitor of this hop. */
export function forwardedFor(asked: IncomingMessage): string {
  const visitor = (asked.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const before = asked.headers['x-forwarded-for']
  return typeof before === 'string' ? `${before}, ${visitor}` : visitor
}

/** A setting of the player, from its environment. */
export function setting(name: string, usual: string): string {
  return process.env[name] ?? usual
}

/** Where this player sends, with the vendor's limits in ms where the case does not shorten them. */
export function nextHop(connectMs: number, answerMs: number): Next {
  return {
    host: setting('NEXT_HOST', '127.0.0.1'),
    port: Number(setting('NEXT_PORT', '80')),
    connectMs: Number(setting('CONNECT_MS', String(connectMs))),
    answerMs: Number(setting('ANSWER_MS', String(answerMs))),
  }
}
