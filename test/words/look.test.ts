import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blindCapture, type LookRequest, lookKey } from '../../src/words/look.ts'
import { BLIND_REASONS } from '../../src/words/vocabulary.ts'

const RUN: LookRequest = { kind: 'run', at: 'here', read: 'listeners', timeoutMs: 5000, commands: [['ss', '-ltnpH']] }
const HTTP: LookRequest = {
  kind: 'http',
  at: 'proxy',
  read: 'http-response',
  timeoutMs: 5000,
  url: 'http://h/',
  times: 1,
  redirects: 0,
  own: true,
}
const LOG: LookRequest = { kind: 'log', at: 'proxy', read: 'text', timeoutMs: 5000, path: '/a', windowMs: 900_000 }
const LOOK: LookRequest = { kind: 'look', at: 'app', read: 'x', timeoutMs: 5000, name: 'sockets', args: { b: 1, a: 2 } }

describe('two looks are one', () => {
  test('whatever the time they may take', () => {
    for (const look of [RUN, HTTP, LOG, LOOK]) expect(lookKey({ ...look, timeoutMs: 1 })).toBe(lookKey(look))
  })

  test('whatever the order their details are written in', () => {
    const turned = Object.fromEntries(Object.entries(HTTP).reverse()) as unknown as LookRequest
    expect(lookKey(turned)).toBe(lookKey(HTTP))
    expect(lookKey({ ...LOOK, args: { a: 2, b: 1 } })).toBe(lookKey(LOOK))
  })

  test('whether a detail is undefined or not there', () => {
    const spelt = { ...HTTP, socket: undefined, host: undefined } as unknown as LookRequest
    expect(lookKey(spelt)).toBe(lookKey(HTTP))
  })

  test('also after they stood in a journal', () => {
    for (const look of [RUN, HTTP, LOG, LOOK]) expect(lookKey(JSON.parse(JSON.stringify(look)))).toBe(lookKey(look))
  })
})

describe('two looks are two', () => {
  test.each<[string, LookRequest, LookRequest]>([
    ['seen from elsewhere', RUN, { ...RUN, at: 'app' }],
    ['read by another reader', RUN, { ...RUN, read: 'text' }],
    ['another command', RUN, { ...RUN, commands: [['ss', '-ltn']] }],
    ['words joined otherwise', RUN, { ...RUN, commands: [['ss -ltnpH']] }],
    ['one alternative more', RUN, { ...RUN, commands: [['ss', '-ltnpH'], ['netstat']] }],
    ['another own look behind it', RUN, { ...RUN, otherwise: 'listeners' }],
    ['another URL', HTTP, { ...HTTP, url: 'http://h/a' }],
    ['asked more often', HTTP, { ...HTTP, times: 2 }],
    ['over a socket', HTTP, { ...HTTP, socket: '/run/a.sock' }],
    ['with another host', HTTP, { ...HTTP, host: 'a' }],
    ["not the person's own", HTTP, { ...HTTP, own: false }],
    ['verified', HTTP, { ...HTTP, verify: true }],
    ['expressly not verified', HTTP, { ...HTTP, verify: false }],
    ['another log', LOG, { ...LOG, path: '/b' }],
    ['another window', LOG, { ...LOG, windowMs: 1 }],
    ['another writer', LOG, { ...LOG, writer: 7 }],
    ['another argument', LOOK, { ...LOOK, args: { a: 2, b: 2 } }],
    ['an argument that is null, not missing', LOOK, { ...LOOK, args: { a: 2, b: 1, c: null } }],
    ['a number, not its text', LOOK, { ...LOOK, args: { a: '2', b: 1 } }],
    ['another order in a list', { ...LOOK, args: { a: [1, 2] } }, { ...LOOK, args: { a: [2, 1] } }],
    ['a list in a list', { ...LOOK, args: { a: [[1], 2] } }, { ...LOOK, args: { a: [[1, 2]] } }],
  ])('%s', (_, one, other) => {
    expect(lookKey(one)).not.toBe(lookKey(other))
  })

  test('no value can pretend to be structure', () => {
    expect(lookKey({ ...LOOK, args: { a: '1","b":"2' } })).not.toBe(lookKey({ ...LOOK, args: { a: '1', b: '2' } }))
  })
})

test('the key is one line of JSON with its keys in order, for any arguments', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (args) => {
      const key = lookKey({ ...LOOK, args: args as never })
      expect(key).not.toContain('\n')
      const parsed: unknown = JSON.parse(key)
      expect(Object.keys(parsed ?? {})).toEqual(['args', 'at', 'kind', 'name', 'read'])
    }),
  )
})

test('the key as journals hold it', () => {
  expect(lookKey(RUN)).toBe('{"at":"here","commands":[["ss","-ltnpH"]],"kind":"run","read":"listeners"}')
  expect(lookKey(LOOK)).toBe('{"args":{"a":2,"b":1},"at":"app","kind":"look","name":"sockets","read":"x"}')
})

describe('a look that saw nothing', () => {
  test.each(BLIND_REASONS)('says why: %s', (why) => {
    expect(blindCapture(RUN, why, 'So it is.')).toEqual({
      kind: 'run',
      argv: [],
      at: 'local',
      outcome: 'blind',
      why,
      says: 'So it is.',
      exit: null,
      ms: 0,
      startedAt: '1970-01-01T00:00:00.000Z',
      out: '',
      err: '',
      cut: false,
      timedOut: false,
      leftOut: '',
      meta: {},
    })
  })

  test('keeps what was measured all the same', () => {
    const capture = blindCapture(HTTP, 'timed-out', 's', { ms: 5000, timedOut: true, argv: ['curl'], at: 'ssh:a' })
    expect(capture).toMatchObject({ kind: 'http', ms: 5000, timedOut: true, argv: ['curl'], at: 'ssh:a', out: '' })
  })
})
