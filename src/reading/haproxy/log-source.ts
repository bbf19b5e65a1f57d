import type { Capture } from '../../words/look.ts'
import { type LogMeta, parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import type { Dark, ReadContext } from '../reader.ts'
import { jsonFields, messageOf } from '../systemd/entries.ts'
import { parseHealthLine, parseRequestLine } from './log-line.ts'

/** HAProxy's own lines, wherever they were kept. */
export interface LogSource {
  meta: LogMeta
  lines: string[]
  /** Minutes east of UTC of the stamps in a line. */
  zoneMinutes: number
  zoneSure: boolean
  /** Why the absence of a line proves nothing. */
  dark: Dark[]
}

/** So many entries of the journal are asked for. */
const MOST_ENTRIES = 1000
const QUARTER_MS = 15 * 60_000

/** Takes HAProxy's lines out of a log file, or out of the journal, whose entries know the time they were written. */
export function sourceOf(capture: Capture, context: Pick<ReadContext, 'facts' | 'now'>): LogSource {
  const meta = parseLogMeta(capture.meta)
  const all = capture.outcome === 'ok' ? capture.out.split('\n').map((line) => line.replace(/\r$/, '')) : []
  if (capture.kind !== 'run' || capture.pasted === true) {
    const zoneSure = meta.zoneSure && meta.zoneMinutes !== undefined
    return { meta, lines: all, zoneMinutes: meta.zoneMinutes ?? 0, zoneSure, dark: logDark(capture, meta, 'HAProxy') }
  }
  const entries = all.flatMap(entryOf)
  const zones = entries.flatMap(({ message, at }) => zoneOf(message, at))
  return {
    meta,
    lines: entries.map(({ message }) => message),
    zoneMinutes: zones.at(-1) ?? 0,
    zoneSure: zones.length > 0,
    dark: journalDark(capture, entries, context),
  }
}

interface Entry {
  message: string
  /** ms since 1970, UTC. */
  at: number
}

function entryOf(line: string): Entry[] {
  const fields = line.startsWith('{') ? jsonFields(line) : undefined
  if (fields === undefined || fields === 'torn') return []
  const at = Math.floor(Number(fields.__REALTIME_TIMESTAMP) / 1000)
  return Number.isFinite(at) ? [{ message: messageOf(fields), at }] : []
}

/** A line is written when its request ends: that, less what the request took, against its stamp is the zone. */
function zoneOf(message: string, at: number): number[] {
  const line = parseRequestLine(message)
  if (line === undefined) return []
  const apart = line.stamp - (at - Math.max(0, line.totalMs))
  return [Math.round(apart / QUARTER_MS) * 15]
}

function journalDark(
  capture: Capture,
  entries: readonly Entry[],
  { facts, now }: Pick<ReadContext, 'facts' | 'now'>,
): Dark[] {
  if (capture.outcome !== 'ok') {
    return [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'the journal could not be read' }]
  }
  if (capture.exit !== 0 || capture.cut || capture.timedOut) {
    return [{ why: 'cut', says: 'the journal could not be read to its end' }]
  }
  const seconds = facts.get('window.seconds')
  const since = now.getTime() - (typeof seconds === 'bigint' ? Number(seconds) : 0) * 1000
  if (entries.length >= MOST_ENTRIES && (entries[0]?.at ?? 0) > since) {
    return [{ why: 'cut', says: `only the last ${MOST_ENTRIES} entries of the journal were read` }]
  }
  return entries.length > 0 ? [] : [{ why: 'no-such-file', says: 'the journal holds no entry of HAProxy' }]
}

/** Of the journal's entries the time and the message are kept, and the message only where it is one of HAProxy's log. */
export function keepLines(out: string): { out: string; leftOut: string } {
  if (!out.startsWith('{"')) return { out, leftOut: '' }
  const kept = out.split('\n').map((line) => {
    const fields = line.startsWith('{') ? jsonFields(line) : undefined
    if (fields === undefined || fields === 'torn') return ''
    const message = messageOf(fields)
    const needed = parseRequestLine(message) !== undefined || parseHealthLine(message) !== undefined
    return JSON.stringify({ __REALTIME_TIMESTAMP: fields.__REALTIME_TIMESTAMP, MESSAGE: needed ? message : '' })
  })
  return { out: kept.join('\n'), leftOut: 'fields of the journal that are not read' }
}
