import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { responseReader } from '../../src/reading/http/response.ts'
import { samplesReader } from '../../src/reading/http/samples.ts'
import type { ReadContext } from '../../src/reading/reader.ts'
import type { Capture } from '../../src/words/look.ts'
import { NEVER, type RecordType, type Value, type ValueType } from '../../src/words/value.ts'
import { SHIPPED_FINGERPRINTS } from './fingerprints/shipped.ts'

const ROOT = join(import.meta.dirname, '../..')
const CAPTURES = join(ROOT, 'test/fixtures/http/captures')
const context: ReadContext = {
  facts: new Map(),
  knowledge: { fingerprints: SHIPPED_FINGERPRINTS, signatures: [] },
  requests: [],
  now: new Date('2026-11-21T04:30:00Z'),
}
const recorded = (name: string): Capture => JSON.parse(readFileSync(join(CAPTURES, `${name}.json`), 'utf8')) as Capture
const read = (capture: Capture) => responseReader.read(capture, context)
const pasted = (out: string): Capture => ({
  ...recorded('direct-refused'),
  outcome: 'ok',
  pasted: true,
  out,
  err: '',
  meta: {},
})

describe('recorded answers', () => {
  it("nginx's own 502: the upstream refused, and nginx says so", () => {
    const { value, lines } = read(recorded('nginx-502-refused'))
    expect(value).toMatchObject({
      complete: true,
      failure: '',
      phase: 'done',
      status: 502n,
      reason: 'Bad Gateway',
      server: 'nginx/1.22.1',
      made_kind: 'proxy',
      made_vendor: 'nginx',
      own_page: true,
      hops: [{ kind: 'proxy', vendor: 'nginx', role: 'made' }],
      content_length: 157n,
      body_bytes: 157n,
    })
    expect(value.fingerprints).toContain('nginx-page')
    expect(lines).toEqual(['HTTP/1.1 502 Bad Gateway', 'server: nginx/1.22.1'])
  })

  it("nginx's own 504, and how long it waited", () => {
    const { value } = read(recorded('nginx-504-slow'))
    expect(value).toMatchObject({ status: 504n, reason: 'Gateway Time-out', made_vendor: 'nginx', own_page: true })
    expect(value.first_byte_ms).toBeGreaterThanOrEqual(1000n)
    expect(value.connect_ms).toBeLessThan(100n)
  })

  it("nginx's 503 on purpose looks like any of its own pages", () => {
    expect(read(recorded('nginx-503-returned')).value).toMatchObject({
      status: 503n,
      made_vendor: 'nginx',
      own_page: true,
    })
  })

  it("an app's own 502 that nginx passed on: nginx's Server header does not make it nginx's", () => {
    expect(read(recorded('app-502-through-nginx')).value).toMatchObject({
      status: 502n,
      server: 'nginx/1.22.1',
      content_type: 'application/json',
      made_kind: 'app',
      made_vendor: 'express',
      own_page: false,
      body: '{"error":"payment provider did not answer"}',
      hops: [
        { kind: 'proxy', vendor: 'nginx', role: 'passed' },
        { kind: 'app', vendor: 'express', role: 'made' },
      ],
    })
  })

  it('an upstream that broke off in mid-body', () => {
    const { value, lines } = read(recorded('truncated-through-nginx'))
    expect(value).toMatchObject({
      failure: 'truncated',
      phase: 'body',
      status: 200n,
      content_length: 1000n,
      body_bytes: 16n,
    })
    expect(lines.at(-1)).toContain('984 bytes remaining')
  })

  it('a redirect that was followed', () => {
    const { value } = read(recorded('redirected-200'))
    expect(value).toMatchObject({ status: 200n, failure: '' })
    expect(value.redirects).toHaveLength(1)
    expect(value.redirects[0]).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/well$/)
  })

  it.each([
    ['direct-refused', { failure: 'refused', phase: 'connect', connected: false, complete: true }],
    ['direct-no-route', { failure: 'rejected', phase: 'connect', connected: false, complete: true }],
    ['direct-dropped', { failure: 'connect-timeout', phase: 'connect', connected: false, complete: false }],
    ['direct-silent', { failure: 'silent', phase: 'wait', connected: true, complete: false, limit_ms: 1000n }],
    ['direct-ssh', { failure: 'not-http', phase: 'wait', connected: true, complete: true, speaks: 'ssh' }],
  ])('%s', (name, want) => {
    expect(read(recorded(name)).value).toMatchObject({ status: 0n, made_vendor: '', hops: [], ...want })
  })

  it('several requests: two well, the third decides', () => {
    const { value, lines } = samplesReader.read(recorded('flaky-samples'), context)
    expect(value).toMatchObject({
      complete: true,
      asked: 3n,
      well: 2n,
      failed: 1n,
      statuses: [200n, 200n, 503n],
      failures: [''],
      tally: '2 times 200, once 503',
    })
    expect(value.last_at.getTime() - value.first_at.getTime()).toBeGreaterThanOrEqual(1000)
    expect(lines).toEqual(['200 200 503'])
  })

  it('one request read as samples counts once', () => {
    const value = samplesReader.read(recorded('direct-refused'), context).value
    expect(value).toMatchObject({
      asked: 1n,
      well: 0n,
      failed: 1n,
      statuses: [0n],
      failures: ['refused'],
      tally: 'once refused',
    })
    expect(value.first_at.toISOString()).toBe(recorded('direct-refused').startedAt)
  })
})

