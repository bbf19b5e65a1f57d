import { describe, expect, it } from 'vitest'
import { kindOfMark, marksOf, valueOfMark } from '../../src/reading/http/marks.ts'
import { type Mark, NOTHING_MEASURED, parseHttpMeta, type Sample } from '../../src/reading/http/measured.ts'
import { isEnough, spreadReader } from '../../src/reading/http/spread.ts'
import type { Json, JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { context } from './process/support.ts'

interface One {
  status?: number
  door?: string
  marks?: Mark[]
  refused?: boolean
}

const sample = ({ status = 200, door, marks, refused = false }: One): Sample => ({
  at: '2026-11-21T02:03:04.000Z',
  ms: 5,
  measured: {
    ...NOTHING_MEASURED,
    url: 'http://shop.example.com/',
    connected: !refused,
    exitcode: refused ? 7 : 0,
    errno: refused ? 'refused' : '',
    errormsg: refused ? 'Connection refused' : '',
    status: refused ? 0 : status,
  },
  ...(door === undefined ? {} : { door }),
  ...(marks === undefined ? {} : { marks }),
})

const metaOf = (samples: Sample[]): JsonObject =>
  ({ ...NOTHING_MEASURED, redirects: [], samples, stopped: 'all' }) as unknown as JsonObject

const capture = (samples: Sample[], more: Partial<Capture> = {}): Capture => ({
  kind: 'http',
  argv: ['curl'],
  at: 'local',
  outcome: 'ok',
  exit: 0,
  out: '',
  err: '',
  startedAt: '2026-11-21T02:03:04.000Z',
  ms: 100,
  cut: false,
  timedOut: false,
  leftOut: '',
  meta: metaOf(samples),
  ...more,
})

const read = (each: One[], more: Partial<Capture> = {}) =>
  spreadReader.read(capture(each.map(sample), more), context()).value
const by = (value: string): Mark[] => [{ name: 'x-served-by', value }]
const [A, B] = ['192.0.2.7', '192.0.2.8']

describe('what failed requests have in common', () => {
  it('is the address that they went to', () => {
    expect(read([{ door: A }, { door: B, refused: true }, { door: A }, { door: B, refused: true }])).toMatchObject({
      complete: true,
      asked: 4n,
      failed: 2n,
      well: 2n,
      split: 'address',
      sick: B,
      sick_asked: 2n,
      others: [A],
      failure: 'refused',
      status: 0n,
      says: `2 of 4 failed, all of them by ${B}; 2 of 4 were answered well, all by ${A}`,
    })
  })

  it('is IPv6 where several addresses of it fail', () => {
    const each = [{ door: A }, { door: 'fd00::1', status: 502 }, { door: B }, { door: 'fd00::2', status: 502 }]
    expect(read(each)).toMatchObject({ split: 'family', sick: 'IPv6', others: ['IPv4'], status: 502n })
  })

  it('is the endpoint that names itself', () => {
    const each = [1, 2, 3].flatMap(() => [{ marks: by('app-1') }, { marks: by('app-2'), status: 500 }])
    expect(read(each)).toMatchObject({
      split: 'endpoint',
      header: 'x-served-by',
      sick: 'app-2',
      says: '3 of 6 failed, all of them by app-2 (x-served-by); 3 of 6 were answered well, all by app-1',
    })
  })

  it('is what a cache does not hold', () => {
    const cache = (value: string) => [{ name: 'x-cache', value }]
    const each = [{ marks: cache('HIT from edge-1') }, { marks: cache('MISS from edge-1'), status: 502 }]
    expect(read([...each, ...each])).toMatchObject({ split: 'cache', sick: 'MISS', others: ['HIT'] })
  })

  it('is the program that answered, where nothing surer tells them apart', () => {
    const each = [{ marks: [{ name: 'server', value: 'a' }] }, { marks: [{ name: 'server', value: 'b' }], status: 503 }]
    expect(read([...each, ...each])).toMatchObject({ split: 'maker', sick: 'b' })
  })

  it('is nothing where that one also answers well', () => {
    const each = [{ marks: by('app-2') }, { marks: by('app-1') }, { marks: by('app-2'), status: 500 }]
    expect(read([...each, ...each])).toMatchObject({
      split: '',
      sick: '',
      says: '2 of 6 failed: 4 times 200, 2 times 500',
    })
  })

  it('is nothing where an answer that was well does not say whose it is', () => {
    const each = [{}, { marks: by('app-2'), status: 500 }]
    expect(read([...each, ...each])).toMatchObject({ split: '' })
  })

  it('is nothing where two of them fail', () => {
    const each = [{ marks: by('a') }, { marks: by('b'), status: 500 }, { marks: by('c'), status: 500 }]
    expect(read([...each, ...each]).split).toBe('')
  })

  it('is nothing by chance: one that failed, or one that did not, is too few', () => {
    expect(read([{ door: A }, { door: A }, { door: B, refused: true }]).split).toBe('')
    expect(read([{ door: A }, { door: B, refused: true }, { door: B, refused: true }]).split).toBe('')
  })

  it('is nothing where all fail, or none', () => {
    expect(read([{ status: 502 }, { status: 502 }])).toMatchObject({ split: '', failed: 2n, tally: '2 times 502' })
    expect(read([{}, {}])).toMatchObject({ split: '', failed: 0n, tally: '2 times 200' })
  })

  it('is unknown where nothing was asked, or the time was up', () => {
    expect(read([])).toMatchObject({ complete: false, asked: 0n })
    expect(read([{}], { outcome: 'blind', why: 'declined' })).toMatchObject({ complete: false, asked: 0n })
    expect(read([], { meta: { ...metaOf([sample({})]), stopped: 'time' } }).complete).toBe(false)
  })

  it('is read back whatever is in the capture', () => {
    const odd: Json[] = ['x', 7, [7, null, { marks: 'x' }, { marks: [7, {}], door: 9 }]]
    for (const samples of odd) expect(() => read([], { meta: { samples } })).not.toThrow()
    const meta = metaOf([sample({ door: A, marks: by('a') })])
    expect(parseHttpMeta(meta).samples[0]).toMatchObject({ door: A, marks: by('a') })
  })
})

describe('how many requests are enough', () => {
  const times = (n: number, one: One) => Array.from({ length: n }, () => one)

  it.each<[string, One[], boolean]>([
    ['none', [], false],
    ['four of both', [...times(4, {}), ...times(4, { status: 500 })], true],
    ['three of one', [...times(9, {}), ...times(3, { status: 500 })], false],
    ['two to each address, all well', [...times(2, { door: A }), ...times(2, { door: B })], true],
    [
      'two to each address, all failed',
      [...times(2, { door: A, status: 500 }), ...times(2, { door: B, status: 500 })],
      true,
    ],
    ['two to each address, and they differ', [...times(2, { door: A }), ...times(2, { door: B, status: 500 })], false],
    ['one address', times(8, { door: A }), false],
    ['no address at all', times(10, {}), false],
  ])('%s', (_, each, enough) => {
    expect(isEnough(each.map(sample))).toBe(enough)
  })
})

describe('headers that tell who answered', () => {
  it('are few, and kept short', () => {
    const long = 'x'.repeat(500)
    const head = `HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Served-By:  app-1 \r\nSet-Cookie: a=b\r\nX-Cache: ${long}\r\n\r\nhello`
    const marks = marksOf(head)
    expect(marks.map(({ name }) => name)).toEqual(['server', 'x-served-by', 'x-cache'])
    expect(marks[1]?.value).toBe('app-1')
    expect(marks[2]?.value).toHaveLength(80)
  })

  it('are none where no answer came', () => {
    expect(marksOf('')).toEqual([])
    expect(marksOf('SSH-2.0-OpenSSH_9.2')).toEqual([])
  })

  it.each([
    ['x-served-by', 'cache-fra-1', 'endpoint', 'cache-fra-1'],
    ['cf-cache-status', 'hit', 'cache', 'HIT'],
    ['x-cache', 'Miss from cloudfront', 'cache', 'MISS'],
    ['x-cache', '', 'cache', ''],
    ['via', '1.1 varnish', 'maker', '1.1 varnish'],
    ['x-unknown', 'a', 'maker', 'a'],
  ])('%s: %s', (name, value, kind, told) => {
    expect(kindOfMark(name)).toBe(kind)
    expect(valueOfMark({ name, value })).toBe(told)
  })
})
