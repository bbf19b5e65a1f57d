import type { Json } from '../words/json.ts'
import type { Capture, LookRequest } from '../words/look.ts'
import type { BlindReason, Cause, Ended, Hop, Moment, VerifyResult } from '../words/vocabulary.ts'
import type { Conclusion, Origin } from './events.ts'

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

/** The findings about the hop that the walk is at; those of hops in front of it prove and exclude nothing here. */
export function findingsHere({ deeper, findings }: Session): Finding[] {
  const from = deeper.at(-1)?.visit ?? 0
  return findings.filter((finding) => finding.visit >= from)
}
