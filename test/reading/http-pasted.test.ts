import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unverbose } from '../../src/reading/http/pasted.ts'
import { responseReader } from '../../src/reading/http/response.ts'
import type { HttpResponse } from '../../src/reading/http/types.ts'
import type { ReadContext } from '../../src/reading/reader.ts'
import type { Capture } from '../../src/words/look.ts'
import { cpuNow } from '../cpu.ts'

const FOLDER = join(import.meta.dirname, '../fixtures/http/pasted')
/** What curl 7.88.1 printed; see the README beside it. */
const printed = (name: string) => readFileSync(join(FOLDER, `${name}.txt`), 'utf8')

const CONTEXT: ReadContext = {
  facts: new Map(),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date('2026-11-21T05:15:00Z'),
}
const capture = (out: string): Capture => ({
  ...{ kind: 'http', argv: [], at: 'local', outcome: 'ok', exit: null, ms: 0, startedAt: '2026-11-21T05:14:00.000Z' },
  ...{ out, err: '', cut: false, timedOut: false, leftOut: '', meta: {}, pasted: true },
})
const read = (text: string): HttpResponse => responseReader.read(capture(text), CONTEXT).value

interface Row {
  name: string
  want: Partial<HttpResponse>
}

const JSON_502 = { status: 502n, reason: 'Bad Gateway', server: 'shop', body: '{"error":"pay"}', body_bytes: 15n }

const ROWS: Row[] = [
  { name: 'v-json', want: { ...JSON_502, failure: '', complete: true, address: '127.0.0.1', port: 18473n } },
  // The head stands there twice: once of -v, once of -i.
  { name: 'iv-json', want: { ...JSON_502, failure: '', complete: true, content_length: 15n } },
  { name: 'terminal-iv', want: { ...JSON_502, body: '{"error":"pay"}\n', body_bytes: 16n, failure: '' } },
  { name: 'iL-old', want: { ...JSON_502, failure: '', location: '', content_type: 'application/json' } },
  { name: 'vL-old', want: { ...JSON_502, failure: '', location: '' } },
  { name: 'v-early', want: { status: 503n, reason: 'Service Unavailable', body: 'busy\n', failure: '' } },
  { name: 'i-early', want: { status: 503n, body: 'busy\n', failure: '', complete: true } },
  { name: 'I-json', want: { status: 502n, body: '', content_length: 15n, failure: '', complete: true } },
  {
    name: 'i-cut',
    want: { status: 200n, failure: 'truncated', phase: 'body', body: 'abc\n', content_length: 50n, complete: true },
  },
  { name: 'terminal-icut', want: { status: 200n, failure: 'truncated', phase: 'body', content_length: 50n } },
  {
    name: 'v-cut',
    want: { status: 200n, failure: 'truncated', error: 'transfer closed with 46 bytes remaining to read' },
  },
  { name: 'v-empty', want: { status: 0n, failure: 'empty-reply', phase: 'wait', connected: true, complete: true } },
  { name: 'v-reset', want: { status: 0n, failure: 'reset', phase: 'wait', connected: true } },
  { name: 'v-mute', want: { status: 0n, failure: 'silent', phase: 'wait', connected: true } },
  { name: 'v-9', want: { status: 0n, failure: 'not-http', phase: 'wait', connected: true } },
  { name: 'v-refused', want: { failure: 'refused', phase: 'connect', connected: false, complete: true } },
  // Without -v, curl 7.88 does not say why it could not connect.
  { name: 'i-refused', want: { failure: 'other', phase: 'connect', connected: false } },
  { name: 'v-socket', want: { status: 502n, body: 'down', address: '', port: 0n, connected: true, failure: '' } },
  { name: 'v-socket-missing', want: { failure: 'socket-missing', phase: 'connect', connected: false } },
  { name: 'v-slow', want: { status: 504n, reason: 'Gateway Time-out', server: 'nginx', body: 'slow\n', failure: '' } },
  { name: 'terminal-slow', want: { status: 504n, server: 'nginx', content_length: 5n, failure: '' } },
]

