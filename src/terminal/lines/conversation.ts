import { visible } from '../../words/visible.ts'
import type { App } from '../app.ts'
import type { Key, KeyName } from '../keys.ts'
import { typedKeys } from '../keys.ts'
import { quitRows } from '../layout.ts'
import { PANE_TITLES, paneRows } from '../pages/panes.ts'
import type { Overlay, State } from '../state.ts'
import type { Wizard } from '../wizard.ts'
import { type LineCommand, lineHelp, rangeOf, readLine } from './commands.ts'
import { END_OF_TEXT, type Heard, type LineInput } from './input.ts'
import { BOUNDLESS, bodyRows, choicesOf } from './page.ts'
import type { Printer } from './printer.ts'
import { isRunning, type Teller } from './tell.ts'
import { inWords } from './words.ts'

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

/** More of one paste (in UTF-16 units) is not kept. */
const MOST_PASTED = 32 * 1024 * 1024
/** Narrower reports are no reports. */
const LEAST_COLUMNS = 40
/** Of an answer that came from a file, so much is shown. */
const ECHO = 200

/** Asks and listens until the app is over, the input ends or the signal aborts. */
export async function converse({ app, input, printer, teller, tty, columns, every, signal }: Conversation) {
  let pasted: string[] = []
  let length = 0

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
      if (heard.kind === 'line') atStart(echoed(heard.text))
      else leave()
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
        if (app.view.kind === 'start' || interrupts > 1 || !tty) leave()
        else press('escape')
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
    if (screen.kind === 'paste' && pasted.length > 0) return
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
    const pasting = screen.kind === 'paste' && !overlay
    if (heard.kind === 'interrupt') {
      if (tty) press('ctrl-c')
      else leave()
      return
    }
    if (heard.kind === 'end') {
      if (!pasting || pasted.length === 0) {
        printer.say('The input ends here.', 'dim')
        return leave()
      }
      return endPaste()
    }
    if (pasting) return heard.text === END_OF_TEXT ? endPaste() : keep(heard.text)
    const text = echoed(heard.text, wizard.world.mask)
    if (overlay?.kind === 'quit') return press(/^(y|yes|q|)$/i.test(text.trim()) ? 'enter' : 'escape')
    if (overlay?.kind === 'note') return giveText(text, 'escape')
    if (screen.kind === 'edit') {
      if (text.trim() === END_OF_TEXT) return press('escape')
      return giveText(text, 'enter')
    }
    if (screen.kind === 'fact') return giveText(text, 'escape')
    atMenu(wizard, text, overlay)
  }

  function atMenu(wizard: Wizard, text: string, overlay: Overlay | null) {
    const asked = readLine(text)
    const count = choicesOf(wizard.state, wizard.world).length
    const moment = overlay?.kind === 'moment'
    switch (asked.kind) {
      case 'default':
        return count === 0 ? leave() : press('enter')
      case 'number':
        if (asked.n < 1 || asked.n > count) {
          return printer.say(`There is no ${asked.n} here: ${count === 0 ? 'q leaves' : `1 to ${count}`}.`, 'warn')
        }
        if (moment) return type(String(asked.n))
        return press('home', ...Array.from({ length: asked.n - 1 }, (): KeyName => 'down'), 'enter')
      case 'command':
        if (moment) return press('escape')
        return command(wizard, asked.command, asked.rest)
      case 'unknown':
        printer.say(
          `${visible(asked.text.slice(0, 40), { lines: false })} does nothing here. ? tells what does.`,
          'warn',
        )
    }
  }

  function command(wizard: Wizard, what: LineCommand, rest: string) {
    switch (what) {
      case 'why':
        return why(wizard)
      case 'back':
        return type('b')
      case 'own':
        return type('a')
      case 'note':
        type('n')
        if (rest !== '') giveText(rest, 'escape')
        return
      case 'moment':
        type('f')
        if (rest !== '') type(rest)
        teller.forgetChoices()
        return
      case 'output':
        return pane(wizard, 'o', rest)
      case 'map':
        return pane(wizard, 'm', rest)
      case 'transcript':
        return pane(wizard, 't', rest)
      case 'copy':
        return type('c')
      case 'help':
        printer.rows(lineHelp())
        return teller.forgetChoices()
      case 'quit':
        return type('q')
    }
  }

  /** Only what is told beside what stands there already. */
  function why(wizard: Wizard) {
    const textOf = (state: State) => bodyRows(state, wizard.world)
    const before = new Set(textOf(wizard.state).map(plain))
    type('w')
    if (!wizard.state.why) return printer.say('The reasons are not told any more.', 'dim')
    const more = textOf(wizard.state).filter((line) => plain(line) === '' || !before.has(plain(line)))
    if (more.every((line) => plain(line).trim() === '')) printer.say('From here on each step tells its reasons.', 'dim')
    else printer.rows(more)
    teller.forgetChoices()
  }

  function pane(wizard: Wizard, key: string, rest: string) {
    type(key)
    printPane(wizard, rest)
  }

  /** A text that lies over the step is printed, and closed again. */
  function printPane(wizard: Wizard, rest = '') {
    const { state, world } = wizard
    if (state.overlay?.kind !== 'pane') return
    const { pane: name } = state.overlay
    // The report has its own width; everything else is made without an end and broken by the printer.
    const wide = name === 'evidence' ? Math.max(LEAST_COLUMNS, columns()) + 3 : state.columns
    const rows = paneRows(name, { ...state, columns: wide }, world)
    const { from, to } = rangeOf(rest)
    const shown = rows.slice(from, to)
    const part = shown.length < rows.length ? `, rows ${from + 1} to ${from + shown.length} of ${rows.length}` : ''
    printer.gap()
    printer.say(`${PANE_TITLES[name]}${part}`, 'strong')
    printer.rows(shown.flatMap(({ line }) => inWords(line)))
    printer.gap()
    teller.forgetChoices()
    press('escape')
  }

  function atStart(text: string) {
    const { view } = app
    if (view.kind !== 'start') return
    const { choices } = view.start
    const typed = text.trim()
    if (typed === 'q') return leave()
    // Whatever an attempt before left in the field goes first.
    press('ctrl-u')
    if (typed === '') return printer.say('Type a URL, or a number of the list.', 'warn')
    if (/^\d{1,4}$/.test(typed)) {
      const n = Number(typed)
      if (n < 1 || n > choices.length) {
        return printer.say(
          `There is no ${n} here: ${choices.length === 0 ? 'type a URL' : `1 to ${choices.length}`}.`,
          'warn',
        )
      }
      return press(...Array.from({ length: n }, (): KeyName => 'down'), 'enter')
    }
    app.paste(typed)
    press('enter')
  }

  /** The text of a field as one line; without one, the key that leaves it. */
  function giveText(text: string, without: 'enter' | 'escape') {
    if (text.trim() === '') return press(without)
    press('ctrl-u')
    app.paste(text)
    press('enter')
  }

  function keep(line: string) {
    if (length > MOST_PASTED) return
    pasted.push(line)
    length += line.length + 1
    if (length > MOST_PASTED) printer.say('That is more than 32 million characters: the rest is not kept.', 'warn')
  }

  function endPaste() {
    const text = pasted.length === 0 ? '' : `${pasted.join('\n')}\n`
    const count = pasted.length
    pasted = []
    length = 0
    input.raw(null)
    if (text.trim() === '') {
      printer.say('Nothing was pasted.', 'warn')
      return press('escape')
    }
    printer.say(`${count} ${count === 1 ? 'line' : 'lines'}, ${text.length} characters.`, 'dim')
    app.paste(text)
    press('enter')
  }

  function echoed(text: string, mask = (shown: string) => shown): string {
    printer.answered(tty ? undefined : mask(visible(text.slice(0, ECHO), { lines: false })))
    return text
  }

  function leave() {
    press('ctrl-c', 'ctrl-c')
  }

  function type(text: string) {
    send(typedKeys(text))
  }

  function press(...names: KeyName[]) {
    send(names.map((name): Key => ({ name, char: '' })))
  }

  function send(keys: readonly Key[]) {
    app.press(keys, '')
    const { view } = app
    // What was chosen may have opened a text.
    if (view.kind === 'wizard' && view.state.overlay?.kind === 'pane' && keys.some(({ name }) => name === 'enter')) {
      printPane(view.wizard)
    }
  }
}

const plain = (line: readonly { text: string }[]) => line.map(({ text }) => text).join('')
