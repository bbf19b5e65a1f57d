import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { caddyLogReader } from '../../../src/reading/caddy/log.ts'
import { caddyLogFormat } from '../../../src/reading/caddy/log-format.ts'
import { parseCaddyLine } from '../../../src/reading/caddy/log-line.ts'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

const { signatures } = parse(
  readFileSync(new URL('../../../flows/signatures/caddy.yaml', import.meta.url), 'utf8'),
) as {
  signatures: Signature[]
}
const NOW = new Date('2026-11-21T02:00:00Z')
const seconds = (offset: number) => NOW.getTime() / 1000 + offset

/** As Caddy 2.6.2 writes a request that it could not pass on. */
const failed = (
  msg: string,
  offset: number,
  {
    agent = 'Mozilla/5.0',
    host = '127.0.0.1:8080',
    uri = '/checkout?token=7',
    logger = 'http.log.error',
    took = 0.0002,
  } = {},
) =>
  JSON.stringify({
    level: 'error',
    ts: seconds(offset),
    logger,
    msg,
    request: {
      remote_ip: '10.9.8.7',
      remote_port: '51046',
      proto: 'HTTP/1.1',
      method: 'GET',
      host,
      uri,
      headers: { 'User-Agent': [agent], Cookie: ['REDACTED'], 'X-Token': ['s3cret'] },
    },
    duration: took,
    status: 502,
    err_id: 'fjx9bq2pi',
    err_trace: 'reverseproxy.statusError (reverseproxy.go:1272)',
  })
const OURS = { agent: 'triage502/0.1.0' }
const REFUSED = 'dial tcp 127.0.0.1:3000: connect: connection refused'

const HELD: JsonObject = {
  path: '/var/log/caddy.log',
  held: 'yes',
  reached: true,
  records: 1,
  zone_sure: true,
  zone_minutes: 0,
  zone_from: 'env',
}

function context(facts: Record<string, Value> = {}, asked = true): ReadContext {
  const all: Record<string, Value> = {
    'url.host': '127.0.0.1',
    'url.port': 8080n,
    'url.path': '/checkout',
    'window.seconds': 900n,
    ...facts,
  }
  const at = (offset: number) => new Date(NOW.getTime() + offset * 1000)
  const requests = asked ? [{ startedAt: at(0.1), endedAt: at(0.2), status: 502 }] : []
  return { facts: new Map(Object.entries(all)), knowledge: { fingerprints: [], signatures }, requests, now: NOW }
}

function captured(lines: string[], more: Partial<Capture> = {}): Capture {
  const out = lines.map((line) => `${line}\n`).join('')
  return {
    kind: 'log',
    argv: [],
    at: 'local',
    outcome: 'ok',
    exit: null,
    ms: 1,
    startedAt: NOW.toISOString(),
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: HELD,
    ...more,
  }
}

/** Reads lines, and makes sure that what is kept of them reads the same. */
function read(lines: string[], facts: Record<string, Value> = {}, more: Partial<Capture> = {}, asked = true) {
  const capture = captured(lines, more)
  const reading = caddyLogReader.read(capture, context(facts, asked))
  const kept = caddyLogReader.keep?.(capture.out).out ?? ''
  expect(caddyLogReader.read({ ...capture, out: kept }, context(facts, asked))).toEqual(reading)
  return reading
}

