import { visible } from '../../words/visible.ts'
import type { KeyName } from '../keys.ts'
import type { Overlay, State } from '../state.ts'
import type { Wizard } from '../wizard.ts'
import { type LineCommand, lineHelp, readLine } from './commands.ts'
import type { Hands } from './hands.ts'
import { bodyRows, choicesOf } from './page.ts'
import type { PanePrinter } from './panes.ts'
import type { Printer } from './printer.ts'
import type { Teller } from './tell.ts'

/** Hears what is said at a menu: a number, a letter of the keys, or nothing for what is in brackets. */
export function createMenu(
  printer: Printer,
  teller: Teller,
  hands: Hands,
  panes: PanePrinter,
): { hear(wizard: Wizard, text: string, overlay: Overlay | null): void } {
  return { hear }

  function hear(wizard: Wizard, text: string, overlay: Overlay | null) {
    const asked = readLine(text)
    const count = choicesOf(wizard.state, wizard.world).length
    const moment = overlay?.kind === 'moment'
    switch (asked.kind) {
      case 'default':
        return count === 0 ? hands.leave() : hands.press('enter')
      case 'number':
        if (asked.n < 1 || asked.n > count) {
          return printer.say(`There is no ${asked.n} here: ${count === 0 ? 'q leaves' : `1 to ${count}`}.`, 'warn')
        }
        if (moment) return hands.type(String(asked.n))
        return hands.press('home', ...Array.from({ length: asked.n - 1 }, (): KeyName => 'down'), 'enter')
      case 'command':
        if (moment) return hands.press('escape')
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
        return hands.type('b')
      case 'own':
        return hands.type('a')
      case 'note':
        hands.type('n')
        if (rest !== '') hands.giveText(rest, 'escape')
        return
      case 'moment':
        hands.type('f')
        if (rest !== '') hands.type(rest)
        teller.forgetChoices()
        return
      case 'output':
        return pane(wizard, 'o', rest)
      case 'map':
        return pane(wizard, 'm', rest)
      case 'transcript':
        return pane(wizard, 't', rest)
      case 'evidence':
        return pane(wizard, 'e', rest)
      case 'copy':
        return hands.type('c')
      case 'help':
        printer.rows(lineHelp())
        return teller.forgetChoices()
      case 'quit':
        return hands.type('q')
    }
  }

  function pane(wizard: Wizard, key: string, rest: string) {
    hands.type(key)
    panes.print(wizard, rest)
  }

  /** Only what is told beside what stands there already. */
  function why(wizard: Wizard) {
    const textOf = (state: State) => bodyRows(state, wizard.world)
    const before = new Set(textOf(wizard.state).map(plain))
    hands.type('w')
    if (!wizard.state.why) return printer.say('The reasons are not told any more.', 'dim')
    const more = textOf(wizard.state).filter((line) => plain(line) === '' || !before.has(plain(line)))
    if (more.every((line) => plain(line).trim() === '')) printer.say('From here on each step tells its reasons.', 'dim')
    else printer.rows(more)
    teller.forgetChoices()
  }
}

const plain = (line: readonly { text: string }[]) => line.map(({ text }) => text).join('')
