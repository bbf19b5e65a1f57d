import type { App, View } from './app.ts'
import { type Frame, layout } from './layout.ts'
import { menuRows } from './menu-rows.ts'
import { startFrame } from './pages/start.ts'
import { painted } from './paint.ts'

/** What is to be seen of a view. */
export function frameOf(view: View): Frame {
  return view.kind === 'start' ? startFrame(view.start, view.columns, view.rows) : layout(view.state, view.wizard.world)
}

/** The window that a view was made for. */
export function sizeOf(view: View): { columns: number; rows: number } {
  return view.kind === 'start' ? view : view.state
}

/** Every row of the frame that the app shows now, in its colours. */
export function paintedFrame({ view }: App): string[] {
  const { above, menu, below } = frameOf(view)
  const { columns } = sizeOf(view)
  return [...above, ...(menu ? menuRows(menu, columns) : []), ...below].map(painted)
}
