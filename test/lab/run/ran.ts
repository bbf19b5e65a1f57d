import type { Guess } from '../baseline/guess.ts'
import type { Told } from '../diagnosis.ts'

/** How a case is to be run. */
export interface Wants {
  /** A full sweep, and its journal. */
  record: boolean
  /** The baseline's guess too. */
  baseline: boolean
}

/** What one run of a case gave. */
export interface Ran {
  told: Told
  /** Wall time of the diagnosis alone. */
  seconds: number
  /** What must be cited besides the truth's: known only to the run. */
  cites: string[]
  /** The versions of the servers that took part. */
  servers: Record<string, string>
  /** The text of the journal, where a recording is wanted. */
  journal?: string
  guess?: Guess
}
