/**
 * One record of Apache's error log, cut into its fields. Source of the shape: httpd's default ErrorLogFormat
 * (`[%{u}t] [%-m:%l] [pid %P:tid %T] %7F: %E: [client\ %a] %M% ,\ referer\ %{Referer}i`), and 2.2's without modules and pids.
 *
 * What a visitor sent (path, referer) stands behind the message's own words: nothing in it can change what stands before.
 */
export interface ErrorLine {
  /** The stamp read as if it were UTC, in ms: Apache prints local time and no zone. */
  stamp: number
  module: string
  level: string
  pid: number
  tid: number
  /** Address and port of the visitor; '' and 0 where the line is about none. */
  client: string
  clientPort: number
  /** `host:port` of the upstream, on lines about a connection to one. */
  remote: string
  /** `AH01102`, '' when there is none. */
  code: string
  /** The system's reason in front, then the message: `(111)Connection refused: AH00957: http: …`. */
  message: string
}

const MAX_RECORD = 8192
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Least severe first. */
export const LEVELS: readonly string[] = [
  ...['trace8', 'trace7', 'trace6', 'trace5', 'trace4', 'trace3', 'trace2', 'trace1'],
  ...['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'],
]

/** `[Sat Nov 21 09:48:52.179891 2026]`, the microseconds may be missing. */
const ENGLISH = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ 0-9][0-9]) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4})\] /
/** `[2026-11-21 09:48:52.179891]`, of `%{cu}t`. */
const COMPACT = /^\[(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\] /

interface Stamp {
  ms: number
  length: number
}

/** The stamp that a record begins with, as if UTC, in ms; undefined where no record begins. */
export function errorStamp(line: string): number | undefined {
  return stampOf(line)?.ms
}

function stampOf(line: string): Stamp | undefined {
  if (line.charAt(0) !== '[') return undefined
  const head = line.slice(0, 48)
  const english = ENGLISH.exec(head)
  if (english !== null) {
    const [whole, month = '', day, hour, minute, second, part = '', year] = english
    return stamp(
      whole.length,
      [Number(year), MONTHS.indexOf(month) + 1, Number(day), Number(hour), Number(minute), Number(second)],
      part,
    )
  }
  const compact = COMPACT.exec(head)
  if (compact === null) return undefined
  const [whole, year, month, day, hour, minute, second, part = ''] = compact
  return stamp(whole.length, [year, month, day, hour, minute, second].map(Number), part)
}

function stamp(length: number, parts: readonly number[], fraction: string): Stamp | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) + Number(fraction.padEnd(3, '0').slice(0, 3))
  return Number.isNaN(ms) ? undefined : { ms, length }
}

/** Reads one record (without its line end). Undefined where the text does not begin like one. */
export function parseErrorLine(text: string): ErrorLine | undefined {
  const record = text.length > MAX_RECORD ? text.slice(0, MAX_RECORD) : text
  const begin = stampOf(record)
  if (begin === undefined) return undefined
  const line: ErrorLine = {
    stamp: begin.ms,
    module: '',
    level: '',
    pid: 0,
    tid: 0,
    client: '',
    clientPort: 0,
    remote: '',
    code: '',
    message: '',
  }
  let at = begin.length
  // `[module:level]`, `[level]`, `[pid 1:tid 2]`: each at most once, in this order.
  for (let i = 0; i < 2 && record.charAt(at) === '['; i += 1) {
    const end = record.indexOf('] ', at)
    if (end < 0 || !bracket(line, record.slice(at + 1, end))) break
    at = end + 2
  }
  if (line.level === '') return undefined
  const source = /^\s*[\w.]{1,40}\.c\(\d{1,6}\): /.exec(record.slice(at, at + 64))
  if (source !== null) at += source[0].length
  const reason = reasonAt(record, at)
  at += reason.length
  const about = /^\[(client|remote) ([^\] ]{1,80})\] /.exec(record.slice(at, at + 96))
  if (about !== null) {
    at += about[0].length
    const [, kind, address = ''] = about
    if (kind === 'remote') line.remote = address
    else Object.assign(line, clientOf(address))
  }
  const rest = record.slice(at)
  line.code = /^(AH\d{5})(?=:)/.exec(rest)?.[1] ?? ''
  line.message = `${reason}${withoutReferer(rest)}`
  return line
}

function bracket(line: ErrorLine, text: string): boolean {
  const ids = /^pid (\d{1,10})(?::tid (\d{1,20}))?$/.exec(text)
  if (ids !== null) {
    line.pid = Number(ids[1])
    line.tid = Number(ids[2] ?? 0)
    return true
  }
  const colon = text.indexOf(':')
  const level = colon < 0 ? text : text.slice(colon + 1)
  if (line.level !== '' || !LEVELS.includes(level)) return false
  line.level = level
  line.module = colon < 0 ? '' : text.slice(0, colon)
  return true
}

/** `(111)Connection refused: `, which the system's own words make; '' where the line has none. */
function reasonAt(record: string, at: number): string {
  if (record.charAt(at) !== '(') return ''
  const close = record.indexOf(')', at)
  if (close < 0 || close - at > 12 || !/^\((?:EAI |OS )?-?\d{1,9}\)$/.test(record.slice(at, close + 1))) return ''
  const ends = [record.indexOf(': [', close), record.indexOf(': AH', close)].filter((end) => end >= 0)
  const end = Math.min(...ends)
  return Number.isFinite(end) && end - close < 200 ? record.slice(at, end + 2) : ''
}

/** `127.0.0.1:60188`, `::1:60188` (Apache prints no brackets), or an address alone (2.2). */
function clientOf(address: string): Pick<ErrorLine, 'client' | 'clientPort'> {
  const colon = address.lastIndexOf(':')
  const port = address.slice(colon + 1)
  if (colon < 0 || !/^\d{1,5}$/.test(port)) return { client: address, clientPort: 0 }
  return { client: address.slice(0, colon), clientPort: Number(port) }
}

function withoutReferer(text: string): string {
  const at = text.lastIndexOf(', referer: ')
  return at < 0 ? text : text.slice(0, at)
}
