import { useInput, usePaste } from 'ink'
import { useRef, useSyncExternalStore } from 'react'
import type { App } from '../app.ts'
import { frameOf, sizeOf } from '../frame.ts'
import { keysOf } from '../keys.ts'
import { Screen } from './screen.tsx'
import { useStop } from './stop.ts'

interface Props {
  app: App
  /** Told of every key and paste. */
  heard?: () => void
  /** Draws everything anew on an empty screen. */
  redraw?: () => void
  /** How often that has been done: another number is another frame. */
  round?: number
}

/** A megabyte comes in pieces, and the end of a line may be one: no hand presses Enter so soon behind a paste. */
const RUNS_ON_MS = 30

const nothing = () => {}

/** The one component that knows of keys: it hands them on and draws the state that follows. */
export function Root({ app, heard = nothing, redraw = nothing, round = 0 }: Props) {
  const view = useSyncExternalStore(app.subscribe, () => app.view)
  const stop = useStop()
  const last = useRef(Number.NEGATIVE_INFINITY)
  useInput((input, key) => {
    const now = performance.now()
    const runsOn = now - last.current < RUNS_ON_MS
    last.current = now
    heard()
    const keys = keysOf(input, key)
    if (keys.some(({ name }) => name === 'ctrl-z')) stop()
    if (keys.some(({ name }) => name === 'ctrl-l')) redraw()
    app.press(
      keys.filter(({ name }) => name !== 'ctrl-z'),
      input,
      runsOn,
    )
  })
  usePaste((text) => {
    heard()
    app.paste(text)
  })
  const { columns, rows } = sizeOf(view)
  return <Screen key={round} frame={frameOf(view)} columns={columns} rows={rows} />
}