describe('our own request', () => {
  it('is known by our name, whoever else fails at the same time', () => {
    const { value, dark } = read([failed(REFUSED, 0.15, OURS), failed('EOF', 0.16)])
    expect(value.ours).toMatchObject({
      found: true,
      signature: 'connect-refused',
      shape: 'unreachable',
      host: '127.0.0.1',
      port: 3000n,
      status: 502n,
      path: '/checkout',
    })
    expect(value).toMatchObject({ complete: true, count: 1n })
    expect(value.latest.signature).toBe('premature-close')
    expect(dark).toEqual([])
  })

  it('is nobody else’s', () => {
    expect(read([failed(REFUSED, 0.15)]).value).toMatchObject({ ours: { found: false }, count: 1n })
  })

  it('is not one of an earlier session', () => {
    expect(read([failed(REFUSED, -300, OURS)]).value).toMatchObject({ ours: { found: false }, count: 0n })
  })

  it('has a record without a request, where the body was cut while we read it', () => {
    const cut = JSON.stringify({
      level: 'error',
      ts: seconds(0.19),
      logger: 'http.handlers.reverse_proxy',
      msg: 'aborting with incomplete response',
      error: 'unexpected EOF',
    })
    expect(read([cut]).value.ours).toMatchObject({ found: true, signature: 'cut-in-body', shape: 'reset' })
    expect(read([cut], {}, {}, false).value).toMatchObject({ ours: { found: false }, count: 0n })
    expect(read([cut.replace(String(seconds(0.19)), String(seconds(-60)))]).value.ours.found).toBe(false)
  })
})

describe('what a record says', () => {
  it.each([
    [REFUSED, 'connect-refused', '127.0.0.1:3000'],
    ['dial tcp [::1]:3000: connect: connection refused', 'connect-refused', '[::1]:3000'],
    ['dial tcp 10.0.0.7:3000: i/o timeout', 'connect-timeout', '10.0.0.7:3000'],
    ['dial unix /run/shop.sock: connect: no such file or directory', 'socket-missing', '/run/shop.sock'],
    ['read tcp 127.0.0.1:37604->127.0.0.1:3000: read: connection reset by peer', 'reset-before-head', '127.0.0.1:3000'],
    ['EOF', 'premature-close', ''],
    ['net/http: timeout awaiting response headers', 'read-timeout', ''],
    ['net/http: HTTP/1.x transport connection broken: malformed HTTP status code "unknown"', 'not-http', ''],
    ['tls: first record does not look like a TLS handshake', 'tls-wrong-version', ''],
    ['x509: certificate signed by unknown authority', 'cert-verify', ''],
    ['x509: certificate is valid for old.internal, not app.internal', 'cert-name', ''],
    ['no upstreams available', 'no-live-upstreams', ''],
    ['something that nobody knows', '', ''],
  ])('%s', (msg, signature, upstream) => {
    expect(read([failed(msg, 0.15, OURS)]).value.ours).toMatchObject({ found: true, signature, upstream, message: msg })
  })

  it('names what did not resolve', () => {
    const { ours } = read([failed('dial tcp: lookup shop.internal on 127.0.0.53:53: no such host', 0.15, OURS)]).value
    expect(ours).toMatchObject({ signature: 'name-not-resolved', name: 'shop.internal', host: '' })
  })

  it('counts by what it says and of whom', () => {
    const lines = [
      failed(REFUSED, -5),
      failed(REFUSED, -4),
      failed('EOF', -3),
      failed(REFUSED, -2, { host: 'blog.example.com' }),
    ]
    const { value } = read(lines)
    expect(value.kinds.map(({ signature, count, upstream }) => [signature, count, upstream])).toEqual([
      ['connect-refused', 2n, '127.0.0.1:3000'],
      ['premature-close', 1n, ''],
    ])
    expect(value).toMatchObject({ count: 3n, first: new Date(seconds(-5) * 1000), last: new Date(seconds(-3) * 1000) })
  })

  it('prefers the latest of the URL’s own path', () => {
    const { latest } = read([failed(REFUSED, -9), failed('EOF', -2, { uri: '/other' })]).value
    expect(latest.signature).toBe('connect-refused')
  })

  it('adds what was counted and not kept', () => {
    const left = [
      {
        key: {
          about: true,
          signature: 'connect-refused',
          cause: 'process-down',
          host: '127.0.0.1',
          port: 3000,
          socket: '',
        },
        count: 40,
        first: seconds(-600) * 1000,
        last: seconds(-60) * 1000,
      },
      {
        key: { about: false, signature: 'premature-close', cause: '', host: '', port: 0, socket: '' },
        count: 9,
        first: 0,
        last: 0,
      },
      { key: { access: true, about: true, failed: false }, count: 70, first: 0, last: 0 },
    ]
    const { value } = read([failed(REFUSED, -1)], {}, { meta: { ...HELD, left } })
    expect(value).toMatchObject({ count: 41n, requests: 70n, first: new Date(seconds(-600) * 1000) })
    expect(value.kinds[0]).toMatchObject({ count: 41n, upstream: '127.0.0.1:3000' })
  })
})

