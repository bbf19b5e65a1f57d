import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/words/json.ts'
import { NEVER, type Value } from '../../../src/words/value.ts'
import { OURS, readLog } from './error-support.ts'

/** A refused connection, by default of shop.example's /cart. */
function refused(
  more: {
    time?: string
    path?: string
    host?: string
    server?: string
    port?: number
    client?: string
    connection?: number
  } = {},
): string {
  const { time = '04:03:07', path = '/cart', host = 'shop.example:8080', server = 'shop.example' } = more
  const { port = 3000, client = '10.0.0.1', connection = 1 } = more
  return `2026/11/21 ${time} [error] 815#816: *${connection} connect() failed (111: Connection refused) while connecting to upstream, client: ${client}, server: ${server}, request: "GET ${path} HTTP/1.1", upstream: "http://127.0.0.1:${port}${path}", host: "${host}"\n`
}

describe('which lines count for a URL', () => {
  const MEMBERS = { 'config.members': ['127.0.0.1:3000', '127.0.0.1:3001', 'unix:/run/app.sock'] }
  it.each([
    ['its own', {}, refused(), 1n],
    ['with a query', {}, refused({ path: '/cart?x=1' }), 1n],
    ['by another name of its server', {}, refused({ host: 'www.shop.example' }), 1n],
    ['another path of its upstream', MEMBERS, refused({ path: '/b' }), 1n],
    ['another path of its second member', MEMBERS, refused({ path: '/b', port: 3001 }), 1n],
    ['another path of another upstream', MEMBERS, refused({ path: '/b', port: 4000 }), 0n],
    ['its path, wherever it was sent', MEMBERS, refused({ port: 4000 }), 1n],
    ['another path, its upstream not known', {}, refused({ path: '/b' }), 1n],
    ['another server', {}, refused({ server: 'blog.example', host: 'blog.example' }), 0n],
    ['another server on the same upstream', MEMBERS, refused({ server: 'blog.example', host: 'blog.example' }), 0n],
    ['another server, though it is asked for as ours', {}, refused({ server: 'blog.example' }), 0n],
    ['a path that only begins alike', MEMBERS, refused({ path: '/cartoon', port: 4000 }), 0n],
    ['a path in other letters', MEMBERS, refused({ path: '/Cart', port: 4000 }), 0n],
    ['its server in other letters', {}, refused({ server: 'SHOP.example' }), 1n],
  ])('%s: %o', (_, facts: Record<string, Value>, log, count) => {
    expect(readLog(log, { facts }).value.count).toBe(count)
  })

  it('a catch-all server is told by the upstream or the port', () => {
    const facts = { 'config.server_name': '_', ...MEMBERS }
    const log = (more: Parameters<typeof refused>[0]) => refused({ server: '_', ...more })
    expect(readLog(log({ host: 'any.example', path: '/b' }), { facts }).value.count).toBe(1n)
    expect(readLog(log({ host: 'any.example', path: '/b', port: 4000 }), { facts }).value.count).toBe(0n)
  })
})

describe('kinds', () => {
  it('are told by signature, host, port and socket, the most frequent first', () => {
    const slow = refused().replace(
      'connect() failed (111: Connection refused) while connecting to upstream',
      'upstream timed out (110: Connection timed out) while reading response header from upstream',
    )
    const { kinds } = readLog(refused() + slow.repeat(3) + refused({ port: 3001 }).repeat(2)).value
    expect(kinds.map(({ signature, port, count }) => `${signature} ${port} ${count}`)).toEqual([
      'read-timeout 3000 3',
      'connect-refused 3001 2',
      'connect-refused 3000 1',
    ])
  })

  it('know their first and last, whatever the order', () => {
    const { value } = readLog(
      refused({ time: '04:03:05' }) + refused({ time: '04:03:01' }) + refused({ time: '04:03:03' }),
    )
    const [first, last] = [new Date('2026-11-21T04:03:01Z'), new Date('2026-11-21T04:03:05Z')]
    expect(value).toMatchObject({ first, last, kinds: [{ first, last, count: 3n }] })
  })

  it('are 50 at the most, and none is lost from the count', () => {
    const log = Array.from({ length: 70 }, (_, i) => refused({ port: 4000 + i })).join('')
    const { value } = readLog(log)
    expect(value.kinds).toHaveLength(50)
    expect(value.count).toBe(70n)
  })

  it('are none in an empty log', () => {
    expect(readLog('', { meta: { records: 0 } }).value).toMatchObject({
      count: 0n,
      total: 0n,
      first: NEVER,
      last: NEVER,
      kinds: [],
    })
  })
})

