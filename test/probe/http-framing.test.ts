import type net from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { HttpResponse } from '../../src/reading/http/types.ts'
import { ask, lookAt, readResponse, serving } from './http-servers.ts'

interface Row {
  name: string
  /** What the server sends, one packet each, a few milliseconds apart; then it hangs up, unless `stays`. */
  sends: (string | Buffer)[]
  stays?: boolean
  want: Partial<HttpResponse>
  headers?: [string, string][]
}

const long = 'v'.repeat(20_000)

/** Both clients must read the same. */
const ROWS: Row[] = [
  {
    name: 'the status line byte by byte',
    sends: [...'HTTP/1.1 200 OK\r\n', 'Content-Length: 2\r\n\r\nok'],
    want: { failure: '', status: 200n, reason: 'OK', body: 'ok' },
  },
  {
    name: 'a head that is cut between its line feeds',
    sends: ['HTTP/1.1 200 OK\r', '\nContent-Length: 2\r\n\r', '\nok'],
    stays: true,
    want: { failure: '', status: 200n, body: 'ok' },
  },
  {
    name: 'a character of UTF-8 in two packets',
    sends: ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', Buffer.from([0xc3]), Buffer.from([0xbc])],
    stays: true,
    want: { failure: '', body: 'ü', body_bytes: 2n },
  },
  {
    name: 'a folded header',
    sends: ['HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\n\tthree\r\nContent-Length: 0\r\n\r\n'],
    stays: true,
    want: { failure: '', body_bytes: 0n },
    headers: [
      ['X-Long', 'one two three'],
      ['Content-Length', '0'],
    ],
  },
  {
    name: 'the same header twice, in its order',
    sends: ['HTTP/1.1 200 OK\r\nVia: 1.1 a\r\nvia: 1.1 b\r\nContent-Length: 0\r\n\r\n'],
    stays: true,
    want: { failure: '' },
    headers: [
      ['Via', '1.1 a'],
      ['via', '1.1 b'],
      ['Content-Length', '0'],
    ],
  },
  {
    name: 'a header without a value, and one with blanks around',
    sends: ['HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Wide:   a  b   \r\nContent-Length: 0\r\n\r\n'],
    stays: true,
    want: { failure: '' },
    headers: [
      ['X-Empty', ''],
      ['X-Wide', 'a  b'],
      ['Content-Length', '0'],
    ],
  },
  {
    name: 'a header of 20 KB',
    sends: [`HTTP/1.1 200 OK\r\nX-Long: ${long}\r\nContent-Length: 2\r\n\r\nok`],
    want: { failure: '', status: 200n, body: 'ok' },
  },
  {
    name: 'three hundred headers',
    sends: [
      `HTTP/1.1 200 OK\r\n${Array.from({ length: 300 }, (_, i) => `X-${i}: ${i}\r\n`).join('')}Content-Length: 2\r\n\r\nok`,
    ],
    want: { failure: '', status: 200n },
  },
  {
    name: 'line feeds alone',
    sends: ['HTTP/1.1 502 Bad Gateway\nServer: old\nContent-Length: 4\n\ndown'],
    stays: true,
    want: { failure: '', status: 502n, server: 'old', body: 'down' },
  },
  {
    name: 'no reason',
    sends: ['HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n'],
    stays: true,
    want: { failure: '', status: 503n, reason: '' },
  },
  {
    name: 'two interim answers, cut into packets',
    sends: [
      'HTTP/1.1 100 Con',
      'tinue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>',
      '\r\n\r\nHTTP/1.1 504 Gateway Time-out\r\nContent-Length: 1\r\n\r\nx',
    ],
    stays: true,
    want: { failure: '', status: 504n, body: 'x' },
  },
  {
    name: 'an interim answer and then nothing more',
    sends: ['HTTP/1.1 100 Continue\r\n\r\n'],
    want: { failure: 'empty-reply', phase: 'wait' },
  },
  {
    name: '204 on a connection that stays open, whatever length it claims',
    sends: ['HTTP/1.1 204 No Content\r\nServer: a\r\n\r\n'],
    stays: true,
    want: { failure: '', status: 204n, body: '', body_bytes: 0n },
  },
  {
    name: '304 with the length of what it did not send',
    sends: ['HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n'],
    stays: true,
    want: { failure: '', status: 304n, content_length: 500n, body_bytes: 0n },
  },
  {
    name: 'a body longer than its length',
    sends: ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more'],
    want: { failure: '', status: 200n, body: 'ok', body_bytes: 2n },
  },
  {
    name: 'chunks of one byte, with extensions, capitals and leading zeros',
    sends: [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
      '0001;name="v"\r\nb\r\n',
      'A\r\n0123456789\r\n0\r\n\r\n',
    ],
    stays: true,
    want: { failure: '', body_bytes: 12n },
  },
  {
    name: 'chunks beside a length: the chunks count',
    sends: ['HTTP/1.1 200 OK\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
    stays: true,
    want: { failure: '', body_bytes: 2n },
  },
  {
    name: 'chunks with trailers',
    sends: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n'],
    stays: true,
    want: { failure: '', body_bytes: 2n },
  },
  {
    name: 'a last chunk whose end never came',
    sends: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n'],
    want: { failure: 'truncated', phase: 'body', body_bytes: 2n },
  },
  {
    name: 'chunks that end in mid-size',
    sends: ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1'],
    want: { failure: 'truncated', phase: 'body' },
  },
  {
    name: 'a packed body stays as it came',
    sends: [
      Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'),
        gzipSync('<h1>hello</h1>', { level: 0 }),
      ]),
    ],
    want: { failure: '', status: 200n },
  },
  {
    name: 'HTTP/1.0 without a length: the end is the end',
    sends: ['HTTP/1.0 502 Bad Gateway\r\n\r\n', 'first ', 'second'],
    want: { failure: '', version: '1.0', body: 'first second', body_bytes: 12n },
  },
  {
    name: 'an empty body that the end ends',
    sends: ['HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n'],
    want: { failure: '', status: 500n, body: '', body_bytes: 0n },
  },
  {
    name: 'a status that nobody knows',
    sends: ['HTTP/1.1 599 Network Timeout\r\nContent-Length: 0\r\n\r\n'],
    stays: true,
    want: { failure: '', status: 599n },
  },
  {
    name: 'FastCGI where HTTP was expected',
    sends: [Buffer.from('0103000100080000000000000000000000', 'hex')],
    want: { failure: 'not-http', speaks: 'fastcgi', status: 0n },
  },
  {
    name: 'a mail server’s greeting',
    sends: ['220 mail.example ESMTP Postfix\r\n'],
    want: { failure: 'not-http', speaks: 'smtp' },
  },
  { name: 'HTML without a head', sends: ['<html>hello</html>'], want: { failure: 'not-http', speaks: '', status: 0n } },
]

