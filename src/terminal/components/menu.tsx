import { Text } from 'ink'
import SelectInput from 'ink-select-input'
import type { Item } from '../menus.ts'
import { cut, widthOf } from '../text.ts'

interface Choice {
  label: string
  value: string
  key: string
  hint: string
  room: number
}

/**
 * A menu of which one item is marked. Keys are not its business: it would lose the second of two keys
 * that come before a frame. Another mark is another menu.
 */
export function Menu({ items, at, limit, columns }: { items: Item[]; at: number; limit: number; columns: number }) {
  const choices = items.map(
    ({ label, hint = '' }, place): Choice => ({
      label,
      value: String(place),
      key: String(place),
      hint,
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

function Indicator({ isSelected = false }: { isSelected?: boolean }) {
  return (
    <Text color="cyan" bold>
      {isSelected ? ' ❯ ' : '   '}
    </Text>
  )
}

function Choose({ isSelected = false, label, ...more }: { isSelected?: boolean; label: string }) {
  const { hint, room } = more as unknown as Choice
  const hinted = hint !== '' && widthOf(hint) + 12 < room ? `  ${hint}` : ''
  const shown = cut(label, room - widthOf(hinted))
  return (
    <Text wrap="truncate">
      <Text {...(isSelected ? { color: 'cyan', bold: true } : {})}>{shown}</Text>
      <Text dimColor>{hinted}</Text>
    </Text>
  )
}
