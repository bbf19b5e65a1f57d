import { NEVER } from '../../words/value.ts'

/** A line's own time, and what stands behind it. */
export interface Stamped {
  at: Date
  /** The stamp names its zone. */
  zoned: boolean
  /** The line without the stamp. */
  rest: string
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const ISO =
  /^\[?(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))? ?(Z|UTC|[+-]\d{2}:?\d{2})?\]?(?=$|[\s:,|])/
const SYSLOG = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?(?=\s)/
const PHP = /^\[(\d{2})-([A-Z][a-z]{2})-(\d{4}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?(?: ([A-Za-z/_+-]{1,40}))?\]/
const DAY_MS = 86_400_000

/**
 * The stamp that a log line begins with: ISO 8601 and its relatives (`2026/11/21 04:21:46`,
 * `[2026-11-21 04:21:46 +0000]`), syslog's (`Nov 21 04:22:56`, the year from `now`), PHP-FPM's.
 * Stamps without a zone are read with `zoneMinutes` east of UTC. Undefined where a line has none.
 */
export function stampOf(line: string, zoneMinutes: number, now: Date): Stamped | undefined {
  const iso = ISO.exec(line)
  if (iso) {
    const [stamp, year, month, day, hour, minute, second, fraction = '', zone] = iso
    const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
    const part = Number(`0.${fraction || '0'}`) * 1000
    return stamped(
      ms + Math.floor(part),
      zone === undefined ? zoneMinutes : offsetOf(zone),
      zone !== undefined,
      line,
      stamp,
    )
  }
  const syslog = SYSLOG.exec(line)
  if (syslog) {
    const [stamp, name = '', day, hour, minute, second] = syslog
    const month = MONTHS.indexOf(name.toLowerCase())
    if (month < 0) return undefined
    const year = now.getUTCFullYear()
    const inYear = (y: number) => Date.UTC(y, month, Number(day), Number(hour), Number(minute), Number(second))
    const ms = inYear(year) > now.getTime() + DAY_MS ? inYear(year - 1) : inYear(year)
    return stamped(ms, zoneMinutes, false, line, stamp)
  }
  const php = PHP.exec(line)
  if (php) {
    const [stamp, day, name = '', year, hour, minute, second, zone] = php
    const month = MONTHS.indexOf(name.toLowerCase())
    if (month < 0) return undefined
    const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second))
    return stamped(ms, zone === 'UTC' ? 0 : zoneMinutes, zone === 'UTC', line, stamp)
  }
  return undefined
}

function stamped(ms: number, zone: number, zoned: boolean, line: string, stamp: string): Stamped | undefined {
  const at = new Date(ms - zone * 60_000)
  if (Number.isNaN(at.getTime()) || at <= NEVER) return undefined
  return { at, zoned, rest: line.slice(stamp.length).trimStart() }
}

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (hours === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
