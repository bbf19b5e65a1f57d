import { NEVER } from '../../words/value.ts'
import { jsonFields, leftOutCount, messageOf, timeOf } from '../systemd/entries.ts'
import { stampOf } from '../systemd/log-time.ts'
import { visibleLine } from '../visible.ts'

/** One line of the kernel's log. */
export interface KernelLine {
  /** NEVER where no time is known. */
  at: Date
  message: string
}

export interface KernelLines {
  lines: KernelLine[]
  /** Entries that were left out before, by the reader's own `keep`. */
  leftOut: number
  /** Some lines' times are not known: seconds since boot without the boot's time, or a zone that is not told. */
  timeless: boolean
}

const LINE_LIMIT = 2000
const SINCE_BOOT = /^\[ {0,8}(\d{1,10})\.(\d{6})(?:,\d+)?\] ?/
const CTIME = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})\] ?/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** journalctl and syslog put the host and `kernel:` in front. */
const SOURCE = /^(?:[\w.-]{1,255} )?kernel: (?:\[ {0,8}\d{1,10}\.\d{6}\] )?/

/**
 * Lines of `journalctl -k -o json`, of journalctl's and syslog's text, and of `dmesg`: plain (seconds
 * since `bootMs`), `--time-format iso`, `-T` (local time), `-r`. `zoneMinutes`: the host's zone, undefined when not known.
 */
export function parseKernelLines(
  out: string,
  bootMs: number | undefined,
  zoneMinutes: number | undefined,
  now: Date,
): KernelLines {
  const found: KernelLines = { lines: [], leftOut: 0, timeless: false }
  for (const raw of out.split('\n')) {
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const skipped = leftOutCount(text)
    found.leftOut += skipped
    if (skipped > 0 || text.trim() === '' || /^-- .{1,200} --$/.test(text)) continue
    const fields = text.startsWith('{') ? jsonFields(text) : undefined
    if (fields === 'torn') continue
    const line = fields
      ? { at: timeOf(fields), message: visibleLine(messageOf(fields), LINE_LIMIT) }
      : textLine(visibleLine(text, LINE_LIMIT).replace(/^<\d{1,4}>/, ''), bootMs, zoneMinutes, now)
    if (line.at === NEVER) found.timeless = true
    found.lines.push(line)
  }
  return found
}

function textLine(text: string, bootMs: number | undefined, zone: number | undefined, now: Date): KernelLine {
  const [boot, seconds, micros] = SINCE_BOOT.exec(text) ?? []
  if (boot !== undefined) {
    const ms = (bootMs ?? 0) + Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
    return { at: bootMs === undefined ? NEVER : valid(ms), message: text.slice(boot.length) }
  }
  const [ctime, name = '', day, hour, minute, second, year] = CTIME.exec(text) ?? []
  if (ctime !== undefined) {
    const month = MONTHS.indexOf(name)
    const ms = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second))
    const known = zone !== undefined && month >= 0
    return { at: known ? valid(ms - zone * 60_000) : NEVER, message: text.slice(ctime.length) }
  }
  const stamp = stampOf(text, zone ?? 0, now)
  if (!stamp) return { at: NEVER, message: text }
  return { at: stamp.zoned || zone !== undefined ? stamp.at : NEVER, message: stamp.rest.replace(SOURCE, '') }
}

function valid(ms: number): Date {
  const at = new Date(ms)
  return Number.isNaN(at.getTime()) || at <= NEVER ? NEVER : at
}
