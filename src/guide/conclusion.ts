import { signsOf } from '../flow/signs.ts'
import type { Library, VerdictNode } from '../flow/types.ts'
import type { Conclusion } from '../session/events.ts'
import type { Session } from '../session/session.ts'
import type { Value } from '../words/value.ts'
import type { Cause, Outcome, Place, Shape, State } from '../words/vocabulary.ts'
import { SHAPES } from '../words/vocabulary.ts'
import { type Assessment, assess, compareConfidence, ruledOut, suspects } from './confidence.ts'
import type { Language } from './judge.ts'
import { factValues } from './scope.ts'

/** One verdict with how well it is supported. */
export interface Candidate {
  node: VerdictNode
  assessment: Assessment
  bornAt: Place
  shape: Shape
  says: string
}

export interface Judged {
  outcome: Outcome
  state: State
  verdict: Candidate | null
  alternatives: Candidate[]
}

/** What the findings of a session come to. Pure; the same for every driver. */
export function conclude(session: Session, library: Library, language: Language): Judged {
  const reached = session.reached
  const node = reached?.kind === 'verdict' ? library.nodes[reached.node] : undefined
  const main = node?.kind === 'verdict' ? candidate(node, session, library, language) : null
  const others = alternatives(main, session, library, language)
  if (main) {
    const { confidence } = main.assessment
    const rivalled = others.some((other) => compareConfidence(other.assessment.confidence, confidence) <= 0)
    const sure = confidence !== 'reported' && !rivalled
    return {
      outcome: sure ? 'diagnosed' : 'suspected',
      state: stateOf(main, session),
      verdict: main,
      alternatives: others,
    }
  }
  if (reached?.kind === 'healthy') {
    return { outcome: 'healthy', state: observedState(session) ?? 'well', verdict: null, alternatives: [] }
  }
  return { outcome: 'inconclusive', state: observedState(session) ?? 'failing', verdict: null, alternatives: others }
}

/** The short form that the journal keeps. */
export function concludeSession(session: Session, library: Library, language: Language): Conclusion {
  const { outcome, state, verdict } = conclude(session, library, language)
  return { outcome, state, verdict: verdict && summary(verdict) }
}

function summary(verdict: Candidate): NonNullable<Conclusion['verdict']> {
  const { node, bornAt, shape, says, assessment } = verdict
  return { id: node.id, bornAt, place: node.place, shape, cause: node.cause, confidence: assessment.confidence, says }
}

function candidate(node: VerdictNode, session: Session, library: Library, language: Language): Candidate {
  const facts = factValues(session, library.facts)
  const fix = node.fix.filter(({ when }) => when === undefined || holds(when, facts, language))
  return {
    node: { ...node, fix },
    assessment: assess(node, session),
    bornAt: node.bornAt ?? madeBy(session) ?? 'proxy',
    shape: observedShape(node, session),
    says: language.render(node.says, facts),
  }
}

/** A step whose condition cannot be judged is not told: it may be of another server. */
function holds(when: string, facts: ReadonlyMap<string, Value>, language: Language): boolean {
  try {
    return language.evaluate(when, facts) === true
  } catch {
    return false
  }
}

/** The latest finding that names the maker wins: later ones know more. */
function madeBy(session: Session): Place | null {
  for (const finding of [...session.findings].reverse()) {
    const made = finding.hops.find((hop) => hop.role === 'made')
    if (made) return made.kind
  }
  return null
}

function observedShape(node: VerdictNode, session: Session): Shape {
  const observed = SHAPES.find((shape) => shape === session.facts.get('failure.shape')?.value)
  if (observed && node.shapes.includes(observed)) return observed
  return node.shapes[0] ?? 'none'
}

const STATES: readonly State[] = ['failing', 'intermittent', 'degraded', 'recovered', 'well']

function observedState(session: Session): State | null {
  return STATES.find((state) => state === session.facts.get('state.observed')?.value) ?? null
}

/** Some causes fail every request, or only a member's share of them: what was observed tells which. */
function stateOf({ node }: Candidate, session: Session): State {
  const observed = observedState(session)
  const sometimes = observed === 'intermittent' || observed === 'degraded'
  return node.state === 'failing' && sometimes ? observed : node.state
}

/**
 * Other verdicts that the findings leave possible: their cause is suspected by a finding, excluded
 * by none, not the main one nor one that the main one explains, and at least one of their proofs was
 * found. One for each cause. A verdict that no path reached and that lacks a proof is at most `reported`:
 * what speaks for it speaks for its rivals too.
 */
function alternatives(main: Candidate | null, session: Session, library: Library, language: Language): Candidate[] {
  const excluded = new Set(ruledOut(session).map((item) => item.cause))
  const suspected = new Map(suspects(session).map((item) => [item.cause, item.weight]))
  const explained = new Set<Cause>(main ? [main.node.cause, ...main.node.symptoms] : [])
  const best = new Map<Cause, Candidate>()
  for (const [id, { cause }] of Object.entries(signsOf(library))) {
    if (cause === undefined || excluded.has(cause) || explained.has(cause) || !suspected.has(cause)) continue
    const node = library.nodes[id]
    if (node?.kind !== 'verdict') continue
    const found = candidate(node, session, library, language)
    if (found.assessment.proofs.length === 0) continue
    if (found.assessment.missing.length > 0) {
      // No path came by what would fill its sentence.
      found.says = `${node.cause} is not ruled out`
      found.assessment = { ...found.assessment, confidence: 'reported' }
    }
    const known = best.get(node.cause)
    if (!known || stronger(found, known) < 0) best.set(node.cause, found)
  }
  return [...best.values()].sort(
    (a, b) => stronger(a, b) || (suspected.get(b.node.cause) ?? 0) - (suspected.get(a.node.cause) ?? 0),
  )
}

function stronger(a: Candidate, b: Candidate): number {
  const byConfidence = compareConfidence(a.assessment.confidence, b.assessment.confidence)
  return byConfidence || b.assessment.proofs.length - a.assessment.proofs.length
}
