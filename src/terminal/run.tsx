import { render } from 'ink'
import type { App } from './app.ts'
import { Root } from './components/root.tsx'

export interface Streams {
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
}

/** The cursor at the top of an empty screen; the scrollback stays. */
const WIPED = '\u001b[2J\u001b[H'

/**
 * Draws an app on the terminal's other screen until it is over, then gives the terminal back.
 * Ends at the abort too. Rejects with what went wrong while drawing.
 */
export async function runScreens(app: App, { stdin, stdout, stderr }: Streams, signal: AbortSignal): Promise<void> {
  const resized = () => {
    // A terminal that shrinks moves rows and cuts them: what stands there is no frame any more, and is drawn anew.
    screens.clear()
    stdout.write(WIPED)
    app.resize(stdout.columns || 80, stdout.rows || 24)
  }
  stdout.on('resize', resized)
  const ticking = setInterval(() => app.tick(), 1000)
  const screens = render(<Root app={app} />, {
    stdin,
    stdout,
    stderr,
    // Ctrl-C asks; it does not end everything.
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    // CI in the environment of a real terminal is no reason to draw nothing.
    interactive: true,
    isScreenReaderEnabled: false,
  })
  const end = () => screens.unmount()
  signal.addEventListener('abort', end, { once: true })
  const left = app.subscribe(() => {
    // Not from within the key that ends it: React is at work then.
    if (app.over) setImmediate(end)
  })
  try {
    await screens.waitUntilExit()
  } finally {
    left()
    signal.removeEventListener('abort', end)
    clearInterval(ticking)
    stdout.off('resize', resized)
    app.stop()
    screens.unmount()
  }
}