describe('what curl printed, pasted', () => {
  it.each(ROWS)('$name', ({ name, want }) => {
    expect(read(printed(name))).toMatchObject(want)
  })

  it.each(ROWS)('$name, with line feeds alone as a browser pastes them', ({ name, want }) => {
    expect(read(printed(name).replaceAll('\r\n', '\n'))).toMatchObject(want)
  })

  it('every capture here is tried', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))
    const tried = [...ROWS.map(({ name }) => name), 'v-list']
    expect(files.map((file) => file.replace('.txt', '')).toSorted()).toEqual(tried.toSorted())
  })

  it('a body whose lines begin as curl’s own do loses them, but nothing of the head', () => {
    expect(read(printed('v-list'))).toMatchObject({ status: 503n, content_type: 'text/plain', failure: '' })
  })
})

describe('around what curl printed', () => {
  const PAGE = 'HTTP/1.1 502 Bad Gateway\nServer: nginx/1.22.1\nContent-Length: 5\n\ndown\n'

  it.each([
    ['a prompt', `$ curl -i https://shop.example/\n${PAGE}`],
    ['a longer prompt', `ops@web1:~$ curl -si https://shop.example/\n${PAGE}`],
    ['a sentence', `This is what I get:\n\n${PAGE}`],
    ['empty lines', `\n\n  \n${PAGE}`],
    ['blanks before the status line alone', `   ${PAGE}`],
    ['the head of the progress meter', `  % Total    % Received % Xferd  Average Speed\n${PAGE}`],
    ['a warning of curl', `Warning: Binary output can mess up your terminal.\n${PAGE}`],
    [
      'the answer of a proxy on the way',
      `HTTP/1.1 200 Connection established\r\n\r\n${PAGE.replaceAll('\n', '\r\n').replace('down\r\n', 'down\n')}`,
    ],
    [
      'three redirects',
      `HTTP/1.1 301 Moved Permanently\nLocation: /a\n\nHTTP/1.1 302 Found\nLocation: /b\n\nHTTP/2 308 \nlocation: /c\n\n${PAGE}`,
    ],
  ])('%s does not matter', (_, text) => {
    expect(read(text)).toMatchObject({ status: 502n, server: 'nginx/1.22.1', body: 'down\n', failure: '' })
  })

  it('a redirect that nobody followed is the answer', () => {
    expect(read('HTTP/1.1 302 Found\nLocation: /login\n\n<html>Found</html>\n')).toMatchObject({
      status: 302n,
      location: '/login',
      body: '<html>Found</html>\n',
    })
  })

  it('a page that talks of another answer stays the answer', () => {
    const text = 'HTTP/1.1 502 Bad Gateway\nServer: nginx\n\nHTTP/1.1 200 OK\nServer: fine\n\n'
    expect(read(text)).toMatchObject({ status: 502n, server: 'nginx' })
  })

  it('a body may have lines that begin with < or >', () => {
    const text = '< HTTP/1.1 503 Service Unavailable\n< Server: x\n< \n<html>\n< b >\n</html>\n'
    expect(read(text)).toMatchObject({ status: 503n, body: '<html>\n< b >\n</html>\n' })
  })

  it('the secrets of a request are no part of the answer', () => {
    const text = '> GET / HTTP/1.1\n> Authorization: Bearer s3cr3t\n> \n< HTTP/1.1 502 Bad Gateway\n< \n> late\nx'
    const value = read(text)
    expect(value).toMatchObject({ status: 502n, body: 'x', headers: [] })
    expect(JSON.stringify(value.body)).not.toContain('s3cr3t')
  })
})

