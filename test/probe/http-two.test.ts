import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, lookAt, readResponse, serving } from './http-servers.ts'

/** A server of HTTP/2 without TLS, as those of gRPC are, that does this with a request. */
async function http2(habit: (stream: ServerHttp2Stream) => void): Promise<number> {
  const server: Http2Server = createServer()
  const open = new Set<ServerHttp2Stream>()
  server.on('stream', (stream) => {
    open.add(stream)
    stream.on('error', () => {})
    habit(stream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const stream of open) stream.session?.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const answer = async (port: number, more: Parameters<typeof lookAt>[1] = {}, client: 'curl' | 'node' = 'curl') => {
  const capture = await ask(lookAt(`http://127.0.0.1:${port}/shop`, { version: '2', ...more }), { client })
  return { capture, read: readResponse(capture) }
}

describe('asked in HTTP/2 without TLS', () => {
  it('the status, the headers, the body', async () => {
    const port = await http2((stream) => {
      stream.respond({ ':status': 503, 'x-request-id': 'a1' })
      stream.end('no stock\n')
    })
    const { capture, read } = await answer(port)
    expect(capture.argv).toContain('--http2-prior-knowledge')
    expect(read).toMatchObject({ status: 503n, failure: '', version: '2', body: 'no stock\n' })
    expect(read.headers).toContainEqual({ name: 'x-request-id', value: 'a1' })
  })

  it('silence is silence', async () => {
    const port = await http2(() => {})
    expect((await answer(port, { timeoutMs: 900 })).read).toMatchObject({ status: 0n, failure: 'silent' })
  })

  it('a stream that is reset', async () => {
    const port = await http2((stream) => stream.close(2))
    expect((await answer(port)).read).toMatchObject({ status: 0n, failure: 'reset' })
  })

  it('whoever speaks HTTP/1.1 only answers nothing that is HTTP/2', async () => {
    const bad = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'
    const { read } = await serving(
      (socket) => socket.end(bad),
      ({ port }) => answer(port),
    )
    expect(read.status).toBe(0n)
    expect(['empty-reply', 'not-http', 'other']).toContain(read.failure)
  })

  it('our own client cannot, and tells what it met', async () => {
    const port = await http2((stream) => stream.end('ok'))
    expect((await answer(port, {}, 'node')).read).toMatchObject({ failure: 'not-http', speaks: 'http2' })
  })
})