describe('how long its failures took', () => {
  const slow = (took: number, more = {}) => failed('EOF', -60, { took, ...more })
  it.each([
    [
      'three as long as it waits',
      [30.001, 30.002, 30.01],
      '3 of 3 took as long as it waits for an answer, 30000 ms (/etc/caddy/Caddyfile:4)',
    ],
    [
      'most of them',
      [30.001, 30.002, 30.01, 0.2],
      '3 of 4 took as long as it waits for an answer, 30000 ms (/etc/caddy/Caddyfile:4)',
    ],
    ['two are chance', [30.001, 30.002], ''],
    ['each its own time', [1.5, 3.1, 7.2], ''],
    ['a day and more is no time of a request', [90_000, 90_000, 90_000], ''],
  ])('%s', (_, took, says) => {
    const facts = { 'config.read_timeout': 30_000n, 'config.read_at': '/etc/caddy/Caddyfile:4' }
    expect(
      read(
        took.map((each) => slow(each)),
        facts,
      ).value.rounds,
    ).toBe(says)
  })

  it('ours, and those of other sites, do not count', () => {
    const facts = { 'config.read_timeout': 30_000n }
    const others = [slow(30.001, { host: 'blog.example.com' }), slow(30.002), slow(30.01)]
    expect(read([...others, slow(30.001, OURS)], facts).value.rounds).toBe('')
  })

  it('is not told by a time that is written as text', () => {
    const lines = [1, 2, 3].map(() => slow(30.001).replace('"duration":30.001', '"duration":"30.001s"'))
    expect(read(lines, { 'config.read_timeout': 30_000n }).value.rounds).toBe('')
  })
})

describe('records of the process', () => {
  const health = (msg: string, offset: number, more: JsonObject) =>
    JSON.stringify({
      level: 'info',
      ts: seconds(offset),
      logger: 'http.handlers.reverse_proxy.health_checker.active',
      msg,
      host: '127.0.0.1:3000',
      ...more,
    })

  it('tell the last word of the health check', () => {
    const { value } = read([
      health('HTTP request failed', -9, { error: 'Get "http://127.0.0.1:3000/up": EOF' }),
      health('unexpected status code', -3, { status_code: 404 }),
    ])
    expect(value.health).toEqual([
      {
        at: new Date(seconds(-3) * 1000),
        upstream: '127.0.0.1:3000',
        signature: 'health-status',
        message: 'unexpected status code',
        status: 404n,
      },
    ])
  })

  it('tell of a configuration that was refused', () => {
    const line = JSON.stringify({
      level: 'error',
      ts: seconds(-30),
      logger: 'admin.api',
      msg: 'request error',
      error: 'loading config: unknown field',
      status_code: 400,
    })
    expect(read([line]).value).toMatchObject({
      refused: 'loading config: unknown field',
      refused_at: new Date(seconds(-30) * 1000),
    })
  })
})

