import type { Line } from '../text.ts'

/** What the body holds above its menu. */
export interface Page {
  /** Stays on the screen: what is asked, in at most a few rows. */
  head: Line[]
  /** Is scrolled where it is longer than the room it has. */
  text: Line[]
  /** Rows that must be seen below the text: a field that is typed into. */
  foot: Line[]
  /** The menu stands right below the head: what can be done is what is looked for here. */
  menuFirst: boolean
}

/** Below these the panel of findings has one row, and rules are left out. */
export const ROOMY = 22
const HEADER_ROWS = 3

/** Rows of the body, between the header and the panel of findings, of a terminal of `rows` rows. */
export function bodyRows(rows: number): number {
  return rows - 1 - HEADER_ROWS - (rows >= ROOMY ? 2 + 2 : 1) - 1
}

export const page = (head: Line[], text: Line[] = [], foot: Line[] = []): Page => ({
  head,
  text,
  foot,
  menuFirst: false,
})
