import { count, DecodeError, number, object, text, time } from './decode.ts'
import { event, isEventType } from './event-decoder.ts'
import type { JournalEntry } from './events.ts'

/** `whole`: it is JSON, so it was not cut off in the middle. */
export type ParsedLine = { ok: true; entry: JournalEntry } | { ok: false; says: string; whole: boolean }

/** One entry as its line, without the line end: the event's fields beside `v`, `seq` and `at`. */
export function formatLine(entry: JournalEntry): string {
  const { type, ...fields } = entry.event
  const line: Record<string, unknown> = { v: entry.v, seq: entry.seq, at: entry.at, type }
  // `at` is the line's own time: the place that vantage.proven names stands under another name.
  for (const [name, value] of Object.entries(fields)) line[name === 'at' ? 'vantage' : name] = value
  return JSON.stringify(line)
}

/** Reads one line. Never throws; `says` names the field that is wrong, or the newer version that wrote it. */
export function parseLine(line: string): ParsedLine {
  try {
    const value: unknown = JSON.parse(line)
    const { v, type } = head(value, '')
    if (v !== 1)
      return {
        ok: false,
        says: `it is written in version ${v} of the journal; this program reads version 1`,
        whole: true,
      }
    if (!isEventType(type)) {
      return {
        ok: false,
        says: `the event ${JSON.stringify(type)} is not known here: a newer triage502 wrote it`,
        whole: true,
      }
    }
    const { seq, at } = position(value, '')
    return { ok: true, entry: { v: 1, seq, at, event: event(value, '') } }
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, says: error.message, whole: true }
    return { ok: false, says: 'it is not JSON', whole: false }
  }
}

const head = object<{ v: number; type: string }>({ v: number, type: text })
const position = object<{ seq: number; at: string }>({ seq: count, at: time })
