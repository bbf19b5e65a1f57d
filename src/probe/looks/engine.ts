import { createRequire } from 'node:module'
import type { JsonObject } from '../../words/json.ts'

// Required, not imported: importing it would load everything that node:http can lead to.
const { request }: typeof import('node:http') = createRequire(import.meta.url)('node:http')

/** What a container engine's socket gave. `gone`: there is no socket; `down`: there is one, and nobody listens on it. */
export type Answer =
  | { ok: true; status: number; body: Buffer }
  | { ok: false; why: 'gone' | 'down' | 'denied' | 'other'; says: string }

/** More than this is not taken from one answer. */
const MOST_BYTES = 4 * 1024 * 1024

/** Where Docker's engine listens: for the machine, else for this account alone. */
export function engineSockets(env: Readonly<Record<string, string>>): string[] {
  const own = env.XDG_RUNTIME_DIR
  return ['/var/run/docker.sock', ...(own?.startsWith('/') ? [`${own}/docker.sock`] : [])]
}

/** One GET on an engine's socket. Never rejects; an answer of more than `mostBytes` counts as none. */
export function askEngine(
  socketPath: string,
  path: string,
  timeoutMs: number,
  signal: AbortSignal,
  mostBytes = MOST_BYTES,
): Promise<Answer> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)))])
    const asking = request(
      { socketPath, path, method: 'GET', headers: { Host: 'docker' }, agent: false, signal: limit },
      (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes <= mostBytes) chunks.push(chunk)
          else response.destroy(new Error(`its answer is longer than ${mostBytes} bytes`))
        })
        response.once('end', () => resolve({ ok: true, status: response.statusCode ?? 0, body: Buffer.concat(chunks) }))
        response.once('error', (error) => resolve(refusal(socketPath, error)))
      },
    )
    asking.once('error', (error) => resolve(refusal(socketPath, error)))
    asking.end()
  })
}

/** Whom to ask, and how long: milliseconds for one answer. */
export interface Asking {
  env: Readonly<Record<string, string>>
  timeoutMs: number
  signal: AbortSignal
}

/** One GET on the first of the engine's sockets that is there. */
export async function askFirst(asking: Asking, path: string, mostBytes = MOST_BYTES): Promise<Answer> {
  let last: Answer = { ok: false, why: 'gone', says: 'no container engine answers on this machine' }
  for (const socket of engineSockets(asking.env)) {
    last = await askEngine(socket, path, asking.timeoutMs * 0.7, asking.signal, mostBytes)
    if (last.ok || last.why !== 'gone') return last
  }
  return last
}

/**
 * What a container printed, from the engine's answer: without a terminal the engine puts eight bytes before each
 * piece (stream, three zeros, length).
 */
export function withoutFrames(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  let at = 0
  while (at + 8 <= body.length) {
    if ((body[at] ?? 9) > 2 || body.readUIntBE(at + 1, 3) !== 0) return body
    const length = body.readUInt32BE(at + 4)
    pieces.push(body.subarray(at + 8, at + 8 + length))
    at += 8 + length
  }
  return Buffer.concat(pieces)
}

/** The JSON of an answer; undefined where it is none. */
export function jsonOf(answer: Answer): unknown {
  if (!answer.ok || answer.status !== 200) return undefined
  try {
    return JSON.parse(answer.body.toString('utf8'))
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refusal(socketPath: string, error: Error): Answer {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: false, why: 'gone', says: `there is no ${socketPath}` }
  if (code === 'ECONNREFUSED') return { ok: false, why: 'down', says: `nobody listens on ${socketPath}` }
  if (code === 'EACCES' || code === 'EPERM') {
    const says = `this account may not ask Docker (${socketPath}): run this as root, or as a member of the socket's group`
    return { ok: false, why: 'denied', says }
  }
  return { ok: false, why: 'other', says: `${socketPath}: ${error.message}` }
}
