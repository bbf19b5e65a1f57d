import { type App, type Begin, createApp } from './app.ts'
import { converse } from './lines/conversation.ts'
import { createLineInput, type Source } from './lines/input.ts'
import { BOUNDLESS } from './lines/page.ts'
import { createPrinter } from './lines/printer.ts'
import { createTeller } from './lines/tell.ts'
import type { World } from './world.ts'

export interface LineStreams {
  stdin: Source
  out(text: string): void
  /** The width of the output in characters, as it is now. */
  columns(): number
  color: boolean
  /** Tells of Ctrl-C; its return value stops that. */
  interrupts(listener: () => void): () => void
  /** Milliseconds between two words about what runs; 5,000 without it. */
  every?: number
}

/**
 * The wizard line by line: each step is printed once, the choices are numbered, a line chooses. The same wizard
 * as on the screens, its keys pressed by what the lines say. Ends when it is left, at the end of the input (the
 * session is kept), or at the abort.
 */
export async function runLines(begin: Begin, streams: LineStreams, signal: AbortSignal): Promise<App> {
  const { stdin, out, columns, color, interrupts, every = 5000 } = streams
  const printer = createPrinter(out, columns, color)
  const teller = createTeller(printer)
  const copy = (text: string) => {
    printer.gap()
    // As it is: a row that is broken cannot be copied.
    out(`${text}\n`)
    return 'It stands on its own row above, to be copied.'
  }
  const app = createApp(withCopy(begin, copy), { columns: BOUNDLESS, rows: 50 })
  const unsubscribe = app.subscribe(() => {
    const { view } = app
    if (view.kind === 'wizard') teller.watch(view.state, view.wizard.world)
  })
  const input = createLineInput(stdin, interrupts)
  signal.addEventListener('abort', input.close, { once: true })
  try {
    const tty = stdin.isTTY === true
    await converse({ app, input, printer, teller, tty, columns, every, signal })
    return app
  } finally {
    signal.removeEventListener('abort', input.close)
    input.close()
    unsubscribe()
    app.stop()
  }
}

/** Where a terminal cannot be told to copy, the text is shown to be copied. */
function withCopy(begin: Begin, copy: World['copy']): Begin {
  const showing = (world: World): World => Object.create(world, { copy: { value: copy } })
  if ('world' in begin) return { world: showing(begin.world) }
  return { ...begin, open: async (what) => showing(await begin.open(what)) }
}