async function send(socket: net.Socket, row: Row): Promise<void> {
  socket.setNoDelay(true)
  for (const [i, part] of row.sends.entries()) {
    if (socket.destroyed) return
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, 2))
    socket.write(part)
  }
  if (!row.stays) socket.end()
}

describe.each(['curl', 'node'] as const)('framing, read by %s', (client) => {
  it.each(ROWS)('$name', async (row) => {
    const capture = await serving(
      (socket) => void send(socket, row),
      ({ port }) => ask(lookAt(`http://127.0.0.1:${port}/`, { timeoutMs: 3000 }), { client }),
    )
    const value = readResponse(capture)
    expect(value).toMatchObject({ ...row.want, connected: true, complete: true })
    if (row.headers) expect(value.headers.map(({ name, value }) => [name, value])).toEqual(row.headers)
  })
})

describe.each(['curl', 'node'] as const)('what stops halfway at the limit, asked with %s', (client) => {
  const stopped = (sends: string, timeoutMs = 700) =>
    serving(
      (socket) => socket.write(sends),
      async ({ port }) => readResponse(await ask(lookAt(`http://127.0.0.1:${port}/`, { timeoutMs }), { client })),
    )

  it.each([
    ['in the status line', 'HTTP/1.1 2', { status: 0n, failure: 'silent', phase: 'wait' }],
    ['after an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n', { status: 0n, failure: 'silent', phase: 'wait' }],
    [
      'in mid-chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
      { status: 200n, failure: 'stalled', phase: 'body' },
    ],
    [
      'before the first byte of the body',
      'HTTP/1.1 200 OK\r\n\r\n',
      { status: 200n, failure: 'stalled', phase: 'body' },
    ],
  ])('%s', async (_, sends, want) => {
    expect(await stopped(sends)).toMatchObject({ ...want, connected: true, complete: false, limit_ms: 700n })
  })
})
