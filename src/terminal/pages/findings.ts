import { suspects } from '../../guide/confidence.ts'
import { oneLine } from '../../report/shown.ts'
import type { Finding, Session } from '../../session/session.ts'
import type { State } from '../state.ts'
import { cut, type Line, span, spread, type Tone } from '../text.ts'

const NARROW = 76

/** The newest findings, and beside them what they point at. */
export function findingsPanel(state: State, rows: number): Line[] {
  const { session, columns } = state
  const newest = ordered(session).slice(0, rows)
  const pointed = suspects(session).slice(0, rows)
  const longest = Math.min(22, Math.max(0, ...pointed.map(({ cause }) => cause.length)))
  const heaviest = Math.max(1, ...pointed.map(({ weight }) => weight))
  if (newest.length === 0) return fill([[span(' Found   ', 'dim'), span('nothing yet', 'dim')]], rows)
  const lines = Array.from({ length: rows }, (_, at): Line => {
    const finding = newest[at]
    const suspect = columns < NARROW ? undefined : pointed[at]
    const label = span(at === 0 ? ' Found   ' : '         ', 'dim')
    const left: Line = finding ? [label, ...told(finding)] : [label]
    if (!suspect) return cutTo(left, columns)
    const dots = Math.max(1, Math.round((suspect.weight / heaviest) * 3))
    const right: Line = [
      span(at === 0 ? 'suspects  ' : '          ', 'dim'),
      span(`${cut(suspect.cause, 22).padEnd(longest)} `, 'plain'),
      span(`${'●'.repeat(dots)}${'○'.repeat(3 - dots)} `, 'accent'),
    ]
    return spread(left, right, columns)
  })
  return lines
}

/** The newest first; at the end those that point at something, before what was only looked at besides. */
function ordered({ findings, reached }: Session): Finding[] {
  const newest = [...findings].reverse()
  if (!reached) return newest
  return [...newest.filter((one) => one.suspects.length > 0), ...newest.filter((one) => one.suspects.length === 0)]
}

/** `2 ✗ connection refused by …`: ✗ for what points at a fault, ✓ for what only clears. */
function told({ n, says, suspects: pointed, by }: Finding): Line {
  const [mark, tone]: [string, Tone] = pointed.length > 0 ? ['✗', 'bad'] : ['✓', 'good']
  return [span(`${n} `, 'dim'), span(`${mark} `, tone), span(oneLine(by === 'person' ? `${says} (you said so)` : says))]
}

function cutTo(line: Line, columns: number): Line {
  return spread(line, [], columns)
}

function fill(lines: Line[], rows: number): Line[] {
  return Array.from({ length: rows }, (_, at) => lines[at] ?? [])
}
