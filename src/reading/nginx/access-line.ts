import { type Try, triesOf } from './access-tries.ts'

/** What one line of an access log gives; '' where its format does not say. */
export interface AccessLine {
  /** ms since 1970, UTC. */
  at: number
  status: number
  request: string
  /** With the port when the format gives the header itself. */
  host: string
  /** The format gives `$host`: never a port. */
  bare_host: boolean
  server: string | undefined
  client: string
  agent: string | undefined
  /** Whom nginx asked, in turn; none where the format does not tell. */
  tries: Try[]
}

/** A compiled `log_format`: literals and variables in turn. */
export interface AccessFormat {
  parts: ({ literal: string } | { variable: string })[]
  /** The format tells the host or server of each line. */
  names_host: boolean
  names_agent: boolean
}

/** nginx's own `combined` (ngx_http_log_module). */
const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'

/**
 * Reads a format: '' or `combined`, the text of a `log_format`, or the whole directive with its
 * quoted pieces. Undefined where lines cannot be split by it: no time, no status, or two variables
 * that touch.
 */
export function compileAccessFormat(text: string): AccessFormat | undefined {
  const format = formatText(text)
  const parts: AccessFormat['parts'] = []
  for (const piece of format.split(/(\$\{[a-z0-9_]+\}|\$[a-z0-9_]+)/i)) {
    if (piece === '') continue
    const variable = piece.startsWith('$') ? piece.replace(/[${}]/g, '') : ''
    const last = parts.at(-1)
    if (variable !== '' && last && 'variable' in last) return undefined
    parts.push(variable === '' ? { literal: piece } : { variable })
  }
  const names = new Set(parts.flatMap((part) => ('variable' in part ? [part.variable] : [])))
  const has = (...any: string[]) => any.some((name) => names.has(name))
  if (!has('status') || !has('time_local', 'time_iso8601', 'msec')) return undefined
  return {
    parts,
    names_host: has('host', 'http_host', 'server_name'),
    names_agent: names.has('http_user_agent'),
  }
}

function formatText(text: string): string {
  const trimmed = text.trim().replace(/;$/, '')
  if (trimmed === '' || trimmed === 'combined') return COMBINED
  const directive = /^log_format\s+\S+\s+(?:escape=\S+\s+)?([\s\S]*)$/.exec(trimmed)?.[1] ?? trimmed
  const quote = directive.charAt(0)
  if (quote !== "'" && quote !== '"') return directive
  return pieces(directive)
}

/** `'a' "b"` is one text: `ab`. What is not quoted from its first character on is left as it is. */
function pieces(text: string): string {
  let joined = ''
  for (let i = 0; i < text.length; ) {
    const quote = text.charAt(i)
    if (/\s/.test(quote)) {
      i += 1
      continue
    }
    const end = quote === "'" || quote === '"' ? closing(text, i) : -1
    if (end < 0) return text
    joined += text.slice(i + 1, end).replaceAll(`\\${quote}`, quote)
    i = end + 1
  }
  return joined
}

function closing(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i += 1) {
    if (text.charAt(i) === '\\') i += 1
    else if (text.charAt(i) === text.charAt(open)) return i
  }
  return -1
}

/** Splits a line by its format. Undefined where it does not fit. */
export function parseAccessLine(format: AccessFormat, line: string): AccessLine | undefined {
  const values = split(format, line)
  if (!values) return undefined
  const get = (name: string) => values.get(name)
  const at = timeOf(values)
  const status = get('status') ?? ''
  if (at === undefined || !/^[0-9]{3}$/.test(status)) return undefined
  const target = get('request_uri') ?? get('uri')
  const header = get('http_host')
  return {
    at,
    status: Number(status),
    request: get('request') ?? (target === undefined ? '' : `${get('request_method') ?? 'GET'} ${target}`),
    host: header ?? get('host') ?? '',
    bare_host: header === undefined,
    server: get('server_name'),
    client: get('remote_addr') ?? '',
    agent: get('http_user_agent'),
    tries: triesOf(get('upstream_addr'), get('upstream_status')),
  }
}

function split(format: AccessFormat, line: string): Map<string, string> | undefined {
  const values = new Map<string, string>()
  let at = 0
  let open = ''
  for (const part of format.parts) {
    if ('variable' in part) {
      open = part.variable
      continue
    }
    const next = open === '' ? (line.startsWith(part.literal, at) ? at : -1) : line.indexOf(part.literal, at)
    if (next < 0) return undefined
    if (open !== '') values.set(open, line.slice(at, next))
    open = ''
    at = next + part.literal.length
  }
  if (open !== '') values.set(open, line.slice(at))
  return values
}

function timeOf(values: ReadonlyMap<string, string>): number | undefined {
  const msec = values.get('msec')
  if (msec !== undefined && /^[0-9]{1,12}\.[0-9]{3}$/.test(msec)) return Math.round(Number(msec) * 1000)
  const iso = values.get('time_iso8601')
  if (iso !== undefined && /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$/.test(iso)) {
    return valid(Date.parse(iso))
  }
  const local = /^([0-9]{2})\/([A-Z][a-z]{2})\/([0-9]{4}):([0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{2})([0-9]{2})$/.exec(
    values.get('time_local') ?? '',
  )
  if (!local) return undefined
  const [, day, name, year, time, hours, minutes] = local
  const month = MONTHS.indexOf(name ?? '') + 1
  if (month === 0) return undefined
  return valid(Date.parse(`${year}-${String(month).padStart(2, '0')}-${day}T${time}${hours}:${minutes}`))
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function valid(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms
}
