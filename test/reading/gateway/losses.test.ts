import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { apacheLossesReader } from '../../../src/reading/apache/losses.ts'
import { caddyLossesReader } from '../../../src/reading/caddy/losses.ts'
import { haproxyLossesReader } from '../../../src/reading/haproxy/losses.ts'
import type { ReadContext, Reading } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import { varnishLossesReader } from '../../../src/reading/varnish/losses.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from '../nginx/captures.ts'

const signatures = ['haproxy', 'haproxy-states', 'apache-error', 'caddy', 'varnish'].flatMap(
  (name) =>
    (
      parse(readFileSync(new URL(`../../../flows/signatures/${name}.yaml`, import.meta.url), 'utf8')) as {
        signatures: Signature[]
      }
    ).signatures,
)
const FACTS: Record<string, Value> = {
  'url.scheme': 'http',
  'url.host': '127.0.0.1',
  'url.port': 8080n,
  'url.path': '/checkout',
  'window.seconds': 3600n,
  'config.members': ['127.0.0.1:3000'],
}
const context: ReadContext = {
  facts: new Map(Object.entries(FACTS)),
  knowledge: { fingerprints: [], signatures },
  requests: [],
  now: new Date('2026-11-21T16:30:00Z'),
}
type Reader = typeof varnishLossesReader
/** Reads a log, and what is kept of it the same. */
function read(reader: Reader, out: string, more: Parameters<typeof logCapture>[2] = {}) {
  const of = (text: string): Reading<ReturnType<Reader['read']>['value']> =>
    reader.read(logCapture(text, { ...WHOLE, path: '/var/log/gateway.log' }, more), context)
  const reading = of(out)
  expect(of(reader.keep?.(out).out ?? out).value).toEqual(reading.value)
  return reading
}
const NOTHING = {
  requests: 0n,
  repeatable: 0n,
  once: 0n,
  reused: 0n,
  failed: 0n,
  first: NEVER,
  last: NEVER,
  message: '',
}

describe("Varnish's connections", () => {
  // As Varnish 7.1 wrote them: a POST that became a 503, and a GET that was asked again over a new connection.
  const request = (method: string, status: number, at: number) => `*   << Request  >> 163863
-   Begin          req 163862 rxreq
-   Timestamp      Start: ${at}.323175 0.000000 0.000000
-   ReqStart       127.0.0.1 38172 a0
-   ReqMethod      ${method}
-   ReqURL         /checkout?key=secret
-   ReqHeader      Host: 127.0.0.1:8080
-   RespStatus     ${status}
-   Timestamp      Resp: ${at}.629050 0.305874 0.000039
`
  const AT = Date.parse('2026-11-21T16:21:31Z') / 1000
  const fetch = (how: string, again = '') => `**  << BeReq    >> 163864
--  Begin          bereq 163863 pass
--  Timestamp      Connected: ${AT}.323200 0.000003 0.000000
--  BackendOpen    26 default 127.0.0.1 3000 127.0.0.1 33054 ${how}
--  FetchError     HTC eof (-1)
${again}
`
  const AGAIN = '--  BackendOpen    21 default 127.0.0.1 3000 127.0.0.1 47848 connect'

  it('that were used before and closed, with what became of the request', () => {
    const out = `${request('POST', 503, AT)}${fetch('reuse')}\n${request('GET', 200, AT + 2)}${fetch('reuse', AGAIN)}\n`
    const { value, dark } = read(varnishLossesReader, out)
    expect(value).toEqual({
      complete: true,
      requests: 2n,
      repeatable: 1n,
      once: 1n,
      reused: 2n,
      failed: 1n,
      first: new Date('2026-11-21T16:21:31.629Z'),
      last: new Date('2026-11-21T16:21:33.629Z'),
      message: 'HTC eof (-1), over 26 default 127.0.0.1 3000 127.0.0.1 33054 reuse',
    })
    expect(dark).toEqual([])
    expect(varnishLossesReader.keep?.(out).out).not.toContain('secret')
  })

  it('that were made for the request are no race', () => {
    const out = `${request('POST', 503, AT)}${fetch('connect')}\n`
    expect(read(varnishLossesReader, out).value).toMatchObject({ requests: 1n, reused: 0n })
  })

  it.each([
    ['out of the window', `${request('POST', 503, AT - 7200)}${fetch('reuse')}`],
    [
      'of another site',
      `${request('POST', 503, AT).replace('Host: 127.0.0.1:8080', 'Host: blog.example.com')}${fetch('reuse')}`,
    ],
    ['too slow', `${request('POST', 503, AT)}${fetch('reuse').replace('HTC eof (-1)', 'first byte timeout')}`],
    [
      'cut in its body',
      `${request('POST', 503, AT)}${fetch('reuse').replace('HTC eof (-1)', 'straight insufficient bytes')}`,
    ],
    ['nothing', ''],
  ])('%s: none', (_, out) => {
    expect(read(varnishLossesReader, out).value).toEqual({ complete: true, ...NOTHING })
  })

  it('a log that could not be read proves nothing', () => {
    const { value, dark } = read(varnishLossesReader, '', { outcome: 'blind', why: 'no-permission' })
    expect(value.complete).toBe(false)
    expect(dark.map(({ why }) => why)).toEqual(['no-permission'])
  })
})

