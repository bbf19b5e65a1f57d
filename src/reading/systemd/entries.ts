import { NEVER } from '../../words/value.ts'
import { visibleLine } from '../visible.ts'
import { stampOf } from './log-time.ts'

/** What the manager says of a unit, as one word. */
export type ManagerEvent =
  | 'starting'
  | 'started'
  | 'exited'
  | 'failed'
  | 'stopping'
  | 'stopped'
  | 'succeeded'
  | 'restart'
  | 'other'

/** One entry of a journal, or one line of a log. */
export interface Entry {
  /** NEVER where no time is known. */
  at: Date
  message: string
  /** The service manager wrote it (or the child that it was about to turn into the app). */
  manager: ManagerEvent | undefined
  /** systemd's id of one start of a unit; '' where it is not known. */
  run: string
}

/** How entries were told: `zoned` false where some stamps name no zone. */
export interface Entries {
  entries: Entry[]
  /** Entries that were left out before, by the reader's own `keep`. */
  leftOut: number
  zoned: boolean
}

/** Longer messages are cut: a reason stands at their beginning. */
const MESSAGE_LIMIT = 2000

/** From systemd's catalog (sd-messages.h). */
const EVENTS: Readonly<Record<string, ManagerEvent>> = {
  '7d4958e842da4a758f6c1cdc7b36dcc5': 'starting',
  '39f53479d3a045ac8e11786248231fbf': 'started',
  '98e322203f7a4ed290d09fe03c09fe15': 'exited',
  d9b373ed55a64feb8242e02dbe79a49c: 'failed',
  be02cf6855d2428ba40df7e9d022f03d: 'failed',
  de5b426a63be47a7b6ac3eaac82e2f6f: 'stopping',
  '9d1aaa27d60140bd96365438aad20286': 'stopped',
  '7ad2d189f7e94e70a38c781354912448': 'succeeded',
  '5eb03494b6584870a536b337290809b3': 'restart',
}

/** The note that `keep` leaves in place of what it left out. */
const LEFT_OUT = /^… (\d{1,9}) entries left out$/

/** The note itself. */
export function leftOutNote(count: number): string {
  return `… ${count} entries left out`
}

/** How many entries a note stands for; 0 when the line is none. */
export function leftOutCount(line: string): number {
  return Number(LEFT_OUT.exec(line)?.[1] ?? 0)
}

/**
 * Parses `journalctl -o json` (one object a line; a torn line is left out) and plain log lines, also
 * mixed. `zoneMinutes`: zone of stamps that name none. Empty lines and `-- Boot … --` are no entries.
 */
export function parseEntries(out: string, zoneMinutes: number, now: Date): Entries {
  const entries: Entry[] = []
  let leftOut = 0
  let zoned = true
  let at = NEVER
  for (const raw of out.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    const skipped = leftOutCount(line)
    if (skipped > 0) leftOut += skipped
    if (skipped > 0 || line.trim() === '' || /^-- .{1,200} --$/.test(line)) continue
    if (line.startsWith('{')) {
      const fields = jsonFields(line)
      if (fields === 'torn') continue
      if (fields) {
        entries.push(jsonEntry(fields))
        continue
      }
    }
    const entry = textEntry(line, zoneMinutes, now, at)
    at = entry.at
    if (!entry.zoned) zoned = false
    entries.push(entry.entry)
  }
  return { entries, leftOut, zoned }
}

type Fields = Readonly<Record<string, unknown>>

/** The fields of a journal entry; undefined for an app's own JSON line, `torn` for half an entry. */
export function jsonFields(line: string): Fields | 'torn' | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isFields(value) && ('__REALTIME_TIMESTAMP' in value || '__CURSOR' in value) ? value : undefined
  } catch {
    return line.includes('"__REALTIME_TIMESTAMP"') || line.includes('"__CURSOR"') || line.includes('"_BOOT_ID"')
      ? 'torn'
      : undefined
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A journal entry's text: a string, bytes where it is not UTF-8, nothing where it is too long. */
export function messageOf(fields: Fields): string {
  const message = fields.MESSAGE
  if (typeof message === 'string') return message.slice(0, MESSAGE_LIMIT)
  if (!Array.isArray(message)) return ''
  const first: unknown = message[0]
  // A field may stand in an entry several times.
  if (typeof first === 'string') return first.slice(0, MESSAGE_LIMIT)
  const bytes = message.slice(0, MESSAGE_LIMIT).filter((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)
  return Buffer.from(bytes).toString('utf8')
}

/** When a journal entry was written; NEVER where that is not told. */
export function timeOf(fields: Fields): Date {
  const micros = fields.__REALTIME_TIMESTAMP
  if (typeof micros !== 'string' || !/^\d{1,17}$/.test(micros)) return NEVER
  const at = new Date(Math.floor(Number(micros) / 1000))
  return Number.isNaN(at.getTime()) ? NEVER : at
}

function jsonEntry(fields: Fields): Entry {
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : '')
  const message = visibleLine(messageOf(fields), MESSAGE_LIMIT)
  const byManager = fields.UNIT !== undefined || fields.USER_UNIT !== undefined
  // What runs under a user's manager carries the id of that manager's own start.
  const own = text('_SYSTEMD_UNIT').startsWith('user@') ? '' : text('_SYSTEMD_INVOCATION_ID')
  return {
    at: timeOf(fields),
    message,
    manager: byManager ? (EVENTS[text('MESSAGE_ID')] ?? eventOf(message)) : undefined,
    run: byManager ? text('INVOCATION_ID') || text('USER_INVOCATION_ID') : own,
  }
}

/** `host program[pid]: ` as journalctl and syslog write it. */
const SOURCE = /^(?:[\w.-]{1,255} )?(\([^)\s]{1,64}\)|[\w./@+-]{1,64})\[\d{1,10}\]: /

function textEntry(line: string, zone: number, now: Date, before: Date): { entry: Entry; at: Date; zoned: boolean } {
  const text = visibleLine(line, MESSAGE_LIMIT)
  const stamp = stampOf(text, zone, now)
  const source = stamp ? SOURCE.exec(stamp.rest) : null
  const program = source?.[1] ?? ''
  const message = source && stamp ? stamp.rest.slice(source[0].length) : text
  const byManager = program === 'systemd' || program.startsWith('(')
  const at = stamp?.at ?? before
  return {
    entry: { at, message, manager: byManager ? eventOf(message) : undefined, run: '' },
    at,
    zoned: stamp?.zoned ?? true,
  }
}

/** The event by its wording, for entries without an id. */
function eventOf(message: string): ManagerEvent {
  if (message.startsWith('Starting ')) return 'starting'
  if (message.startsWith('Started ')) return 'started'
  if (message.startsWith('Stopping ')) return 'stopping'
  if (message.startsWith('Stopped ')) return 'stopped'
  if (message.includes(': Main process exited, code=')) return 'exited'
  if (message.includes(": Failed with result '") || message.startsWith('Failed to start ')) return 'failed'
  if (message.endsWith(': Deactivated successfully.') || message.endsWith(': Succeeded.')) return 'succeeded'
  if (message.includes(': Scheduled restart job, ')) return 'restart'
  return 'other'
}