describe('a head without the blank line behind it', () => {
  it('was pasted so: that is no cut answer, but its body was not seen', () => {
    for (const text of ['HTTP/1.1 502 Bad Gateway\nServer: nginx', 'HTTP/1.1 502 Bad Gateway', 'HTTP/2 502 ']) {
      expect(read(text)).toMatchObject({ status: 502n, failure: '', error: '', complete: false })
    }
  })

  it('of curl -v neither', () => {
    expect(read('* Connected to a (10.0.0.5) port 80 (#0)\n< HTTP/1.1 502 Bad Gateway\n< Server: nginx')).toMatchObject(
      {
        status: 502n,
        server: 'nginx',
        address: '10.0.0.5',
        failure: '',
        complete: false,
      },
    )
  })

  it('was cut where curl says so', () => {
    expect(
      read('HTTP/1.1 502 Bad Gateway\nServer: nginx\ncurl: (56) Recv failure: Connection reset by peer'),
    ).toMatchObject({
      status: 502n,
      failure: 'reset',
    })
  })
})

describe('unverbose', () => {
  it.each([
    ['', ''],
    ['it does not work', 'it does not work'],
    ['  it does not work\n', 'it does not work\n'],
    ['HTTP/1.1 200 OK\r\n\r\nx', 'HTTP/1.1 200 OK\r\n\r\nx'],
    ['HTTP/1.1 200 OK\n\ncurl: (2 is my body\n', 'HTTP/1.1 200 OK\n\ncurl: (2 is my body\n'],
    ['< HTTP/2 502 \n< server: a\n< \nx', 'HTTP/2 502 \nserver: a\n\nx'],
    ['< HTTP/1.1 502 Bad Gateway\n<\nx', 'HTTP/1.1 502 Bad Gateway\n\nx'],
    ['< HTTP/1.1 502 Bad\r\n< A: b\r\n< \r\nx\r\n', 'HTTP/1.1 502 Bad\nA: b\n\nx\r\n'],
    ['< HTTP/1.1 502 Bad\n< \nx* Connection #0 to host a.example left intact\n', 'HTTP/1.1 502 Bad\n\nx'],
    ['< HTTP/1.1 502 Bad\n< \nx* Closing connection 0', 'HTTP/1.1 502 Bad\n\nx'],
    ['< HTTP/1.1 502 Bad\n< \nx* Closing connection -1\n', 'HTTP/1.1 502 Bad\n\nx'],
    ['< HTTP/1.1 502 Bad\n< \nfive * Closing time\n', 'HTTP/1.1 502 Bad\n\nfive * Closing time\n'],
    ['\u001b[1mHTTP/1.1 502 Bad\u001b[0m\n\u001b[1mA\u001b[0m: b\n\n', 'HTTP/1.1 502 Bad\nA: b\n\n'],
  ])('%j', (text, want) => {
    expect(unverbose(text)).toBe(want)
  })

  it('a table of numbers in a body is no progress meter', () => {
    const body = '100 15 100 15 0 0 1 0\n12:00:01 100 200 300\n  7 8 9\n'
    expect(unverbose(`< HTTP/1.1 502 Bad\n< \n${body}`)).toBe(`HTTP/1.1 502 Bad\n\n${body}`)
  })

  it('never throws and never makes a text longer than it was by more than its blank line', () => {
    const part = fc.constantFrom(
      '< ',
      '<',
      '\n',
      '\r',
      'HTTP/1.1 301 x',
      '* ',
      ' 0 0 0',
      '--:--:--',
      ': ',
      'curl: (1) ',
    )
    const text = fc.array(fc.oneof(part, fc.string({ unit: 'binary', maxLength: 10 }))).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (given) => {
        expect(unverbose(given).length).toBeLessThanOrEqual(given.length + 2)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['redirects', 'HTTP/1.1 301 x\n\n'],
    ['meters', '  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r'],
    ['dashes', '100 1 100 --:--:-- '],
    ['heads', '< HTTP/1.1 200 OK\n'],
    ['colours', '\u001b[1;'],
    ['returns', '\r'],
    ['digits', '100 0 '],
  ])('is linear in %s without end', (_, piece) => {
    const began = cpuNow()
    unverbose(piece.repeat(Math.ceil(1_000_000 / piece.length)))
    expect(cpuNow() - began).toBeLessThan(1500)
  })
})
