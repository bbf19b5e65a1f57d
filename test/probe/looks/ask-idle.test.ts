import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askIdleLook } from '../../../src/probe/looks/ask-idle.ts'
import { idleReader } from '../../../src/reading/http/idle.ts'
import { context } from '../../reading/process/support.ts'
import { captured, folder, tools } from './support.ts'

/** Listens on a port of loopback, or on a socket; closed with the test. */
async function serve(server: Server, path?: string): Promise<number> {
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  )
  return path === undefined ? (server.address() as AddressInfo).port : 0
}

/** A real Node server that closes idle connections after so long. */
function keeping(ms: number, seen: string[] = []): Server {
  const server = createHttp((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers['user-agent']}`)
    response.end('hello')
  })
  server.keepAliveTimeout = ms
  server.keepAliveTimeoutBuffer = 0
  return server
}

const speaking = (talk: (socket: Socket) => void) =>
  createServer((socket) => {
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    talk(socket)
  })
/** Answers once with this head. */
const answering = (head: string, then: (socket: Socket) => void = () => {}) =>
  speaking((socket) =>
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\n${head}Content-Length: 2\r\n\r\nok`)
      then(socket)
    }),
  )

async function watched(args: Record<string, string | number>, more = {}) {
  const outcome = await askIdleLook(args, tools({ timeoutMs: 6000, ...more }))
  return { outcome, ...idleReader.read(captured(outcome), context()) }
}

describe('how long a server keeps an idle connection', () => {
  it('is measured: from the last byte of its answer until it closes', async () => {
    const seen: string[] = []
    const port = await serve(keeping(700, seen))
    const { value } = await watched({ host: '127.0.0.1', port, path: '/cart', name: 'shop.example.com' })
    expect(value).toMatchObject({ complete: true, answered: true, status: 200n, how: 'measured', closes_always: false })
    expect(value.keeps_ms).toBeGreaterThanOrEqual(650n)
    expect(value.keeps_ms).toBeLessThan(2500n)
    // One GET, and nothing more.
    expect(seen).toEqual(['GET /cart shop.example.com triage502'])
  })

  it('on a unix socket too', async () => {
    const socket = join(folder(), 'app.sock')
    await serve(keeping(300), socket)
    const { value, outcome } = await watched({ socket })
    expect(value).toMatchObject({ complete: true, how: 'measured' })
    expect(outcome.argv).toEqual(['curl', '-sv', '-o', '/dev/null', '--unix-socket', socket, 'http://localhost/'])
  })

  it('is what its answer says, where that is longer than anybody watches', async () => {
    const port = await serve(answering('Keep-Alive: timeout=65\r\n'))
    const began = performance.now()
    const { value, lines } = await watched({ host: '127.0.0.1', port }, { timeoutMs: 40_000 })
    expect(value).toMatchObject({ complete: true, how: 'said', keeps_ms: 65_000n })
    expect(lines[0]).toContain('it says timeout=65')
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  it('is longer than it was watched', async () => {
    const port = await serve(answering(''))
    const { value } = await watched({ host: '127.0.0.1', port }, { timeoutMs: 2000 })
    expect(value).toMatchObject({ complete: true, how: 'longer' })
    expect(value.keeps_ms).toBeGreaterThan(500n)
  })

  it('is nothing where it closes after every answer, and says so', async () => {
    const port = await serve(answering('Connection: close\r\n', (socket) => socket.end()))
    expect((await watched({ host: '127.0.0.1', port })).value).toMatchObject({ complete: true, closes_always: true })
  })

  it('a reset is an end too', async () => {
    const port = await serve(answering('', (socket) => setTimeout(() => socket.resetAndDestroy(), 200)))
    expect((await watched({ host: '127.0.0.1', port })).value).toMatchObject({ complete: true, how: 'measured' })
  })
})

describe('what cannot be told', () => {
  it('of somebody who takes the question and says nothing', async () => {
    const port = await serve(speaking(() => {}))
    const { value } = await watched({ host: '127.0.0.1', port }, { timeoutMs: 1500 })
    expect(value).toMatchObject({ complete: false, answered: false, how: '', keeps_ms: 0n })
  })

  it('of what is not HTTP', async () => {
    const port = await serve(speaking((socket) => socket.once('data', () => socket.end('-ERR unknown command\r\n'))))
    expect((await watched({ host: '127.0.0.1', port })).value).toMatchObject({ complete: false, answered: false })
  })

  it('where nobody listens', async () => {
    const server = speaking(() => {})
    const port = await serve(server)
    await new Promise((resolve) => server.close(resolve))
    expect((await watched({ host: '127.0.0.1', port })).value).toMatchObject({ complete: false, how: '' })
  })

  it('without an address', async () => {
    expect(await askIdleLook({ path: '/' }, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  })

  it('a path with blanks or line ends is never sent', async () => {
    const seen: string[] = []
    const port = await serve(keeping(200, seen))
    await watched({ host: '127.0.0.1', port, path: '/a\r\nX: y', name: 'a b' })
    expect(seen).toEqual([`GET / 127.0.0.1:${port} triage502`])
  })

  it('when it is stopped', async () => {
    const port = await serve(answering(''))
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    const began = performance.now()
    await watched({ host: '127.0.0.1', port }, { signal: stop.signal, timeoutMs: 40_000 })
    expect(performance.now() - began).toBeLessThan(10_000)
  })
})

describe('a damaged finding', () => {
  it.each(['', '{}', '[]', '{"ended":"closed"}', '{"ended":"open","status":200,"idle_ms":"x"}', 'null'])(
    '%s',
    (out) => {
      const capture = { ...captured({ outcome: 'ok', out, meta: {}, argv: [], cut: false, timedOut: false }) }
      expect(() => idleReader.read(capture, context())).not.toThrow()
    },
  )
})
