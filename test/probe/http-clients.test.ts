import { chmod } from 'node:fs/promises'
import type net from 'node:net'
import { join } from 'node:path'
import type tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../src/probe/http/plan.ts'
import type { HttpResponse } from '../../src/reading/http/types.ts'
import {
  ask,
  freePort,
  inFolder,
  lookAt,
  readResponse,
  response,
  serving,
  tlsFixture,
  withFullBacklog,
} from './http-servers.ts'

const OK = 'HTTP/1.1 200 OK\r\nServer: shop\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello'
/** Long enough that nothing else times out, short enough for a test. */
const SOON = 700

interface Case {
  name: string
  answer: (socket: net.Socket) => void
  greet?: boolean
  secure?: tls.TlsOptions
  /** Ask with https; default: as the server is. */
  https?: boolean
  look?: Partial<HttpRequest>
  want: Partial<HttpResponse>
}

const key = tlsFixture('TEST-ONLY-server.key')
const secure = (certificate: string, more: tls.TlsOptions = {}) => ({ key, cert: tlsFixture(certificate), ...more })
const say = (text: string | Buffer) => (socket: net.Socket) => {
  socket.end(text)
}
const sayAndWait = (text: string) => (socket: net.Socket) => {
  socket.write(text)
}

/** Both clients are asked the same questions and must give the same readings. */
const CASES: Case[] = [
  {
    name: 'a whole answer',
    answer: say(OK),
    want: {
      failure: '',
      phase: 'done',
      status: 200n,
      reason: 'OK',
      version: '1.1',
      server: 'shop',
      body: 'hello',
      body_bytes: 5n,
      head_bytes: BigInt(OK.length - 5),
      content_length: 5n,
      complete: true,
      connected: true,
      error: '',
    },
  },
  {
    name: 'a whole answer on a connection that stays open',
    answer: sayAndWait(OK),
    want: { failure: '', status: 200n, body: 'hello' },
  },
  {
    name: 'an answer in chunks, after an interim answer',
    answer: say(
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n`,
    ),
    want: { failure: '', phase: 'done', status: 502n, reason: 'Bad Gateway', body_bytes: 5n },
  },
  {
    name: 'an answer that the end of the connection ends',
    answer: say('HTTP/1.0 503 Service Unavailable\r\n\r\nbusy'),
    want: { failure: '', phase: 'done', status: 503n, version: '1.0', body: 'busy', content_length: -1n },
  },
  {
    name: 'no body at all',
    answer: sayAndWait('HTTP/1.1 204 No Content\r\n\r\n'),
    want: { failure: '', status: 204n, body: '', body_bytes: 0n },
  },
  {
    name: 'an empty reply',
    answer: (socket) => socket.end(),
    want: { failure: 'empty-reply', phase: 'wait', status: 0n, connected: true, complete: true },
  },
  {
    name: 'a reset before the answer',
    answer: (socket) => socket.resetAndDestroy(),
    want: { failure: 'reset', phase: 'wait', status: 0n, connected: true, complete: true },
  },
  {
    name: 'a reset in mid-body',
    answer: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', () =>
        setTimeout(() => socket.resetAndDestroy(), 50),
      )
    },
    want: { failure: 'reset', phase: 'body', status: 200n, body: 'abc' },
  },
  {
    name: 'a mute server',
    answer: () => {},
    look: { timeoutMs: SOON },
    want: {
      failure: 'silent',
      phase: 'wait',
      status: 0n,
      connected: true,
      complete: false,
      first_byte_ms: -1n,
      limit_ms: BigInt(SOON),
    },
  },
  {
    name: 'a server that falls silent in mid-body',
    answer: sayAndWait('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'),
    look: { timeoutMs: SOON },
    want: { failure: 'stalled', phase: 'body', status: 200n, body: 'abc', body_bytes: 3n, complete: false },
  },
  {
    name: 'a slow head that comes in time',
    answer: (socket) => setTimeout(() => socket.end(OK), 150),
    want: { failure: '', status: 200n },
  },
  {
    name: 'a body shorter than its Content-Length',
    answer: say('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'),
    want: { failure: 'truncated', phase: 'body', status: 200n, content_length: 100n, body_bytes: 3n, complete: true },
  },
  {
    name: 'chunks without an end',
    answer: say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'),
    want: { failure: 'truncated', phase: 'body', status: 200n, body_bytes: 3n },
  },
  {
    name: 'a chunk whose size is none',
    answer: say('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n'),
    want: { failure: 'truncated', phase: 'body', status: 200n },
  },
  {
    name: 'a head without its end',
    answer: say('HTTP/1.1 200 OK\r\nX-Half: '),
    want: { failure: 'truncated', phase: 'wait' },
  },
  {
    name: 'an SSH server',
    greet: true,
    answer: sayAndWait('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'),
    want: {
      failure: 'not-http',
      phase: 'wait',
      status: 0n,
      speaks: 'ssh',
      first_bytes: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\\r\\n',
    },
  },
  {
    name: 'raw bytes of an HTTP/2 server',
    answer: say(Buffer.from('000006040000000000000300000064', 'hex')),
    want: {
      failure: 'not-http',
      speaks: 'http2',
      first_bytes: '\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x03\\x00\\x00\\x00d',
    },
  },
  {
    name: 'a header line that is none',
    answer: say('HTTP/1.1 200 OK\r\nno colon here\r\n\r\nabc'),
    want: { failure: 'not-http', phase: 'wait' },
  },
  {
    name: 'a good certificate',
    answer: say(OK),
    secure: secure('good.pem'),
    want: { failure: '', status: 200n, body: 'hello' },
  },
  {
    name: 'an expired certificate',
    answer: say(OK),
    secure: secure('expired.pem'),
    want: { failure: 'cert-expired', phase: 'tls', connected: true, status: 0n },
  },
  {
    name: 'a self-signed certificate',
    answer: say(OK),
    secure: secure('self-signed.pem'),
    want: { failure: 'cert-self-signed', phase: 'tls' },
  },
  {
    name: "another name's certificate",
    answer: say(OK),
    secure: secure('other-name.pem'),
    want: { failure: 'cert-wrong-name', phase: 'tls' },
  },
  {
    name: 'a bad certificate that nobody asked to check',
    answer: say(OK),
    secure: secure('expired.pem'),
    look: { verify: false },
    want: { failure: '', status: 200n },
  },
  {
    name: 'a hop asked as a proxy asks: certificates are not checked',
    answer: say(OK),
    secure: secure('self-signed.pem'),
    look: { own: false },
    want: { failure: '', status: 200n },
  },
  {
    name: 'a certificate for the name asked by SNI',
    answer: say(OK),
    secure: secure('other-name.pem'),
    look: { sni: 'shop.example.test' },
    want: { failure: '', status: 200n },
  },
  {
    name: 'an alert instead of a handshake',
    answer: say(OK),
    secure: secure('good.pem', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }),
    want: { failure: 'tls-alert', phase: 'tls', connected: true },
  },
  {
    name: 'plain HTTP asked with https',
    answer: say('HTTP/1.1 400 Bad Request\r\n\r\n'),
    https: true,
    want: { failure: 'not-tls', phase: 'tls', connected: true, status: 0n },
  },
  {
    name: 'a hang-up in the handshake',
    answer: (socket) => socket.end(),
    https: true,
    want: { failure: 'tls-handshake', phase: 'tls' },
  },
  {
    name: 'a reset in the handshake',
    answer: (socket) => socket.resetAndDestroy(),
    https: true,
    want: { failure: 'reset', phase: 'tls' },
  },
  {
    name: 'a mute server asked with https',
    answer: () => {},
    https: true,
    look: { timeoutMs: SOON },
    want: { failure: 'silent', phase: 'tls', connected: true },
  },
]

describe.each(['curl', 'node'] as const)('asked with %s', (client) => {
  it.each(CASES)('$name', async ({ answer, greet, secure, https, look, want }) => {
    const given = await serving(
      answer,
      ({ port }) => response(lookAt(`${secure || https ? 'https' : 'http'}://127.0.0.1:${port}/`, look), { client }),
      { ...(secure ? { secure } : {}), ...(greet ? { greet } : {}) },
    )
    expect(given).toMatchObject(want)
    if (want.failure) expect(given.error).not.toBe('')
  })

  it('nobody listens', async () => {
    const port = await freePort()
    const capture = await ask(lookAt(`http://127.0.0.1:${port}/`), { client })
    expect(readResponse(capture)).toMatchObject({
      failure: 'refused',
      phase: 'connect',
      connected: false,
      complete: true,
      status: 0n,
    })
    expect(readResponse(capture).error).toContain('Connection refused')
    expect(capture).toMatchObject({ outcome: 'ok', exit: 7, timedOut: false })
  })

  it('a host that drops what we send: no connection before the limit', async () => {
    await withFullBacklog(async (port) => {
      const given = await response(lookAt(`http://127.0.0.1:${port}/`, { timeoutMs: SOON }), { client })
      expect(given).toMatchObject({
        failure: 'connect-timeout',
        phase: 'connect',
        connected: false,
        complete: false,
        connect_ms: -1n,
      })
    })
  })

  it('a name that does not exist', async () => {
    const given = await response(lookAt('http://no-such-host.invalid/', { timeoutMs: 4000 }), { client })
    expect(given).toMatchObject({ failure: 'dns', phase: 'dns', connected: false })
  })

  it('an HTTP port that answers with a TLS alert', async () => {
    const alert = Buffer.from('15030100020246', 'hex')
    const given = await serving(say(alert), ({ port }) => response(lookAt(`http://127.0.0.1:${port}/`), { client }))
    expect(given).toMatchObject({ failure: 'not-http', speaks: 'tls', first_bytes: '\\x15\\x03\\x01\\x00\\x02\\x02F' })
  })

  it('a unix socket', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'app.sock')
      const look = lookAt('http://shop.example/', { socket: path, own: false })
      expect(await response(look, { client })).toMatchObject({ failure: 'socket-missing', phase: 'connect' })
      const given = await serving(say(OK), () => response(look, { client }), { path })
      expect(given).toMatchObject({ failure: '', status: 200n, connected: true, address: '', port: 0n })
    })
  })

  // Root may open every socket.
  it.skipIf(process.getuid?.() === 0)('a unix socket that is closed to us', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'app.sock')
      const given = await serving(
        say(OK),
        async () => {
          await chmod(path, 0)
          return response(lookAt('http://shop.example/', { socket: path }), { client })
        },
        { path },
      )
      expect(given).toMatchObject({ failure: 'socket-denied', phase: 'connect' })
    })
  })

  it('tells how long each phase took, and the address', async () => {
    const given = await serving(
      (socket) => setTimeout(() => socket.end(OK), 200),
      async ({ port }) => ({ port, value: await response(lookAt(`http://127.0.0.1:${port}/`), { client }) }),
    )
    expect(given.value).toMatchObject({ address: '127.0.0.1', port: BigInt(given.port) })
    expect(given.value.connect_ms).toBeGreaterThanOrEqual(0n)
    expect(given.value.first_byte_ms).toBeGreaterThanOrEqual(190n)
    expect(given.value.ms).toBeGreaterThanOrEqual(given.value.first_byte_ms)
  })

  it("shows the certificate's dates", async () => {
    const capture = await serving(
      say(OK),
      ({ port }) => ask(lookAt(`https://localhost:${port}/`, { address: '127.0.0.1', verify: false }), { client }),
      { secure: secure('expired.pem') },
    )
    expect(capture.meta.certificate).toMatchObject({ not_after: 'Feb  3 04:05:06 2001 GMT' })
    // curl loads no trust store with -k: its number is another one.
    expect(capture.meta.verify_result).toBeGreaterThan(0)
  })
})
