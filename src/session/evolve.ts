import type { BlindReason } from '../words/vocabulary.ts'
import { backTo, goDeeper } from './back-and-deeper.ts'
import type { JournalEntry, SessionEvent } from './events.ts'
import type { BlindSpot, Finding, FixRecord, Session, Verification, Visit } from './session.ts'

/** The first event of every journal makes the session. */
export function begin(entry: JournalEntry): Session {
  const { event } = entry
  if (event.type !== 'session.started') throw new Error('a journal begins with session.started')
  return {
    id: event.id,
    url: event.url,
    version: event.version,
    library: event.library,
    windowMs: event.windowMs,
    options: event.options,
    host: event.host,
    startedAt: entry.at,
    lastAt: entry.at,
    seq: entry.seq,
    here: null,
    visit: 0,
    visits: [],
    facts: new Map(),
    deeper: [],
    vantages: { proxy: null, app: null },
    probes: [],
    findings: [],
    findingsEver: 0,
    blindSpots: [],
    openQuestions: [],
    asides: [],
    asidesAsked: [],
    returnTo: null,
    notes: [],
    moments: [],
    fixes: [],
    verifications: [],
    reached: null,
    ended: null,
  }
}

/**
 * Folds one event into the session. Pure: the same events give the same session, and no event
 * ever changes what an earlier session object holds.
 */
export function evolve(session: Session, entry: JournalEntry): Session {
  return { ...apply(session, entry.event, entry.at), seq: entry.seq, lastAt: entry.at }
}

function apply(session: Session, event: SessionEvent, at: string): Session {
  switch (event.type) {
    case 'session.started':
      throw new Error('session.started stands only at the beginning of a journal')
    case 'fact.learned': {
      const facts = new Map(session.facts)
      facts.set(event.name, { value: event.value, origin: event.origin, visit: event.visit })
      return { ...session, facts }
    }
    case 'vantage.proven':
      return {
        ...session,
        vantages: { ...session.vantages, [event.role]: { at: event.at, origin: event.origin, visit: event.visit } },
      }
    case 'node.entered':
      return {
        ...session,
        here: event.node,
        visit: event.visit,
        visits: [...session.visits, { visit: event.visit, node: event.node, aside: event.aside, left: null }],
        asides: event.aside ? session.asides.filter((node) => node !== event.node) : session.asides,
        returnTo: event.returnTo ?? null,
      }
    case 'probe.started':
      return {
        ...session,
        probes: [
          ...session.probes,
          { n: event.n, node: event.node, request: event.request, startedAt: at, capture: null },
        ],
      }
    case 'probe.finished':
      return {
        ...session,
        probes: session.probes.map((probe) => (probe.n === event.n ? { ...probe, capture: event.capture } : probe)),
      }
    case 'branch.taken':
      return {
        ...session,
        visits: leave(session.visits, event.visit, event.branch),
        findings: event.finding ? [...session.findings, findingOf(event, event.finding, at)] : session.findings,
        findingsEver: event.finding ? event.finding.n : session.findingsEver,
        asides: withAsides(session, event.aside),
        asidesAsked: [...session.asidesAsked, ...event.aside.map((node) => ({ visit: event.visit, node }))],
      }
    case 'node.blind':
      return {
        ...session,
        visits: leave(session.visits, event.visit, 'blind'),
        blindSpots: withBlindSpot(session.blindSpots, event),
      }
    case 'blind.spot':
      return { ...session, blindSpots: withBlindSpot(session.blindSpots, event) }
    case 'question.open':
      return {
        ...session,
        visits: leave(session.visits, event.visit, 'open'),
        openQuestions: [...session.openQuestions, { node: event.node, says: event.says }],
      }
    case 'went.back':
      return backTo(session, event.toVisit)
    case 'went.deeper':
      return goDeeper(session, event)
    case 'note.added':
      return { ...session, notes: [...session.notes, { at, text: event.text }] }
    case 'moment.marked':
      return { ...session, moments: [...session.moments, { at, moment: event.moment }] }
    case 'fix.started':
    case 'fix.finished':
      return { ...session, fixes: withFix(session.fixes, event, at) }
    case 'verify.started':
    case 'verify.ended':
      return { ...session, verifications: withVerification(session.verifications, event, at) }
    case 'verdict.reached':
      return { ...session, here: null, reached: { node: event.node, kind: 'verdict', says: '' } }
    case 'end.reached':
      return { ...session, here: null, reached: { node: event.node, kind: event.end, says: event.says } }
    case 'session.ended':
      return { ...session, ended: { ended: event.ended, conclusion: event.conclusion, at } }
    case 'session.resumed':
      return { ...session, ended: null }
  }
}

function leave(visits: Visit[], visit: number, by: string): Visit[] {
  return visits.map((entry) => (entry.visit === visit ? { ...entry, left: by } : entry))
}

function withFix(
  fixes: FixRecord[],
  event: Extract<SessionEvent, { type: 'fix.started' | 'fix.finished' }>,
  at: string,
): FixRecord[] {
  if (event.type === 'fix.started') {
    const { n, verdict, step, argv } = event
    return [...fixes, { n, at, verdict, step, argv, done: null }]
  }
  const { exit, ms, out } = event
  return fixes.map((fix) => (fix.n === event.n ? { ...fix, done: { exit, ms, out } } : fix))
}

function withVerification(
  held: Verification[],
  event: Extract<SessionEvent, { type: 'verify.started' | 'verify.ended' }>,
  at: string,
): Verification[] {
  if (event.type === 'verify.started') return [...held, { n: event.n, at, wanted: event.wanted, done: null }]
  const { result, asked, well, wellSince } = event
  return held.map((one) => (one.n === event.n ? { ...one, done: { at, result, asked, well, wellSince } } : one))
}

function findingOf(
  event: Extract<SessionEvent, { type: 'branch.taken' }>,
  finding: { n: number; says: string; lines: string[] },
  at: string,
): Finding {
  return {
    n: finding.n,
    visit: event.visit,
    at,
    node: event.node,
    branch: event.branch,
    by: event.by,
    probe: event.probe ?? null,
    says: finding.says,
    lines: finding.lines,
    suspects: event.suspects,
    rulesOut: event.rulesOut,
    hops: event.hops,
    proven: event.proven,
    unconfirmed: event.unconfirmed,
    pasted: event.pasted,
  }
}

function withBlindSpot(
  spots: BlindSpot[],
  event: { visit: number; node: string; probe?: number; why: BlindReason; says: string },
): BlindSpot[] {
  if (spots.some((spot) => spot.why === event.why && spot.says === event.says)) return spots
  return [
    ...spots,
    { visit: event.visit, node: event.node, probe: event.probe ?? null, why: event.why, says: event.says },
  ]
}

function withAsides(session: Session, nodes: string[]): string[] {
  const seen = new Set([...session.asides, ...session.visits.map((visit) => visit.node)])
  return [...session.asides, ...nodes.filter((node) => !seen.has(node))]
}

/** Rebuilds a session from its journal. Null for an empty journal. */
export function fold(entries: Iterable<JournalEntry>): Session | null {
  let session: Session | null = null
  for (const entry of entries) session = session ? evolve(session, entry) : begin(entry)
  return session
}
