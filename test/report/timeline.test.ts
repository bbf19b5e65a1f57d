import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../src/report/document.ts'
import { timeline } from '../../src/report/timeline.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { session } from '../guide/make.ts'

const QUIET = {
  verdict: null,
  outcome: 'inconclusive',
  state: 'failing',
  ended: 'complete',
  findings: [],
  onset: { firstError: null, lastChange: null, changes: [] },
  startedAt: '2026-11-21T02:03:00.000Z',
  endedAt: '2026-11-21T02:20:00.000Z',
} as unknown as Diagnosis

/** What the timeline says happened, in its order. */
function told(...events: SessionEvent[]): string[] {
  const [, table] = timeline(session(...events), QUIET)
  if (table?.kind !== 'table') throw new Error('a timeline is a table')
  return table.rows.map((row) => row.flat().join('  '))
}

const FIX: SessionEvent = {
  type: 'fix.started',
  n: 1,
  verdict: 'app/process-down',
  step: 2,
  argv: ['systemctl', 'start', 'shop.service'],
}
const VERIFY: SessionEvent = { type: 'verify.started', n: 1, wanted: 5 }

describe('the timeline tells what a person did', () => {
  it('each note and each marked moment, with its time', () => {
    expect(told({ type: 'note.added', text: 'told Anna' }, { type: 'moment.marked', moment: 'mitigated' })).toEqual([
      '2026-11-21 02:03:00  The search began',
      '2026-11-21 02:03:01  Note: told Anna',
      '2026-11-21 02:03:02  Marked by hand: it has eased',
    ])
  })

  it('a fix with how it ended', () => {
    expect(told(FIX, { type: 'fix.finished', n: 1, exit: 1, ms: 1200, out: 'Failed to start' })).toContain(
      '2026-11-21 02:03:01  Fix: systemctl start shop.service (exit 1, 1.2 s)',
    )
    expect(told(FIX, { type: 'fix.finished', n: 1, exit: null, ms: 20, out: '' })[1]).toContain('it was stopped')
  })

  it('a fix whose end nobody saw', () => {
    expect(told(FIX)).toContain('2026-11-21 02:03:01  Fix begun, its end is not known: systemctl start shop.service')
  })

  it('the recovery, at the first of the good answers', () => {
    const wellSince = '2026-11-21T02:03:01.500Z'
    const rows = told(VERIFY, { type: 'verify.ended', n: 1, result: 'recovered', asked: 7, well: 5, wellSince })
    expect(rows).toEqual([
      '2026-11-21 02:03:00  The search began',
      '2026-11-21 02:03:01  The URL answered well again',
      '2026-11-21 02:03:02  Verified: it answers well again (5 of 7 requests were answered well, 5 in a row wanted)',
    ])
  })

  it.each([
    ['failing', 'it still fails'],
    ['stopped', 'stopped before it could be told'],
  ] as const)('a verification that ended %s', (result, says) => {
    const rows = told(VERIFY, { type: 'verify.ended', n: 1, result, asked: 3, well: 1, wellSince: null })
    expect(rows.at(-1)).toContain(says)
    expect(rows.join()).not.toContain('answered well again')
  })

  it('a verification that was cut off', () => {
    expect(told(VERIFY).at(-1)).toBe('2026-11-21 02:03:01  Asking whether it helped')
  })
})
