import type { SessionEvent } from './events.ts'
import type { HeldFact, HeldVantage, Session } from './session.ts'

/**
 * Going back to a visit drops what was held because of it and of everything after: facts, findings,
 * vantages, blind spots. Probe records stay (the journal keeps that they were made), so a second
 * walk need not look again.
 */
export function backTo(session: Session, toVisit: number): Session {
  const target = session.visits.find((visit) => visit.visit === toVisit)
  if (!target) return session
  const before = <T extends { visit: number }>(held: T[]): T[] => held.filter((item) => item.visit < toVisit)
  const keep = (vantage: HeldVantage | null) => (vantage && vantage.visit < toVisit ? vantage : null)
  return {
    ...session,
    here: target.node,
    visit: toVisit,
    visits: [...before(session.visits), { ...target, left: null }],
    facts: new Map([...restored(session, toVisit), ...session.facts].filter(([, fact]) => fact.visit < toVisit)),
    deeper: session.deeper.filter(({ visit }) => visit < toVisit),
    vantages: { proxy: keep(session.vantages.proxy), app: keep(session.vantages.app) },
    findings: before(session.findings),
    blindSpots: before(session.blindSpots),
    openQuestions: [],
    // What an earlier visit asked for and nobody came by yet is still to be visited.
    asides: asidesBefore(session, toVisit),
    asidesAsked: before(session.asidesAsked),
    returnTo: null,
    reached: null,
  }
}

/** What the walk knew of the hop in front says nothing of this one. */
export function goDeeper(
  session: Session,
  { visit, forgets }: Extract<SessionEvent, { type: 'went.deeper' }>,
): Session {
  const forgotten = new Map([...session.facts].filter(([name]) => forgets.includes(name)))
  const facts = new Map([...session.facts].filter(([name]) => !forgets.includes(name)))
  return { ...session, facts, deeper: [...session.deeper, { visit, forgotten }] }
}

/** Going back to the hop in front, its facts are known again. */
function restored(session: Session, toVisit: number): [string, HeldFact][] {
  return session.deeper.filter(({ visit }) => visit >= toVisit).flatMap(({ forgotten }) => [...forgotten])
}

/** Asides asked for before a visit that nobody came by before it. */
function asidesBefore(session: Session, toVisit: number): string[] {
  const visited = new Set(session.visits.filter((visit) => visit.visit < toVisit).map((visit) => visit.node))
  const asked = session.asidesAsked.filter((aside) => aside.visit < toVisit && !visited.has(aside.node))
  return [...new Set(asked.map((aside) => aside.node))]
}
