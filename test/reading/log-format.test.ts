import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLogMeta, records } from '../../src/reading/log-format.ts'
import { LOG_FORMATS, logFormat } from '../../src/reading/log-formats.ts'
import type { Json, JsonObject } from '../../src/words/json.ts'
import { context } from './nginx/knowledge.ts'

const NOTHING = {
  path: '',
  zoneMinutes: undefined,
  zoneFrom: '',
  zoneSure: false,
  held: 'unknown',
  moved: false,
  reached: false,
  records: 0,
  full: false,
  gaps: [],
  left: [],
}

describe('what the prober says of a log', () => {
  it('proves nothing where it says nothing', () => {
    expect(parseLogMeta({})).toEqual(NOTHING)
  })

  it.each<[JsonObject, object]>([
    [{ path: '/var/log/x.log' }, { path: '/var/log/x.log' }],
    [{ path: 5 }, { path: '' }],
    [{ zone_minutes: 345 }, { zoneMinutes: 345 }],
    [{ zone_minutes: -600 }, { zoneMinutes: -600 }],
    [{ zone_minutes: 0 }, { zoneMinutes: 0 }],
    [{ zone_minutes: 1441 }, { zoneMinutes: undefined }],
    [{ zone_minutes: 0.5 }, { zoneMinutes: undefined }],
    [{ zone_minutes: '60' }, { zoneMinutes: undefined }],
    [{ zone_sure: true }, { zoneSure: true }],
    [{ zone_sure: 1 }, { zoneSure: false }],
    [{ held: 'yes' }, { held: 'yes' }],
    [{ held: '' }, { held: 'unknown' }],
    [{ held: null }, { held: 'unknown' }],
    [
      { moved: true, reached: true, full: true },
      { moved: true, reached: true, full: true },
    ],
    [
      { moved: 'true', reached: 1, full: 'yes' },
      { moved: false, reached: false, full: false },
    ],
    [{ records: 12 }, { records: 12 }],
    [{ records: -1 }, { records: 0 }],
    [{ records: 1e300 }, { records: 0 }],
    [{ gaps: ['a', 5, 'b'] }, { gaps: ['a', 'b'] }],
    [{ gaps: 'a' }, { gaps: [] }],
    [
      { left: [{ key: { a: 1 }, count: 2, first: 3, last: 4 }] },
      { left: [{ key: { a: 1 }, count: 2, first: 3, last: 4 }] },
    ],
    [{ left: [{ key: {}, count: 2 }] }, { left: [{ key: {}, count: 2, first: 0, last: 0 }] }],
    [{ left: [{ key: {}, count: 0 }, { key: [], count: 1 }, { count: 1 }, null, 'x'] }, { left: [] }],
    [{ left: {} }, { left: [] }],
  ])('%j', (meta, expected) => {
    expect(parseLogMeta(meta)).toEqual({ ...NOTHING, ...expected })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...['path', 'zone_minutes', 'held', 'gaps', 'left', 'records']), fc.jsonValue()),
        (meta) => {
          parseLogMeta(JSON.parse(JSON.stringify(meta)) as Record<string, Json>)
        },
      ),
    )
  })
})

describe('records', () => {
  const begins = (line: string) => line.startsWith('>')
  it.each([
    ['>a\n>b\n', ['>a', '>b']],
    ['>a\n more\n>b', ['>a\n more', '>b']],
    ['half\n>a', ['>a']],
    ['>a\r\n>b\r\n', ['>a', '>b']],
    ['>a\n\n\n>b\n', ['>a', '>b']],
    ['', []],
    ['no record at all\n', []],
    ['>', ['>']],
  ])('%j', (text, expected) => {
    expect(records(text, begins)).toEqual(expected)
  })

  it('of a million lines are split in one pass', () => {
    expect(records('>a\n b\n'.repeat(200_000), begins)).toHaveLength(200_000)
  })
})

describe('the format of a log, by the name of its reader', () => {
  it('is known for nginx’s, and for an application’s', () => {
    expect(Object.keys(LOG_FORMATS).sort()).toEqual([
      'answers-log',
      'apache-error-log',
      'apache-losses',
      'apache-member-lines',
      'app-log',
      'arrivals',
      'arrivals-later',
      'caddy-log',
      'caddy-losses',
      'haproxy-log',
      'haproxy-losses',
      'nginx-access-log',
      'nginx-access-members',
      'nginx-access-methods',
      'nginx-closed-lines',
      'nginx-error-log',
      'nginx-member-lines',
    ])
    expect(logFormat('nginx-error-log').maxBytes).toBeUndefined()
  })

  it.each(['some-log', '', 'toString', '__proto__', 'constructor'])('is plain lines for %j', (name) => {
    const format = logFormat(name)
    expect(format.maxBytes).toBe(4_194_304)
    const sieve = format.open(context())
    expect(sieve.stamp('any line')).toEqual({ ms: Date.parse('2026-11-21T04:03:10Z'), zoned: true })
    expect(sieve.stamp('')).toBeUndefined()
    expect(sieve.weigh('any line')).toEqual({ rank: 3, key: {} })
  })
})
