import { Text } from 'ink'
import SelectInput from 'ink-select-input'
import type { Item } from '../menus.ts'
import { cut, widthOf } from '../text.ts'

interface Choice {
  label: string
  value: string
  key: string
  hint: string
  more: string
  room: number
}

/**
 * A menu of which one item is marked. Keys are not its business: it would lose the second of two keys
 * that come before a frame. Another mark is another menu.
 */
export function Menu({ items, at, limit, columns }: { items: Item[]; at: number; limit: number; columns: number }) {
  const { first, last } = shownOf(at, items.length, limit)
  const choices = items.map(
    ({ label, hint = '' }, place): Choice => ({
      label,
      value: String(place),
      key: String(place),
      hint,
      // Says that there is more where the list is longer than its place.
      more: place === last && last < items.length - 1 ? '↓' : place === first && first > 0 ? '↑' : '',
      room: columns - 4,
    }),
  )
  return (
    <SelectInput
      key={`${at}/${items.length}/${limit}`}
      items={choices}
      initialIndex={at}
      limit={limit}
      isFocused={false}
      indicatorComponent={Indicator}
      itemComponent={Choose}
    />
  )
}

/** The first and last item that are seen: the list scrolls only as far as the mark needs. */
function shownOf(at: number, count: number, limit: number): { first: number; last: number } {
  const first = Math.max(0, at - limit + 1)
  return { first, last: Math.min(count, first + limit) - 1 }
}

function Indicator({ isSelected = false }: { isSelected?: boolean }) {
  return (
    <Text color="cyan" bold>
      {isSelected ? ' ❯ ' : '   '}
    </Text>
  )
}

function Choose({ isSelected = false, label, ...more }: { isSelected?: boolean; label: string }) {
  const { hint, more: beyond, room } = more as unknown as Choice
  const within = room - (beyond === '' ? 0 : 3)
  const hinted = hintWithin(hint, label, within)
  const shown = cut(label, within - widthOf(hinted))
  return (
    <Text wrap="truncate">
      <Text {...(isSelected ? { color: 'cyan', bold: true } : {})}>{shown}</Text>
      <Text dimColor>
        {hinted}
        {beyond === '' ? '' : `  ${beyond}`}
      </Text>
    </Text>
  )
}

/** A word of warning stays whole and the label gives way; a longer hint gives way itself. */
function hintWithin(hint: string, label: string, room: number): string {
  if (hint === '') return ''
  if (widthOf(hint) <= 24) return widthOf(hint) + 12 < room ? `  ${hint}` : ''
  const left = room - widthOf(label) - 2
  return left < 12 ? '' : `  ${cut(hint, left)}`
}
