import type { Session } from '../session/session.ts'
import type { Diagnosis } from './document.ts'
import type { Block } from './outline.ts'
import { headline } from './sentences.ts'

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
  const { firstError, lastChange } = onset
  return [
    ...(lastChange && lastChange.at !== null ? [{ at: lastChange.at, what: `Changed: ${lastChange.what}` }] : []),
    ...(firstError === null ? [] : [{ at: firstError, what: 'The first error that was seen' }]),
  ]
}

function search(session: Session, diagnosis: Diagnosis): Moment[] {
  return [
    { at: diagnosis.startedAt, what: 'The search began' },
    ...diagnosis.findings.map(({ at, n, says }) => ({ at, what: `Finding ${n}: ${says}` })),
    ...session.notes.map(({ at, text }) => ({ at, what: `Note: ${text}` })),
    ...(session.ended ? [{ at: diagnosis.endedAt, what: headline(diagnosis) }] : []),
  ]
}

function when(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, 19).replace('T', ' ')
}
