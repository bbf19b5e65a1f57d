import type { Json } from '../words/json.ts'
import type { Capture, LookRequest } from '../words/look.ts'
import type { BlindReason, Cause, Ended, Hop, Moment, VerifyResult } from '../words/vocabulary.ts'
import type { Conclusion, JournalEntry, Origin, SessionEvent } from './events.ts'

/** Everything known at one moment: the fold of the journal up to there. Never changed in place. */
export interface Session {
  id: string
  url: string
  version: string
  library: string
  windowMs: number
  options: { [name: string]: Json }
  host: { platform: string; user: string; node: string }
  startedAt: string
  lastAt: string
  /** Number of events folded; the next event's seq is one more. */
  seq: number
  /** The node we stand on; null before the first and after the last. */
  here: string | null
  visit: number
  visits: Visit[]
  facts: ReadonlyMap<string, HeldFact>
  /** Where the walk went on at the next hop: from this visit on findings are of that one; and the facts of the hop before. */
  deeper: { visit: number; forgotten: ReadonlyMap<string, HeldFact> }[]
  vantages: { proxy: HeldVantage | null; app: HeldVantage | null }
  probes: ProbeRecord[]
  findings: Finding[]
  /** How many findings were ever made: numbers are not used twice, also after going back. */
  findingsEver: number
  blindSpots: BlindSpot[]
  openQuestions: { node: string; says: string }[]
  /** Nodes to visit before a verdict is shown, first in first out. */
  asides: string[]
  /** Every aside that a branch asked for, with its visit: going back asks for those before it again. */
  asidesAsked: { visit: number; node: string }[]
  /** While on an aside: the verdict or end node to return to. */
  returnTo: string | null
  notes: { at: string; text: string }[]
  moments: { at: string; moment: Moment }[]
  fixes: FixRecord[]
  verifications: Verification[]
  reached: { node: string; kind: 'verdict' | 'healthy' | 'inconclusive'; says: string } | null
  ended: { ended: Ended; conclusion: Conclusion; at: string } | null
}

/** A step of a fix that a person ran. `done` is null while it runs, and after the tool was killed meanwhile. */
export interface FixRecord {
  n: number
  at: string
  verdict: string
  step: number
  argv: string[]
  done: { exit: number | null; ms: number; out: string } | null
}

export interface Verification {
  n: number
  at: string
  wanted: number
  done: { at: string; result: VerifyResult; asked: number; well: number; wellSince: string | null } | null
}

export interface Visit {
  visit: number
  node: string
  aside: boolean
  /** The branch or option taken, `blind`, or null while we stand there. */
  left: string | null
}

export interface HeldFact {
  value: Json
  origin: Origin
  visit: number
}

export interface HeldVantage {
  at: string
  origin: Origin
  visit: number
}

export interface ProbeRecord {
  n: number
  node: string
  request: LookRequest
  startedAt: string
  /** Null while it runs. */
  capture: Capture | null
}

export interface Finding {
  n: number
  visit: number
  at: string
  node: string
  branch: string
  by: 'probe' | 'person' | 'evidence' | 'flag' | 'fork'
  probe: number | null
  says: string
  lines: string[]
  suspects: Cause[]
  rulesOut: Cause[]
  hops: Hop[]
  proven: boolean
  unconfirmed: boolean
  pasted: boolean
}

export interface BlindSpot {
  visit: number
  node: string
  probe: number | null
  why: BlindReason
  says: string
}

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

/**
 * Going back to a visit drops what was held because of it and of everything after: facts, findings,
 * vantages, blind spots. Probe records stay (the journal keeps that they were made), so a second
 * walk need not look again.
 */
function backTo(session: Session, toVisit: number): Session {
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
function goDeeper(session: Session, { visit, forgets }: Extract<SessionEvent, { type: 'went.deeper' }>): Session {
  const forgotten = new Map([...session.facts].filter(([name]) => forgets.includes(name)))
  const facts = new Map([...session.facts].filter(([name]) => !forgets.includes(name)))
  return { ...session, facts, deeper: [...session.deeper, { visit, forgotten }] }
}

/** Going back to the hop in front, its facts are known again. */
function restored(session: Session, toVisit: number): [string, HeldFact][] {
  return session.deeper.filter(({ visit }) => visit >= toVisit).flatMap(({ forgotten }) => [...forgotten])
}

/** The findings about the hop that the walk is at; those of hops in front of it prove and exclude nothing here. */
export function findingsHere({ deeper, findings }: Session): Finding[] {
  const from = deeper.at(-1)?.visit ?? 0
  return findings.filter((finding) => finding.visit >= from)
}

/** Asides asked for before a visit that nobody came by before it. */
function asidesBefore(session: Session, toVisit: number): string[] {
  const visited = new Set(session.visits.filter((visit) => visit.visit < toVisit).map((visit) => visit.node))
  const asked = session.asidesAsked.filter((aside) => aside.visit < toVisit && !visited.has(aside.node))
  return [...new Set(asked.map((aside) => aside.node))]
}

/** Rebuilds a session from its journal. Null for an empty journal. */
export function fold(entries: Iterable<JournalEntry>): Session | null {
  let session: Session | null = null
  for (const entry of entries) session = session ? evolve(session, entry) : begin(entry)
  return session
}
