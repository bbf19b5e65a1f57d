import { BINDINGS } from '../keymap.ts'
import { blank, type Line, padEnd, span } from '../text.ts'

const WORDS: readonly (readonly [string, string])[] = [
  ['✗', 'points at a fault'],
  ['✓', 'clears something, or passed it on'],
  ['?', 'could not be seen'],
  ['●○○', 'how many findings point at it'],
]

/** Made from the one table of keys, so that it cannot tell of others. */
export function helpRows(): Line[] {
  const rows = (where: string) =>
    BINDINGS.filter((one) => one.where === where).map(
      ({ keys, says }): Line => [span(`   ${padEnd(keys.map(shown).join(' '), 16)}`, 'strong'), span(says)],
    )
  return [
    [span(' At a step', 'accent')],
    ...rows('body'),
    [span(`   ${padEnd('1 … 9', 16)}`, 'strong'), span('Choose by number')],
    [span(`   ${padEnd('Esc', 16)}`, 'strong'), span('Stop what runs; leave a field as it was')],
    [span(`   ${padEnd('Ctrl-C', 16)}`, 'strong'), span('Ask whether to leave; twice leaves at once')],
    blank,
    [span(' In a text', 'accent')],
    ...rows('pane'),
    blank,
    [span(' Everywhere', 'accent')],
    ...rows('always'),
    blank,
    [span(' Marks', 'accent')],
    ...WORDS.map(([mark, says]): Line => [span(`   ${padEnd(mark, 16)}`, 'strong'), span(says)]),
  ]
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
