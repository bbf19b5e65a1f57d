/**
 * One record of nginx's error log, cut into its fields. Source of the shape: nginx's
 * ngx_log_error_core, ngx_http_log_error and ngx_http_log_error_handler (field order is fixed).
 *
 * nginx escapes nothing here: request, host and referrer are a stranger's bytes, quotes included.
 * So fields are taken from the left, each ended only by what must follow it, and what comes
 * later in the line can never change what stands before it.
 */
export interface ErrorLine {
  /** The stamp read as if it were UTC, in ms: nginx prints local time and no zone. */
  stamp: number
  level: string
  pid: number
  /** The connection's number; 0 on lines of the process itself. */
  connection: number
  /** From the `*connection` to the `, client: `, with ` while …`. */
  message: string
  errno: number
  /** Behind the last ` while `. */
  action: string
  client: string
  server: string
  /** True when the line has `, client: …, server: …`. */
  request_line: boolean
  request: string
  /** Of a request that nginx makes besides (auth_request, mirror, an include): its URI; '' otherwise. */
  subrequest: string
  upstream: string
  host: string
  referrer: string
}

/** nginx cuts a record at 2048 bytes (NGX_MAX_ERROR_STR); a FastCGI app's stderr may span lines. */
const MAX_RECORD = 8192

const STAMP_LENGTH = '2026/11/21 04:02:57'.length

/** The stamp a record begins with, as if UTC, in ms; undefined where no record begins. */
export function errorStamp(line: string): number | undefined {
  if (line.charAt(4) !== '/' || line.charAt(7) !== '/' || line.charAt(10) !== ' ' || line.charAt(13) !== ':') {
    return undefined
  }
  if (line.charAt(16) !== ':' || line.charAt(STAMP_LENGTH) !== ' ' || line.charAt(20) !== '[') return undefined
  const [year, month, day] = [number(line, 0, 4), number(line, 5, 7), number(line, 8, 10)]
  const [hour, minute, second] = [number(line, 11, 13), number(line, 14, 16), number(line, 17, 19)]
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  return Number.isNaN(at) ? undefined : at
}

