import { closeSync, fstatSync, readSync } from 'node:fs'
import type { Cause, Outcome } from '../words/vocabulary.ts'
import type { JournalEntry } from './events.ts'
import { parseLine } from './line.ts'
import { openToRead } from './read-journal.ts'

/** One session in a list. */
export interface SessionRow {
  id: string
  path: string
  url: string
  /** RFC 3339; '' for a journal whose beginning cannot be read. */
  started: string
  /** From the first event to the last. */
  minutes: number
  /** Null while it is open. */
  outcome: Outcome | null
  cause: Cause | null
  /** Not ended, or resumed since. */
  open: boolean
  /** What is wrong with the file; '' for a sound one. */
  damaged: string
}

const FIRST_BYTES = 64 * 1024
const LAST_BYTES = 16 * 1024

/**
 * Reads only a journal's first line and its last ones, however long it is. Never throws: what is
 * wrong stands in the row.
 */
export function readRow(id: string, path: string): SessionRow {
  const row: SessionRow = {
    id,
    path,
    url: '',
    started: '',
    minutes: 0,
    outcome: null,
    cause: null,
    open: false,
    damaged: '',
  }
  try {
    const fd = openToRead(path)
    try {
      const stat = fstatSync(fd)
      if (!stat.isFile()) return { ...row, damaged: 'it is not a file' }
      if (stat.size === 0) return { ...row, damaged: 'it is empty' }
      return fill(row, fd, stat.size)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    return { ...row, damaged: error instanceof Error ? error.message : String(error) }
  }
}

function fill(row: SessionRow, fd: number, size: number): SessionRow {
  const beginning = readAt(fd, 0, Math.min(size, FIRST_BYTES))
  const first = parseLine(beginning.split('\n', 1)[0] ?? '')
  if (!first.ok) return { ...row, damaged: `line 1: ${first.says}` }
  const { event, at } = first.entry
  if (event.type !== 'session.started') return { ...row, damaged: 'it does not begin with session.started' }
  const last = lastEntries(fd, size)
  const sofar = { ...row, url: event.url, started: at }
  const end = last.at(-1)
  if (!end) return { ...sofar, damaged: 'its last lines cannot be read' }
  return { ...sofar, minutes: minutesBetween(at, end.at), ...ending(last) }
}

function ending(entries: JournalEntry[]): Pick<SessionRow, 'open' | 'outcome' | 'cause'> {
  let found: Pick<SessionRow, 'open' | 'outcome' | 'cause'> = { open: true, outcome: null, cause: null }
  for (const { event } of entries) {
    if (event.type === 'session.resumed') found = { open: true, outcome: null, cause: null }
    if (event.type === 'session.ended') {
      const { outcome, verdict } = event.conclusion
      found = { open: false, outcome, cause: verdict?.cause ?? null }
    }
  }
  return found
}

/** The sound entries at the end, a torn last line left out; reads further back until there is one. */
function lastEntries(fd: number, size: number): JournalEntry[] {
  for (let length = LAST_BYTES; ; length *= 8) {
    const from = Math.max(0, size - length)
    const lines = readAt(fd, from, size - from).split('\n')
    // Beginning in the middle of the file, the first of them is most likely the end of a longer line.
    if (from > 0) lines.shift()
    const entries: JournalEntry[] = []
    for (const text of lines) {
      const line = parseLine(text)
      if (line.ok) entries.push(line.entry)
    }
    if (entries.length > 0 || from === 0) return entries
  }
}

function readAt(fd: number, from: number, length: number): string {
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const got = readSync(fd, bytes, filled, length - filled, from + filled)
    if (got === 0) break
    filled += got
  }
  return bytes.toString('utf8', 0, filled)
}

function minutesBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 6000) / 10)
}
