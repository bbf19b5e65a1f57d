import { explainArgv } from '../../flow/explain-argv.ts'
import { termsIn } from '../../flow/glossary.ts'
import type { Term } from '../../flow/types.ts'
import { oneLine } from '../../report/shown.ts'
import { fixCommand, verdictOf } from '../menus.ts'
import type { State } from '../state.ts'
import { type Line, span, wrapped } from '../text.ts'
import type { World } from '../world.ts'

/** Why this step, what its command does, what it can tell, and what its words mean: for somebody's first night. */
export function whyRows(state: State, world: World): Line[] {
  const { prompt, columns, session } = state
  const room = columns - 4
  const why = prompt.kind === 'ask' ? prompt.why : 'node' in prompt ? prompt.node.why : ''
  const title = 'title' in prompt ? prompt.title : ''
  const labels = world.guide.ways(session).map(({ label }) => oneLine(label))
  const options = prompt.kind === 'ask' ? prompt.options.map(({ label }) => oneLine(label)) : []
  const asked = [title, why, ...options]
  return [
    ...section('Why', wrapped(oneLine(why), room, 'plain', '   ')),
    ...wordRows(asked, world, room),
    ...section('The command', commandRows(state, world, room)),
    ...section(
      'What it can tell',
      labels.flatMap((label) => item(label, room)),
    ),
    ...wordRows(labels, world, room, { title: 'The words in that', told: termsIn(asked, world.library) }),
  ]
}

/** The words of a verdict or an end, and what the commands of its fix do. */
export function whyEndRows(state: State, world: World, texts: string[]): Line[] {
  const room = state.columns - 4
  const verdict = verdictOf(state, world)
  const commands = verdict?.node.fix.map((_, step) => fixCommand(verdict, step, state, world)) ?? []
  const explained = commands.flatMap((argv) => explainArgv(argv, world.library.commands))
  return [
    ...wordRows(texts, world, room),
    ...section(
      'The commands',
      explained.flatMap(({ word, says }) => pair(word, says, room)),
    ),
    [],
  ]
}

/** What the glossary knows of the words in these texts. */
export function wordRows(
  texts: string[],
  world: World,
  room: number,
  { title = 'The words', told = [] }: { title?: string; told?: readonly Term[] } = {},
): Line[] {
  const terms = termsIn(texts, world.library).filter((term) => !told.includes(term))
  return section(
    title,
    terms.flatMap(({ term, says }) => pair(term, says, room)),
  )
}

function commandRows({ prompt }: State, world: World, room: number): Line[] {
  const request = prompt.kind === 'probe' ? prompt.request : 'pattern' in prompt ? prompt.pattern : null
  if (!request) return []
  return explainArgv(world.equivalent(request), world.library.commands).flatMap(({ word, says }) =>
    pair(word, says, room),
  )
}

function section(title: string, lines: Line[]): Line[] {
  return lines.length === 0 ? [] : [[], [span(` ${title}`, 'accent')], ...lines]
}

function item(text: string, room: number): Line[] {
  const [first = [], ...rest] = wrapped(text, room - 2, 'plain', '')
  return [[span('   - ', 'dim'), ...first], ...rest.map((line): Line => [span('     '), ...line])]
}

/** `upstream: The server behind …`, the term standing out. */
function pair(term: string, says: string, room: number): Line[] {
  const [first = [], ...rest] = wrapped(`${oneLine(term)}: ${oneLine(says)}`, room - 2, 'plain', '')
  const [head] = first
  const lead: Line = head?.text.startsWith(term) ? [span(term, 'strong'), span(head.text.slice(term.length))] : first
  return [[span('   '), ...lead], ...rest.map((line): Line => [span('     '), ...line])]
}
