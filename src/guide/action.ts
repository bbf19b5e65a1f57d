import type { Option, ProbeNode } from '../flow/types.ts'
import type { Origin } from '../session/events.ts'
import type { Json } from '../words/json.ts'
import type { Capture, LookRequest } from '../words/look.ts'
import type { BlindReason, Cause, Ended, Moment, VerifyResult } from '../words/vocabulary.ts'

/** What a driver (wizard, headless, drill) tells the guide. */
export type Action =
  | { type: 'begin'; facts: { name: string; value: Json; origin: Origin }[]; vantages: ('proxy' | 'app')[] }
  /** A look starts: journaled before it runs. */
  | { type: 'look.starts'; node: string; request: LookRequest }
  | { type: 'look.ends'; n: number; capture: Capture }
  /** Judge the node we stand on by the capture of probe `n`. */
  | { type: 'judge'; n: number }
  /** An option of a question, or, of a probe, the branch that a person knows to hold. */
  | { type: 'answer'; option: string; by: 'person' | 'evidence' | 'flag' }
  | { type: 'give.fact'; name: string; value: Json; origin: Origin }
  /** The node we stand on cannot be looked at, or is not wanted. */
  | { type: 'skip'; why: BlindReason; says: string }
  /** Nobody can answer the question we stand on. */
  | { type: 'leave.open' }
  | { type: 'back'; toVisit: number }
  | { type: 'note'; text: string }
  | { type: 'mark'; moment: Moment }
  /** The person's word that this machine is the role's. */
  | { type: 'say.where'; role: 'proxy' | 'app' }
  | { type: 'fix.starts'; verdict: string; step: number; argv: string[] }
  | { type: 'fix.ends'; n: number; exit: number | null; ms: number; out: string }
  | { type: 'verify.starts'; wanted: number }
  | { type: 'verify.ends'; n: number; result: VerifyResult; asked: number; well: number; wellSince: string | null }
  | { type: 'resume' }
  | { type: 'end'; ended: Ended }

/** What the guide waits for. */
export type Prompt =
  | { kind: 'begin' }
  | { kind: 'probe'; node: ProbeNode; request: LookRequest; title: string; suspects: Cause[] }
  /** A placeholder needs this fact first. */
  | {
      kind: 'fact'
      node: ProbeNode
      title: string
      name: string
      question: string
      example: string
      askable: boolean
      /** The look with its unknown facts as `{name}`: to be shown, and to be answered by a paste. Never run. */
      pattern: LookRequest
    }
  /** Its vantage is not proven: a person may say where it is, headless goes on without. */
  | { kind: 'vantage'; node: ProbeNode; title: string; role: 'proxy' | 'app'; says: string; pattern: LookRequest }
  | { kind: 'ask'; node: string; title: string; why: string; options: OfferedOption[] }
  | { kind: 'reached' }
  | { kind: 'ended' }

/** Options that the evidence supports stand first. */
export interface OfferedOption {
  option: Option
  label: string
  /** True when its `when` holds. */
  supported: boolean
}

/** A branch of a probe that a person may know to hold without looking. */
export interface KnownWay {
  id: string
  /** The finding it would make; what only the look could tell stands as `…`. */
  label: string
}
