import { type AnswerLine, bareLine } from '../gateway/answer-line.ts'

// Traefik's access log: its common form with the fields that it adds, and JSON. Sources: Traefik's documentation, "Access
// Logs" and "Log Format"; traefik/traefik:pkg/middlewares/accesslog.

const MAX_LINE = 64 * 1024
const COMMON =
  /^(\S{1,256}) \S{1,64} (\S{1,256}) \[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\] "(\S{1,32}) (\S{1,8192}) [^"]{1,16}" (\d{3}|-) (\d{1,20}|-) "([^"]{0,4096})" "([^"]{0,4096})" (\d{1,20}) "([^"]{0,512})" "([^"]{0,1024})" (\d{1,12})ms/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * One line of Traefik's access log, also out of the journal. It has no reason why a server failed: a 502, 503 or 504 without an
 * answer of the server's own is Traefik's (JSON: `OriginStatus` 0); the common form does not tell whose it is.
 */
export function parseTraefikLine(text: string): AnswerLine | undefined {
  if (text.length > MAX_LINE) return undefined
  const line = bareLine(text)
  return line.startsWith('{') ? jsonLine(line) : commonLine(line)
}

function commonLine(line: string): AnswerLine | undefined {
  const found = COMMON.exec(line)
  if (!found) return undefined
  const [
    ,
    client = '',
    ,
    day,
    month = '',
    year,
    hour,
    minute,
    second,
    sign,
    zoneHours,
    zoneMinutes,
    ,
    path = '',
    status,
    ,
    ,
    agent = '',
    ,
    ,
    server = '',
  ] = found
  const zone = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes))
  const local = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), Number(hour), Number(minute), Number(second))
  if (!MONTHS.includes(month)) return undefined
  const code = status === '-' ? 0 : Number(status)
  return {
    // The stamp is when the request came, cut to the second.
    at: local - zone * 60_000 + Number(found.at(-1) ?? 0),
    client,
    host: '',
    path,
    agent: agent === '-' ? '' : agent,
    status: code,
    failure: failureOf(code, undefined, server),
    message: code >= 500 ? `${code} for ${server === '' || server === '-' ? 'no server' : server}` : '',
    upstream: server === '-' ? '' : server,
  }
}

function jsonLine(line: string): AnswerLine | undefined {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof raw !== 'object' || raw === null || !('DownstreamStatus' in raw)) return undefined
  const fields: Partial<Record<string, unknown>> = { ...raw }
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '')
  const number = (name: string) => (typeof fields[name] === 'number' ? fields[name] : 0)
  const began = Date.parse(text('StartUTC') || text('time'))
  if (Number.isNaN(began)) return undefined
  const status = number('DownstreamStatus')
  const origin = typeof fields.OriginStatus === 'number' ? fields.OriginStatus : undefined
  const server = text('ServiceURL') || text('ServiceAddr')
  const failure = failureOf(status, origin, server)
  return {
    // Durations are in nanoseconds.
    at: text('StartUTC') === '' ? began : began + Math.round(number('Duration') / 1_000_000),
    client: text('ClientHost'),
    host: text('RequestHost') || text('RequestAddr'),
    path: text('RequestPath'),
    agent: text('request_User-Agent'),
    status,
    failure,
    message:
      status >= 500 ? `${status}${origin === undefined ? '' : `, origin ${origin}`} for ${server || 'no server'}` : '',
    upstream: server,
  }
}

/** A gateway's own error: of the JSON form surely so where no server answered; of the common form by its status alone. */
function failureOf(status: number, origin: number | undefined, server: string): string {
  if (status < 500 || (origin !== undefined && origin >= 500)) return ''
  if (server === '' || server === '-') return status === 503 ? 'traefik-no-server' : ''
  return origin === 0 || status === 502 || status === 504 ? 'traefik-no-answer' : ''
}
