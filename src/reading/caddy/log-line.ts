import type { Json, JsonObject } from '../../words/json.ts'

/** One record of Caddy's log, whichever encoder wrote it. */
export interface CaddyLine {
  /** ms since 1970, UTC. */
  at: number
  level: string
  logger: string
  msg: string
  /** What stands beside the message. */
  fields: JsonObject
}

/** Longer lines are cut off by whoever wrote them, or are no log. */
const MAX_LINE = 256 * 1024
/** `2026/11/21 09:41:24.409`, zap's console form, in UTC. */
const CONSOLE = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\t/

/** When a line was written, ms since 1970; undefined where it is no record. Cheap: for scanning long logs. */
export function caddyStamp(line: string): number | undefined {
  return parseCaddyLine(line)?.at
}

/** Parses one line: JSON, the console form, or either of them inside of a journal's entry (`journalctl -o json`). */
export function parseCaddyLine(line: string): CaddyLine | undefined {
  if (line.length > MAX_LINE) return undefined
  if (!line.startsWith('{')) return consoleLine(line)
  const fields = objectOf(line)
  if (fields === undefined) return undefined
  if (typeof fields.MESSAGE === 'string')
    return fields.MESSAGE.startsWith('{"MESSAGE') ? undefined : parseCaddyLine(fields.MESSAGE)
  const at = stampOf(fields.ts)
  const { level, logger, msg, ts: _, ...rest } = fields
  if (at === undefined || typeof level !== 'string') return undefined
  return { at, level: level.toLowerCase(), logger: text(logger), msg: text(msg), fields: rest }
}

function consoleLine(line: string): CaddyLine | undefined {
  // A terminal's colours around the level.
  const bare = line.includes('\u001b') ? line.replace(/\u001b\[[0-9;]{0,10}m/g, '') : line
  const stamp = CONSOLE.exec(bare)
  if (stamp === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = ''] = stamp
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const parts = bare.slice(stamp[0].length).split('\t')
  const last = parts.at(-1) ?? ''
  const fields = last.startsWith('{') ? objectOf(last) : undefined
  const words = fields ? parts.slice(0, -1) : parts
  const [level = '', ...rest] = words
  return {
    at: whole + Math.round(Number(`0.${fraction || '0'}`) * 1000),
    level: level.toLowerCase(),
    logger: rest.length > 1 ? (rest[0] ?? '') : '',
    msg: rest.at(-1) ?? '',
    fields: fields ?? {},
  }
}

/** Seconds as a number, or a time with its zone as text. */
function stampOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) {
    // Seconds, or what `time_format unix_milli_float` and `unix_nano` make of them.
    const ms = value > 1e17 ? value / 1e6 : value > 1e11 ? value : value * 1000
    return Math.round(ms)
  }
  if (typeof value !== 'string' || !/(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? undefined : ms
}

function objectOf(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A field's text, '' where it has none. */
export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