describe('the latest line', () => {
  it.each([
    ['the last one', refused({ time: '04:03:01' }) + refused({ time: '04:03:02', port: 3001 }), 3001n],
    ['the last of one second', refused({ port: 3001 }) + refused({ port: 3002 }), 3002n],
    [
      'by time, not by place',
      refused({ time: '04:03:09', port: 3001 }) + refused({ time: '04:03:02', port: 3002 }),
      3001n,
    ],
    [
      'of its own path before another’s',
      refused({ time: '04:03:01', port: 3001 }) + refused({ time: '04:03:09', path: '/b', port: 3002 }),
      3001n,
    ],
    ['of another path, where its own has none', refused({ path: '/b', port: 3002 }), 3002n],
  ])('%s', (_, log, port) => {
    expect(readLog(log).value.latest).toMatchObject({ found: true, port })
  })
})

describe('our own request, from 04:03:07.100 to 04:03:07.200', () => {
  const ours = (log: string) => readLog(log, { requests: [OURS] }).value
  it.each([
    ['04:03:06', false],
    ['04:03:07', true],
    ['04:03:08', true],
    ['04:03:09', false],
  ])('a line of %s: %s', (time, found) => {
    const value = ours(refused({ time, client: '127.0.0.1' }))
    expect(value.ours.found).toBe(found)
    expect(value.count).toBe(found ? 0n : 1n)
  })

  it.each([
    ['127.0.0.1', '10.0.0.1', 1n],
    ['::1', '10.0.0.1', 1n],
    ['unix:', '10.0.0.1', 1n],
    ['127.9.9.9', '10.0.0.1', 1n],
    // Both may be ours: the last one is taken.
    ['10.0.0.2', '10.0.0.1', 2n],
  ])('of the clients %s and %s, the one of connection %d', (first, second, connection) => {
    const value = ours(
      refused({ client: first, connection: 1, port: 3001 }) + refused({ client: second, connection: 2, port: 3002 }),
    )
    expect(value.ours.port).toBe(3000n + connection)
    expect(value.count).toBe(1n)
  })

  it('takes the lines of one connection together, and shows the last', () => {
    const value = ours(refused({ client: '127.0.0.1', port: 3001 }) + refused({ client: '127.0.0.1', port: 3002 }))
    expect(value).toMatchObject({ ours: { port: 3002n }, count: 0n, kinds: [] })
  })

  it('is not that of another path, nor of another host', () => {
    expect(ours(refused({ path: '/b' })).ours.found).toBe(false)
    expect(ours(refused({ host: 'www.shop.example' })).ours.found).toBe(false)
    expect(ours(refused({ host: 'shop.example:9090' })).ours.found).toBe(false)
  })

  it('each takes one line', () => {
    const again = {
      startedAt: new Date('2026-11-21T04:03:20.5Z'),
      endedAt: new Date('2026-11-21T04:03:20.6Z'),
      status: 502,
    }
    const log =
      refused({ connection: 1 }) +
      refused({ time: '04:03:20', connection: 2 }) +
      refused({ time: '04:03:40', connection: 3 })
    expect(readLog(log, { requests: [OURS, again] }).value).toMatchObject({
      count: 1n,
      ours: { at: new Date('2026-11-21T04:03:20Z') },
    })
  })
})

