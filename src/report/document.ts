import type { Json } from '../words/json.ts'
import type {
  AnswerClass,
  BlindReason,
  Cause,
  Confidence,
  Ended,
  Hop,
  Outcome,
  Place,
  Shape,
  State,
} from '../words/vocabulary.ts'

export const DIAGNOSIS_SCHEMA = 'triage502/diagnosis/1'

/** Of `reuse`: for as long as the other side keeps the connection. A day stands for it, in ms. */
export const FOR_EVER_MS = 86_400_000

/**
 * What `diagnose --json` prints; published as schema/diagnosis.schema.json. Fields may be added,
 * never changed. Times are RFC 3339 in UTC with milliseconds, durations are milliseconds.
 */
export interface Diagnosis {
  schema: typeof DIAGNOSIS_SCHEMA
  url: string
  outcome: Outcome
  state: State
  ended: Ended
  /** Null when no request of ours was answered or refused (logs only). */
  answer: { status: number; class: AnswerClass; redirects: string[] } | null
  verdict: DiagnosisVerdict | null
  /** Where no verdict was reached: what the walk ended with, and what to do next. */
  end: string | null
  /** Other verdicts that the findings leave possible, best first. */
  alternatives: DiagnosisVerdict[]
  ruledOut: { cause: Cause; because: number }[]
  blindSpots: { probe: number | null; node: string; why: BlindReason; says: string }[]
  /** Questions that nobody answered. */
  openQuestions: { node: string; says: string }[]
  /** What this account on this machine cannot see, and why. */
  sight: { [what in Sight]?: string }
  /** From the outside in. */
  hops: DiagnosisHop[]
  /** How long each hop waits, from the outside in; empty where nothing but defaults is known. */
  ladder: DiagnosisRung[]
  facts: { [name: string]: { value: Json; from: number | string } }
  findings: DiagnosisFinding[]
  probes: DiagnosisProbe[]
  onset: DiagnosisOnset
  startedAt: string
  endedAt: string
  session: string
}

/** When it began, and what changed before. None of it is a cause by itself. */
export interface DiagnosisOnset {
  firstError: string | null
  lastChange: { what: string; at: string | null } | null
  /** All that changed in the window before the first error, in the order of time, at most twenty. */
  changes: OnsetChange[]
}

export interface OnsetChange {
  at: string
  kind: string
  what: string
  /** Whole seconds before the first error; null where none was seen. */
  secondsBefore: number | null
}

export type Sight = 'processes' | 'kernelLog' | 'journal' | 'sockets'

export interface DiagnosisVerdict {
  /** `flow/node`: public, never changes. */
  id: string
  /** The hop that made the error. */
  bornAt: Place
  /** Where the fault is. */
  place: Place
  sides: Place[]
  shape: Shape
  cause: Cause
  says: string
  confidence: Confidence
  /** Numbers of the findings that prove it. */
  findings: number[]
  symptoms: Cause[]
  /** For people: it holds values read from logs, nothing should run it unread. */
  fix: DiagnosisFix[]
  verify: { id: string; says: string }[]
  prevent: { id: string; says: string }[]
  /** With `recovered`: what it was. */
  was?: { cause: Cause; confidence: Confidence }
}

export interface DiagnosisFix {
  say?: string
  run?: string[]
  effect?: 'reads' | 'changes'
}

/** `because`: the number of the finding that shows it. */
export type DiagnosisHop = Hop & { because: number }

/** How long a hop waits. Null: not known, or it has none such. */
export interface DiagnosisRung {
  hop: Place
  name: string
  /** Until a connection to the one behind it stands. */
  connect: RungLimit | null
  /** For the answer of the one behind it; of an application, until it ends the work itself. */
  read: RungLimit | null
  /** How long it sends further requests over an idle connection to the one behind it; ms 0: never. */
  reuse: RungLimit | null
  /** How long it keeps an idle connection of the one in front of it. */
  keeps: RungLimit | null
  /** What is in the wrong order between the one in front of it and itself. */
  inversions: Inversion[]
}

export interface RungLimit {
  /** Milliseconds; 0 of `read`: for ever; a day of `reuse`: for as long as the other side keeps the connection. */
  ms: number
  /**
   * `default`: its configuration was read and sets nothing else. `known-default`: nobody looked. `unconfirmed-default`: nobody
   * looked, and no source of it was seen. `longer`: it was still open after so long.
   */
  from:
    | 'configuration'
    | 'default'
    | 'measured'
    | 'said'
    | 'longer'
    | 'command-line'
    | 'known-default'
    | 'unconfirmed-default'
  /** `file:line` of a configuration; what a default is called. */
  at: string
}

export interface Inversion {
  cause: Extract<Cause, 'keepalive-race' | 'timeout-order'>
  says: string
  /** Both values were seen: neither is a default. */
  known: boolean
}

export interface DiagnosisFinding {
  n: number
  at: string
  node: string
  branch: string
  by: 'probe' | 'person' | 'evidence' | 'flag' | 'fork'
  /** Null when no probe found it. */
  probe: number | null
  says: string
  /** The lines that carry it, at most five. */
  lines: string[]
  /** A person pasted the output. */
  pasted: boolean
}

export interface DiagnosisProbe {
  n: number
  kind: 'run' | 'http' | 'log' | 'aws'
  node: string
  at: string
  /** What ran, or the equivalent that a person could type. */
  argv: string[]
  effect: 'reads'
  exit: number | null
  ms: number
  startedAt: string
  outcome: 'ok' | 'blind'
  /** With `blind`, or when only a part was seen. */
  why?: BlindReason
  says?: string
}

/** What `--json` prints when there is no diagnosis. */
export interface DiagnosisError {
  schema: typeof DIAGNOSIS_SCHEMA
  error: { says: string; do: string }
}

/** The error document: what happened, and what to do. */
export function errorDocument(says: string, todo: string): DiagnosisError {
  return { schema: DIAGNOSIS_SCHEMA, error: { says, do: todo } }
}
