import { PANE_TITLES, paneRows } from '../pages/panes.ts'
import type { Wizard } from '../wizard.ts'
import { rangeOf } from './commands.ts'
import type { Hands } from './hands.ts'
import type { Printer } from './printer.ts'
import type { Teller } from './tell.ts'
import { inWords } from './words.ts'

/** Narrower reports are no reports. */
const LEAST_COLUMNS = 40

/** Prints a text that lies over the step, and closes it again. */
export interface PanePrinter {
  /** `rest`: the rows that are asked for, as `1-40`; all of them for ''. */
  print(wizard: Wizard, rest?: string): void
}

export function createPanePrinter(
  printer: Printer,
  teller: Teller,
  hands: () => Hands,
  columns: () => number,
): PanePrinter {
  return {
    print(wizard, rest = '') {
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
      hands().press('escape')
    },
  }
}
