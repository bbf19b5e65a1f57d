import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Mistake } from '../words/mistake.ts'
import type { JournalEntry } from './events.ts'
import { formatLine } from './line.ts'
import { type Lock, takeLock } from './lock.ts'
import { giveToFolderOwner } from './owner.ts'
import { scan } from './read-journal.ts'

export { JournalLocked } from './lock.ts'
export { readJournal } from './read-journal.ts'

/** A journal open for appending. One process has it at a time. */
export interface Journal {
  readonly path: string
  /**
   * Writes a line each and has them on the disk when it returns. Never throws: see `warn`. What came about together is
   * written together: to wait for the disk takes longer than most of what is done between two looks.
   */
  append(...entries: JournalEntry[]): void
  close(): void
}

export interface OpenOptions {
  /** True: the file must not be there yet; its folder is made. False: it must be there, whole but for its last line. */
  create: boolean
  /** Told once when the journal cannot be written any more; the session goes on. */
  warn?(says: string): void
}

/**
 * Opens a journal for appending and locks it. A torn last line is cut off first.
 * Throws JournalLocked, Mistake for a journal that is damaged or is not there, and what the file
 * system throws when it cannot be made.
 */
export function openJournal(path: string, options: OpenOptions): Journal {
  if (options.create) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = takeLock(path)
  try {
    const fd = options.create ? createFile(path) : openFile(path)
    try {
      const end = options.create ? 0 : cutTorn(fd, path)
      return writer(path, fd, end, lock, options.warn ?? (() => {}))
    } catch (error) {
      closeSync(fd)
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function createFile(path: string): number {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND } = constants
  const fd = create(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND)
  giveToFolderOwner(fd, path)
  syncFolder(dirname(path))
  return fd
}

function create(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new Mistake(`${path} is there already`, 'A journal is never written over: choose another name.', {
        cause: error,
      })
    }
    throw error
  }
}

function openFile(path: string): number {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_APPEND)
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  throw new Mistake(`${path} is not a file`, 'Name a session from `triage502 sessions`.')
}

/** A new file's name is on the disk only when its folder is. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    // Some file systems cannot sync a folder; the lines themselves are synced all the same.
  }
}

/** Leaves the file ending in a whole line. Gives its length. */
function cutTorn(fd: number, path: string): number {
  const bytes = readFileSync(fd)
  const { read, end } = scan(bytes)
  const [problem] = read.problems
  if (problem !== undefined) {
    throw new Mistake(
      `the journal ${path} is damaged: ${problem}`,
      'It can still be read: `triage502 export` shows what is sound.',
    )
  }
  if (end < bytes.length) ftruncateSync(fd, end)
  if (end === 0 || bytes[end - 1] === 0x0a) return end
  return end + writeSync(fd, '\n')
}

function writer(path: string, fd: number, start: number, lock: Lock, warn: (says: string) => void): Journal {
  let end = start
  let unwritten = ''
  let warned = false
  let open = true
  return { path, append, close }

  /** What could not be written stays in memory and goes first the next time: the disk may have room again. */
  function append(...entries: JournalEntry[]): void {
    if (!open) return
    for (const entry of entries) unwritten += `${formatLine(entry)}\n`
    try {
      const bytes = Buffer.from(unwritten)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fdatasyncSync(fd)
      end += bytes.length
      unwritten = ''
    } catch (error) {
      cutBack()
      if (warned) return
      warned = true
      const says = error instanceof Error ? error.message : String(error)
      warn(`the journal cannot be written (${says}); the diagnosis goes on without it: ${path}`)
    }
  }

  /** Half a line must not stay in front of the next one. */
  function cutBack(): void {
    try {
      ftruncateSync(fd, end)
    } catch {
      // The reader drops a torn last line by itself.
    }
  }

  function close(): void {
    if (!open) return
    open = false
    closeSync(fd)
    lock.release()
  }
}
