import { BINDINGS, type Command } from '../keymap.ts'
import { type Line, padEnd, span } from '../text.ts'

/** What one line asks for. */
export type Asked =
  | { kind: 'number'; n: number }
  /** Enter alone. */
  | { kind: 'default' }
  /** A letter of the keys, with what stands behind it: `n TEXT`, `o 1-40`. */
  | { kind: 'command'; command: LineCommand; rest: string }
  | { kind: 'unknown'; text: string }

/** Commands that are one letter of the keys and mean something line by line. */
const OFFERED = [
  'why',
  'back',
  'own',
  'note',
  'output',
  'map',
  'transcript',
  'evidence',
  'moment',
  'copy',
  'help',
  'quit',
] as const
export type LineCommand = (typeof OFFERED)[number]

/** Those that take something behind them. */
const TAKES: Partial<Record<LineCommand, RegExp>> = {
  note: /./,
  moment: /^\d$/,
  output: /^\d+(-\d*)?$/,
  map: /^\d+(-\d*)?$/,
  transcript: /^\d+(-\d*)?$/,
  evidence: /^\d+(-\d*)?$/,
}

/** Where the keys' own words speak of a screen. */
const SAYS: Partial<Record<LineCommand, string>> = {
  why: 'Why this step, and what its words mean; told at each step until asked again',
  own: 'Run what only reads, step after step, until it needs you; Enter stops it',
  note: 'n TEXT writes a note; it stands in the transcript with its time',
  output: 'The whole output of the last look; o 1-40 the first forty rows of it',
  copy: 'The command alone on its row, to be copied',
}

/** One line at a question; never throws. */
export function readLine(line: string): Asked {
  const text = line.trim()
  if (text === '') return { kind: 'default' }
  if (/^\d{1,4}$/.test(text)) return { kind: 'number', n: Number(text) }
  const [letter = '', rest = ''] = text.split(/\s+(.*)/s)
  const command = OFFERED.find((one) => lettersOf(one).includes(letter))
  if (command === undefined) return { kind: 'unknown', text }
  const takes = TAKES[command]
  if (rest !== '' && !takes?.test(rest)) return { kind: 'unknown', text }
  return { kind: 'command', command, rest: rest.trim() }
}

/** `1-40`, `40-` or `7` as rows from 0; everything for ''. */
export function rangeOf(rest: string): { from: number; to: number } {
  const match = /^(\d+)(-(\d*))?$/.exec(rest)
  if (!match) return { from: 0, to: Number.POSITIVE_INFINITY }
  const from = Math.max(0, Number(match[1]) - 1)
  if (match[2] === undefined) return { from, to: from + 1 }
  return { from, to: match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]) }
}

/** The letters in one sentence: `w why, b back, …`. */
export function lettersSay(): string {
  return OFFERED.map((command) => `${lettersOf(command)[0] ?? ''} ${bindingOf(command)?.word ?? command}`).join(', ')
}

/** The letters, each with what it does. Made from the one table of keys. */
export function lineHelp(): Line[] {
  const pair = (keys: string, says: string): Line => [span(` ${padEnd(keys, 7)}`, 'strong'), span(says)]
  return [
    pair('1, 2', 'Choose by number'),
    pair('Enter', 'Take the one in brackets; stop what runs'),
    ...OFFERED.map((command) =>
      pair(lettersOf(command).join(', '), SAYS[command] ?? bindingOf(command)?.says ?? command),
    ),
    pair('.', 'Alone on a line: ends a pasted text, leaves a command as it was'),
    pair('Ctrl-C', 'Stop what runs; otherwise ask whether to leave, twice leaves at once'),
    pair('Ctrl-D', 'Leave; the session is kept and can be resumed'),
  ]
}

function bindingOf(command: Command) {
  return BINDINGS.find((one) => one.command === command)
}

function lettersOf(command: Command): string[] {
  return (bindingOf(command)?.keys ?? []).flatMap((key) => (key.startsWith("'") ? [key.slice(1)] : []))
}
