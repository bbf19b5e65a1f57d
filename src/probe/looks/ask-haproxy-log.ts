import { constants } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { parseStat } from '../../reading/process/stat.ts'
import { pidOf, stringsOf } from './arguments.ts'
import { containerIdOf } from './container-id.ts'
import { programOf } from './listeners.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { or, processExists, readTarget, readText } from './proc.ts'
import { findOwners } from './socket-tables.ts'
import type { BuiltInLookFn } from './types.ts'

/** Where a log ends up. */
interface LogPlace {
  kind: 'file' | 'journal' | 'nowhere' | 'unknown'
  path: string
  writer: number
  program: string
  target: string
}

const MOST_TARGETS = 8
const MOST_FILES = 200
const MOST_WAITS = 5
const WAIT_MS = 100
/** So much of a file's end is searched for a line of this process. */
const TAIL = 256 * 1024
const MOST_TABLE = 4 * 1024 * 1024

/**
 * Follows HAProxy's `log` targets to the file that the lines stand in: its own standard output, or the files that
 * the syslog daemon behind a socket writes, of which the one that has a line of this process is taken: so it waits until our own request was made. Nothing is
 * sent. Arguments: `pid`, `targets` (as the configuration writes them); `again` makes a look of its own of a second one.
 */
export const askHaproxyLogLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const targets = stringsOf(args, 'targets').slice(0, MOST_TARGETS)
  const argv = ['ls', '-l', `/proc/${pid ?? 'PID'}/fd`]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    if (!processExists(pid)) return blind(argv, 'no-such-file', `there is no process ${pid}`)
    const places: LogPlace[] = []
    for (const target of targets) {
      if (over()) break
      places.push(await placeOf(target, pid, over))
    }
    const best = ['file', 'journal', 'unknown'].flatMap((kind) => places.find((place) => place.kind === kind) ?? [])[0]
    const none: LogPlace = { kind: 'nowhere', path: '', writer: 0, program: '', target: '' }
    return found(argv, { ...(best ?? none) }, { timedOut: over() })
  })
}

async function placeOf(target: string, pid: number, over: Over): Promise<LogPlace> {
  const unknown: LogPlace = { kind: 'unknown', path: '', writer: 0, program: '', target }
  const stream = /^(?:stdout|fd@1)$/.test(target) ? 1 : /^(?:stderr|fd@2)$/.test(target) ? 2 : 0
  if (stream > 0) return ofStream(stream, pid, unknown)
  const inode = await receiverOf(target, pid)
  if (inode === '') return unknown
  const owners = await findOwners(new Set([inode]), over)
  const [owner] = (owners.pids.get(inode) ?? []).filter((each) => each !== pid).sort((a, b) => b - a)
  if (owner === undefined) return unknown
  const program = await programOf(owner)
  if (/^systemd(-journald)?$/.test(program)) return { ...unknown, kind: 'journal', writer: owner, program }
  // It may not have written our own line yet.
  let path = await fileWith(pid, owner)
  for (let times = 0; path === '' && times < MOST_WAITS && !over(); times++) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    path = await fileWith(pid, owner)
  }
  return path === '' ? { ...unknown, writer: owner, program } : { kind: 'file', path, writer: owner, program, target }
}

/** What a standard stream of the process is: a file, the journal's socket, or nothing that can be read. */
async function ofStream(fd: number, pid: number, unknown: LogPlace): Promise<LogPlace> {
  const link = or(await readTarget(`/proc/${pid}/fd/${fd}`), '')
  const program = await programOf(pid)
  if (link.startsWith('socket:')) return { ...unknown, kind: 'journal', program }
  if (link === '/dev/null') return { ...unknown, kind: 'nowhere' }
  // The engine of its container holds the other end, and is asked for what came.
  if (link.startsWith('pipe:') && (await containerIdOf(pid)) !== '')
    return { ...unknown, kind: 'file', path: fd === 1 ? '/dev/stdout' : '/dev/stderr', writer: pid, program }
  if (!link.startsWith('/') || link.startsWith('/dev/')) return unknown
  return { ...unknown, kind: 'file', path: link.replace(/ \(deleted\)$/, ''), writer: pid, program }
}

/** The inode of the socket that a target's lines are sent to; '' where nobody here receives them. */
async function receiverOf(target: string, pid: number): Promise<string> {
  const udp = /^(?:udp[46]?@|ipv4@)?(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)(?::(\d{1,5}))?$/.exec(target)
  if (udp !== null) {
    const port = Number(udp[1] ?? 514)
      .toString(16)
      .toUpperCase()
      .padStart(4, '0')
    for (const table of ['udp', 'udp6']) {
      const lines = or(await readText(`/proc/${pid}/net/${table}`, MOST_TABLE), '').split('\n')
      const line = lines.find((each) => each.trim().split(/\s+/)[1]?.endsWith(`:${port}`) === true)
      if (line !== undefined) return line.trim().split(/\s+/)[9] ?? ''
    }
    return ''
  }
  const path = target.replace(/^unix@/, '')
  if (!path.startsWith('/')) return ''
  // A process that changed its root sends to the path within it; both lead to the file that the daemon has bound.
  const root = or(await readTarget(`/proc/${pid}/root`), '/').replace(/\/$/, '')
  const names = new Set<string>()
  for (const name of [`${root}${path}`, path]) {
    names.add(name)
    names.add(await realpath(name).catch(() => name))
  }
  const sockets = or(await readText(`/proc/${pid}/net/unix`, MOST_TABLE), '').split('\n')
  const fields = sockets.map((line) => line.trim().split(/\s+/))
  return fields.find((words) => names.has(words[7] ?? ''))?.[6] ?? ''
}

/** The file of a syslog daemon in which a line of this process stands; else one that is named after HAProxy. */
async function fileWith(pid: number, daemon: number): Promise<string> {
  const names = await readdir(`/proc/${daemon}/fd`).catch(() => [])
  const parent = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))?.parent ?? 0
  const marks = [pid, parent].filter((each) => each > 1).map((each) => `[${each}]: `)
  let named = ''
  for (const name of names.slice(0, MOST_FILES)) {
    const path = or(await readTarget(`/proc/${daemon}/fd/${name}`), '')
    if (!path.startsWith('/') || /^\/(dev|proc|sys)\//.test(path) || path.endsWith(' (deleted)')) continue
    const tail = await tailOf(`/proc/${daemon}/fd/${name}`)
    if (marks.some((mark) => tail.includes(mark))) return path
    if (/haproxy/i.test(path.split('/').at(-1) ?? '') && tail !== '') named ||= path
  }
  return named
}

/** The end of a regular file; '' for anything else. */
async function tailOf(path: string): Promise<string> {
  try {
    if (!(await stat(path)).isFile()) return ''
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    try {
      const { size } = await file.stat()
      const buffer = Buffer.alloc(Math.min(TAIL, size))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, Math.max(0, size - TAIL))
      return buffer.toString('latin1', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return ''
  }
}