function number(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Reads one record (without its line end). Undefined where the text does not begin like one. */
export function parseErrorLine(text: string): ErrorLine | undefined {
  const record = text.length > MAX_RECORD ? text.slice(0, MAX_RECORD) : text
  const stamp = errorStamp(record)
  if (stamp === undefined) return undefined
  const levelEnd = record.indexOf('] ', 21)
  const hash = record.indexOf('#', levelEnd)
  const colon = record.indexOf(': ', hash)
  if (levelEnd < 0 || hash < 0 || colon < 0) return undefined
  const level = record.slice(21, levelEnd)
  const pid = integer(record.slice(levelEnd + 2, hash))
  if (!LEVELS.includes(level) || pid === undefined || integer(record.slice(hash + 1, colon)) === undefined) {
    return undefined
  }
  let start = colon + 2
  let connection = 0
  if (record.charAt(start) === '*') {
    const space = record.indexOf(' ', start)
    const found = integer(record.slice(start + 1, space))
    if (space > 0 && found !== undefined) {
      connection = found
      start = space + 1
    }
  }
  const context = findContext(record, start)
  const message = record.slice(start, context < 0 ? record.length : context)
  const fields = context < 0 ? NO_FIELDS : parseContext(record.slice(context))
  const while_ = message.lastIndexOf(' while ')
  return {
    stamp,
    level,
    pid,
    connection,
    message,
    errno: errnoOf(message),
    action: while_ < 0 ? '' : message.slice(while_ + ' while '.length),
    ...fields,
  }
}

/** Least severe first. */
export const LEVELS: readonly string[] = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']

type Fields = Pick<
  ErrorLine,
  'client' | 'server' | 'request_line' | 'request' | 'subrequest' | 'upstream' | 'host' | 'referrer'
>

const NO_FIELDS: Fields = {
  client: '',
  server: '',
  request_line: false,
  request: '',
  subrequest: '',
  upstream: '',
  host: '',
  referrer: '',
}

const CLIENT = ', client: '
const SERVER = ', server: '

/** Where `, client: ADDRESS, server: ` begins; -1 where the line has none. */
function findContext(record: string, from: number): number {
  for (let at = record.indexOf(CLIENT, from); at >= 0; at = record.indexOf(CLIENT, at + 1)) {
    const end = record.indexOf(',', at + CLIENT.length)
    if (isAddress(record.slice(at + CLIENT.length, end < 0 ? record.length : end))) {
      if (end < 0 || record.startsWith(SERVER, end)) return at
    }
  }
  return -1
}

function isAddress(text: string): boolean {
  return text === 'unix:' || (text.length > 1 && text.length < 50 && /^[0-9a-fA-F.:]+$/.test(text))
}

function parseContext(text: string): Fields {
  const fields = { ...NO_FIELDS }
  const server = text.indexOf(SERVER)
  fields.client = text.slice(CLIENT.length, server < 0 ? text.length : server)
  if (server < 0) return fields
  fields.request_line = true
  let at = server + SERVER.length
  const serverEnd = firstOf(text, at, [', request: "', ', upstream: "', ', host: "', ', referrer: "', ', bytes from'])
  fields.server = text.slice(at, serverEnd)
  at = serverEnd
  if (text.startsWith(', request: "', at)) {
    at += ', request: "'.length
    const end = requestEnd(text, at)
    fields.request = text.slice(at, end)
    at = end + 1
  }
  if (text.startsWith(', subrequest: "', at)) {
    const from = at + ', subrequest: "'.length
    const end = firstOf(text, from, ['", upstream: "', '", host: "', '", referrer: "'])
    fields.subrequest = text.slice(from, end)
    at = end + 1
  }
  for (const [name, next] of QUOTED) {
    const opening = `, ${name}: "`
    if (!text.startsWith(opening, at)) continue
    const start = at + opening.length
    const end = firstOf(text, start, next)
    fields[name] = end === text.length && text.endsWith('"') ? text.slice(start, -1) : text.slice(start, end)
    at = end + 1
  }
  return fields
}

/** What can follow each field: it ends there and nowhere else. */
const QUOTED: readonly (readonly ['upstream' | 'host' | 'referrer', readonly string[]])[] = [
  ['upstream', ['", host: "', '", referrer: "', '", bytes from']],
  ['host', ['", referrer: "']],
  ['referrer', []],
]

/**
 * A request line ends with its version; nginx takes no request with text behind it. HTTP/0.9 has
 * none, and a record cut at its limit has no end at all.
 */
function requestEnd(text: string, from: number): number {
  for (let at = text.indexOf(' HTTP/', from); at >= 0; at = text.indexOf(' HTTP/', at + 1)) {
    const quote = text.indexOf('"', at)
    if (quote >= 0 && quote - at <= ' HTTP/1.1'.length + 1 && endsField(text, quote)) return quote
  }
  return firstOf(text, from, ['", upstream: "', '", host: "', '", referrer: "', '", subrequest: "'])
}

function endsField(text: string, quote: number): boolean {
  return quote === text.length - 1 || text.startsWith(', ', quote + 1)
}

/** The first place of any of the needles; the end (before a closing quote) when there is none. */
function firstOf(text: string, from: number, needles: readonly string[]): number {
  let best = -1
  for (const needle of needles) {
    const at = text.indexOf(needle, from)
    if (at >= 0 && (best < 0 || at < best)) best = at
  }
  return best < 0 ? text.length : best
}

/** The number in the last `(NUMBER: text)` of a message; 0 when there is none. */
function errnoOf(message: string): number {
  const open = message.lastIndexOf(' (')
  const colon = open < 0 ? -1 : message.indexOf(': ', open)
  return colon < 0 ? 0 : (integer(message.slice(open + 2, colon)) ?? 0)
}

function integer(text: string): number | undefined {
  return text.length > 0 && text.length < 16 && /^[0-9]+$/.test(text) ? Number(text) : undefined
}
