import type { App } from '../app.ts'
import { matching, meantBy } from '../found.ts'
import type { KeyName } from '../keys.ts'
import type { Choice } from '../start.ts'
import type { Hands } from './hands.ts'
import type { Printer } from './printer.ts'
import { offered, type Teller } from './tell.ts'

/** Hears what is said where a session is chosen: a number of the list that was told last, a URL, or words of the list. */
export function createStart(app: App, printer: Printer, teller: Teller, hands: Hands): { hear(text: string): void } {
  /** As it was told last: its numbers choose. */
  let listed: readonly Choice[] | null = null
  return { hear }

  function hear(text: string) {
    const { view } = app
    if (view.kind !== 'start') return
    const { choices } = view.start
    const typed = text.trim()
    if (typed === 'q') return hands.leave()
    // Whatever an attempt before left in the field goes first.
    hands.press('ctrl-u')
    if (typed === '') return printer.say('Type a URL, or a number of the list.', 'warn')
    if (/^\d{1,4}$/.test(typed)) return number(Number(typed), choices)
    const found = typed === 'all' ? choices : matching(choices, typed)
    if (meantBy(typed) === 'words' && found.length > 0) {
      listed = found
      return teller.choices(found, `${found.length} of ${choices.length}. A number chooses; other words look again.`)
    }
    hands.giveText(typed, 'enter')
  }

  function number(n: number, choices: readonly Choice[]) {
    const told = listed ?? offered(choices)
    const chosen = told[n - 1]
    if (!chosen) {
      return printer.say(`There is no ${n} here: ${told.length === 0 ? 'type a URL' : `1 to ${told.length}`}.`, 'warn')
    }
    hands.press(...Array.from({ length: choices.indexOf(chosen) + 1 }, (): KeyName => 'down'), 'enter')
  }
}
