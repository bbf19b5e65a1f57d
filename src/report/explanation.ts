import type { Cause, Hop, Shape } from '../words/vocabulary.ts'

export const EXPLANATION_SCHEMA = 'triage502/explanation/1'

/** What `explain --json` prints; published as schema/explanation.schema.json. Fields may be added. */
export interface Explanation {
  schema: typeof EXPLANATION_SCHEMA
  input: ExplainedInput
  /** What is known of it; of a log in order of frequency. */
  answers: ExplainedAnswer[]
  /** Of a response: who passed it on and who made it, from the outside in. */
  hops: Hop[]
  /** Of a log: where its failed requests ended, by their durations; null where they do not lie at a default of somebody's. */
  rounds: ExplainedRounds | null
  /** Where nothing is known: a code or word that is written nearly so. */
  nearest: { text: string; kind: 'code' | 'term' } | null
}

/** Failed requests that ended just when somebody's default ends. */
export interface ExplainedRounds {
  /** Failed requests whose line says how long they took, and how many of them ended so. */
  failures: number
  count: number
  /** The default, and the shortest and longest of those that ended so: milliseconds. */
  ms: number
  least: number
  most: number
  /** `nginx (proxy_read_timeout)` */
  whose: string
}

export interface ExplainedInput {
  /** A code or word, one line, a response's head, or a log of several lines. */
  kind: 'nothing' | 'words' | 'line' | 'response' | 'log'
  /** Lines that are not empty. */
  lines: number
  /** How many of them some answer explains. */
  known: number
  /** Lines of which only the first 64 KiB were looked at. */
  cut: number
  ended: 'complete' | 'interrupted'
}

export interface ExplainedAnswer {
  kind: 'signature' | 'term' | 'fingerprint'
  /** `source/id` of a signature; the word itself of a term; the id of a fingerprint. */
  id: string
  /** Whose line or code it is; whose page; '' of a term. */
  source: string
  codes: string[]
  means: string
  shape: Shape | null
  /** The likely cause, where the line names one. */
  cause: Cause | null
  next: { says: string; node: string | null } | null
  /** Verdicts of the tree that this may come to. */
  verdicts: string[]
  /** How such a line looks; '' of a term. */
  example: string
  /** Told as documents have it, or general knowledge: no such line was seen from the program itself. */
  unconfirmed: boolean
  /** What stood in the line, by name. */
  holes: Record<string, string>
  /** Of a log; null otherwise. */
  met: { count: number; first: ExplainedPlace; last: ExplainedPlace } | null
}

export interface ExplainedPlace {
  /** From 1. */
  line: number
  /** The line's own time, where it says its zone. UTC, RFC 3339. */
  at: string | null
  text: string
}
