import { describe, expect, it } from 'vitest'
import type { Fingerprint } from '../../../src/reading/fingerprints.ts'
import { responseReader } from '../../../src/reading/http/response.ts'
import { shownText } from '../../../src/reading/http/shown.ts'
import type { HttpResponse } from '../../../src/reading/http/types.ts'
import { explainerForTests } from './explainer.ts'
import { pasteOf } from './pasting.ts'
import { headOf, SHIPPED_FINGERPRINTS } from './shipped.ts'

// Every maker in the forms in which people paste it: derived from the examples, so a new fingerprint is held to them too.

const MADE = SHIPPED_FINGERPRINTS.filter(({ role }) => role === 'made')
const read = (text: string): HttpResponse => responseReader.read(pasteOf(text), pasteOf.context).value

/** With the whole head and body. */
const FORMS: Record<string, (raw: string) => string> = {
  'curl -i': (raw) => raw,
  'curl -i, with line feeds alone': (raw) => raw.replaceAll('\r\n', '\n'),
  'curl -i on a terminal, in colours': (raw) =>
    inHead(raw, (line) => line.replace(/^([^:]*):/, '\u001b[1m$1\u001b[0m:')),
  'curl -i by HTTP/2': (raw) =>
    inHead(raw.replace(/^HTTP\/1\.[01] ([0-9]{3})[^\r\n]*/, 'HTTP/2 $1 '), (line) =>
      line.replace(/^[^:]*:/, (name) => name.toLowerCase()),
    ),
  'curl -iL, after a redirect': (raw) =>
    `HTTP/1.1 301 Moved Permanently\r\nLocation: https://shop.example.com/\r\nServer: elsewhere\r\n\r\n${raw}`,
  'curl -i through a proxy’s CONNECT': (raw) => `HTTP/1.1 200 Connection established\r\n\r\n${raw}`,
  'curl -v': (raw) => verbose(raw),
  'wget -S': (raw) =>
    `--2026-11-21 02:03:12--  http://shop.example.com/\nResolving shop.example.com... 203.0.113.9\nHTTP request sent, awaiting response... \n${inHead(raw.replaceAll('\r\n', '\n'), (line) => `  ${line}`)}`,
  'a browser’s recording (HAR)': (raw) => har(raw),
}

function inHead(raw: string, change: (line: string) => string): string {
  const end = raw.replaceAll('\r\n', '\n').indexOf('\n\n')
  const text = raw.replaceAll('\r\n', '\n')
  return `${text.slice(0, end).split('\n').map(change).join('\n')}${text.slice(end)}`
}

function verbose(raw: string): string {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n')
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
  const asked = [
    '*   Trying 203.0.113.9:443...',
    '* Connected to shop.example.com (203.0.113.9) port 443 (#0)',
    '> GET / HTTP/1.1',
    '> Host: shop.example.com',
    '>',
  ]
  return `${[...asked, ...head.map((line) => `< ${line}`), '< '].join('\n')}\n${body}* Connection #0 to host shop.example.com left intact\n`
}

function har(raw: string): string {
  const { status, reason, headers, body } = headOf(raw)
  const good = {
    response: { status: 200, statusText: 'OK', httpVersion: 'HTTP/2', headers: [], content: { text: 'ok' } },
  }
  const failed = { response: { status, statusText: reason, httpVersion: 'http/2.0', headers, content: { text: body } } }
  return JSON.stringify({ log: { version: '1.2', entries: [good, failed, good] } }, null, 2)
}

const sameMaker = (text: string, { kind, vendor }: Fingerprint) => {
  expect(read(text)).toMatchObject({ made_kind: kind, made_vendor: vendor })
  expect(explainerForTests().ofText(text).hops.at(-1)).toEqual({ kind, vendor, role: 'made' })
}

describe.each(Object.entries(FORMS))('%s', (form, pasted) => {
  // The words of a status line exist in HTTP/1 only.
  const told = MADE.filter(({ reason }) => reason === undefined || form !== 'curl -i by HTTP/2')
  it.each(told)('$id', (fingerprint) => sameMaker(pasted(fingerprint.example), fingerprint))
})

describe('curl -I: the head alone', () => {
  it.each(MADE.filter(({ body }) => body === undefined))('$id', (fingerprint) => {
    const raw = fingerprint.example
    expect(read(raw.slice(0, raw.indexOf('\r\n\r\n') + 4))).toMatchObject({ made_vendor: fingerprint.vendor })
  })

  it.each(MADE.filter(({ body }) => body !== undefined))('$id: nobody else is named', (fingerprint) => {
    const raw = fingerprint.example
    const { made_vendor } = read(raw.slice(0, raw.indexOf('\r\n\r\n') + 4))
    expect(['', fingerprint.vendor]).toContain(made_vendor)
  })
})

