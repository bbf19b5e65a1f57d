import type { VerdictNode } from '../flow/types.ts'
import type { Finding, Session } from '../session/session.ts'
import { type Cause, CONFIDENCES, type Confidence } from '../words/vocabulary.ts'

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
  for (const alternatives of node.proof) {
    const finding = best(session.findings.filter((f) => alternatives.includes(`${f.node}.${f.branch}`)))
    if (finding) proofs.push(finding)
    else missing.push(alternatives)
  }
  const excluded = new Set(ruledOut(session).map((item) => item.cause))
  const openRivals = node.rivals.filter((cause) => !excluded.has(cause))
  return { confidence: rate(), proofs, missing, openRivals }

  function rate(): Confidence {
    if (proofs.some((proof) => proof.by === 'person')) return 'reported'
    if (missing.some((alternatives) => alternatives.every((proof) => hasNoVantage(proof, session)))) return 'reported'
    if (!proofs.some(byProbe)) return 'reported'
    const solid = missing.length === 0 && proofs.every(isStrong) && openRivals.length === 0
    return solid && !excluded.has(node.cause) ? 'confirmed' : 'likely'
  }
}

function byProbe(finding: Finding): boolean {
  return finding.by === 'probe'
}

function isStrong(finding: Finding): boolean {
  return byProbe(finding) && finding.proven && !finding.unconfirmed
}

/** The strongest of several findings that prove the same thing. */
function best(findings: Finding[]): Finding | undefined {
  return findings.find(isStrong) ?? findings.find(byProbe) ?? findings[0]
}

function hasNoVantage(proof: string, session: Session): boolean {
  const node = proof.slice(0, proof.lastIndexOf('.'))
  return session.blindSpots.some((spot) => spot.node === node && spot.why === 'no-vantage')
}

/** Causes that findings exclude, each with the first finding that does. */
export function ruledOut(session: Session): { cause: Cause; because: number }[] {
  const first = new Map<Cause, number>()
  for (const finding of session.findings) {
    for (const cause of finding.rulesOut) if (!first.has(cause)) first.set(cause, finding.n)
  }
  return [...first].map(([cause, because]) => ({ cause, because }))
}

/** Causes that findings point at and none excludes, with how many findings do, most first. */
export function suspects(session: Session): { cause: Cause; weight: number }[] {
  const excluded = new Set(ruledOut(session).map((item) => item.cause))
  const weights = new Map<Cause, number>()
  for (const finding of session.findings) {
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