describe('the zone of the stamps', () => {
  it.each([
    [0, '2026-11-21T04:03:07Z'],
    [60, '2026-11-21T03:03:07Z'],
    [345, '2026-11-20T22:18:07Z'],
    [-480, '2026-11-21T12:03:07Z'],
    [840, '2026-11-20T14:03:07Z'],
  ])('%d minutes east: %s', (zone_minutes, at) => {
    const { value } = readLog(refused(), { meta: { zone_minutes, zone_from: 'env' } })
    expect(value).toMatchObject({
      zone_minutes: BigInt(zone_minutes),
      zone_from: 'env',
      first: new Date(at),
      latest: { at: new Date(at) },
    })
  })

  it.each([
    ['not certain', { zone_sure: false }],
    ['not known', { zone_minutes: null, zone_from: '' }],
    ['no zone that there is', { zone_minutes: 100_000 }],
    ['no whole number', { zone_minutes: 1.5 }],
    ['a word', { zone_minutes: 'CET' }],
  ])('%s: absence proves nothing', (_, meta: JsonObject) => {
    const { value, dark } = readLog(refused(), { meta })
    expect(value).toMatchObject({ complete: false, count: 1n })
    expect(dark.map(({ says }) => says)).toContain('the time zone of the stamps in the error log is not certain')
  })
})

describe('what was counted and not kept', () => {
  const first = Date.parse('2026-11-21T03:00:00Z')
  const last = Date.parse('2026-11-21T03:30:00Z')
  const key = {
    about: true,
    signature: 'connect-refused',
    shape: 'unreachable',
    cause: '',
    host: '127.0.0.1',
    port: 3000,
    socket: '',
  }
  const left = (...tallies: JsonObject[]) => readLog(refused(), { meta: { left: tallies } }).value

  it.each([
    ['the same kind', { key, count: 9, first, last }, { count: 10n, total: 10n, first: new Date(first) }],
    ['another kind', { key: { ...key, port: 3001 }, count: 9, first, last }, { count: 10n, total: 10n }],
    [
      'of another site',
      { key: { ...key, about: false }, count: 9, first, last },
      { count: 1n, total: 10n, first: new Date('2026-11-21T04:03:07Z') },
    ],
    ['of no signature', { key: { ...key, signature: '' }, count: 9, first, last }, { count: 10n, total: 1n }],
    ['everyday lines', { key: { quiet: true }, count: 9, first, last }, { count: 1n, total: 1n }],
    ['of the process', { key: { process: true }, count: 9, first, last }, { count: 1n, total: 1n, process: [] }],
    [
      'with odd parts',
      { key: { about: true, signature: 5, port: 'x', host: [] }, count: 9, first, last },
      { count: 10n, total: 1n },
    ],
    ['of no count', { key, count: 0, first, last }, { count: 1n, total: 1n }],
    ['no tally', { count: 9 }, { count: 1n, total: 1n }],
  ])('%s', (_, tally, expected) => {
    expect(left(tally)).toMatchObject(expected)
  })

  it('joins the lines that were kept, and takes their words', () => {
    expect(left({ key, count: 9, first, last }).kinds).toEqual([
      {
        signature: 'connect-refused',
        shape: 'unreachable',
        cause: '',
        count: 10n,
        first: new Date(first),
        last: new Date('2026-11-21T04:03:07Z'),
        host: '127.0.0.1',
        port: 3000n,
        socket: '',
        message: 'connect() failed (111: Connection refused) while connecting to upstream',
      },
    ])
  })

  it('of a kind that no kept line has stands alone, without words', () => {
    expect(
      left({ key: { ...key, port: 0, host: '', socket: '/run/a.sock' }, count: 9, first, last }).kinds[0],
    ).toMatchObject({
      count: 9n,
      socket: '/run/a.sock',
      message: '',
      last: new Date(last),
    })
  })
})
