import { describe, expect, it } from 'vitest'
import { nginxAccessLogReader } from '../../../src/reading/nginx/access-log.ts'
import { nginxAccessLogFormat } from '../../../src/reading/nginx/access-log-format.ts'
import type { OwnRequest } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { context } from './knowledge.ts'

const NAMED = '$remote_addr $host [$time_iso8601] "$request" $status "$http_user_agent"'
const SHOP: Record<string, Value> = {
  'url.host': 'shop.example',
  'url.port': 80n,
  'url.path': '/cart',
  'config.access_log_format': NAMED,
}
const line = (status: string, path = '/cart', second = '07', host = 'shop.example', agent = 'x') =>
  `10.0.0.1 ${host} [2026-11-21T04:03:${second}+00:00] "GET ${path} HTTP/1.1" ${status} "${agent}"\n`
const read = (log: string, more: { facts?: Record<string, Value>; meta?: JsonObject; requests?: OwnRequest[] } = {}) =>
  nginxAccessLogReader.read(
    logCapture(log, { ...WHOLE, ...more.meta }),
    context({ ...SHOP, ...more.facts }, { requests: more.requests ?? [] }),
  )

describe('how a request ended', () => {
  it.each([
    ['200', { failed: 0n, abandoned: 0n }],
    ['101', { failed: 0n, abandoned: 0n }],
    ['304', { failed: 0n, abandoned: 0n }],
    ['404', { failed: 0n, abandoned: 0n }],
    ['429', { failed: 0n, abandoned: 0n }],
    ['499', { failed: 0n, abandoned: 1n }],
    ['500', { failed: 1n, abandoned: 0n }],
    ['502', { failed: 1n, abandoned: 0n }],
    ['503', { failed: 1n, abandoned: 0n }],
    ['504', { failed: 1n, abandoned: 0n }],
    ['599', { failed: 1n, abandoned: 0n }],
    ['009', { failed: 1n, abandoned: 0n }],
    ['000', { failed: 0n, abandoned: 0n }],
  ])('%s', (status, expected) => {
    expect(read(line(status)).value).toMatchObject({ requests: 1n, same_path: 1n, ...expected })
  })
})

describe('counts', () => {
  it.each([
    ['none', 0, 0, 0n],
    ['none of three', 3, 0, 0n],
    ['one of one', 0, 1, 1000n],
    ['one of two', 1, 1, 500n],
    ['one of three, rounded up', 2, 1, 334n],
    ['two of three', 1, 2, 667n],
    ['one of 2000, never none', 1999, 1, 1n],
  ])('%s', (_, well, failed, permille) => {
    const { value } = read(line('200').repeat(well) + line('502').repeat(failed))
    expect(value).toMatchObject({ requests: BigInt(well + failed), failed: BigInt(failed), failed_permille: permille })
  })

  it('times are of the first and the last, in whatever order the lines stand', () => {
    const { value } = read(
      line('502', '/cart', '20') +
        line('200', '/cart', '30') +
        line('504', '/cart', '10') +
        line('200', '/cart', '05') +
        line('499', '/cart', '59'),
    )
    expect(value).toMatchObject({
      first_failed: new Date('2026-11-21T04:03:10Z'),
      last_failed: new Date('2026-11-21T04:03:20Z'),
      last_well: new Date('2026-11-21T04:03:30Z'),
      abandoned: 1n,
    })
  })

  it('are of this host and of this path', () => {
    const { value } = read(
      line('502') +
        line('200') +
        line('502', '/b') +
        line('502', '/cart', '07', 'blog.example') +
        line('502', '/cart?x=1') +
        line('502', '/cart/'),
    )
    expect(value).toMatchObject({ requests: 5n, failed: 4n, same_path: 3n, same_path_failed: 2n, by_host: true })
  })

  it('leave out our own', () => {
    const { value } = read(line('200') + line('502', '/cart', '08', 'shop.example', 'triage502/0.1.0 (+diagnosis)'))
    expect(value).toMatchObject({ requests: 1n, failed: 0n, ours_found: true, ours_status: 502n })
  })

  it('take no one for us whose agent only mentions us', () => {
    const { value } = read(line('502', '/cart', '08', 'shop.example', 'not triage502/0.1.0'))
    expect(value).toMatchObject({ requests: 1n, failed: 1n, ours_found: false, ours_status: 0n })
  })

  it('tell the status of our last request of this path', () => {
    const own = (status: string, path: string, second: string) =>
      line(status, path, second, 'shop.example', 'triage502/0.1.0')
    expect(read(own('502', '/cart', '01') + own('200', '/cart', '02') + own('504', '/', '03')).value.ours_status).toBe(
      200n,
    )
  })

  it('read Windows’ line ends and skip empty lines', () => {
    expect(read(`\n${line('502').trimEnd()}\r\n\r\n${line('200')}\n`).value).toMatchObject({
      requests: 2n,
      failed: 1n,
      complete: true,
    })
  })

  it('give the last five failed lines to be shown', () => {
    const log = ['01', '02', '03', '04', '05', '06', '07'].map((second) => line('502', '/cart', second)).join('')
    const { lines } = read(log + line('200'))
    expect(lines).toHaveLength(5)
    expect(lines[0]).toContain('04:03:03')
    expect(lines[4]).toContain('04:03:07')
  })

  it('show no line in more than 1000 characters', () => {
    expect(read(line('502', `/cart?${'a'.repeat(5000)}`)).lines[0]).toHaveLength(1000)
  })
})

