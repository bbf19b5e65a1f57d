import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHost, parseFact } from '../../src/flow/fact-value.ts'
import { FACT_TYPES, type FactType } from '../../src/flow/types.ts'

const value = (type: FactType, text: string) => {
  const parsed = parseFact(type, text)
  return parsed.ok ? parsed.value : `refused: ${parsed.says}`
}

describe('times', () => {
  test.each([
    ['2026-11-21T02:03:12Z', '2026-11-21T02:03:12.000Z'],
    ['2026-11-21T02:03:12.345Z', '2026-11-21T02:03:12.345Z'],
    ['2026-11-21T02:03:12+01:00', '2026-11-21T01:03:12.000Z'],
    ['2026-11-21T02:03Z', '2026-11-21T02:03:00.000Z'],
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21 02:03:12Z', '2026-11-21T02:03:12.000Z'],
  ])('%s', (text, time) => {
    expect(value('timestamp', text)).toBe(time)
  })

  test.each([
    '',
    '12',
    '1',
    'app 3',
    'release 2001',
    'now',
    '2026-13-01',
    '2026-11-21T25:00:00Z',
    '21.11.2026',
    '02:03:12',
  ])('no time: %j', (text) => {
    expect(value('timestamp', text)).toBe('refused: is not a time such as 2026-11-21T02:03:12Z')
  })
})

describe('durations', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['1500ms', 1500],
    ['90s', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['365d', 31_536_000_000],
    [' 5s ', 5000],
  ])('%s is %i ms', (text, ms) => {
    expect(value('duration-ms', text)).toBe(ms)
  })

  test.each(['366d', '999999999d', '999999999h', '', '5 s', '-5s', '1.5s', '5S', '1h30m', '5w', 's', '1e3'])(
    'no duration: %j',
    (text) => {
      expect(String(value('duration-ms', text))).toContain('refused: is not a duration')
    },
  )
})

describe('numbers', () => {
  test.each<[FactType, string, number | string]>([
    ['int', '9007199254740991', 9_007_199_254_740_991],
    ['int', '9007199254740992', 'refused: is not a whole number'],
    ['int', '-9007199254740991', -9_007_199_254_740_991],
    ['int', '1.0', 'refused: is not a whole number'],
    ['int', '0x10', 'refused: is not a whole number'],
    ['int', '+1', 'refused: is not a whole number'],
    ['int', '1 ', 'refused: is not a whole number'],
    ['int', '１２', 'refused: is not a whole number'],
    ['port', '1', 1],
    ['port', '65535', 65_535],
    ['port', '080', 80],
    ['port', '80\n', 'refused: is not a port from 1 to 65535'],
    ['pid', '4194304', 4_194_304],
    ['pid', '4194305', 'refused: is not a process id'],
    ['pid', '0', 'refused: is not a process id'],
  ])('%s %j', (type, text, expected) => {
    expect(value(type, text)).toBe(expected)
  })
})

describe('words that stand in commands', () => {
  test.each<[FactType, string]>([
    ['url', 'http://127.0.0.1:3000/'],
    ['url', 'HTTPS://SHOP.EXAMPLE.COM/'],
    ['url', 'http://[::1]:3000/a?b=c#d'],
    ['unit', 'a.socket'],
    ['unit', 'getty@tty1.service'],
    ['unit', 'system-getty.slice'],
    ['container', 'a'],
    ['container', '0123456789ab'],
    ['path', '/'],
    ['path', '/a/../b'],
    ['path', '/日本'],
    ['host', 'a_b.example.com'],
    ['host', 'fe80::1%eth0'],
  ])('%s %s', (type, text) => {
    expect(value(type, text)).toBe(text)
  })

  test.each<[FactType, string]>([
    ['url', 'http://h:99999/'],
    ['url', 'file:///etc/passwd'],
    ['url', 'http://h/\u202e'],
    ['url', '//h/'],
    ['unit', '.service'],
    ['unit', 'a.conf'],
    ['unit', 'a.service '],
    ['unit', 'a/b.service'],
    ['unit', 'a$(id).service'],
    ['container', ''],
    ['container', '_a'],
    ['container', 'a/b'],
    ['container', 'a'.repeat(129)],
    ['path', ''],
    ['path', '~/a'],
    ['path', '/a\u0000b'],
    ['path', '/a\u009bb'],
    ['host', 'a..b'],
    ['host', 'a.-b'],
    ['host', 'a b'],
    ['host', 'a/b'],
    ['host', '[a.b]'],
    ['host', `${'a.'.repeat(127)}`],
  ])('no %s: %j', (type, text) => {
    expect(String(value(type, text))).toMatch(/^refused: /)
  })
})

test('lists of words: at most 500, each held to the same rules', () => {
  expect(parseFact('strings', [])).toEqual({ ok: true, value: [] })
  expect(parseFact('strings', 'a')).toEqual({ ok: true, value: ['a'] })
  expect(
    parseFact(
      'strings',
      Array.from({ length: 501 }, () => 'a'),
    ),
  ).toMatchObject({ ok: false })
  expect(parseFact('strings', 'a,-b')).toEqual({ ok: false, says: 'begins with a dash' })
})

test('a host may be long, its labels may not', () => {
  expect(isHost(`${'a'.repeat(63)}.${'b'.repeat(63)}`)).toBe(true)
  expect(isHost('a'.repeat(64))).toBe(false)
  expect(isHost(Array.from({ length: 200 }, () => 'a').join('.'))).toBe(false)
})

test('whatever was accepted is accepted again as the same value', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^\d{1,9}(ms|s|m|h|d)?$/),
    fc.stringMatching(/^[a-z0-9.:-]{1,20}$/),
  )
  fc.assert(
    fc.property(fc.constantFrom(...FACT_TYPES), text, (type, given) => {
      const once = parseFact(type, given)
      if (once.ok) expect(parseFact(type, once.value)).toEqual(once)
    }),
    { numRuns: 3000 },
  )
})
