import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logFormat } from '../../../src/reading/log-formats.ts'
import { accessMembersReader } from '../../../src/reading/nginx/access-members.ts'
import { triesOf } from '../../../src/reading/nginx/access-tries.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from './captures.ts'
import { context } from './knowledge.ts'

const FORMAT = '$host [$time_iso8601] "$request" $status $upstream_addr/$upstream_status/$upstream_response_time'
const FACTS: Record<string, Value> = {
  'url.host': 'shop.example',
  'url.port': 80n,
  'url.path': '/cart',
  'config.access_log_format': FORMAT,
}
const A = '127.0.0.1:3000'
const B = '127.0.0.1:3001'

const line = (addresses: string, statuses: string, host = 'shop.example') =>
  `${host} [2026-11-21T04:03:07+00:00] "GET /cart HTTP/1.1" ${/\d{3}$/.exec(statuses)?.[0] ?? 404} ${addresses}/${statuses}/0.001\n`
const times = (count: number, text: string) => text.repeat(count)
const read = (log: string, { meta = {} as JsonObject, facts = {} as Record<string, Value> } = {}) =>
  accessMembersReader.read(logCapture(log, { ...WHOLE, ...meta }), context({ ...FACTS, ...facts }, { requests: [] }))

describe('whom nginx asked for a request', () => {
  it.each<[string, string, ReturnType<typeof triesOf>]>([
    [A, '200', [{ member: A, status: 200 }]],
    [
      `${A}, ${B}`,
      '502, 200',
      [
        { member: A, status: 502 },
        { member: B, status: 200 },
      ],
    ],
    // After an internal redirect a second group was asked (the form stands in nginx's documentation).
    [
      '192.168.1.1:80, unix:/tmp/sock : 192.168.10.1:80',
      '504, 200 : 404',
      [
        { member: '192.168.1.1:80', status: 504 },
        { member: 'unix:/tmp/sock', status: 200 },
        { member: '192.168.10.1:80', status: 404 },
      ],
    ],
    ['[::1]:3000', '200', [{ member: '[::1]:3000', status: 200 }]],
    // The name of the group: nobody could be selected.
    ['shop_pool', '502', []],
    // nginx answered by itself; the visitor left.
    ['-', '-', []],
    [A, '-', []],
    [`${A}, ${B}`, '502', []],
  ])('%s with %s', (addresses, statuses, tries) => {
    expect(triesOf(addresses, statuses)).toEqual(tries)
  })

  it('is not told by a format without the two', () => {
    expect([triesOf(undefined, '200'), triesOf(A, undefined)]).toEqual([[], []])
  })

  it('anything at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (addresses, statuses) => {
        expect(triesOf(addresses, statuses).length).toBeLessThanOrEqual(50)
      }),
    )
  })
})

describe('which member fails', () => {
  it('each is counted, a retry for both', () => {
    const log = times(4, line(`${A}, ${B}`, '502, 200')) + times(9, line(B, '200')) + line('-', '-')
    expect(read(log).value).toEqual({
      complete: true,
      members: [
        { member: A, asked: 4n, failed: 4n },
        { member: B, asked: 13n, failed: 0n },
      ],
      sick: A,
      sick_status: 502n,
      says: `${A} was asked 4 times and failed 4 times (502), ${B} was asked 13 times and never failed`,
    })
  })

  it('one that fails some requests, most often with its own 500', () => {
    const log = times(20, line(A, '200')) + times(5, line(A, '500')) + line(A, '504') + times(30, line(B, '200'))
    expect(read(log).value).toMatchObject({ sick: A, sick_status: 500n })
    expect(read(log).value.says).toContain('failed 6 times (500, 504)')
  })

  it.each([
    ['nobody fails', times(20, line(A, '200')) + times(20, line(B, '200'))],
    ['both fail', times(20, line(A, '500')) + times(20, line(B, '500'))],
    ['the other fails too, now and then', times(20, line(A, '500')) + times(19, line(B, '200')) + line(B, '500')],
    ['two failures are chance', times(20, line(B, '200')) + times(2, line(A, '500'))],
    [
      'one in a hundred is no habit',
      times(400, line(A, '200')) + times(4, line(A, '500')) + times(400, line(B, '200')),
    ],
    ['the other was hardly asked', times(20, line(A, '500')) + times(9, line(B, '200'))],
    ['there is only one', times(20, line(A, '500'))],
    ['another site of the same nginx', times(20, line(A, '500', 'blog.example')) + times(20, line(B, '200'))],
    ['no line at all', ''],
  ])('%s: no one stands out', (_, log) => {
    expect(read(log).value).toMatchObject({ complete: true, sick: '', sick_status: 0n })
  })

  it('what was counted and not kept counts as well', () => {
    const left = [
      { key: { about: true, tries: `${A} 503, ${B} 200` }, count: 40, first: 1, last: 2 },
      { key: { about: true, tries: `${B} 200` }, count: 900, first: 1, last: 2 },
      { key: { about: true, tries: '' }, count: 7, first: 1, last: 2 },
    ]
    expect(read(line(B, '200'), { meta: { left } }).value).toMatchObject({
      complete: true,
      members: [
        { member: A, asked: 40n, failed: 40n },
        { member: B, asked: 941n, failed: 0n },
      ],
      sick_status: 503n,
    })
  })

  it.each<[string, string, Parameters<typeof read>[1]]>([
    ['a log that does not reach far enough', line(A, '200'), { meta: { reached: false } }],
    ['lines that do not fit', 'what is this\n', {}],
    [
      'more servers than can be counted',
      line(A, '200'),
      { meta: { left: [{ key: { about: true, more: true }, count: 3, first: 1, last: 2 }] } },
    ],
  ])('%s proves nothing', (_, log, more) => {
    expect(read(log, more).value.complete).toBe(false)
  })

  it('a format that does not tell names nobody', () => {
    const facts = { 'config.access_log_format': 'combined' }
    const log = '10.0.0.9 - - [21/Nov/2026:04:03:07 +0000] "GET /cart HTTP/1.1" 500 157 "-" "visitor/1.0"\n'
    expect(read(log, { facts }).value).toMatchObject({ members: [], sick: '', says: '' })
  })
})

describe('how such a log is kept', () => {
  const sieve = logFormat('nginx-access-members').open(context(FACTS, { requests: [] }))

  it('what failed before what went well, and counted by whom nginx asked', () => {
    expect(sieve.weigh(line(`${A}, ${B}`, '502, 200').trimEnd())).toEqual({
      rank: 2,
      key: { about: true, tries: `${A} 502, ${B} 200` },
    })
    expect(sieve.weigh(line(B, '200').trimEnd())).toEqual({ rank: 1, key: { about: true, tries: `${B} 200` } })
  })

  it('nothing of another site, and nothing that does not fit', () => {
    expect(sieve.weigh(line(A, '500', 'blog.example').trimEnd()).rank).toBe(0)
    expect(sieve.weigh('what is this').rank).toBe(0)
  })
})
