import { createConnection } from 'node:net'

/** PM2's socket carries frames: a version and a count in one byte, then each part behind its length. */
const VERSION = 1
const MOST_BYTES = 8 * 1024 * 1024

export type Called =
  | { ok: true; value: unknown }
  | { ok: false; why: 'gone' | 'down' | 'denied' | 'other'; says: string }

/**
 * Calls one method of a PM2 daemon over its `rpc.sock`, as `pm2 jlist` does, and nothing else: where no daemon listens
 * none is started. Never rejects.
 */
export function callPm2(socketPath: string, method: 'getMonitorData', timeoutMs: number): Promise<Called> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath)
    let seen = Buffer.alloc(0)
    const end = (called: Called) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(called)
    }
    const timer = setTimeout(
      () => end({ ok: false, why: 'other', says: `PM2 gave no answer on ${socketPath}` }),
      timeoutMs,
    )
    socket.once('connect', () =>
      socket.write(frame([`j:${JSON.stringify({ type: 'call', method, args: [{}] })}`, 's:triage502:0'])),
    )
    socket.on('data', (chunk) => {
      seen = Buffer.concat([seen, chunk])
      if (seen.length > MOST_BYTES) return end({ ok: false, why: 'other', says: 'the answer of PM2 is too long' })
      const parts = partsOf(seen)
      if (parts) end(answerOf(parts[0] ?? ''))
    })
    socket.once('error', (error) => end(refusal(socketPath, error)))
    socket.once('close', () => end({ ok: false, why: 'other', says: `PM2 closed ${socketPath} without an answer` }))
  })
}

function frame(parts: readonly string[]): Buffer {
  const pieces = parts.flatMap((part) => {
    const body = Buffer.from(part)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length)
    return [length, body]
  })
  return Buffer.concat([Buffer.from([(VERSION << 4) | parts.length]), ...pieces])
}

/** The parts of one frame; undefined while it is not whole. */
function partsOf(buffer: Buffer): string[] | undefined {
  const count = (buffer[0] ?? 0) & 0xf
  const parts: string[] = []
  let at = 1
  for (let i = 0; i < count; i++) {
    if (at + 4 > buffer.length) return undefined
    const length = buffer.readUInt32BE(at)
    if (at + 4 + length > buffer.length) return undefined
    parts.push(buffer.toString('utf8', at + 4, at + 4 + length))
    at += 4 + length
  }
  return buffer.length === 0 ? undefined : parts
}

function answerOf(part: string): Called {
  try {
    const value: unknown = JSON.parse(part.startsWith('j:') ? part.slice(2) : part)
    const args = typeof value === 'object' && value !== null && 'args' in value ? value.args : undefined
    if (Array.isArray(args)) return { ok: true, value: args[0] }
  } catch {
    // Below.
  }
  return { ok: false, why: 'other', says: 'what answered is not PM2, or not as it is known' }
}

function refusal(socketPath: string, error: Error): Called {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return { ok: false, why: 'gone', says: `there is no ${socketPath}` }
  if (code === 'ECONNREFUSED') return { ok: false, why: 'down', says: `nobody listens on ${socketPath}` }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      ok: false,
      why: 'denied',
      says: `this account may not ask PM2 (${socketPath}): run this as root or as its owner`,
    }
  }
  return { ok: false, why: 'other', says: `${socketPath}: ${error.message}` }
}
