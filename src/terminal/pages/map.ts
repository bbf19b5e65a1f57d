import type { FlowNode } from '../../flow/types.ts'
import { ruledOut } from '../../guide/confidence.ts'
import { factValues } from '../../guide/scope.ts'
import { oneLine } from '../../report/shown.ts'
import type { State } from '../state.ts'
import { blank, cut, hung, type Line, type Span, span, wrapped } from '../text.ts'
import type { World } from '../world.ts'

/** The way taken with the ways not taken beside it, what is ruled out and why, where it can still lead. */
export function mapRows(state: State, world: World): Line[] {
  const { session, columns } = state
  const facts = factValues(session, world.library.facts)
  const title = (id: string) => {
    const node = world.library.nodes[id]
    return node && 'title' in node ? oneLine(world.language.render(node.title, facts)) : id
  }
  const lines: Line[] = []
  for (const { visit, node: id, left, aside } of session.visits) {
    const node = world.library.nodes[id]
    if (!node || node.kind === 'fork' || node.kind === 'end' || node.kind === 'verdict') continue
    const here = left === null
    const mark = span(here ? ' ❯ ' : aside ? ' · ' : ' │ ', here ? 'accent' : 'dim')
    lines.push(...hung([mark], here ? '   ' : ' │ ', title(id), columns - 1, here ? 'strong' : 'plain'))
    if (here) continue
    const finding = session.findings.find((one) => one.visit === visit)
    const says = left === 'blind' ? 'nothing could be seen' : (finding?.says ?? left.replaceAll('-', ' '))
    const sign: Span =
      left === 'blind'
        ? span('? ', 'warn')
        : finding && finding.suspects.length > 0
          ? span('✗ ', 'bad')
          : span('✓ ', 'good')
    lines.push(...hung([span(' │   ', 'dim'), sign], ' │     ', oneLine(says), columns - 1))
    const others = waysOf(node).filter((way) => way !== left && way !== 'blind')
    if (others.length > 0) {
      const not = `not: ${others.join(', ').replaceAll('-', ' ')}`
      lines.push([span(` │     ${cut(not, columns - 8)}`, 'dim')])
    }
  }
  const excluded = ruledOut(session)
  if (excluded.length > 0) {
    lines.push(blank, [span(' Ruled out', 'accent')])
    for (const { cause, because } of excluded) {
      const says = session.findings.find(({ n }) => n === because)?.says ?? ''
      lines.push(...hung([span('   - ', 'dim')], '     ', `${cause}: ${oneLine(says)}`, columns - 1))
    }
  }
  const ahead = verdictsAhead(session.here, world)
  if (ahead.length > 0) {
    const dead = new Set<string>(excluded.map(({ cause }) => cause))
    const open = ahead.filter((cause) => !dead.has(cause))
    lines.push(
      blank,
      [span(' It can still lead to', 'accent')],
      ...wrapped(open.join(', '), columns - 6, 'plain', '   '),
    )
  }
  return lines
}

function waysOf(node: FlowNode): string[] {
  if (node.kind === 'probe') return [...node.branches.map(({ id }) => id), 'blind']
  return node.kind === 'ask' ? [...node.options.map(({ id }) => id), 'open'] : []
}

/** The causes of all verdicts that ways from here lead to. */
function verdictsAhead(from: string | null, world: World) {
  const seen = new Set<string>()
  const edge = from === null ? [] : [from]
  const causes = new Set<string>()
  for (let id = edge.pop(); id !== undefined; id = edge.pop()) {
    const node = world.library.nodes[id]
    if (!node || seen.has(id)) continue
    seen.add(id)
    if (node.kind === 'verdict') causes.add(node.cause)
    else if (node.kind === 'ask') edge.push(...node.options.map(({ go }) => go))
    else if (node.kind === 'probe') edge.push(...node.branches.map(({ go }) => go), node.blind.go)
    else if (node.kind === 'fork') edge.push(...node.branches.map(({ go }) => go))
  }
  return [...causes].sort()
}
