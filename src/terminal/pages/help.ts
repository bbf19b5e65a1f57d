import { BINDINGS } from '../keymap.ts'
import { blank, hung, type Line, padEnd, span } from '../text.ts'

const WORDS: readonly (readonly [string, string])[] = [
  ['✗', 'points at a fault'],
  ['✓', 'clears something, or passed it on'],
  ['?', 'could not be seen'],
  ['●○○', 'how many findings point at it'],
]

/** Columns that the longest keys take. */
const WIDTH = 12

/** Made from the one table of keys, so that it cannot tell of others. */
export function helpRows(columns: number): Line[] {
  const rows = (where: string) =>
    BINDINGS.filter((one) => one.where === where).flatMap(({ keys, says }) =>
      row(keys.map(shown).join(' '), says, columns),
    )
  return [
    [span(' At a step', 'accent')],
    ...rows('body'),
    ...row('1 … 9', 'Choose by number', columns),
    ...row('Esc', 'Stop what runs; leave a field as it was', columns),
    ...row('Ctrl-C', 'Ask whether to leave; twice leaves at once', columns),
    blank,
    [span(' In a text', 'accent')],
    ...rows('pane'),
    blank,
    [span(' Everywhere', 'accent')],
    ...rows('always'),
    blank,
    [span(' Marks', 'accent')],
    ...WORDS.flatMap(([mark, says]) => row(mark, says, columns)),
  ]
}

/** Keys on the left, what they do on the right. */
function row(keys: string, says: string, columns: number): Line[] {
  return hung([span(`   ${padEnd(keys, WIDTH)} `, 'strong')], ' '.repeat(WIDTH + 4), says, columns - 1)
}

const NAMES: Record<string, string> = {
  enter: 'Enter',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  home: 'Home',
  end: 'End',
  'page-up': 'PgUp',
  'page-down': 'PgDn',
  'ctrl-l': 'Ctrl-L',
}

const shown = (key: string) => (key.startsWith("'") ? key.slice(1) : (NAMES[key] ?? key))
