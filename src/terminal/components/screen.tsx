import { Box } from 'ink'
import type { Frame } from '../layout.ts'
import { Lines } from './lines.tsx'
import { Menu } from './menu.tsx'

/** One frame of `rows - 1` rows: as tall as the terminal, every frame would scroll it. */
export function Screen({ frame, columns, rows }: { frame: Frame; columns: number; rows: number }) {
  const { above, menu, below } = frame
  return (
    <Box flexDirection="column" width={columns} height={rows - 1} overflow="hidden">
      <Lines lines={above} />
      {menu && <Menu menu={menu} columns={columns} />}
      <Lines lines={below} />
    </Box>
  )
}
