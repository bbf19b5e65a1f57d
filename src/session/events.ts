import type { Json } from '../words/json.ts'
import type { Capture, LookRequest } from '../words/look.ts'
import type {
  BlindReason,
  Cause,
  Confidence,
  Ended,
  Hop,
  Moment,
  Outcome,
  Place,
  Shape,
  State,
  VerifyResult,
} from '../words/vocabulary.ts'

/** Where something we hold came from. */
export type Origin =
  | { by: 'probe'; n: number }
  | { by: 'person' }
  | { by: 'flag' }
  | { by: 'service' }
  | { by: 'url' }
  | { by: 'tool' }

/** One line of the journal. The session is the fold of these; nothing else is kept. */
export interface JournalEntry {
  v: 1
  seq: number
  /** RFC 3339, UTC, milliseconds. */
  at: string
  event: SessionEvent
}

export type SessionEvent =
  | {
      type: 'session.started'
      id: string
      url: string
      version: string
      /** Digest of the library of flows that decided. */
      library: string
      windowMs: number
      /** What was asked for and matters when the journal is read again. */
      options: { [name: string]: Json }
      host: { platform: string; user: string; node: string }
    }
  | { type: 'fact.learned'; name: string; value: Json; origin: Origin; visit: number }
  | { type: 'vantage.proven'; role: 'proxy' | 'app'; at: string; origin: Origin; visit: number }
  /** `returnTo` is the verdict or end that waits while an aside is visited. */
  | { type: 'node.entered'; node: string; visit: number; aside: boolean; returnTo?: string }
  | { type: 'probe.started'; n: number; node: string; request: LookRequest }
  | { type: 'probe.finished'; n: number; node: string; capture: Capture }
  | {
      type: 'branch.taken'
      visit: number
      node: string
      branch: string
      by: 'probe' | 'person' | 'evidence' | 'flag' | 'fork'
      /** The probe whose reading decided. */
      probe?: number
      /** Absent on branches that only route. */
      finding?: { n: number; says: string; lines: string[] }
      suspects: Cause[]
      rulesOut: Cause[]
      hops: Hop[]
      /** Ran at a proven vantage. */
      proven: boolean
      unconfirmed: boolean
      pasted: boolean
      aside: string[]
      go: string
    }
  | {
      type: 'node.blind'
      visit: number
      node: string
      probe?: number
      why: BlindReason
      says: string
      go: string
    }
  /** Something stayed dark although a branch held. */
  | { type: 'blind.spot'; visit: number; node: string; probe?: number; why: BlindReason; says: string }
  | { type: 'question.open'; visit: number; node: string; says: string }
  | { type: 'went.back'; toVisit: number }
  /** The walk goes on at the next hop: these facts were of the one in front of it, and so was what findings excluded. */
  | { type: 'went.deeper'; visit: number; forgets: string[] }
  | { type: 'note.added'; text: string }
  /** A moment of the incident that the person marked. */
  | { type: 'moment.marked'; moment: Moment }
  /** A step of a verdict's fix that the person chose to run: it stands here before it starts. */
  | { type: 'fix.started'; n: number; verdict: string; step: number; argv: string[] }
  | { type: 'fix.finished'; n: number; exit: number | null; ms: number; out: string }
  /** Asking the URL again and again after a fix; `wanted` good answers in a row end it. */
  | { type: 'verify.started'; n: number; wanted: number }
  /** `wellSince` is when the first of the good answers in a row came; null when there was none. */
  | { type: 'verify.ended'; n: number; result: VerifyResult; asked: number; well: number; wellSince: string | null }
  | { type: 'verdict.reached'; visit: number; node: string }
  | { type: 'end.reached'; visit: number; node: string; end: 'healthy' | 'inconclusive'; says: string }
  | { type: 'session.ended'; ended: Ended; conclusion: Conclusion }
  | { type: 'session.resumed' }

/** How a session ended, kept in the journal so that lists need not judge again. */
export interface Conclusion {
  outcome: Outcome
  state: State
  verdict: null | {
    id: string
    bornAt: Place
    place: Place
    shape: Shape
    cause: Cause
    confidence: Confidence
    says: string
  }
}
