import { oneLine } from '../../report/shown.ts'
import { meantBy } from '../found.ts'
import type { Frame } from '../layout.ts'
import type { Item } from '../menus.ts'
import { isSmall, smallFrame } from '../small.ts'
import { type Choice, type StartState, shownOf } from '../start.ts'
import { blank, cut, type Line, padEnd, span, trimmed, widthOf, wrapped } from '../text.ts'
import { fieldRows } from './field.ts'

const GROUPS: Record<Choice['group'], string> = {
  unfinished: 'go on with',
  service: 'service',
  recorded: 'recorded',
}

/** What stands before a choice. */
export const groupSays = ({ group, kind }: Choice): string => kind ?? GROUPS[group]

/** Columns of what stands before a choice. */
const GROUP_WIDTH = 11
/** Names are made this wide, so that what is said behind them stands in a column. */
const NAME_WIDTH = 34
/** On narrower screens the names need the room of what is said behind them. */
const HINTED = 76

/** The first screen: a URL, what was left unfinished, services, recorded incidents. */
export function startFrame(start: StartState, columns: number, rows: number): Frame {
  if (isSmall({ columns, rows })) return smallFrame({ columns, rows })
  const height = rows - 1
  const room = columns - 2
  const choices = shownOf(start)
  const at = Math.min(start.at, choices.length - 1)
  const inField = at < 0
  const asks: Line = [
    span(' Which URL fails?', inField ? 'strong' : 'plain'),
    span(start.choices.length > 0 ? '  Type it, or words to narrow the list.' : '', 'dim'),
  ]
  const above: Line[] = [
    [span(' triage502 ', 'accent'), span('  Why does a site answer 502, 503 or 504?', 'strong')],
    blank,
    ...wrapped(
      'It shows each command before it runs, runs it when you say so, reads the output and decides what comes next. It only looks.',
      room,
      'dim',
      ' ',
    ),
    blank,
    asks,
    ...fieldRows(inField ? ' ❯ ' : '   ', start.field, columns),
    ...said(start, choices[at], columns),
    ...titleRow(start, choices.length, inField),
  ]
  const limit = Math.min(choices.length, height - above.length - 2)
  // Nothing is marked while a URL is typed: the list shows its beginning.
  const menu = limit > 0 ? { items: itemsOf(choices, nameWidth(start), columns), at, limit } : null
  const used = above.length + Math.max(0, limit) + 1
  const filler = Array.from({ length: Math.max(0, height - used) }, () => blank)
  return { above, menu, below: [...filler, footer(start, choices.length, at, columns)] }
}

function titleRow({ choices }: StartState, shown: number, inField: boolean): Line[] {
  if (choices.length === 0) return []
  const count = shown === choices.length ? `${shown}` : `${shown} of ${choices.length}`
  return [[span(' Or one of these', inField ? 'plain' : 'strong'), span(`  ${count}`, 'dim')]]
}

/** The column of the hints stays where it is, whatever of the list is left. */
function nameWidth({ choices }: StartState): number {
  const recorded = choices.filter(({ group }) => group === 'recorded')
  return Math.min(NAME_WIDTH, Math.max(0, ...recorded.map(({ label }) => widthOf(label))))
}

function itemsOf(choices: readonly Choice[], wide: number, columns: number): Item[] {
  return choices.map((choice): Item => {
    const { id, group, label, hint } = choice
    const before = padEnd(groupSays(choice), GROUP_WIDTH)
    if (group !== 'recorded') return { ...choice, label: `${before} ${label}` }
    if (hint === undefined || columns < HINTED) return { id, label: `${before} ${label}` }
    return { id, label: `${before} ${padEnd(label, wide)}`, hint }
  })
}

/** One row below the field: what went wrong, what goes on, or what is to be known of what is marked. */
function said({ problem, opening, field }: StartState, marked: Choice | undefined, columns: number): Line[] {
  if (problem !== '') return wrapped(oneLine(problem), columns - 2, 'bad', ' ').slice(0, 3)
  if (opening !== '') return [[span(` Opening ${cut(oneLine(opening), columns - 12)} …`, 'dim')]]
  if (marked) return [marked.about ? [span(`   ${cut(oneLine(marked.about), columns - 4)}`, 'dim')] : blank]
  return [meantBy(field.text) === 'words' ? [span('   Nothing in the list holds that.', 'dim')] : blank]
}

/** What Enter does just now, and the way out. */
function footer({ field }: StartState, shown: number, at: number, columns: number): Line {
  const meant = meantBy(field.text)
  const parts = [
    at >= 0 ? ['⏎', 'open what is marked'] : ['⏎', meant === 'nothing' ? 'begin' : 'ask this URL'],
    ...(at === 0 && meant === 'words' && !/\s/.test(field.text.trim()) ? [['↑ ⏎', 'ask it as a URL']] : []),
    ...(shown > 0 ? [['↑↓', 'choose']] : []),
    ['Esc', meant === 'nothing' && at < 0 ? 'quit' : 'clear'],
  ]
  const line = parts.flatMap(([key = '', word = '']): Line => [span(` ${key}`, 'strong'), span(` ${word} `, 'dim')])
  return trimmed(cutAt(line, columns))
}

const cutAt = (line: Line, columns: number): Line =>
  line.reduce((sum, { text }) => sum + widthOf(text), 0) <= columns ? line : line.slice(0, 2)