describe('forms of a line', () => {
  it('is JSON, of a console, or of a journal', () => {
    expect(parseCaddyLine(failed('EOF', 0))).toMatchObject({
      at: NOW.getTime(),
      level: 'error',
      logger: 'http.log.error',
      msg: 'EOF',
    })
    const console = `2026/11/21 02:00:00.250\t\u001b[31mERROR\u001b[0m\thttp.log.error\tEOF\t{"request": {"host": "a"}, "status": 502}`
    expect(parseCaddyLine(console)).toMatchObject({
      at: NOW.getTime() + 250,
      level: 'error',
      logger: 'http.log.error',
      msg: 'EOF',
      fields: { status: 502 },
    })
    const journal = JSON.stringify({
      __REALTIME_TIMESTAMP: '1795226400000000',
      _SYSTEMD_UNIT: 'caddy.service',
      MESSAGE: failed('EOF', 0),
    })
    expect(parseCaddyLine(journal)).toMatchObject({ msg: 'EOF' })
  })

  it.each([
    ['1795226400.5', 1_795_226_400_500],
    ['1795226400500', 1_795_226_400_500],
    ['"2026-11-21T02:00:00.5Z"', NOW.getTime() + 500],
    ['"2026-11-21T03:00:00+01:00"', NOW.getTime()],
  ])('ts %s', (ts, at) => {
    expect(parseCaddyLine(`{"level":"info","ts":${ts},"msg":"x"}`)?.at).toBe(at)
  })

  it.each([
    '',
    'Error: adapting config',
    '{"level":"info"}',
    '{"ts":1}',
    '{',
    '{"MESSAGE":7}',
    '{"level":"info","ts":"yesterday"}',
  ])('%j is none', (line) => {
    expect(parseCaddyLine(line)).toBeUndefined()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => `2026/11/21 02:00:00.1\t${text}`),
        ),
        (line) => {
          expect(() => parseCaddyLine(line)).not.toThrow()
        },
      ),
    )
  })
})

describe('a journal', () => {
  const entry = (line: string) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: '1', _SYSTEMD_UNIT: 'caddy.service', MESSAGE: line })
  const run: Partial<Capture> = { kind: 'run', exit: 0, meta: {} }

  it('is complete where it holds less than was asked for', () => {
    const { value } = read([entry(failed(REFUSED, -5000)), entry(failed(REFUSED, 0.15, OURS))], {}, run)
    expect(value).toMatchObject({ complete: true, count: 0n, ours: { found: true } })
  })

  it('proves nothing where it is empty, cut, or full of newer entries', () => {
    expect(read([], {}, run).value.complete).toBe(false)
    expect(read([entry(failed(REFUSED, -5))], {}, { ...run, cut: true }).value.complete).toBe(false)
    const many = Array.from({ length: 5000 }, () => entry(failed('EOF', -5)))
    expect(read(many, {}, run).dark[0]?.says).toContain('more than was read')
  })
})

describe('the absence of a record', () => {
  it('proves nothing at a level that leaves errors out', () => {
    expect(read([], { 'config.error_log_level': 'PANIC' }).value.complete).toBe(false)
    expect(read([], { 'config.error_log_level': 'WARN' }).value.complete).toBe(true)
  })

  it('proves nothing of a file that the process does not hold', () => {
    expect(read([], {}, { meta: { ...HELD, held: 'no' } }).value.complete).toBe(false)
  })
})

describe('what is kept', () => {
  it('of a record is what decides, without visitors’ secrets', () => {
    const kept = caddyLogReader.keep?.(`${failed(REFUSED, -5)}\nnot Caddy’s\n`)
    expect(kept?.out).not.toMatch(/s3cret|token=7|Cookie|Mozilla/)
    expect(kept?.leftOut).toContain('1 line')
  })

  it('of a long file is first what is about the URL', () => {
    const sieve = caddyLogFormat.open(context())
    const rank = (line: string) => sieve.weigh(line).rank
    expect(rank(failed(REFUSED, 0))).toBe(3)
    expect(rank(failed(REFUSED, 0, { uri: '/other' }))).toBe(2)
    expect(rank(failed(REFUSED, 0, { host: 'blog.example.com' }))).toBe(1)
    expect(rank(failed('handled request', 0, { logger: 'http.log.access.log0' }))).toBe(2)
    expect(rank('{"level":"info","ts":1,"msg":"serving initial configuration"}')).toBe(0)
    expect(rank('nothing')).toBe(0)
    expect(sieve.stamp(failed('EOF', 0))).toEqual({ ms: NOW.getTime(), zoned: true })
    expect(sieve.stamp('nothing')).toBeUndefined()
  })
})
