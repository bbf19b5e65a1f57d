import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { Mistake } from '../words/mistake.ts'
import type { JournalEntry } from './events.ts'
import { parseLine } from './line.ts'

/** What a journal holds. */
export interface ReadJournal {
  /** Every entry up to the first problem. */
  entries: JournalEntry[]
  /** The last line was cut off in the middle, and was dropped. */
  torn: boolean
  /** What is wrong, with the line's number; empty for a sound journal. */
  problems: string[]
}

/**
 * Reads a journal whole. Never throws for what it holds: a torn last line is dropped and told, and
 * reading ends at the first line that is damaged, out of order, or written by a newer version.
 * Throws Mistake when there is no such file, and what the file system throws when it cannot be read.
 */
export function readJournal(path: string): ReadJournal {
  return scan(readBytes(path)).read
}

function readBytes(path: string): Buffer {
  const fd = openToRead(path)
  try {
    if (!fstatSync(fd).isFile()) throw new Mistake(`${path} is not a file`, 'Name a session from `triage502 sessions`.')
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Opens read-only and without waiting (a named pipe has no end). */
export function openToRead(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Mistake(`there is no journal ${path}`, 'See `triage502 sessions`.', { cause: error })
    }
    throw error
  }
}

const strict = new TextDecoder('utf-8', { fatal: true })

/** The sound part of a journal. `end`: where the last sound line ends, its line end included when it has one. */
export function scan(bytes: Buffer): { read: ReadJournal; end: number } {
  const read: ReadJournal = { entries: [], torn: false, problems: [] }
  let end = 0
  for (let number = 1; end < bytes.length; number++) {
    const found = bytes.indexOf(0x0a, end)
    const next = found < 0 ? bytes.length : found
    const line = parseBytes(bytes.subarray(end, next), number)
    if (!line.ok) {
      if (found < 0 && !line.whole) read.torn = true
      else read.problems.push(`line ${number}: ${line.says}`)
      break
    }
    read.entries.push(line.entry)
    end = found < 0 ? next : next + 1
  }
  return { read, end }
}

function parseBytes(bytes: Uint8Array, number: number): ReturnType<typeof parseLine> {
  let text: string
  try {
    text = strict.decode(bytes)
  } catch {
    return { ok: false, says: 'it is not UTF-8', whole: false }
  }
  const line = parseLine(text)
  if (!line.ok) return line
  const { seq, event } = line.entry
  if (seq !== number) return { ok: false, says: `it is entry ${seq}; entry ${number} belongs here`, whole: true }
  if ((event.type === 'session.started') !== (number === 1)) {
    return { ok: false, says: 'session.started stands at the beginning of a journal, and only there', whole: true }
  }
  return line
}
