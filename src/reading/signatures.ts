import type { Cause, Shape } from '../words/vocabulary.ts'

/** One log line's form: a literal with typed holes, its meaning, and an example. */
export interface Signature {
  id: string
  /** Whose log: `nginx-error`, `app`, `systemd`, `kernel`, … */
  source: string
  /** Literal text with holes: `connect() failed ({errno:int}: {text}) while connecting to upstream`. */
  match: string
  meaning: string
  shape?: Shape
  cause?: Cause
  /** Known only from general knowledge, no source. */
  unconfirmed?: boolean
  example: string
}