describe("Caddy's records", () => {
  const record = (method: string, msg: string, more = '') =>
    `{"level":"error","ts":1795278056.59,"logger":"http.log.error","msg":"${msg}","request":{"remote_ip":"127.0.0.1","remote_port":"48668","proto":"HTTP/1.1","method":"${method}","host":"127.0.0.1:8080","uri":"/checkout","headers":{"Content-Length":["6"]}},"duration":0.318,"status":502${more}}\n`
  const RESET = 'read tcp 127.0.0.1:39246->127.0.0.1:3000: read: connection reset by peer'

  it.each([
    RESET,
    'EOF',
    'http: server closed idle connection',
    'write tcp 127.0.0.1:1->127.0.0.1:3000: write: broken pipe',
  ])('%s', (msg) => {
    expect(read(caddyLossesReader, record('POST', msg)).value).toMatchObject({
      requests: 1n,
      repeatable: 0n,
      once: 1n,
      failed: 1n,
      first: new Date(1_795_278_056_590),
    })
  })

  it('by their methods', () => {
    const out = record('POST', RESET) + record('GET', RESET) + record('DELETE', 'EOF') + record('PATCH', 'EOF')
    expect(read(caddyLossesReader, out).value).toMatchObject({ requests: 4n, repeatable: 2n, once: 2n, reused: 0n })
  })

  it.each([
    ['a refusal', record('POST', 'dial tcp 127.0.0.1:3000: connect: connection refused')],
    ['no answer in time', record('POST', 'net/http: timeout awaiting response headers')],
    ['another site', record('POST', RESET).replace('127.0.0.1:8080', 'blog.example.com:8080')],
    ['no record', 'hello\n'],
  ])('%s is none', (_, out) => {
    expect(read(caddyLossesReader, out).value).toMatchObject(NOTHING)
  })

  it('out of the journal', () => {
    const entry = JSON.stringify({ MESSAGE: record('POST', RESET).trim(), __REALTIME_TIMESTAMP: '1795278056590000' })
    expect(read(caddyLossesReader, `${entry}\n`, { kind: 'run' }).value).toMatchObject({ requests: 1n, once: 1n })
  })
})

describe("HAProxy's lines", () => {
  const line = (state: string, times: string, method = 'POST') =>
    `Nov 21 16:19:08 shop-1 haproxy[211]: 127.0.0.1:38172 [21/Nov/2026:16:19:08.129] web shop/app1 ${times} 502 209 - - ${state}-- 3/3/2/2/0 0/0 "${method} /checkout HTTP/1.1"\n`

  it('SH without any answer', () => {
    expect(read(haproxyLossesReader, line('SH', '0/0/0/-1/302') + line('SH', '0/0/0/-1/2', 'GET')).value).toMatchObject(
      {
        requests: 2n,
        repeatable: 1n,
        once: 1n,
        failed: 2n,
        message: '502 SH-- from shop/app1 to GET /checkout HTTP/1.1',
      },
    )
  })

  it.each([
    ['refused', line('SC', '0/0/-1/-1/3')],
    ['too slow', line('sH', '0/0/0/-1/1001')],
    ['cut in its body', line('SD', '0/0/0/5/10')],
    ['a head that was begun', line('SH', '0/0/0/5/10')],
    ['no line of a request', 'Nov 21 16:19:08 shop-1 haproxy[211]: Proxy web started.\n'],
  ])('%s is none', (_, out) => {
    expect(read(haproxyLossesReader, out).value).toMatchObject(NOTHING)
  })
})

describe("Apache's lines", () => {
  // As Apache 2.4.71 wrote them.
  const lines = (
    says: string,
  ) => `[Sat Nov 21 16:19:43.952789 2026] [proxy_http:error] [pid 8222:tid 8231] ${says}: [client 127.0.0.1:47502] AH01102: error reading status line from remote server 127.0.0.1:3000
[Sat Nov 21 16:19:43.952849 2026] [proxy:error] [pid 8222:tid 8231] [client 127.0.0.1:47502] AH00898: Error reading from remote server returned by /checkout
`
  it.each(['(104)Connection reset by peer', '(20014)Internal error (specific information not available)'])(
    '%s',
    (says) => {
      const { value } = read(apacheLossesReader, lines(says))
      expect(value).toMatchObject({ requests: 1n, repeatable: 0n, once: 0n, failed: 1n })
      expect(value.message).toContain('error reading status line')
    },
  )

  it.each([
    ['too slow', lines('(70007)The timeout specified has expired')],
    [
      'another upstream',
      lines('(104)Connection reset by peer').replaceAll(':3000', ':4000').replace('/checkout', '/blog'),
    ],
    ['nothing', ''],
  ])('%s is none', (_, out) => {
    expect(read(apacheLossesReader, out).value).toMatchObject(NOTHING)
  })
})
