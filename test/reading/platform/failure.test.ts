import { describe, expect, it } from 'vitest'
import { answered, complaintOf } from '../../../src/reading/platform/failure.ts'
import { REFUSALS } from '../../documented/platforms/refusals.ts'
import { capture } from '../../flows/http.ts'

describe('what a client says when it is told nothing', () => {
  it.each(REFUSALS)('%s %o is %s', (_, { err = '', out = '', exit = 0 }, why) => {
    const dark = complaintOf(capture('run', out, { err, exit }))
    expect(dark?.why).toBe(why)
    // One sentence of ours, and its own words behind it.
    expect(dark?.says).toMatch(/^[a-z].{20,} \(.+\)$/)
    expect(dark?.says).not.toContain('›')
  })

  it('an error that nobody knows is told as it is', () => {
    expect(complaintOf(capture('run', '', { err: ' ›   Error: the moon is full\n', exit: 1 }))).toEqual({
      why: 'not-understood',
      says: 'the client failed: Error: the moon is full',
    })
    expect(complaintOf(capture('run', '', { exit: 3 }))?.says).toBe('the client failed: status 3')
  })

  it('warnings beside an answer are no complaint', () => {
    expect(complaintOf(capture('run', '[]', { err: 'Warning: heroku update available\n' }))).toBeNull()
    expect(complaintOf(capture('run', '[{"message":"connection refused"}]'))).toBeNull()
  })
})

describe('a client answered', () => {
  it.each([
    [{}, true],
    [{ exit: 1 }, false],
    [{ cut: true }, false],
    [{ timedOut: true }, false],
    [{ why: 'cut' as const }, false],
    [{ outcome: 'blind' as const }, false],
  ])('%o: %s', (more, expected) => {
    expect(answered(capture('run', '[]', more))).toBe(expected)
  })
})
