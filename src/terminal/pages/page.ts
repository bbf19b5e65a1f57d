import type { Line } from '../text.ts'

/** What the body holds above its menu. */
export interface Page {
  /** Stays on the screen: what is asked, in at most a few rows. */
  head: Line[]
  /** Is scrolled where it is longer than the room it has. */
  text: Line[]
  /** Rows that must be seen below the text: a field that is typed into. */
  foot: Line[]
}

export const page = (head: Line[], text: Line[] = [], foot: Line[] = []): Page => ({ head, text, foot })
