import type { Item } from './menus.ts'
import { cut, type Line, span, widthOf } from './text.ts'

/** A menu as it has its place in a frame: which item is marked, and how many are seen at once. */
export interface Menu {
  items: readonly Item[]
  at: number
  limit: number
}

/** What stands before an item. */
export const marker = (isMarked: boolean): Line => [span(isMarked ? ' ❯ ' : '   ', 'accent')]

/** The first and last item that are seen: the list scrolls only as far as the mark needs. */
export function seenOf({ items, at, limit }: Menu): { first: number; last: number } {
  const first = Math.max(0, at - limit + 1)
  return { first, last: Math.min(items.length, first + limit) - 1 }
}

/** One item behind its marker, at most `columns` wide with it. */
export function itemRow(menu: Menu, place: number, isMarked: boolean, columns: number): Line {
  const { label = '', hint = '' } = menu.items[place] ?? {}
  const beyond = beyondOf(menu, place)
  const within = columns - 4 - (beyond === '' ? 0 : 3)
  const hinted = hintWithin(hint, label, within)
  const shown = cut(label, within - widthOf(hinted))
  return [span(shown, isMarked ? 'accent' : 'plain'), span(hinted + (beyond === '' ? '' : `  ${beyond}`), 'dim')]
}

/** All rows of a menu that are seen. */
export function menuRows(menu: Menu, columns: number): Line[] {
  const { first, last } = seenOf(menu)
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const isMarked = first + at === menu.at
    return [...marker(isMarked), ...itemRow(menu, first + at, isMarked, columns)]
  })
}

/** Says that there is more where the list is longer than its place. */
function beyondOf(menu: Menu, place: number): string {
  const { first, last } = seenOf(menu)
  if (place === last && last < menu.items.length - 1) return '↓'
  return place === first && first > 0 ? '↑' : ''
}

/** A word of warning stays whole and the label gives way; a longer hint gives way itself. */
function hintWithin(hint: string, label: string, room: number): string {
  if (hint === '') return ''
  if (widthOf(hint) <= 24) return widthOf(hint) + 12 < room ? `  ${hint}` : ''
  const left = room - widthOf(label) - 2
  return left < 12 ? '' : `  ${cut(hint, left)}`
}
