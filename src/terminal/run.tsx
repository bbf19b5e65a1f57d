import { render } from 'ink'
import type { App } from './app.ts'
import { Root } from './components/root.tsx'
import { ERASE_ALL, giveBack, type Streams } from './first-frame.ts'
import { sizeOf } from './frame.ts'

/** How long no key must have come before the terminal is given back, and how long that is waited for at most. */
const QUIET_MS = 40
const MOST_QUIET_MS = 1000

/** A window that is dragged has many sizes; the last one counts. */
const SETTLE_MS = 60
/** A drawing that has not ended by then will not. */
const BROKEN_MS = 500

/**
 * Draws an app on the terminal that `openScreens` took until it is over, then gives the terminal back.
 * Ends at the abort too. Rejects with what went wrong while drawing.
 */
export async function runScreens(app: App, streams: Streams, signal: AbortSignal): Promise<void> {
  const { stdin, stdout, stderr } = streams
  if (signal.aborted) return giveBack(streams)
  const { columns, rows } = sizeOf(app.view)
  if (stdout.columns !== columns || stdout.rows !== rows) {
    // The window has changed under the first frame.
    stdout.write(ERASE_ALL)
    app.resize(stdout.columns || columns, stdout.rows || rows)
  }
  let settling: NodeJS.Timeout | undefined
  const resized = () => {
    // A terminal that shrinks moves rows and cuts them: what stands there is no frame any more, and is drawn anew.
    screens.clear()
    stdout.write(ERASE_ALL)
    app.resize(stdout.columns || 80, stdout.rows || 24)
  }
  // A frame of the old size may have come after that; and of a window that became small and large again Node tells nothing.
  const changed = () => {
    clearTimeout(settling)
    settling = setTimeout(redraw, SETTLE_MS)
  }
  stdout.on('resize', resized)
  process.on('SIGWINCH', changed)
  const ticking = setInterval(() => app.tick(), 1000)
  let lastKey = 0
  const heard = () => {
    lastKey = performance.now()
  }
  let round = 0
  const root = () => <Root app={app} heard={heard} redraw={redraw} round={round} />
  const screens = render(root(), {
    stdin,
    stdout,
    stderr,
    // Ctrl-C asks; it does not end everything.
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    // A key waits for a frame at most half as long as by default.
    maxFps: 60,
    // CI in the environment of a real terminal is no reason to draw nothing.
    interactive: true,
    isScreenReaderEnabled: false,
  })
  /** Ink writes what has changed; what is on the screen besides (a frame of the old size, a message of `wall`) has to go. */
  function redraw() {
    if (app.over) return
    screens.clear()
    stdout.write(ERASE_ALL)
    round += 1
    screens.rerender(root())
  }
  const broken = Promise.withResolvers<'broken'>()
  let waiting: NodeJS.Timeout | undefined
  const end = () => {
    waiting ??= setTimeout(() => broken.resolve('broken'), BROKEN_MS)
    try {
      screens.unmount()
    } catch {
      // What broke the drawing breaks its end too; whoever aborted knows what it was.
    }
  }
  signal.addEventListener('abort', end, { once: true })
  const left = app.subscribe(() => {
    // Not from within the key that ends it: React is at work then.
    if (app.over) setImmediate(() => endWhenQuiet(performance.now()))
  })
  /** What is typed or pasted right behind the last key is not meant for the shell, which would run it. */
  const endWhenQuiet = (since: number) => {
    const now = performance.now()
    if (now - lastKey >= QUIET_MS || now - since >= MOST_QUIET_MS) end()
    else setTimeout(() => endWhenQuiet(since), QUIET_MS / 2)
  }
  try {
    const how = await Promise.race([screens.waitUntilExit(), broken.promise])
    if (how === 'broken') giveBack(streams)
  } finally {
    left()
    signal.removeEventListener('abort', end)
    clearInterval(ticking)
    clearTimeout(settling)
    stdout.off('resize', resized)
    process.off('SIGWINCH', changed)
    app.stop()
    end()
    clearTimeout(waiting)
    // Where Ink never listened it has nothing to undo.
    stdin.setRawMode?.(false)
  }
}
