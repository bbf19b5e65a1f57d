import { connect, type NetConnectOpts } from 'node:net'
import type { JsonObject } from '../../words/json.ts'
import { hostOf, pathOf, portOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

/**
 * Questions that a server of the protocol answers by itself, before any application gets to see them:
 * a request of an HTTP version that there is not (RFC 9112 2.6: it is refused), and a FastCGI management
 * record that asks for a limit (FastCGI specification 4.1).
 */
const QUESTIONS: readonly { name: string; bytes: Buffer }[] = [
  { name: 'http', bytes: Buffer.from('GET / HTTP/7.7\r\nHost: localhost\r\nConnection: close\r\n\r\n', 'latin1') },
  { name: 'fastcgi', bytes: Buffer.from('\x01\x09\0\0\0\x11\0\0\x0f\0FCGI_MPXS_CONNS', 'latin1') },
]
/** A worker that is free answers in milliseconds. */
const ANSWER_MS = 2500
const MOST_BYTES = 64

/**
 * Which protocol a listener speaks, by asking it in each. Arguments: `host` and `port`, or `socket`.
 * Each question is a connection of its own, which ends at the first bytes of an answer.
 */
export const askProtocolLook: BuiltInLookFn = (args, tools) => {
  const [host, port, socket] = [hostOf(args.host), portOf(args), pathOf(args, 'socket')]
  const argv =
    socket === undefined
      ? ['openssl', 's_client', '-connect', `${host ?? 'HOST'}:${port ?? 0}`]
      : ['curl', '--unix-socket', socket, 'http://localhost/']
  const to =
    socket !== undefined ? { path: socket } : host !== undefined && port !== undefined ? { host, port } : undefined
  if (!to) return Promise.resolve(blind(argv, 'not-understood', 'no address and no socket was given'))
  return within(tools, argv, async (over) => {
    const answers: JsonObject[] = []
    for (const { name, bytes } of QUESTIONS) {
      if (over()) break
      answers.push({ asked: name, ...(await ask(to, bytes, tools)) })
    }
    return found(argv, { answers }, { timedOut: over() })
  })
}

type Ended = 'answered' | 'closed' | 'reset' | 'refused' | 'silent' | 'failed'

/** How one question ended, and the first bytes of the answer, in hexadecimal. */
function ask(
  to: NetConnectOpts,
  bytes: Buffer,
  tools: LookTools,
): Promise<{ ended: Ended; bytes: string; ms: number }> {
  const began = performance.now()
  return new Promise((resolve) => {
    const connection = connect(to)
    const end = (ended: Ended, answer?: Buffer) => {
      clearTimeout(timer)
      tools.signal.removeEventListener('abort', stop)
      connection.destroy()
      const shown = answer?.subarray(0, MOST_BYTES).toString('hex') ?? ''
      resolve({ ended, bytes: shown, ms: Math.round(performance.now() - began) })
    }
    const stop = () => end('silent')
    const timer = setTimeout(stop, Math.max(1, Math.min(ANSWER_MS, tools.timeoutMs * 0.35)))
    tools.signal.addEventListener('abort', stop, { once: true })
    connection.once('connect', () => connection.write(bytes))
    connection.once('data', (answer) => end('answered', answer))
    connection.once('end', () => end('closed'))
    connection.once('error', (error) => end(endOf(error)))
  })
}

function endOf(error: Error): Ended {
  const code = 'code' in error ? error.code : ''
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  return code === 'ECONNREFUSED' || code === 'ENOENT' ? 'refused' : 'failed'
}
