import type { JsonObject } from '../../words/json.ts'
import type { Operation } from './questions.ts'

/** What the thread with the SDK in it is asked. */
export interface Asked {
  operation: Operation
  /** The name of the list in the answer. */
  list: string
  region: string
  inputs: JsonObject[]
  /** Milliseconds for one request. */
  limitMs: number
}

/** What it tells. With an error, `documents` holds what came before it. */
export type Told =
  | { ok: true; documents: JsonObject[] }
  | { ok: false; code: string; message: string; documents: JsonObject[] }
