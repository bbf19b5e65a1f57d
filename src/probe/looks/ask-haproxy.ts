import { lstat } from 'node:fs/promises'
import { connect } from 'node:net'
import { parseStat, statusField } from '../../reading/process/stat.ts'
import { isPath, pidOf, stringsOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import { failureOf, or, readText } from './proc.ts'
import type { BuiltInLookFn, LookOutcome } from './types.ts'

/** The only words that are ever sent: each only shows. Source: HAProxy's management guide, 9.3. */
const QUESTIONS = ['show info', 'show stat', 'show errors'] as const
const MOST_SOCKETS = 4
const MOST_BYTES = 4 * 1024 * 1024
const EACH_MS = 2000

/**
 * Asks a running HAProxy's runtime socket what it knows: its process, its servers with their health and counters,
 * and the latest answers that it could not read. Only `show …` is ever sent. Arguments: `sockets` (paths), `pid`
 * (whose socket it must be). `out`: what was answered, by the question.
 */
export const askHaproxyLook: BuiltInLookFn = (args, tools) => {
  const sockets = stringsOf(args, 'sockets').filter(isPath).slice(0, MOST_SOCKETS)
  const pid = pidOf(args)
  const argv = ['socat', `UNIX-CONNECT:${sockets[0] ?? ''}`, 'STDIO']
  if (sockets.length === 0) return Promise.resolve(blind(argv, 'no-such-file', 'no stats socket is configured'))
  return within(tools, argv, async () => {
    let last: LookOutcome = blind(argv, 'no-such-file', 'no stats socket answers')
    for (const socket of sockets) {
      const told = await askAll(socket, tools.signal)
      if ('why' in told) last = blind(argv, told.why, told.says)
      // The path in the file may be another process's by now: its own pid tells.
      else if (await isOf(told.answers['show info'] ?? '', pid)) return found(argv, { socket, ...told.answers })
      else last = blind(argv, 'no-vantage', `${socket} belongs to another HAProxy than pid ${pid}`)
    }
    return last
  })
}

type Told = { answers: Record<string, string> } | { why: 'no-permission' | 'no-such-file' | 'timed-out'; says: string }

async function askAll(socket: string, signal: AbortSignal): Promise<Told> {
  const answers: Record<string, string> = {}
  try {
    if (!(await lstat(socket)).isSocket()) return { why: 'no-such-file', says: `${socket} is no socket` }
    for (const question of QUESTIONS) answers[question] = await ask(socket, question, signal)
    return { answers }
  } catch (error) {
    const why = failureOf(error)
    if (why === 'denied') return { why: 'no-permission', says: `this account may not ask ${socket}` }
    if (error instanceof Error && error.message === 'silent') {
      return { why: 'timed-out', says: `${socket} gave no answer within ${EACH_MS} ms` }
    }
    return { why: 'no-such-file', says: `nobody answers at ${socket}` }
  }
}

/** The answer names a worker: the process itself, one of its children, or itself by its pid within a container. */
async function isOf(info: string, pid: number | undefined): Promise<boolean> {
  const own = Number(/^Pid: (\d{1,9})$/m.exec(info)?.[1] ?? 0)
  if (own === 0 || pid === undefined || own === pid) return own > 0
  const parent = parseStat(or(await readText(`/proc/${own}/stat`, 4096), ''))?.parent
  const inside = statusField(or(await readText(`/proc/${pid}/status`, 8192), ''), 'NSpid').split(/\s+/)
  return parent === pid || (inside.length > 1 && inside.at(-1) === String(own))
}

/** One question on a connection of its own; HAProxy closes it behind the answer. */
function ask(socket: string, question: (typeof QUESTIONS)[number], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = connect({ path: socket })
    const parts: Buffer[] = []
    let bytes = 0
    const end = (error?: Error) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      client.destroy()
      if (error) reject(error)
      else resolve(Buffer.concat(parts).toString('utf8'))
    }
    const stop = () => end(new Error('silent'))
    const timer = setTimeout(stop, EACH_MS)
    signal.addEventListener('abort', stop, { once: true })
    client.once('connect', () => client.write(`${question}\n`))
    client.on('data', (part) => {
      parts.push(part)
      bytes += part.length
      if (bytes > MOST_BYTES) end()
    })
    client.once('end', () => end())
    client.once('close', () => end())
    client.once('error', end)
  })
}
