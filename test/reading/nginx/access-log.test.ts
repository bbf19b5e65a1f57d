import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileAccessFormat, parseAccessLine } from '../../../src/reading/nginx/access-line.ts'
import { nginxAccessLogReader } from '../../../src/reading/nginx/access-log.ts'
import type { OwnRequest } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { capturedLog, context } from './knowledge.ts'

const combined = capturedLog('access-combined.log')
const shopLog = capturedLog('access-shop.log')
/** As captured: see the fixtures' README. */
const SHOP_FORMAT =
  '$remote_addr $host [$time_iso8601] "$request" $status $body_bytes_sent "$http_user_agent" up=$upstream_addr us=$upstream_status rt=$request_time'

const facts = (path: string, more: Record<string, Value> = {}): Record<string, Value> => ({
  'url.host': 'shop.example',
  'url.port': 23800n,
  'url.path': path,
  ...more,
})

function read(log: string, known: Record<string, Value>, more: { meta?: JsonObject; requests?: OwnRequest[] } = {}) {
  return nginxAccessLogReader.read(
    logCapture(log, { ...WHOLE, ...more.meta }),
    context(known, { requests: more.requests ?? [] }),
  )
}

const lineOf = (format: string, line: string) => {
  const compiled = compileAccessFormat(format)
  return compiled && parseAccessLine(compiled, line)
}

describe('a line of the access log', () => {
  const line = (log: string, part: string) => log.split('\n').find((each) => each.includes(part)) ?? ''

  it.each(['', 'combined'])('in the format combined (%s)', (format) => {
    expect(lineOf(format, line(combined, 'GET /premature'))).toEqual({
      at: Date.UTC(2026, 10, 21, 4, 2, 58),
      status: 502,
      request: 'GET /premature HTTP/1.1',
      host: '',
      bare_host: true,
      server: undefined,
      client: '127.0.0.1',
      agent: 'visitor/1.0',
      tries: [],
    })
  })

  it('in a format of its own', () => {
    expect(lineOf(SHOP_FORMAT, line(shopLog, 'GET /nothttp'))).toMatchObject({
      status: 9,
      host: 'shop.example',
      agent: 'visitor/1.0',
      tries: [{ member: '127.0.0.1:23008', status: 200 }],
    })
  })

  it('with a hostile path and referrer', () => {
    expect(lineOf('', line(combined, 'a\\x22b'))).toMatchObject({
      status: 502,
      request: 'GET /refused/a\\x22b HTTP/1.1',
    })
    expect(lineOf('', line(combined, 'host: \\x22blog'))).toMatchObject({ status: 502, agent: 'visitor/1.0' })
  })

  it.each([
    [
      "log_format main '$remote_addr [$time_local] ' '\"$request\" $status';",
      '::1 [21/Nov/2026:09:48:07 +0545] "GET / HTTP/1.1" 504',
      Date.UTC(2026, 10, 21, 4, 3, 7),
    ],
    [
      'log_format j escape=json \'{"t":"$time_iso8601","s":$status,"r":"$request_method $request_uri"}\'',
      '{"t":"2026-11-21T04:03:07-03:30","s":504,"r":"GET /a"}',
      Date.UTC(2026, 10, 21, 7, 33, 7),
    ],
    [`\${msec} $status`, '1795233787.125 504', Date.UTC(2026, 10, 21, 4, 3, 7, 125)],
  ])('%s', (format, text, at) => {
    expect(lineOf(format, text)).toMatchObject({ at, status: 504 })
  })

  it.each(['$status', '$time_local', '$time_local$status', '$remote_addr'])(
    'a format that cannot be split is refused: %s',
    (format) => {
      expect(compileAccessFormat(format)).toBeUndefined()
    },
  )

  it.each([
    '',
    'x',
    '1.1.1.1 - - [21/Xxx/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
    '1.1.1.1 - - [now] "GET /" 200 1 "-" "-"',
  ])('a line that does not fit is refused: %s', (text) => {
    expect(lineOf('', text)).toBeUndefined()
  })

  it('any line and any format: never thrown at', () => {
    const piece = fc.constantFrom('$status', '$time_local', '$request', ' ', '"', "'", '\\', '[', ']', '$', '{', '}')
    const format = fc.oneof(
      fc.string(),
      fc.array(piece).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(format, fc.string(), (text, line) => void lineOf(text, line)),
      { numRuns: 1000 },
    )
  })
})

