import type { KnownWay, Prompt } from '../guide/action.ts'
import type { Session } from '../session/session.ts'
import type { Field } from './field.ts'

/** What the body of the wizard shows. */
export type Screen =
  /** What the guide waits for: a probe, a question, a fact, a machine, or the end. */
  | { kind: 'prompt' }
  | { kind: 'known'; ways: KnownWay[] }
  | { kind: 'edit'; field: Field; problem: string }
  | { kind: 'paste'; text: string; problem: string }
  | { kind: 'fact'; field: Field; problem: string }
  | { kind: 'running'; n: number; live: Live }
  /** A probe was judged at this visit: what it said, before the next step. */
  | { kind: 'result'; n: number; visit: number }
  /** A step of the fix that changes something waits for its second key. */
  | { kind: 'confirm'; step: number }
  | { kind: 'fixing'; n: number; step: number; live: Live }
  | { kind: 'fixed'; n: number; step: number }
  | { kind: 'verifying'; n: number; samples: Shown[]; inRow: number; asking: boolean }
  | { kind: 'verified'; n: number }

/** Something that runs: since when, and the last lines of what it said. */
export interface Live {
  since: number
  tail: string[]
  lines: number
}

export interface Shown {
  well: boolean
  says: string
  at: string
}

/** What lies over the body, closed with Esc. */
export type Overlay =
  | { kind: 'pane'; pane: PaneName; scroll: number; search: Search | null }
  | { kind: 'note'; field: Field }
  | { kind: 'moment'; at: number }
  | { kind: 'quit' }

export type PaneName = 'help' | 'map' | 'transcript' | 'output' | 'evidence' | 'notes'

/** `typing`: the text is still being typed; afterwards `n` goes to the next row that holds it. */
export interface Search {
  typing: boolean
  field: Field
}

export interface State {
  session: Session
  prompt: Prompt
  screen: Screen
  overlay: Overlay | null
  /** Which item of the menu is marked. */
  at: number
  /** Is the reason for this step shown? Stays as it is from step to step. */
  why: boolean
  /** First row of the body's text that is shown, where it is longer than the screen. */
  scroll: number
  /** Looks are made one after the other until something needs the person. */
  onItsOwn: boolean
  /** One sentence at the foot, until the next key. */
  notice: string
  /** Steps of the verdict's fix that are done. */
  done: ReadonlySet<number>
  columns: number
  rows: number
  /** Milliseconds since the session began. */
  elapsed: number
  over: boolean
}

/** Rows and columns that the full-screen form needs; below it the plain form is used. */
export const SMALLEST = { columns: 60, rows: 16 }
