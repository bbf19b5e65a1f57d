import { visible } from '../../words/visible.ts'
import type { App } from '../app.ts'
import { quitRows } from '../layout.ts'
import type { Wizard } from '../wizard.ts'
import { createMenu } from './at-menu.ts'
import { createStart } from './at-start.ts'
import { createHands, type Hands } from './hands.ts'
import { END_OF_TEXT, type Heard, type LineInput } from './input.ts'
import { BOUNDLESS, choicesOf } from './page.ts'
import { createPanePrinter } from './panes.ts'
import { createPasting } from './pasting.ts'
import type { Printer } from './printer.ts'
import { isRunning, type Teller } from './tell.ts'

export interface Conversation {
  app: App
  input: LineInput
  printer: Printer
  teller: Teller
  /** Somebody sits there: their keys are seen as they type, and they can stop what runs. */
  tty: boolean
  columns(): number
  /** Milliseconds between two words about what runs. */
  every: number
  signal: AbortSignal
}

/** Of an answer that came from a file, so much is shown. */
const ECHO = 200

/** Asks and listens until the app is over, the input ends or the signal aborts. */
export async function converse({ app, input, printer, teller, tty, columns, every, signal }: Conversation) {
  const panes = createPanePrinter(printer, teller, () => hands, columns)
  const hands: Hands = createHands(app, () => {
    const { view } = app
    if (view.kind === 'wizard') panes.print(view.wizard)
  })
  const start = createStart(app, printer, teller, hands)
  const menu = createMenu(printer, teller, hands, panes)
  const pasting = createPasting(app, printer, hands)

  while (!app.over && !signal.aborted) {
    if (isBusy()) {
      await untilIdle()
      continue
    }
    const { view } = app
    if (view.kind === 'start') {
      teller.start(view.start)
      printer.prompt('> ')
      const heard = await input.next()
      if (signal.aborted) return
      if (heard.kind === 'line') start.hear(echoed(heard.text))
      else hands.leave()
      continue
    }
    const { wizard } = view
    ask(wizard)
    const heard = await input.next()
    if (signal.aborted) return
    hear(wizard, heard)
  }

  function isBusy(): boolean {
    const { view } = app
    return view.kind === 'start' ? view.start.opening !== '' : !view.state.overlay && isRunning(view.state)
  }

  /** Waits for what runs; says now and then that it still does. */
  function untilIdle(): Promise<void> {
    return new Promise((resolve) => {
      let interrupts = 0
      const timer = setInterval(() => {
        app.tick()
        const { view } = app
        if (view.kind === 'wizard') teller.progress(view.state, view.wizard.world, tty ? 'Enter stops it.' : '')
      }, every)
      const end = () => {
        if (isBusy() && !app.over && !signal.aborted) return
        clearInterval(timer)
        unsubscribe()
        signal.removeEventListener('abort', end)
        input.whileBusy(null)
        resolve()
      }
      const unsubscribe = app.subscribe(end)
      signal.addEventListener('abort', end, { once: true })
      input.whileBusy((heard) => {
        interrupts += heard.kind === 'interrupt' ? 1 : 0
        if (app.view.kind === 'start' || interrupts > 1 || !tty) hands.leave()
        else hands.press('escape')
      })
      end()
    })
  }

  /** Everything that is new, and what is waited for. */
  function ask(wizard: Wizard) {
    app.tick()
    const { state, world } = wizard
    const { overlay, screen } = state
    input.raw(screen.kind === 'paste' && !overlay ? (text) => printer.typed(text) : null)
    if (overlay?.kind === 'quit') {
      printer.rows(quitRows(state, world, BOUNDLESS))
      return printer.prompt('Leave? [y] ')
    }
    if (overlay?.kind === 'note') return printer.prompt('Note: ')
    if (screen.kind === 'paste' && pasting.begun()) return
    teller.step(state, world)
    if (screen.kind === 'edit') return printer.prompt('$ ')
    if (screen.kind === 'fact') return printer.prompt('> ')
    if (screen.kind === 'paste') return
    const count = choicesOf(state, world).length
    const at = overlay?.kind === 'moment' ? overlay.at : Math.min(state.at, count - 1)
    printer.prompt(count === 0 ? '[q] ' : `[${at + 1}] `)
  }

  function hear(wizard: Wizard, heard: Heard) {
    const { overlay, screen } = wizard.state
    const isPasting = screen.kind === 'paste' && !overlay
    if (heard.kind === 'interrupt') {
      if (tty) hands.press('ctrl-c')
      else hands.leave()
      return
    }
    if (heard.kind === 'end') {
      if (!isPasting || !pasting.begun()) {
        printer.say('The input ends here.', 'dim')
        return hands.leave()
      }
      return endPaste()
    }
    if (isPasting) return heard.text === END_OF_TEXT ? endPaste() : pasting.keep(heard.text)
    const text = echoed(heard.text, wizard.world.mask)
    if (overlay?.kind === 'quit') return hands.press(/^(y|yes|q|)$/i.test(text.trim()) ? 'enter' : 'escape')
    if (overlay?.kind === 'note') return hands.giveText(text, 'escape')
    if (screen.kind === 'edit') {
      if (text.trim() === END_OF_TEXT) return hands.press('escape')
      return hands.giveText(text, 'enter')
    }
    if (screen.kind === 'fact') return hands.giveText(text, 'escape')
    menu.hear(wizard, text, overlay)
  }

  function endPaste() {
    input.raw(null)
    pasting.end()
  }

  function echoed(text: string, mask = (shown: string) => shown): string {
    printer.answered(tty ? undefined : mask(visible(text.slice(0, ECHO), { lines: false })))
    return text
  }
}
