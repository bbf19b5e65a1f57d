import { commandLine, oneLine } from '../../report/shown.ts'
import type { LookRequest } from '../../words/look.ts'
import type { State } from '../state.ts'
import { type Line, span, spread, widthOf, wrapped } from '../text.ts'
import type { World } from '../world.ts'

/** The question, in full, and the way by which one came here. */
export function questionRows(state: State): Line[] {
  const { columns, prompt } = state
  const title = 'title' in prompt ? oneLine(prompt.title) : ''
  const way = crumb(state)
  const room = columns - widthOf(way) - 3
  const right: Line = way === '' || room < 30 ? [] : [span(`${way} `, 'dim')]
  const [first = [], ...rest] = wrapped(title, right.length > 0 ? room : columns - 2, 'strong', ' ')
  return [spread(first, right, columns), ...rest]
}

/** `proxy › refused`: the flow of the step before, and its branch. */
export function crumb({ session }: State): string {
  const before = session.visits.filter(({ left, node }) => left !== null && node !== '').at(-1)
  if (!before) return ''
  return `${before.node.slice(0, before.node.indexOf('/'))} › ${before.left}`
}

/** The command whole, what it does to the machine, and where it runs. */
export function commandRows(state: State, world: World): Line[] {
  const { prompt, columns } = state
  const request = prompt.kind === 'probe' ? prompt.request : 'pattern' in prompt ? prompt.pattern : null
  if (!request) return []
  const command = commandLine(world.equivalent(request))
  const [first = [], ...rest] = wrapped(command, columns - 8, 'plain', '')
  const shown: Line[] = [[span('   $ ', 'accent'), ...first], ...rest.map((line): Line => [span('     '), ...line])]
  const tells = ` ${how(request)} · ${where(request, state)} `
  const [only] = shown
  if (only && shown.length === 1 && columns - widthOf(command) - 7 > widthOf(tells)) {
    return [[], spread(only, [span(tells, 'dim')], columns)]
  }
  return [[], ...shown, ...wrapped(tells.trim(), columns - 1, 'dim', '     ')]
}

function how(request: LookRequest): string {
  switch (request.kind) {
    case 'run':
      return 'reads'
    case 'http':
      return request.times > 1 ? `asks ${request.times} times, GET` : 'asks once, GET'
    case 'log':
      return 'reads the log from its end'
    case 'look':
      return request.name.startsWith('ask-') ? 'runs nothing: asks itself, GET' : 'runs nothing: reads what this shows'
  }
}

function where({ at }: LookRequest, { session }: State): string {
  if (at === 'here') return 'on this machine'
  const whose = at === 'proxy' ? "the gateway's machine" : "the application's machine"
  return session.vantages[at] ? `on ${whose}, this one` : `on ${whose}`
}