describe('what the prober counted and did not keep', () => {
  const first = Date.parse('2026-11-21T04:00:00Z')
  const last = Date.parse('2026-11-21T04:02:00Z')
  const tally = (key: JsonObject, count = 10) => ({ key, count, first, last })

  it.each([
    [
      'well',
      tally({ about: true, same_path: true, ending: 'well' }),
      { requests: 11n, failed: 1n, same_path: 11n, last_well: new Date(last) },
    ],
    [
      'failed',
      tally({ about: true, same_path: true, ending: 'failed' }),
      { requests: 11n, failed: 11n, same_path_failed: 11n, first_failed: new Date(first) },
    ],
    [
      'of another path',
      tally({ about: true, same_path: false, ending: 'failed' }),
      { requests: 11n, failed: 11n, same_path: 1n, same_path_failed: 1n },
    ],
    [
      'abandoned',
      tally({ about: true, same_path: true, ending: 'abandoned' }),
      { requests: 11n, failed: 1n, abandoned: 10n },
    ],
    ['of another host', tally({ about: false, same_path: true, ending: 'failed' }), { requests: 1n, failed: 1n }],
    [
      'of an ending that nobody knows',
      tally({ about: true, same_path: true, ending: 'odd' }),
      { requests: 1n, failed: 1n },
    ],
    ['none', tally({ about: true, same_path: true, ending: 'failed' }, 0), { requests: 1n, failed: 1n }],
    ['less than none', tally({ about: true, same_path: true, ending: 'failed' }, -5), { requests: 1n, failed: 1n }],
  ])('%s', (_, left, expected) => {
    expect(read(line('502'), { meta: { left: [left] } }).value).toMatchObject(expected)
  })

  it('lines that it could not read count against the format', () => {
    const { value, dark } = read(line('200').repeat(99), { meta: { left: [tally({ unread: true }, 50)] } })
    expect(value.complete).toBe(false)
    expect(dark[0]?.says).toBe('50 lines of the access log do not fit its log_format')
    expect(read(line('200').repeat(99), { meta: { left: [tally({ unread: true }, 1)] } }).value.complete).toBe(true)
  })

  it('anything odd in its place is no tally', () => {
    const { value } = read(line('200'), { meta: { left: [null, 1, 'x', [], {}, { key: 'x', count: 3 }] } })
    expect(value).toMatchObject({ requests: 1n, failed: 0n, first_failed: NEVER })
  })
})

describe('what the prober keeps, by rank', () => {
  const sieve = nginxAccessLogFormat.open(context(SHOP))
  it.each([
    ['a failed one', line('502'), 2, { about: true, same_path: true, ending: 'failed' }],
    ['an abandoned one', line('499'), 2, { about: true, same_path: true, ending: 'abandoned' }],
    ['a good one', line('200'), 1, { about: true, same_path: true, ending: 'well' }],
    ['another path', line('502', '/b'), 2, { about: true, same_path: false, ending: 'failed' }],
    [
      'another host',
      line('502', '/cart', '07', 'blog.example'),
      1,
      { about: false, same_path: true, ending: 'failed' },
    ],
    ['our own', line('502', '/cart', '07', 'shop.example', 'triage502/1'), 3, { ours: true }],
    ['what does not fit', 'garbage', 1, { unread: true }],
  ])('%s', (_, record, rank, key) => {
    expect(sieve.weigh(record.trimEnd())).toEqual({ rank, key })
  })

  it('a line that does not fit is of the time of the one before it', () => {
    const { stamp } = nginxAccessLogFormat.open(context(SHOP))
    const now = Date.parse('2026-11-21T04:03:10Z')
    expect(stamp('garbage')).toEqual({ ms: now, zoned: true })
    expect(stamp(line('200').trimEnd())).toEqual({ ms: Date.parse('2026-11-21T04:03:07Z'), zoned: true })
    expect(stamp('garbage')).toEqual({ ms: Date.parse('2026-11-21T04:03:07Z'), zoned: true })
    expect(stamp('')).toBeUndefined()
  })
})
