import { oneLine } from '../../report/shown.ts'
import type { State } from '../state.ts'
import { type Line, span, wrapped } from '../text.ts'
import type { World } from '../world.ts'

/** Why this step, in words for somebody's first night. */
export function whyRows(state: State, world: World): Line[] {
  const { prompt, columns, session } = state
  const room = columns - 4
  const why = prompt.kind === 'ask' ? prompt.why : 'node' in prompt ? prompt.node.why : ''
  const lines: Line[] = [[], [span(' Why', 'accent')], ...wrapped(oneLine(why), room, 'plain', '   ')]
  const ways = world.guide.ways(session)
  if (ways.length > 0) {
    lines.push([], [span(' What it can tell', 'accent')])
    for (const { label } of ways) lines.push(...item(oneLine(label), room))
  }
  return lines
}

function item(text: string, room: number): Line[] {
  const [first = [], ...rest] = wrapped(text, room - 2, 'plain', '')
  return [[span('   - ', 'dim'), ...first], ...rest.map((line): Line => [span('     '), ...line])]
}
