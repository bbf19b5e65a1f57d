import { oneLine } from '../../report/shown.ts'
import { visible } from '../../words/visible.ts'
import type { Frame } from '../layout.ts'
import type { Item } from '../menus.ts'
import { isSmall, smallFrame } from '../small.ts'
import type { Choice, StartState } from '../start.ts'
import { blank, cut, type Line, padEnd, span, wrapped } from '../text.ts'
import { fieldRows } from './field.ts'

const GROUPS: Record<Choice['group'], string> = {
  unfinished: 'go on with',
  service: 'service',
  recorded: 'recorded',
}

/** The first screen: a URL, what was left unfinished, services, recorded incidents. */
export function startFrame(start: StartState, columns: number, rows: number): Frame {
  if (isSmall({ columns, rows })) return smallFrame({ columns, rows })
  const height = rows - 1
  const room = columns - 2
  const head: Line[] = [
    [span(' triage502 ', 'accent'), span('  Why does a site answer 502, 503 or 504?', 'strong')],
    blank,
    ...wrapped(
      'It shows each command before it runs, runs it when you say so, reads the output and decides what comes next. It only looks.',
      room,
      'dim',
      ' ',
    ),
    blank,
    [span(' Which URL fails?', start.at < 0 ? 'strong' : 'plain')],
    ...(start.at < 0
      ? fieldRows(' ❯ ', start.field, columns)
      : [[span('   '), span(cut(visible(start.field.text, { lines: false }), columns - 4), 'dim')] as Line]),
    ...said(start, columns),
  ]
  const items = start.choices.map(
    (choice): Item => ({ ...choice, label: `${padEnd(GROUPS[choice.group], 11)} ${choice.label}` }),
  )
  const title: Line[] =
    items.length > 0
      ? [[span(' Or one of these', start.at >= 0 ? 'strong' : 'plain'), span(`  ${items.length}`, 'dim')]]
      : []
  const above = [...head, ...title]
  const limit = Math.min(items.length, height - above.length - 2)
  // Nothing is marked while the field is typed into: the list shows its beginning.
  const menu = limit > 0 ? { items, at: start.at, limit } : null
  const footer: Line = [
    span(' ⏎', 'strong'),
    span(' begin  ', 'dim'),
    span('↑↓', 'strong'),
    span(' choose  ', 'dim'),
    span('Esc', 'strong'),
    span(' quit', 'dim'),
  ]
  const used = above.length + Math.max(0, limit) + 1
  return { above, menu, below: [...Array.from({ length: Math.max(0, height - used) }, () => blank), footer] }
}

function said(start: StartState, columns: number): Line[] {
  if (start.problem !== '') return wrapped(oneLine(start.problem), columns - 2, 'bad', ' ').slice(0, 3)
  if (start.opening !== '') return [[span(` Opening ${cut(oneLine(start.opening), columns - 12)} …`, 'dim')]]
  return [blank]
}
