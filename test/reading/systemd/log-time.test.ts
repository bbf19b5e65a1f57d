import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stampOf } from '../../../src/reading/systemd/log-time.ts'
import { NOW } from './support.ts'

describe('the time that a line begins with', () => {
  it.each([
    ['2026-11-21T04:22:56.123456789Z GET /', '2026-11-21T04:22:56.123Z', true, 'GET /'],
    ['2026-11-21T04:22:56+0000 lab node[1]: x', '2026-11-21T04:22:56Z', true, 'lab node[1]: x'],
    ['[2026-11-21 04:21:46 +0000] [3398] [INFO] x', '2026-11-21T04:21:46Z', true, '[3398] [INFO] x'],
    ['2026-11-21T05:22:56+01:00 x', '2026-11-21T04:22:56Z', true, 'x'],
    ['2026/11/21 04:21:46 listening', '2026-11-21T03:51:46Z', false, 'listening'],
    ['2026-11-21 04:21:46,500 INFO', '2026-11-21T03:51:46.500Z', false, 'INFO'],
    ['[21-Nov-2026 04:19:31] NOTICE: x', '2026-11-21T03:49:31Z', false, 'NOTICE: x'],
    ['[21-Nov-2026 04:19:31 UTC] PHP x', '2026-11-21T04:19:31Z', true, 'PHP x'],
    ['Nov 21 04:22:56 lab node[1]: x', '2026-11-21T03:52:56Z', false, 'lab node[1]: x'],
    // Later than now: last year's.
    ['Dec 31 23:00:00 lab node[1]: x', '2025-12-31T22:30:00Z', false, 'lab node[1]: x'],
  ])('%s', (line, at, zoned, rest) => {
    expect(stampOf(line, 30, NOW)).toEqual({ at: new Date(at), zoned, rest })
  })

  it('none', () => {
    for (const line of [
      '',
      'GET /',
      '10.0.0.1 - -',
      '2026-11-21',
      'Now 21 04:22:56 x',
      '99999',
      '2026-11-21T04:22:569 x',
    ]) {
      expect(stampOf(line, 0, NOW), line).toBeUndefined()
    }
  })

  it('of anything', () => {
    const digit = fc.constantFrom(...'0123456789-/:T. ,[]+Z')
    fc.assert(
      fc.property(
        fc.array(digit, { maxLength: 40 }).map((all) => all.join('')),
        fc.integer({ min: -720, max: 840 }),
        (line, zone) => {
          const stamp = stampOf(line, zone, NOW)
          if (stamp) expect(Number.isNaN(stamp.at.getTime())).toBe(false)
        },
      ),
    )
  })
})
