import { constants } from 'node:fs'
import { lstat, open, readdir, readlink } from 'node:fs/promises'
import { type Clock, parseStat, type Stat } from '../../reading/process/stat.ts'

/** Why a file gave nothing. `gone`: it is proven not to be there. */
export type Failure = 'gone' | 'denied' | 'other'
export type Seen<T> = { ok: true; value: T } | { ok: false; why: Failure }

const SMALL = 256 * 1024

/** The text of one small file, at most `limit` bytes of it. Only regular files are read (those of /proc are), and nothing waits for a writer. */
export async function readText(path: string, limit = SMALL): Promise<Seen<string>> {
  return attempt(async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      if (!(await file.stat()).isFile()) return { ok: false, why: 'other' }
      const buffer = Buffer.alloc(limit)
      let length = 0
      while (length < limit) {
        const { bytesRead } = await file.read(buffer, length, limit - length, null)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return { ok: true, value: buffer.toString('utf8', 0, length) }
    } finally {
      await file.close()
    }
  })
}

/** Where a link of /proc points (`exe`, `cwd`, `ns/net`). */
export async function readTarget(path: string): Promise<Seen<string>> {
  return attempt(async () => ({ ok: true, value: await readlink(path) }))
}

/** How many entries a folder has. */
export async function countEntries(path: string): Promise<Seen<number>> {
  return attempt(async () => ({ ok: true, value: (await readdir(path)).length }))
}

/** The inode number of a file of /proc/PID/net, unique for each network namespace. */
export async function inodeOf(path: string): Promise<Seen<number>> {
  return attempt(async () => ({ ok: true, value: (await lstat(path)).ino }))
}

/** Runs file operations; turns what the system refuses into a `Failure`. */
export async function attempt<T>(work: () => Promise<Seen<T>>): Promise<Seen<T>> {
  try {
    return await work()
  } catch (error) {
    return { ok: false, why: failureOf(error) }
  }
}

/** ESRCH: the process ended while it was being read. */
export function failureOf(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR') return 'gone'
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'other'
}

/** The value, or `fallback` where nothing was seen. */
export function or<T>(seen: Seen<T>, fallback: T): T {
  return seen.ok ? seen.value : fallback
}

/** A process's arguments or environment: entries that end in NUL. */
export function entriesOf(text: string): string[] {
  const entries = text.split('\0')
  if (entries.at(-1) === '') entries.pop()
  return entries
}

/** Pids of all processes that this account's /proc shows. */
export async function listPids(): Promise<number[]> {
  const names = await attempt(async () => ({ ok: true, value: await readdir('/proc') }))
  return or(names, [])
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
}

/** `stat` of every process, by pid; those that ended meanwhile are left out. */
export async function allStats(over: () => boolean): Promise<Map<number, Stat>> {
  const stats = new Map<number, Stat>()
  for (const pid of await listPids()) {
    if (over()) break
    const stat = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))
    if (stat) stats.set(pid, stat)
  }
  return stats
}

/** Time, uptime and boot time of one moment, to date processes with. */
export async function readClock(now: Date): Promise<Clock> {
  const uptime = Number(or(await readText('/proc/uptime', 256), '').split(' ')[0] ?? 0)
  const boot = /^btime (\d+)$/m.exec(or(await readText('/proc/stat'), ''))?.[1]
  return { nowMs: now.getTime(), uptimeMs: Math.round((uptime || 0) * 1000), bootSeconds: Number(boot ?? 0) }
}

/** The clock as a look writes it down for its reader. */
export function clockJson(clock: Clock): { now_ms: number; uptime_ms: number; boot_s: number } {
  return { now_ms: clock.nowMs, uptime_ms: clock.uptimeMs, boot_s: clock.bootSeconds }
}

/** Does the process exist? Signal 0 changes nothing, and tells "not yours" from "not there" even where /proc hides others. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return failureOf(error) !== 'gone'
  }
}
