import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { JsonObject } from '../../words/json.ts'
import { hostOf, pathOf, portOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

/** The longest that an idle connection is watched, in ms. */
const WATCH_MS = 12_000
/** An answer to a small GET comes sooner. */
const ANSWER_MS = 5000
/** A server closes a little after the time that it names: Node a second by default (http.Server.keepAliveTimeoutBuffer). */
const AFTER_NAMED_MS = 2500
const MOST_HEAD = 16_384

/**
 * How long a server keeps an idle connection: one connection, one GET that lets it stay open, and then only the watch until the
 * server closes it; at most twelve seconds. Where the answer itself names more than that, nothing is waited for.
 * Arguments: `host` and `port`, or `socket`; `scheme`, `path`, `name` (Host and TLS name).
 */
export const askIdleLook: BuiltInLookFn = (args, tools) => {
  const [host, port, socket] = [hostOf(args.host), portOf(args), pathOf(args, 'socket')]
  const path = typeof args.path === 'string' && /^\/[\x21-\x7e]{0,2047}$/.test(args.path) ? args.path : '/'
  const name = typeof args.name === 'string' && /^[A-Za-z0-9._:[\]-]{1,255}$/.test(args.name) ? args.name : ''
  const secure = args.scheme === 'https'
  const where = socket === undefined ? `${host ?? 'HOST'}:${port ?? 0}` : 'localhost'
  const url = `${secure ? 'https' : 'http'}://${where}${path}`
  const argv = ['curl', '-sv', '-o', '/dev/null', ...(socket === undefined ? [] : ['--unix-socket', socket]), url]
  const to =
    socket !== undefined ? { path: socket } : host !== undefined && port !== undefined ? { host, port } : undefined
  if (!to) return Promise.resolve(blind(argv, 'not-understood', 'no address and no socket was given'))
  return within(tools, argv, async () => {
    const servername = hostOf(name.replace(/:\d+$/, '')) ?? ''
    const tls = { ...to, rejectUnauthorized: false, ...(/[a-z]/i.test(servername) ? { servername } : {}) }
    const connection = secure ? connectTls(tls) : connect(to)
    const asked = `GET ${path} HTTP/1.1\r\nHost: ${name || where}\r\nUser-Agent: triage502\r\nAccept: */*\r\n\r\n`
    const watched = await watch(connection, secure ? 'secureConnect' : 'connect', asked, tools)
    return found(argv, watched)
  })
}

type Ended = 'closed' | 'reset' | 'open' | 'silent' | 'refused'

/** Sends the request, and tells when the answer's last byte came and when the server closed after it. */
function watch(connection: Socket, ready: string, asked: string, tools: LookTools): Promise<JsonObject> {
  const most = Math.max(500, Math.min(WATCH_MS, tools.timeoutMs * 0.7 - 500))
  return new Promise((resolve) => {
    let head = ''
    let last = 0
    let timer: NodeJS.Timeout | undefined
    const wait = (ms: number, ended: Ended) => {
      clearTimeout(timer)
      timer = setTimeout(() => end(ended), ms)
    }
    const end = (ended: Ended) => {
      clearTimeout(timer)
      tools.signal.removeEventListener('abort', stop)
      const idle = last === 0 ? 0 : Math.round(performance.now() - last)
      connection.removeAllListeners().on('error', () => {})
      connection.destroy()
      resolve({ ended, idle_ms: idle, ...told(head) })
    }
    const stop = () => end('silent')
    const gone = (ended: Ended) => end(last === 0 && ended !== 'reset' ? 'refused' : ended)
    tools.signal.addEventListener('abort', stop, { once: true })
    wait(Math.min(ANSWER_MS, most), 'silent')
    connection.once(ready, () => connection.write(asked))
    connection.on('data', (bytes: Buffer) => {
      last = performance.now()
      if (head.length < MOST_HEAD) head += bytes.toString('latin1')
      const named = told(head).named_ms
      const longer = named > most ? 300 : Math.min(most, named > 0 ? named + AFTER_NAMED_MS : most)
      wait(longer, 'open')
    })
    connection.once('end', () => gone('closed'))
    connection.once('close', () => gone('closed'))
    connection.once('error', (error) => gone('code' in error && error.code === 'ECONNRESET' ? 'reset' : 'refused'))
  })
}

/** What the head says of the connection. No other byte of the answer is kept. */
function told(text: string): { status: number; version: string; connection: string; named_ms: number } {
  const at = text.indexOf('\r\n\r\n')
  const head = text.slice(0, at < 0 ? MOST_HEAD : at)
  const line = /^HTTP\/(\d\.\d) (\d{3})/.exec(head)
  const connection = /^connection: *(close|keep-alive|upgrade) *$/im.exec(head)?.[1]?.toLowerCase() ?? ''
  const seconds = /^keep-alive:[^\n]{0,100}?timeout *= *(\d{1,7})/im.exec(head)?.[1]
  return { status: Number(line?.[2] ?? 0), version: line?.[1] ?? '', connection, named_ms: Number(seconds ?? 0) * 1000 }
}
