import type { Capture } from '../words/look.ts'
import type { Infer, RecordType, Value } from '../words/value.ts'
import type { BlindReason } from '../words/vocabulary.ts'
import type { Fingerprint } from './fingerprints.ts'
import type { Layer } from './layers.ts'
import type { Signature } from './signatures.ts'

/** The vendors' formats, as data from `flows/`, that readers match against. */
export interface Knowledge {
  fingerprints: readonly Fingerprint[]
  signatures: readonly Signature[]
  /** How long each layer waits by itself. */
  layers?: readonly Layer[]
}

/** What a reader may know beside the capture itself. All of it comes from the session. */
export interface ReadContext {
  /** Facts by dotted name (`url.host`), in run-time form. */
  facts: ReadonlyMap<string, Value>
  knowledge: Knowledge
  /** Our own requests so far, to the person's URL or to the gateway itself: when each started and ended. */
  requests: readonly OwnRequest[]
  /** The session's start: "now" for a reader. */
  now: Date
}

export interface OwnRequest {
  startedAt: Date
  endedAt: Date
  status: number
  /** The ports that our client had, where that was measured. */
  clientPorts?: readonly number[]
}

/** Something the reader could not see, to be listed even when a branch holds. */
export interface Dark {
  why: BlindReason
  says: string
}

/** A reading is total: every field of the reader's type is there. */
export interface Reading<T> {
  value: T
  dark: Dark[]
  /** The lines that carry the answer, for the screen and the transcript (at most 5). */
  lines: string[]
}

/**
 * Turns the text of one look into typed data. Pure and linear in its input.
 * `output` must have a field `complete: bool`: true only with proof that what is absent was absent.
 */
export interface Reader<T extends RecordType = RecordType> {
  name: string
  output: T
  /** Dotted facts it consults when they are known. */
  consults: readonly string[]
  /**
   * For looks that leak (configs, environments, process arguments): the part of the output that is
   * needed. `read` gives the same reading on what was kept. Without it everything is kept.
   */
  keep?(out: string): { out: string; leftOut: string }
  read(capture: Capture, context: ReadContext): Reading<Infer<T>>
}

/** Declares a reader with its output type inferred. */
export function reader<const T extends RecordType>(definition: Reader<T>): Reader<T> {
  return definition
}

/** A reader whatever its type: what the registry holds. */
export interface AnyReader {
  name: string
  output: RecordType
  consults: readonly string[]
  keep?(out: string): { out: string; leftOut: string }
  read(capture: Capture, context: ReadContext): Reading<Record<string, Value>>
}
