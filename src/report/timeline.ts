import type { FixRecord, Session, Verification } from '../session/session.ts'
import type { Moment as MomentName, VerifyResult } from '../words/vocabulary.ts'
import type { Diagnosis } from './document.ts'
import type { Block } from './outline.ts'
import { headline } from './sentences.ts'
import { commandLine, duration } from './shown.ts'

interface Moment {
  at: string
  what: string
}

/** What happened when, in UTC: the incident's own moments, and those of the search. */
export function timeline(session: Session, diagnosis: Diagnosis): Block[] {
  const moments = [...incident(diagnosis), ...search(session, diagnosis)]
  const ordered = moments
    .map((moment, order) => ({ ...moment, order }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.order - b.order)
  return [
    { kind: 'heading', text: 'Timeline (UTC)' },
    { kind: 'table', head: ['When', 'What'], rows: ordered.map(({ at, what }) => [[when(at)], [what]]) },
  ]
}

function incident({ onset }: Diagnosis): Moment[] {
  const { firstError, lastChange, changes } = onset
  const last = lastChange && lastChange.at !== null ? [{ at: lastChange.at, what: lastChange.what }] : []
  return [
    ...(changes.length > 0 ? changes : last).map(({ at, what }) => ({ at, what: `Changed: ${what}` })),
    ...(firstError === null ? [] : [{ at: firstError, what: 'The first error that was seen' }]),
  ]
}

function search(session: Session, diagnosis: Diagnosis): Moment[] {
  return [
    { at: diagnosis.startedAt, what: 'The search began' },
    ...diagnosis.findings.map(({ at, n, says }) => ({ at, what: `Finding ${n}: ${says}` })),
    ...session.notes.map(({ at, text }) => ({ at, what: `Note: ${text}` })),
    ...session.moments.map(({ at, moment }) => ({ at, what: MARKED[moment] })),
    ...session.fixes.flatMap(fix),
    ...session.verifications.flatMap(verification),
    ...(session.ended ? [{ at: diagnosis.endedAt, what: headline(diagnosis) }] : []),
  ]
}

const MARKED: Record<MomentName, string> = {
  onset: 'Marked by hand: customers see it',
  mitigated: 'Marked by hand: it has eased',
  resolved: 'Marked by hand: it is over',
}

/** What a person changed stands before and after, like everything else that was run. */
function fix({ at, argv, done }: FixRecord): Moment[] {
  const command = commandLine(argv)
  if (!done) return [{ at, what: `Fix begun, its end is not known: ${command}` }]
  const end = done.exit === null ? 'it was stopped' : `exit ${done.exit}`
  return [{ at, what: `Fix: ${command} (${end}, ${duration(done.ms)})` }]
}

function verification({ at, wanted, done }: Verification): Moment[] {
  if (!done) return [{ at, what: 'Asking whether it helped' }]
  const { result, asked, well, wellSince } = done
  const told = `${well} of ${asked} requests were answered well`
  const ended = { at: done.at, what: `Verified: ${RESULT[result]} (${told}, ${wanted} in a row wanted)` }
  return wellSince === null ? [ended] : [{ at: wellSince, what: 'The URL answered well again' }, ended]
}

const RESULT: Record<VerifyResult, string> = {
  recovered: 'it answers well again',
  failing: 'it still fails',
  stopped: 'stopped before it could be told',
}

function when(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, 19).replace('T', ' ')
}
