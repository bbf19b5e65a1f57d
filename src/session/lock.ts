import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { Mistake } from '../words/mistake.ts'
import { giveToFolderOwner } from './owner.ts'

/** A journal that another process writes. */
export class JournalLocked extends Mistake {
  /** Process id of the holder, 0 when it is not known yet. */
  readonly pid: number

  constructor(path: string, pid: number) {
    const holder = pid === 0 ? 'another process' : `process ${pid}`
    super(
      `the journal ${path} is being written by ${holder}`,
      `Let it finish or end it. If it is long gone, remove ${path}.lock and try again.`,
    )
    this.name = 'JournalLocked'
    this.pid = pid
  }
}

export interface Lock {
  release(): void
}

/** A lock file without a readable pid is being made right now, or its maker died in the act. */
const MAKING_MS = 5000

const held = new Set<string>()
let releasesOnExit = false

/**
 * Takes `path.lock` for this process: the file holds our pid and, where the system tells it, when we
 * started, so that a pid used again is not taken for the holder. The lock of a process that is gone
 * is taken over. Throws JournalLocked when a living process has it, and what the file system throws.
 */
export function takeLock(path: string): Lock {
  const file = `${path}.lock`
  if (!create(file)) {
    const holder = holderOf(file)
    if (holder.alive) throw new JournalLocked(path, holder.pid)
    takeAway(file, path)
    if (!create(file)) throw new JournalLocked(path, holderOf(file).pid)
  }
  held.add(file)
  releaseOnExit()
  return {
    release() {
      if (!held.delete(file)) return
      rmSync(file, { force: true })
    },
  }
}

function create(file: string): boolean {
  try {
    const fd = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
    try {
      giveToFolderOwner(fd, file)
      writeSync(fd, `${process.pid} ${statOf(process.pid)?.started ?? ''}\n`)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a dead holder's lock. Two processes may both have seen it dead: whoever finds that it took
 * a living one's away puts it back and gives up.
 */
function takeAway(file: string, path: string): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  const holder = holderOf(aside)
  if (holder.alive) {
    renameSync(aside, file)
    throw new JournalLocked(path, holder.pid)
  }
  rmSync(aside, { force: true })
}

function holderOf(file: string): { pid: number; alive: boolean } {
  let content: string
  let age: number
  try {
    content = readFileSync(file, 'utf8')
    age = Date.now() - statSync(file).mtimeMs
  } catch {
    return { pid: 0, alive: false }
  }
  const match = /^(\d{1,10})(?: (\d*))?\n/.exec(content)
  if (!match) return { pid: 0, alive: age < MAKING_MS }
  const pid = Number(match[1])
  return { pid, alive: pid > 0 && isAlive(pid, match[2] ?? '') }
}

/** `started` is empty where it was not known when the lock was made. */
function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const now = statOf(pid)
  if (!now) return true
  // A zombie has ended; only its parent has not asked yet.
  if (now.state === 'Z' || now.state === 'X') return false
  return started === '' || started === now.started
}

/**
 * State and start of a process, the latter in clock ticks since boot (proc(5), stat fields 3 and
 * 22); null where the system does not tell.
 */
function statOf(pid: number): { state: string; started: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The program's name may hold spaces and brackets: fields are counted after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', started: fields[19] ?? '' }
  } catch {
    return null
  }
}

function releaseOnExit(): void {
  if (releasesOnExit) return
  releasesOnExit = true
  process.on('exit', () => {
    for (const file of held) rmSync(file, { force: true })
  })
}