describe('pasted text', () => {
  it('what `curl -i` printed', () => {
    const { value } = read(pasted(recorded('nginx-502-refused').out.replaceAll('\r\n', '\n')))
    expect(value).toMatchObject({ status: 502n, made_vendor: 'nginx', own_page: true, complete: true, failure: '' })
  })

  it('what `curl -v` printed', () => {
    const text = [
      '*   Trying 10.0.0.5:8080...',
      '* Connected to app.internal (10.0.0.5) port 8080 (#0)',
      '> GET / HTTP/1.1',
      '> Authorization: Bearer x',
      '< HTTP/1.1 503 Service Unavailable',
      '< content-type: text/html',
      '< ',
      '{ [107 bytes data]',
      '<html><body><h1>503 Service Unavailable</h1>',
      'No server is available to handle this request.',
      '</body></html>',
      '* Connection #0 to host app.internal left intact',
    ].join('\n')
    const { value } = read(pasted(text))
    expect(value).toMatchObject({
      status: 503n,
      made_vendor: 'haproxy',
      own_page: true,
      address: '10.0.0.5',
      port: 8080n,
    })
    expect(value.body).not.toContain('Connection #0')
  })

  it("curl's last word alone", () => {
    const value = read(pasted('curl: (7) Failed to connect to 127.0.0.1 port 3000: Connection refused')).value
    expect(value).toMatchObject({ failure: 'refused', connected: false, complete: true })
    expect(
      read(pasted('curl: (28) Operation timed out after 10001 milliseconds with 0 bytes received')).value.failure,
    ).not.toBe('')
  })

  it('something else says nothing about what is absent', () => {
    expect(read(pasted('it does not work, please help')).value).toMatchObject({ complete: false, status: 0n })
  })
})

describe('hostile answers', () => {
  const hostile = (out: string) => read({ ...recorded('nginx-502-refused'), out }).value

  it('lose their escape sequences, control characters and bidirectional overrides', () => {
    const value = hostile(
      'HTTP/1.1 502 \u001b[31mBad\u001b[0m\r\nServer: \u202engi\u0007nx\u009b2J\r\nX-\u001b]0;title\u0007A: b\r\n\r\n\u001b[2J<h1>\u0000up\u2066\r\ndown\u200b</h1>',
    )
    expect(value).toMatchObject({ reason: 'Bad', server: 'nginx', body: '<h1>up\ndown</h1>' })
    expect(value.headers[1]).toEqual({ name: 'X-A', value: 'b' })
  })

  it('are cut to 4 KB', () => {
    expect(hostile(`HTTP/1.1 502 Bad Gateway\r\n\r\n${'x'.repeat(100_000)}`).body).toHaveLength(4096)
  })

  it('cannot pass for another head inside their body', () => {
    const value = hostile('HTTP/1.1 502 Bad Gateway\r\n\r\nHTTP/1.1 200 OK\r\nServer: fine\r\n\r\n')
    expect(value).toMatchObject({ status: 502n, server: '' })
  })
})

describe('total on anything', () => {
  const heads = fc.constantFrom(
    '',
    'HTTP/1.1 502 Bad Gateway\r\n',
    'HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    '< HTTP/1.1 502\n< \n',
    'curl: (',
  )
  const capture = fc.record({
    out: fc.tuple(heads, fc.string({ unit: 'binary', maxLength: 200 })).map(([head, rest]) => head + rest),
    err: fc.tuple(fc.constantFrom('', '* ', 'curl: ', '* Connected to '), fc.string()).map((parts) => parts.join('')),
    pasted: fc.boolean(),
    ms: fc.double(),
    startedAt: fc.string(),
    meta: fc.dictionary(
      fc.constantFrom(
        'client',
        'status',
        'exitcode',
        'phases',
        'samples',
        'redirects',
        'first_bytes',
        'errormsg',
        'body_bytes',
        'url',
      ),
      fc.jsonValue(),
    ),
  })

  it.each([responseReader, samplesReader])('$name', (reader) => {
    fc.assert(
      fc.property(capture, (more) => {
        const given = { ...recorded('direct-refused'), ...more } as Capture
        expect(mismatch(reader.output, reader.read(given, context).value, '')).toBe('')
      }),
      { numRuns: 300 },
    )
  })

  it('every recorded answer has every field of its type', () => {
    for (const file of readdirSync(CAPTURES)) {
      const given = recorded(file.replace('.json', ''))
      expect(mismatch(responseReader.output, read(given).value, '')).toBe('')
      expect(mismatch(samplesReader.output, samplesReader.read(given, context).value, '')).toBe('')
    }
  })

  it('a blind capture', () => {
    const blind: Capture = {
      ...recorded('direct-refused'),
      outcome: 'blind',
      why: 'not-understood',
      says: 'no URL',
      exit: null,
      out: '',
      err: '',
      meta: {},
    }
    expect(read(blind)).toMatchObject({
      value: { complete: false, status: 0n },
      dark: [{ why: 'not-understood', says: 'no URL' }],
    })
    expect(samplesReader.read(blind, context).value).toMatchObject({ complete: false, asked: 0n, first_at: NEVER })
  })
})

/** Where a value is not of its type, as a path; '' when it is. */
function mismatch(type: ValueType | RecordType, value: Value | undefined, path: string): string {
  switch (type.kind) {
    case 'int':
      return typeof value === 'bigint' ? '' : path
    case 'string':
      return typeof value === 'string' ? '' : path
    case 'bool':
      return typeof value === 'boolean' ? '' : path
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? '' : path
    case 'list':
      return Array.isArray(value) ? value.map((each, i) => mismatch(type.of, each, `${path}[${i}]`)).join('') : path
    case 'record': {
      if (value === undefined || typeof value !== 'object' || Array.isArray(value) || value instanceof Date)
        return `${path}!`
      return Object.entries(type.fields)
        .map(([name, field]) => mismatch(field, value[name], `${path}.${name}`))
        .join('')
    }
  }
}
