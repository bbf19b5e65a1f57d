import { visible } from '../../words/visible.ts'
import type { Field } from '../field.ts'
import { graphemesOf, type Line, span, widthOf } from '../text.ts'

/** A text being typed, the cursor as a marked cell; a long one is shown around the cursor. */
export function fieldRows(before: string, { text, at }: Field, columns: number): Line[] {
  // As they are shown: terminals do not agree on the width of joined emoji.
  const parts = [...graphemesOf(text).map((part) => visible(part, { lines: false })), ' ']
  const room = Math.max(4, columns - widthOf(before) - 2)
  let from = 0
  while (from < at && width(parts.slice(from, at + 1)) > room) from += 1
  let to = at + 1
  while (to < parts.length && width(parts.slice(from, to + 1)) <= room) to += 1
  return [
    [
      span(before, 'accent'),
      span(`${from > 0 ? '…' : ''}${parts.slice(from, at).join('')}`),
      span(parts[at] ?? ' ', 'mark'),
      span(parts.slice(at + 1, to).join('')),
    ],
  ]
}

const width = (parts: string[]) => widthOf(parts.join(''))
