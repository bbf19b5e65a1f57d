// Stands in for string-width in the bundle: the same widths, and the package itself only for what is not plainly narrow.
import { narrowWidth } from '../src/terminal/narrow.ts'

let full

/** Columns that a text takes on a terminal. */
export default function stringWidth(text, options) {
  if (typeof text !== 'string' || text === '') return 0
  if (options?.ambiguousIsNarrow !== false && !(options?.countAnsiEscapeCodes && text.includes('\u001b'))) {
    const narrow = narrowWidth(text)
    if (narrow !== null) return narrow
  }
  full ??= require('string-width').default
  return full(text, options)
}