describe('how many requests failed', () => {
  it('of this host, where each line names it', () => {
    const { value, dark } = read(shopLog, facts('/refused', { 'config.access_log_format': SHOP_FORMAT }))
    expect(dark).toEqual([])
    expect(value).toMatchObject({ complete: true, by_host: true, abandoned: 1n })
    // 64 lines: 61 of shop.example by name, one of them ours; two of other hosts and one alias are left out.
    const lines = shopLog.split('\n').filter((line) => line.includes(' shop.example [') && !line.includes('triage502/'))
    expect(value.requests).toBe(BigInt(lines.length))
    expect(value.failed).toBe(BigInt(lines.filter((line) => /" (5\d\d|009) \d/.test(line)).length))
    expect(value.failed_permille).toBeGreaterThan(600n)
  })

  it('of this path', () => {
    const { value } = read(shopLog, facts('/refused', { 'config.access_log_format': SHOP_FORMAT }))
    expect(value).toMatchObject({ same_path: 3n, same_path_failed: 3n, ours_found: true, ours_status: 502n })
    expect(value.first_failed).toEqual(new Date('2026-11-21T04:02:58Z'))
    expect(value.last_failed).toEqual(new Date('2026-11-21T04:03:07Z'))
    const ok = read(shopLog, facts('/ok', { 'config.access_log_format': SHOP_FORMAT })).value
    expect(ok).toMatchObject({ same_path: 1n, same_path_failed: 0n, ours_found: false })
  })

  it('of the whole file, where lines name no host', () => {
    const { value } = read(combined, facts('/refused'))
    expect(value).toMatchObject({ by_host: false, requests: 63n })
    expect(read(combined, facts('/refused', { 'config.access_log_own': true })).value.by_host).toBe(true)
  })

  it('of no request at all', () => {
    const { value } = read('', facts('/'), { meta: { records: 0 } })
    expect(value).toMatchObject({
      complete: true,
      requests: 0n,
      failed: 0n,
      failed_permille: 0n,
      first_failed: NEVER,
      last_well: NEVER,
    })
  })

  it('one failed request in many is never rounded to none', () => {
    const ok = '1.1.1.1 - - [21/Nov/2026:04:03:07 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n'
    const { value } = read(ok.repeat(2999) + ok.replace(' 200 ', ' 502 '), facts('/'))
    expect(value).toMatchObject({ requests: 3000n, failed: 1n, failed_permille: 1n })
  })

  it('adds what the prober counted and did not keep', () => {
    const at = Date.parse('2026-11-21T03:55:00Z')
    const left = [
      { key: { about: true, same_path: true, ending: 'well' }, count: 10_000, first: at, last: at + 5000 },
      { key: { about: true, same_path: false, ending: 'failed' }, count: 7, first: at, last: at },
      { key: { about: false, same_path: true, ending: 'failed' }, count: 99, first: at, last: at },
    ]
    const { value } = read('', facts('/'), { meta: { left } })
    expect(value).toMatchObject({
      requests: 10_007n,
      failed: 7n,
      same_path: 10_000n,
      same_path_failed: 0n,
      failed_permille: 1n,
    })
    expect(value.last_well).toEqual(new Date(at + 5000))
  })
})

describe('our own requests', () => {
  const request: OwnRequest = {
    startedAt: new Date('2026-11-21T04:03:07.1Z'),
    endedAt: new Date('2026-11-21T04:03:07.2Z'),
    status: 502,
  }

  it('without a User-Agent in the format are found by path, second and client', () => {
    const format = '$remote_addr [$time_local] "$request" $status'
    const line = (client: string) => `${client} [21/Nov/2026:04:03:07 +0000] "GET /a HTTP/1.1" 502\n`
    const { value } = read(line('127.0.0.1') + line('10.0.0.1'), facts('/a', { 'config.access_log_format': format }), {
      requests: [request],
    })
    expect(value).toMatchObject({ ours_found: true, ours_status: 502n, requests: 1n })
  })

  it('that are missing show that the log is buffered or another', () => {
    const { value, dark } = read('', facts('/a'), { requests: [request] })
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toContain('our own requests are not in the access log')
  })
})

describe('what makes it incomplete', () => {
  it('a format that cannot be split, or does not fit', () => {
    expect(read(combined, facts('/', { 'config.access_log_format': '$a$b' })).value.complete).toBe(false)
    const { value, dark } = read(shopLog, facts('/'))
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toContain('do not fit its log_format')
  })

  it('a single torn line does not', () => {
    expect(read(combined.slice(20), facts('/')).value.complete).toBe(true)
  })

  it.each([{ held: 'unknown' }, { held: 'no' }, { reached: false }, { gaps: ['x'] }])('%o', (meta) => {
    expect(read(combined, facts('/'), { meta }).value.complete).toBe(false)
  })

  it('needs no zone: every line has its own', () => {
    expect(read(combined, facts('/'), { meta: { zone_sure: false, zone_from: 'host' } }).value.complete).toBe(true)
  })
})
