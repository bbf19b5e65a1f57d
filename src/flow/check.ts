import type { RecordType } from '../words/value.ts'
import type { Draft } from './draft.ts'

/** What flows may name that is not in their files. */
export interface Catalogue {
  readers: Readonly<Record<string, { output: RecordType; consults: readonly string[] }>>
  /** The tool's own looks. */
  looks: readonly string[]
  /** Verdicts that recorded incidents reach; null where recordings are not at hand. */
  recorded: ReadonlySet<string> | null
}

/** Holds a draft against every guarantee of the language. Problems are added to the draft. */
export function checkDraft(_draft: Draft, _catalogue: Catalogue): void {}
