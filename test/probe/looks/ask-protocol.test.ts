import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { askProtocolLook } from '../../../src/probe/looks/ask-protocol.ts'
import { spokenReader } from '../../../src/reading/protocol/spoken.ts'
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

const speaking = (talk: (socket: Socket) => void) =>
  createServer((socket) => {
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    talk(socket)
  })

/** As PHP-FPM does: a known record is answered, anything else is closed on. */
const fastcgi = () =>
  speaking((socket) =>
    socket.once('data', (bytes) => {
      if (bytes[0] === 1 && bytes[1] === 9) socket.end(Buffer.from([1, 10, 0, 0, 0, 18, 6, 0, 15, 1]))
      else socket.destroy()
    }),
  )

async function spoken(args: { host?: string; port?: number; socket?: string }, more = {}) {
  const outcome = await askProtocolLook(args, tools(more))
  return { outcome, ...spokenReader.read(captured(outcome), context()) }
}

it('an HTTP server says so before any application is asked', async () => {
  let asked = 0
  const port = await serve(
    createHttp((_, response) => {
      asked += 1
      response.end('hello')
    }),
  )
  const { value } = await spoken({ host: '127.0.0.1', port })
  expect(value).toMatchObject({ complete: true, speaks: 'http', silent: false, closes: false })
  expect(value.first_bytes).toMatch(/^HTTP\/1\.1 /)
  expect(asked).toBe(0)
})

it('a FastCGI server closes on HTTP and answers its own question', async () => {
  const port = await serve(fastcgi())
  const { value, lines } = await spoken({ host: '127.0.0.1', port })
  expect(value).toMatchObject({ complete: true, speaks: 'fastcgi', silent: false, closes: false })
  expect(lines).toHaveLength(2)
})

it('on a unix socket too', async () => {
  const path = join(folder(), 'fpm.sock')
  await serve(fastcgi(), path)
  const { value, outcome } = await spoken({ socket: path })
  expect(value.speaks).toBe('fastcgi')
  expect(outcome.argv).toEqual(['curl', '--unix-socket', path, 'http://localhost/'])
})

it('something else that is known by its first bytes', async () => {
  const port = await serve(speaking((socket) => socket.once('data', () => socket.end('-ERR unknown command\r\n'))))
  expect((await spoken({ host: '127.0.0.1', port })).value).toMatchObject({ speaks: 'redis', closes: false })
})

it('who closes on everything', async () => {
  const port = await serve(speaking((socket) => socket.once('data', () => socket.destroy())))
  expect((await spoken({ host: '127.0.0.1', port })).value).toMatchObject({ speaks: '', closes: true, silent: false })
})

it('who is silent, within the limit of the look', async () => {
  const port = await serve(speaking(() => {}))
  const began = performance.now()
  const { value } = await spoken({ host: '127.0.0.1', port }, { timeoutMs: 1000 })
  expect(value).toMatchObject({ speaks: '', silent: true, closes: false })
  expect(performance.now() - began).toBeLessThan(12_000)
})

it('nobody', async () => {
  const server = speaking(() => {})
  const port = await serve(server)
  await new Promise((resolve) => server.close(resolve))
  const { value, outcome } = await spoken({ host: '127.0.0.1', port })
  expect(value).toMatchObject({ speaks: '', silent: false, closes: false })
  expect(JSON.parse(outcome.out).answers).toMatchObject([{ ended: 'refused' }, { ended: 'refused' }])
  expect((await spoken({ socket: '/nowhere/at/all.sock' })).value.speaks).toBe('')
})

it('wants an address or a socket, and bears in its name that it asks', async () => {
  for (const args of [{}, { host: '127.0.0.1' }, { port: 3000 }, { host: 'no host', port: 3000 }, { socket: 'x' }]) {
    expect(await askProtocolLook(args, tools())).toMatchObject({ outcome: 'blind', why: 'not-understood' })
  }
  const { LOOKS } = await import('../../../src/probe/looks/index.ts')
  expect(Object.keys(LOOKS)).toContain('ask-protocol')
})

it('ends when it is told to', async () => {
  const port = await serve(speaking(() => {}))
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  const outcome = await askProtocolLook({ host: '127.0.0.1', port }, tools({ signal: stop.signal }))
  expect(outcome).toMatchObject({ outcome: 'blind', why: 'timed-out' })
})
