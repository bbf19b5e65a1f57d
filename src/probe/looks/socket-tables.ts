import { constants, readdirSync, readlinkSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Connection } from '../../reading/process/connections.ts'
import { isConnection, type ProcSocket, parseTcpLine, parseUnixLine } from '../../reading/process/socket-table.ts'
import { breathe, type Over } from './outcome.ts'
import { failureOf, listPids } from './proc.ts'

/** Listening sockets of one network namespace: the kernel's own lines, and the same parsed. */
export interface Tables {
  /** tcp and tcp6 were both read to the end of their listening part. */
  whole: boolean
  lines: { tcp: string[]; tcp6: string[]; unix: string[] }
  sockets: ProcSocket[]
}

/**
 * Reads the listening sockets that a process can see from `/proc/PID/net`.
 * @param pid whose network namespace; `'self'` for our own
 */
export async function readTables(pid: number | 'self', over: Over): Promise<Tables> {
  const folder = `/proc/${pid}/net`
  const tcp = await listening(`${folder}/tcp`, (line) => parseTcpLine(line), isConnection, over)
  const tcp6 = await listening(`${folder}/tcp6`, (line) => parseTcpLine(line), isConnection, over)
  const unix = await listening(
    `${folder}/unix`,
    (line) => parseUnixLine(line),
    () => false,
    over,
  )
  // A kernel without IPv6 has no tcp6 at all.
  const whole = tcp.whole && (tcp6.whole || tcp6.absent)
  return {
    whole,
    lines: { tcp: tcp.lines, tcp6: tcp6.lines, unix: unix.lines },
    sockets: [...tcp.sockets, ...tcp6.sockets, ...unix.sockets],
  }
}

interface Part {
  whole: boolean
  absent: boolean
  lines: string[]
  sockets: ProcSocket[]
}

/** Connections can be hundreds of thousands and stand after all listening sockets: reading ends at the first. */
async function listening(
  path: string,
  parse: (line: string) => ProcSocket | undefined,
  end: (line: string) => boolean,
  over: Over,
): Promise<Part> {
  const part: Part = { whole: false, absent: false, lines: [], sockets: [] }
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const buffer = Buffer.alloc(64 * 1024)
      let rest = ''
      while (!over()) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
        const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const socket = parse(line)
          if (socket) {
            part.lines.push(line.trimEnd())
            part.sockets.push(socket)
          }
        }
        const last = lines.at(-1)
        if (bytesRead === 0 || (last !== undefined && end(last))) return { ...part, whole: true }
      }
      return part
    } finally {
      await file.close()
    }
  } catch (error) {
    return { ...part, absent: failureOf(error) === 'gone' }
  }
}

/** A table of a very busy machine is read so far and no further. */
const MOST_TABLE_BYTES = 32 * 1024 * 1024

/**
 * The connections that `parse` knows, from tables of `/proc/PID/net`. `whole`: every table was read to its end.
 * @param pid whose network namespace
 */
export async function readConnections(
  pid: number,
  tables: readonly ('tcp' | 'tcp6' | 'unix')[],
  parse: (line: string) => Connection | undefined,
  over: Over,
): Promise<{ whole: boolean; list: Connection[] }> {
  const list: Connection[] = []
  let whole = true
  for (const table of tables) {
    try {
      const file = await open(`/proc/${pid}/net/${table}`, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        const buffer = Buffer.alloc(64 * 1024)
        let [rest, bytes] = ['', 0]
        for (;;) {
          if (over() || bytes > MOST_TABLE_BYTES) return { whole: false, list }
          const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
          bytes += bytesRead
          const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n')
          rest = lines.pop() ?? ''
          list.push(...lines.flatMap((line) => parse(line) ?? []))
          if (bytesRead === 0) break
        }
      } finally {
        await file.close()
      }
    } catch (error) {
      // A kernel without IPv6 has no tcp6 at all.
      if (table !== 'tcp6' || failureOf(error) !== 'gone') whole = false
    }
  }
  return { whole, list }
}

export interface Owners {
  /** Socket inode to the pids that hold it. */
  pids: Map<string, number[]>
  /** Open files of every process were seen. */
  whole: boolean
}

/**
 * Finds who holds these sockets through the open files of all processes. Reading these links neither
 * waits nor touches the files they name, so a folder is read at once, with a pause between processes.
 */
export async function findOwners(inodes: ReadonlySet<string>, over: Over): Promise<Owners> {
  const owners: Owners = { pids: new Map(), whole: true }
  if (inodes.size === 0) return owners
  for (const [at, pid] of (await listPids()).entries()) {
    if (over()) return { ...owners, whole: false }
    if (at % 16 === 15) await breathe()
    const held = socketsOf(pid)
    if (held === 'denied') owners.whole = false
    else for (const inode of held) if (inodes.has(inode)) remember(owners.pids, inode, pid)
  }
  return owners
}

function remember(pids: Map<string, number[]>, inode: string, pid: number): void {
  const known = pids.get(inode) ?? []
  if (known.at(-1) !== pid) known.push(pid)
  pids.set(inode, known)
}

function socketsOf(pid: number): string[] | 'denied' {
  const inodes: string[] = []
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const target = targetOf(`/proc/${pid}/fd/${fd}`)
      if (target.startsWith('socket:[')) inodes.push(target.slice('socket:['.length, -1))
    }
    return inodes
  } catch (error) {
    return failureOf(error) === 'denied' ? 'denied' : inodes
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/**
 * The process to speak of where several hold one socket: the one whose parent is not among them, so
 * a server's master and not its workers. A manager that passed the socket on (pid 1) does not count.
 */
export function masterOf(pids: readonly number[], parentOf: (pid: number) => number): number {
  const others = pids.filter((pid) => pid !== 1)
  const owners = others.length > 0 ? others : pids
  return owners.find((pid) => !owners.includes(parentOf(pid))) ?? owners[0] ?? 0
}