describe('the source of the page alone', () => {
  const told = MADE.filter(({ body, headers }) => body !== undefined && headers === undefined)
  it.each(told)('$id', (fingerprint) => sameMaker(headOf(fingerprint.example).body, fingerprint))
})

/**
 * What a browser shows of these does not tell them: a frame, a word that many say, or nothing.
 * A page of Apache for 502 without a reason has the same words as one of Flask.
 */
const NOT_SHOWN = new Set(MADE.filter(({ shown }) => shown === undefined).map(({ id }) => id))
/** The same words are those of a far more common page. */
const ALIKE = new Set(['werkzeug-503'])
/** What is shown is not in the page itself: it stands in a frame. */
const IN_A_FRAME: Record<string, string> = {
  'heroku-application-error':
    'Application error\nAn error occurred in the application and your page could not be served. If you are the application owner, check your logs for details.',
  'vercel-error':
    'Your connection is working correctly.\nVercel is working correctly.\n500: INTERNAL_SERVER_ERROR\nCode: FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE\nID: fra1::abcde-1795228992123-5f1d3c7c8b0e\n',
}
/** Vercel's page for browsers has the code in other words than its text for clients. */
const browsersText = ({ id, example, vendor }: Fingerprint): string => {
  const framed = IN_A_FRAME[id]
  if (framed !== undefined) return framed
  const { status, body } = headOf(example)
  const code = /[A-Z]+(?:_[A-Z]+)+/.exec(body)?.[0] ?? ''
  if (vendor === 'vercel')
    return `This page does not work.\nVercel is working correctly.\n${status}: ERROR\nCode: ${code}\nID: fra1::abcde-1795228992123-5f1d3c7c8b0e\n`
  return shownText(body).replace(/ (?=[A-Z])/g, '\n')
}

describe('what a browser shows of the page, copied', () => {
  it.each(MADE.filter(({ id }) => !NOT_SHOWN.has(id)))('$id', (fingerprint) =>
    sameMaker(browsersText(fingerprint), fingerprint),
  )

  it.each(MADE.filter(({ id }) => NOT_SHOWN.has(id) && !ALIKE.has(id)))(
    '$id cannot be told, and nobody else is named',
    (fingerprint) => {
      const { body } = headOf(fingerprint.example)
      expect(['', fingerprint.vendor]).toContain(read(shownText(body)).made_vendor)
    },
  )

  it('the title in front and the address behind do not matter', () => {
    const text = '502 Bad Gateway\nhttps://shop.example.com/cart\n502 Bad Gateway\n\nnginx/1.22.1\n'
    expect(read(text)).toMatchObject({ made_vendor: 'nginx', status: 502n, own_page: true, failure: '' })
  })

  it('Cloudflare’s three boxes', () => {
    const text =
      'shop.example.com | 522: Connection timed out\nConnection timed out Error code 522\nVisit cloudflare.com for more information.\n2026-11-21 02:03:12 UTC\nYou\nBrowser\nWorking\nFrankfurt\nCloudflare\nWorking\nshop.example.com\nHost\nError\nWhat happened?\nCloudflare Ray ID: 8f2a1b3c4d5e6f70\nPerformance & security by Cloudflare'
    expect(read(text)).toMatchObject({
      made_vendor: 'cloudflare',
      status: 522n,
      made_cause: 'edge-blocked',
      made_shape: 'unreachable',
    })
  })

  it.each([
    'it does not work any more since Monday',
    'We get 502 now and then, and sometimes 504. nginx is in front.',
    '2026/11/21 02:03:12 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.7, server: shop, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:3000/"',
    '[2026-11-21T02:03:12.123Z] "GET / HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "no healthy upstream"',
    '2026-11-21T02:03:12Z info something before\n2026-11-21T02:03:12Z error: upstream request timeout for /cart',
    'Nov 21 02:03:12 web1 shop[812]: upstream connect error or disconnect/reset before headers. reset reason: overflow',
    '{"level":"error","ts":1795228992,"msg":"no healthy upstream"}',
    '{"error":"payment"}',
    '',
  ])('prose, a line of a log and JSON are no pages: %j', (text) => {
    expect(read(text)).toMatchObject({ made_vendor: '', status: 0n, complete: false })
  })

  it.each([
    ['502 Bad Gateway', 502n],
    ['503 Service Temporarily Unavailable', 503n],
    ['shop.example.com\n504 Gateway Time-out\nplease come back later', 504n],
    ['This page isn’t working\nshop.example.com is currently unable to handle this request.\nHTTP ERROR 502', 502n],
  ])('a page of nothing but its status: %j', (text, status) => {
    expect(read(text)).toMatchObject({ made_vendor: '', status, failure: '', own_page: false })
  })

  it('a source of nobody we know still has its status', () => {
    expect(read('<html><title>503 Service Unavailable</title><h1>Oops</h1></html>')).toMatchObject({
      made_vendor: '',
      status: 503n,
      failure: '',
    })
  })
})
