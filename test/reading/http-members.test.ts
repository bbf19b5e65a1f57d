import { describe, expect, it } from 'vitest'
import { type Measured, NOTHING_MEASURED } from '../../src/reading/http/measured.ts'
import { membersReader } from '../../src/reading/http/members.ts'
import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import { context, printed } from './process/support.ts'

type Said = Partial<Omit<Measured, 'phases'>> & { first_byte?: number }

/** What one exchange measures. */
const measured = ({ first_byte = 3, ...more }: Said): JsonObject => ({
  ...NOTHING_MEASURED,
  connected: true,
  exitcode: 0,
  limit_ms: 3000,
  ...more,
  phases: { dns: 0, connect: 0, tls: -1, first_byte, total: first_byte },
  certificate: { ...NOTHING_MEASURED.certificate },
})

const OK = measured({ status: 200 })
const REFUSED = measured({ connected: false, exitcode: 7, errno: 'refused', first_byte: -1 })
const SILENT = measured({ exitcode: 28, timed_out: true, first_byte: -1 })
const OWN_502 = measured({ status: 502 })
const LATE = measured({ status: 200, first_byte: 1500 })
const CLOSED = measured({ exitcode: 52, first_byte: -1 })

function read(told: Record<string, JsonObject[]>, more: JsonObject = {}, capture: Partial<Capture> = {}) {
  const members = Object.entries(told).map(([member, asked]) => {
    const [host = '', port = '0'] = member.startsWith('/') ? ['', '0'] : member.split(':')
    return { member, host, port: Number(port), socket: member.startsWith('/') ? member : '', asked }
  })
  const out = JSON.stringify({ patience_ms: 1000, unasked: 0, members, ...more })
  return membersReader.read(printed('curl', out, capture), context())
}

describe('members of a pool, asked one by one', () => {
  it('two that are well', () => {
    const { value, dark, lines } = read({ '127.0.0.1:3000': [OK, OK], '127.0.0.1:3001': [OK, OK] })
    expect(value).toMatchObject({ complete: true, well: 2n, sick: 0n, open: 0n })
    expect(value.members[0]).toEqual({
      member: '127.0.0.1:3000',
      host: '127.0.0.1',
      port: 3000n,
      socket: '',
      state: 'well',
      failure: '',
      status: 200n,
      first_byte_ms: 3n,
      asked: 2n,
      failed: 0n,
      says: '127.0.0.1:3000 answers 200 after 3 ms',
    })
    expect(dark).toEqual([])
    expect(lines).toEqual(['127.0.0.1:3000 answers 200 after 3 ms', '127.0.0.1:3001 answers 200 after 3 ms'])
  })

  it.each<[string, JsonObject, string, string]>([
    ['refused', REFUSED, 'refused', 'refuses the connection'],
    ['silent longer than the gateway waits', SILENT, 'silent', 'takes the connection and was silent for 3000 ms'],
    ['its own 5xx', OWN_502, 'status', 'answers 502 itself'],
    ['later than the gateway waits', LATE, 'late', 'answers 200 after 1500 ms, the gateway waits 1000 ms'],
    ['closed', CLOSED, 'empty-reply', 'closes the connection without an answer'],
    [
      'dropped',
      measured({ connected: false, exitcode: 28, timed_out: true, first_byte: -1 }),
      'connect-timeout',
      'takes no connection',
    ],
    [
      'no HTTP',
      measured({ exitcode: 1, errormsg: 'Received HTTP/0.9 when not allowed' }),
      'not-http',
      'fails (not-http)',
    ],
  ])('%s', (_, asked, failure, says) => {
    const { value } = read({ '127.0.0.1:3000': [asked, asked], '127.0.0.1:3001': [OK, OK] })
    expect(value).toMatchObject({ complete: true, well: 1n, sick: 1n })
    expect(value.members[0]).toMatchObject({ state: 'sick', failure, failed: 2n, says: `127.0.0.1:3000 ${says}` })
  })

  it('one that fails every second time is sick', () => {
    const { value } = read({ '127.0.0.1:3000': [OK, OWN_502] })
    expect(value.members[0]).toMatchObject({ state: 'sick', status: 502n, asked: 2n, failed: 1n })
  })

  it('4xx is an answer', () => {
    expect(read({ '127.0.0.1:3000': [measured({ status: 404 })] }).value.members[0]?.state).toBe('well')
  })

  it('silent for less than the gateway waits is open: it may still answer', () => {
    const { value, dark } = read({ '127.0.0.1:3000': [SILENT], '127.0.0.1:3001': [OK] }, { patience_ms: 60_000 })
    expect(value).toMatchObject({ complete: false, well: 1n, sick: 0n, open: 1n })
    expect(dark).toEqual([{ why: 'timed-out', says: '127.0.0.1:3000 takes the connection and was silent for 3000 ms' }])
  })

  it('how long the gateway waits is not known: silence is open, lateness nothing', () => {
    const { value } = read({ '127.0.0.1:3000': [SILENT], '127.0.0.1:3001': [LATE] }, { patience_ms: 0 })
    expect(value.members.map(({ state }) => state)).toEqual(['open', 'well'])
  })

  it('a socket', () => {
    const missing = measured({ connected: false, exitcode: 7, errno: 'missing', socket: '/run/a.sock' })
    const { value } = read({ '/run/a.sock': [missing], '/run/b.sock': [OK] })
    expect(value.members[0]).toMatchObject({
      socket: '/run/a.sock',
      host: '',
      port: 0n,
      says: '/run/a.sock is not there',
    })
  })

  it('members that were not asked keep it from being complete', () => {
    const more = read({ '127.0.0.1:3000': [OK] }, { unasked: 3 })
    expect(more.value.complete).toBe(false)
    expect(more.dark).toEqual([{ why: 'cut', says: '3 members were not asked' }])
    const late = read({ '127.0.0.1:3000': [OK], '127.0.0.1:3001': [] })
    expect(late.value).toMatchObject({ complete: false, well: 1n, sick: 0n })
    expect(late.value.members.map(({ member }) => member)).toEqual(['127.0.0.1:3000'])
  })

  it.each<[string, Partial<Capture>]>([
    ['ended by the limit', { timedOut: true }],
    ['cut', { cut: true }],
    ['blind', { outcome: 'blind', why: 'declined', says: 'no requests were wanted' }],
  ])('is not complete when %s', (_, capture) => {
    expect(read({ '127.0.0.1:3000': [OK] }, {}, capture).value.complete).toBe(false)
  })

  it.each(['', 'no JSON', '{}', '[]', '{"members": 7}', '{"members": [null, 3, {"asked": "x"}]}', '{"members":[{}]}'])(
    'is total: %j',
    (out) => {
      const { value } = membersReader.read(printed('curl', out), context())
      expect(value).toMatchObject({ complete: false, members: [], well: 0n, sick: 0n, open: 0n })
    },
  )
})
