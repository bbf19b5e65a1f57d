import type { VerdictNode } from '../flow/types.ts'
import { type Finding, findingsHere, type Session } from '../session/session.ts'
import { type Cause, CONFIDENCES, type Confidence } from '../words/vocabulary.ts'

/** Facts that rest on a word and not on a look. */
const TOLD: ReadonlySet<string> = new Set(['person', 'flag', 'service'])

/** How well the findings support one verdict. Computed, never written in a flow. */
export interface Assessment {
  confidence: Confidence
  /** The findings that are its proofs, in the order of the proofs. */
  proofs: Finding[]
  /** Proofs for which there is no finding. */
  missing: string[][]
  /** Rivals that nothing rules out yet. */
  openRivals: Cause[]
}

/**
 * `confirmed`: every proof was found by a probe at a proven vantage, none rests only on an
 * unconfirmed fact, and every rival is ruled out. `likely`: at least one proof by a probe; a proof
 * or a rival is open. `reported`: a needed proof came from a person, or could not be looked for
 * because its vantage is unknown. A verdict whose own cause is ruled out is never `confirmed`.
 */
export function assess(node: VerdictNode, session: Session): Assessment {
  const proofs: Finding[] = []
  const missing: string[][] = []
  // A fork only joins facts: it proves as much as they do, as long as none of them is somebody's word.
  const told = [...session.facts.values()].some(({ origin }) => TOLD.has(origin.by))
  const isSeen = (finding: Finding) => finding.by === 'probe' || (finding.by === 'fork' && !told)
  const isStrong = (finding: Finding) => isSeen(finding) && finding.proven && !finding.unconfirmed
  for (const alternatives of node.proof) {
    const found = findingsHere(session).filter((f) => alternatives.includes(`${f.node}.${f.branch}`))
    // The strongest of several findings that prove the same thing.
    const finding = found.find(isStrong) ?? found.find(isSeen) ?? found[0]
    if (finding) proofs.push(finding)
    else missing.push(alternatives)
  }
  const excluded = new Set(ruledOut(session).map((item) => item.cause))
  const openRivals = node.rivals.filter((cause) => !excluded.has(cause))
  return { confidence: rate(), proofs, missing, openRivals }

  function rate(): Confidence {
    if (proofs.some((proof) => proof.by === 'person')) return 'reported'
    if (missing.some((alternatives) => alternatives.some((proof) => hasNoVantage(proof, session)))) return 'reported'
    if (!proofs.some(isSeen)) return 'reported'
    const solid = missing.length === 0 && proofs.every(isStrong) && openRivals.length === 0
    return solid && !excluded.has(node.cause) ? 'confirmed' : 'likely'
  }
}

function hasNoVantage(proof: string, session: Session): boolean {
  const node = proof.slice(0, proof.lastIndexOf('.'))
  return session.blindSpots.some((spot) => spot.node === node && spot.why === 'no-vantage')
}

/** Causes that findings exclude, each with the first finding that does. */
export function ruledOut(session: Session): { cause: Cause; because: number }[] {
  const first = new Map<Cause, number>()
  for (const finding of findingsHere(session)) {
    for (const cause of finding.rulesOut) if (!first.has(cause)) first.set(cause, finding.n)
  }
  return [...first].map(([cause, because]) => ({ cause, because }))
}

/** Causes that findings point at and none excludes, with how many findings do, most first. */
export function suspects(session: Session): { cause: Cause; weight: number }[] {
  const excluded = new Set(ruledOut(session).map((item) => item.cause))
  const weights = new Map<Cause, number>()
  for (const finding of findingsHere(session)) {
    for (const cause of finding.suspects) {
      if (!excluded.has(cause)) weights.set(cause, (weights.get(cause) ?? 0) + 1)
    }
  }
  return [...weights].map(([cause, weight]) => ({ cause, weight })).sort((a, b) => b.weight - a.weight)
}

/** Negative when `a` is the stronger. */
export function compareConfidence(a: Confidence, b: Confidence): number {
  return CONFIDENCES.indexOf(a) - CONFIDENCES.indexOf(b)
}
