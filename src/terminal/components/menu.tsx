import { Text } from 'ink'
import SelectInput from 'ink-select-input'
import { createContext, useContext } from 'react'
import { itemRow, marker, type Menu as Shown } from '../menu-rows.ts'
import { painted } from '../paint.ts'

interface Place {
  menu: Shown
  columns: number
}

const Placed = createContext<Place>({ menu: { items: [], at: 0, limit: 0 }, columns: 0 })

/**
 * A menu of which one item is marked. Keys are not its business: it would lose the second of two keys
 * that come before a frame. Another mark is another menu.
 */
export function Menu({ menu, columns }: Place) {
  const { items, at, limit } = menu
  return (
    <Placed.Provider value={{ menu, columns }}>
      <SelectInput
        key={`${at}/${items.length}/${limit}`}
        items={items.map((_, place) => ({ label: String(place), value: place, key: String(place) }))}
        initialIndex={at}
        limit={limit}
        isFocused={false}
        indicatorComponent={Indicator}
        itemComponent={Choose}
      />
    </Placed.Provider>
  )
}

function Indicator({ isSelected = false }: { isSelected?: boolean }) {
  return <Text>{painted(marker(isSelected))}</Text>
}

/** `label` is the item's place in the menu. */
function Choose({ isSelected = false, label }: { isSelected?: boolean; label: string }) {
  const { menu, columns } = useContext(Placed)
  return <Text wrap="truncate">{painted(itemRow(menu, Number(label), isSelected, columns))}</Text>
}
