import type { Frame } from './layout.ts'
import { SMALLEST } from './state.ts'
import { blank, cutLine, wrapped } from './text.ts'

interface Size {
  columns: number
  rows: number
}

/** Has the window shrunk below what the screens need? */
export const isSmall = ({ columns, rows }: Size): boolean => columns < SMALLEST.columns || rows < SMALLEST.rows

const LEAST = `${SMALLEST.columns}x${SMALLEST.rows}`
/** The first that fits without breaking a word is said. */
const SENTENCES = [
  `The window is too small: at least ${LEAST}. Enlarge it, or q leaves`,
  `Too small: at least ${LEAST}. q leaves`,
  `Too small: ${LEAST}`,
  LEAST,
]

/** All that is drawn in a window that is too small; what runs goes on. */
export function smallFrame({ columns, rows }: Size): Frame {
  const height = Math.max(0, rows - 1)
  const room = Math.max(1, columns)
  const said = SENTENCES.filter((text) => text.split(' ').every((word) => word.length <= room))
    .map((text) => wrapped(text, room, 'warn'))
    .find((lines) => lines.length <= height)
  const shown = (said ?? wrapped(LEAST, room, 'warn')).slice(0, height).map((line) => cutLine(line, room))
  return { above: shown, menu: null, below: Array.from({ length: height - shown.length }, () => blank) }
}
