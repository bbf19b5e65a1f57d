import { commandLine, duration, oneLine } from '../../report/shown.ts'
import type { ProbeRecord, Session } from '../../session/session.ts'
import type { Capture } from '../../words/look.ts'
import { visible } from '../../words/visible.ts'
import type { Screen, State } from '../state.ts'
import { cut, type Line, span, wrapped } from '../text.ts'
import type { World } from '../world.ts'
import { bodyRows, type Page, page } from './page.ts'
import { wordRows } from './why.ts'

/** After so many seconds without a word a person wonders whether anything happens. */
const LONG_S = 5
const PATIENCE =
  'No answer so far. It waits on purpose: how late one comes, or that none does, tells causes apart. Esc gives up.'

/** While it runs: what, for how long, of how long at most, and its last lines. */
export function runningPage(state: State, world: World, { n, live }: Extract<Screen, { kind: 'running' }>): Page {
  const { columns, session } = state
  const probe = session.probes.find((one) => one.n === n)
  if (!probe) return page([])
  const { request } = probe
  const seconds = Math.max(0, Math.floor((Date.parse(session.startedAt) + state.elapsed - live.since) / 1000))
  const most = Math.ceil(request.timeoutMs / 1000)
  const head: Line[] = [
    ...running(titleOf(state), columns - 4),
    [],
    ...wrapped(`$ ${commandLine(world.equivalent(request))}`, columns - 5, 'plain', '   ').slice(0, 4),
    [
      span(`   ${seconds} s of at most ${most} s`, 'dim'),
      span(live.lines > 0 ? `, ${live.lines} lines so far` : '', 'dim'),
    ],
    ...(request.kind === 'http' && seconds >= LONG_S && live.lines === 0
      ? wrapped(PATIENCE, columns - 5, 'dim', '   ')
      : []),
  ]
  return page(head, tailRows(live.tail, state, head.length))
}

function running(title: string, room: number): Line[] {
  const [first = [], ...rest] = wrapped(title, room, 'strong', '')
  return [[span(' ● ', 'accent'), ...first], ...rest.map((line): Line => [span('   '), ...line])]
}

/** The last lines, as many as the body has room for under its head. */
export function tailRows(tail: readonly string[], { columns, rows }: State, head: number): Line[] {
  return tail
    .slice(-Math.max(1, bodyRows(rows) - head))
    .map((row): Line => [span(` │ ${cut(visible(row, { lines: false }), columns - 4)}`, 'dim')])
}

function titleOf({ prompt }: State): string {
  return 'title' in prompt ? oneLine(prompt.title) : ''
}

/** What a look came to: the finding, what it points at and clears, the lines that decided. */
export function resultPage(state: State, world: World, { n, visit }: Extract<Screen, { kind: 'result' }>): Page {
  const { columns, session } = state
  const probe = session.probes.find((one) => one.n === n)
  const finding = session.findings.find((one) => one.visit === visit && one.probe === n)
  const left = session.visits.find((one) => one.visit === visit)?.left ?? null
  const room = columns - 4
  const head: Line[] = finding
    ? marked(finding.suspects.length > 0 ? '✗' : '✓', finding.says, room)
    : left === 'blind'
      ? marked('?', blindSays(session, visit, probe), room)
      : marked('✓', `${left ?? 'seen'}`.replaceAll('-', ' '), room)
  const lines: Line[] = []
  if (finding && finding.suspects.length > 0)
    lines.push(...wrapped(`points at ${finding.suspects.join(', ')}`, room, 'dim', '   '))
  if (finding && finding.rulesOut.length > 0)
    lines.push(...wrapped(`rules out ${finding.rulesOut.join(', ')}`, room, 'dim', '   '))
  const capture = probe?.capture
  if (capture) {
    const exit = capture.exit === null ? '' : `, exit ${capture.exit}`
    const how = capture.pasted ? 'pasted' : `${duration(capture.ms)}${exit}`
    lines.push(
      [],
      [
        span(
          `   $ ${cut(commandLine(capture.argv.length > 0 ? capture.argv : world.equivalent(probe.request)), columns - 12 - how.length)}`,
        ),
        span(`   ${how}`, 'dim'),
      ],
    )
    const deciding = finding?.lines ?? []
    const shown = deciding.length > 0 ? deciding : lastRows(capture)
    for (const row of shown.slice(0, 8)) {
      const text = cut(visible(row, { lines: false }), columns - 6)
      lines.push(deciding.length > 0 ? [span('   ▌ ', 'accent'), span(text)] : [span(`     ${text}`, 'dim')])
    }
  }
  if (state.why) lines.push(...wordRows([finding?.says ?? '', ...(finding?.suspects ?? [])], world, room))
  return page(head, lines)
}

/** The end of what a program printed. What a look of our own gives is made for its reader: the finding says it in words. */
function lastRows({ kind, out }: Capture): string[] {
  if (kind === 'look') return []
  const rows = out.split('\n').filter((row) => row.trim() !== '')
  return rows.slice(-3)
}

function marked(mark: '✗' | '✓' | '?', says: string, room: number): Line[] {
  const tone = mark === '✗' ? 'bad' : mark === '✓' ? 'good' : 'warn'
  const [first = [], ...rest] = wrapped(oneLine(says), room, 'strong', '')
  return [[span(` ${mark} `, tone), ...first], ...rest.map((line): Line => [span('   '), ...line])]
}

/** Why nothing could be concluded. A reason that was told at an earlier step stands there only: then the look's own is said. */
function blindSays(session: Session, visit: number, probe: ProbeRecord | undefined): string {
  const spot = session.blindSpots.filter((one) => one.visit === visit).at(-1)
  const { why = probe?.capture?.why, says = probe?.capture?.says ?? '' } = spot ?? {}
  if (why === undefined) return 'Nothing could be concluded from it.'
  return `Nothing could be concluded: ${says === '' ? why : `${says} (${why})`}`
}
