import { useApp, useInput, usePaste } from 'ink'
import { useSyncExternalStore } from 'react'
import type { App, View } from '../app.ts'
import { keysOf } from '../keys.ts'
import { type Frame, layout } from '../layout.ts'
import { startFrame } from '../pages/start.ts'
import { Screen } from './screen.tsx'

/** The one component that knows of keys: it hands them on and draws the state that follows. */
export function Root({ app }: { app: App }) {
  const view = useSyncExternalStore(app.subscribe, () => app.view)
  const { suspendTerminal } = useApp()
  useInput((input, key) => {
    const keys = keysOf(input, key)
    if (keys.some(({ name }) => name === 'ctrl-z'))
      void suspendTerminal(() => void process.kill(process.pid, 'SIGSTOP'))
    app.press(
      keys.filter(({ name }) => name !== 'ctrl-z'),
      input,
    )
  })
  usePaste((text) => app.paste(text))
  const { columns, rows } = view.kind === 'start' ? view : view.state
  return <Screen frame={frameOf(view)} columns={columns} rows={rows} />
}

function frameOf(view: View): Frame {
  return view.kind === 'start' ? startFrame(view.start, view.columns, view.rows) : layout(view.state, view.wizard.world)
}
