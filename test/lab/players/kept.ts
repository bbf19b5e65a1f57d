import { connect, type Socket } from 'node:net'
import type { Next, Outcome } from './relay.ts'

// One connection to the next hop, kept for the next request: as balancers do, for as long as they are set to.
//
// A balancer learns that the other side closed an idle connection when the FIN arrives. A request that it sends before it
// looks is lost: AWS names that case ("the target closed the connection with a TCP RST or FIN while the load balancer had an
// outstanding request") as a reason of its 502. The chance of it is one in many; here it is made certain: nobody looks at an
// idle connection until the next request is sent over it.

export class KeptConnection {
  #socket: Socket | undefined

  async ask(next: Next, path: string, headers: Record<string, string>): Promise<Outcome> {
    const socket = this.#socket ?? (await opened(next))
    this.#socket = undefined
    if (typeof socket === 'string') return { kind: socket }
    const outcome = await exchanged(socket, next.answerMs, requestText(path, headers))
    if (outcome.kind !== 'answer') socket.destroy()
    else this.#socket = socket.resume()
    return outcome
  }
}

function opened({ host, port, connectMs }: Next): Promise<Socket | 'refused' | 'dropped'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true })
    const timer = setTimeout(() => settle('dropped'), connectMs)
    const settle = (given: Socket | 'refused' | 'dropped') => {
      clearTimeout(timer)
      if (typeof given === 'string') socket.destroy()
      resolve(given)
    }
    socket.once('connect', () => settle(socket))
    socket.on('error', () => settle('refused'))
  })
}

function requestText(path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** Sends it and reads one answer; only those with a Content-Length are understood. */
function exchanged(socket: Socket, answerMs: number, text: string): Promise<Outcome> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0)
    const settle = (outcome: Outcome) => {
      clearTimeout(timer)
      for (const event of ['data', 'end', 'close']) socket.removeAllListeners(event)
      resolve(outcome)
    }
    const timer = setTimeout(() => settle({ kind: 'slow' }), answerMs)
    socket.on('data', (part: Buffer) => {
      read = Buffer.concat([read, part])
      const answer = answerIn(read)
      if (answer !== undefined) settle(answer)
    })
    // It was closed while it was idle: what is sent now is lost.
    if (socket.readableEnded) socket.end(text, () => settle({ kind: 'reset' }))
    socket.once('end', () => settle({ kind: 'reset' }))
    socket.once('close', () => settle({ kind: 'reset' }))
    if (!socket.readableEnded) socket.write(text)
    socket.resume()
  })
}

function answerIn(read: Buffer): Outcome | undefined {
  const end = read.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = read.toString('latin1', 0, end).split('\r\n')
  const [, status = '', reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(first) ?? []
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = Number(headers['content-length'] ?? 0)
  if (status === '') return { kind: 'garbage' }
  const body = read.subarray(end + 4)
  return body.length < length ? undefined : { kind: 'answer', status: Number(status), reason, headers, body }
}
