import { MOMENTS } from '../words/vocabulary.ts'
import { footerKeys } from './keymap.ts'
import { type Item, menuOf } from './menus.ts'
import { bodyOf } from './pages/body.ts'
import { fieldRows } from './pages/field.ts'
import { findingsPanel } from './pages/findings.ts'
import { header } from './pages/header.ts'
import { bodyRows, type Page, ROOMY } from './pages/page.ts'
import { PANE_TITLES, paneRows } from './pages/panes.ts'
import { PANE_FRAME } from './panes.ts'
import { isSmall, smallFrame } from './small.ts'
import type { Overlay, State } from './state.ts'
import { blank, cut, cutLine, type Line, lineWidth, span, spread, trimmed, widthOf, windowed, wrapped } from './text.ts'
import type { World } from './world.ts'

/** A whole frame: rows above a menu, the menu, rows below it. Exactly `rows - 1` rows in all. */
export interface Frame {
  above: Line[]
  menu: { items: Item[]; at: number; limit: number } | null
  below: Line[]
}

const LEAST_TEXT = 3

/** What is on the screen. Pure; the terminal's last row stays free, so that no frame can scroll it. */
export function layout(state: State, world: World): Frame {
  if (isSmall(state)) return smallFrame(state)
  const height = state.rows - 1
  const { overlay } = state
  if (overlay?.kind === 'pane') return paneFrame(overlay, state, world, height)
  const roomy = state.rows >= ROOMY
  const top = [...header(state, world), ...(roomy ? [rule(state)] : [])]
  const bottom = [...(roomy ? [rule(state)] : []), ...findingsPanel(state, roomy ? 2 : 1), footer(state, world)]
  const middle = bodyRows(state.rows)
  const inner = overlay ? overlayFrame(overlay, state, world, middle) : bodyFrame(state, world, middle)
  return { above: [...top, ...inner.above], menu: inner.menu, below: [...inner.below, ...bottom] }
}

/** How many rows of the body's text are seen at once, and how many there are. */
export function textRoom(state: State, world: World): { seen: number; rows: number } {
  const items = menuOf(state, world).length
  const body = fitted(bodyOf(state, world), bodyRows(state.rows), items)
  const room = roomFor(bodyRows(state.rows), items, body)
  return { seen: room.forText, rows: body.text.length }
}

/** Nothing is cut off in silence: what a head has no room for is scrolled with the text. */
function fitted(whole: Page, height: number, items: number): Page {
  const { head, foot } = whole
  const most = height - Math.min(items, 3) - foot.length
  const kept = head.length <= most ? head.length : Math.max(1, most - LEAST_TEXT)
  const page = { ...whole, head: head.slice(0, kept), text: [...head.slice(kept), ...whole.text] }
  // Where little of the text is seen, no row of that is given to a blank one.
  const { forText } = roomFor(height, items, page)
  const tight = page.text[0]?.length === 0 && forText <= LEAST_TEXT && forText < page.text.length
  return tight ? { ...page, text: page.text.slice(1) } : page
}

function roomFor(height: number, items: number, { head, text, foot, menuFirst }: Page) {
  // The menu is what a person needs most: it keeps three rows at least, the head what is left then.
  const least = Math.min(items, 3) + foot.length
  const forHead = Math.min(head.length, Math.max(1, height - least))
  const gaps = items === 0 ? 0 : menuFirst ? 2 : 1
  // Where not everything fits, the menu scrolls before the text is gone.
  const rest = height - forHead - foot.length
  const forText = Math.min(
    text.length,
    Math.max(0, rest - items - gaps, Math.min(LEAST_TEXT, rest - Math.min(items, 3))),
  )
  const spare = height - forHead - foot.length - forText
  const gap = Math.min(gaps, Math.max(0, spare - items))
  const limit = Math.max(0, Math.min(items, spare - gap))
  return { forHead, forText, gap, limit }
}

function bodyFrame(state: State, world: World, height: number): Frame {
  const items = menuOf(state, world)
  const body = fitted(bodyOf(state, world), height, items.length)
  const { head, text, foot, menuFirst } = body
  const { forHead, forText, gap, limit } = roomFor(height, items.length, body)
  const headShown = head.slice(0, forHead)
  const { shown, from } = windowed(text, state.scroll, forText)
  const more = text.length - from - shown.length
  if (more > 0 && shown.length > 0) shown[shown.length - 1] = [span(`   … ${more + 1} more rows: PgDn`, 'dim')]
  const menu = limit > 0 ? { items, at: Math.min(state.at, items.length - 1), limit } : null
  const said = [...shown, ...foot]
  const [above, below] = menuFirst
    ? [
        [...headShown, ...filler(gap - 1)],
        [...filler(Math.min(gap, 1)), ...said],
      ]
    : [[...headShown, ...said, ...filler(gap)], []]
  return { above, menu, below: [...below, ...filler(height - above.length - limit - below.length)] }
}

function overlayFrame(overlay: Exclude<Overlay, { kind: 'pane' }>, state: State, world: World, height: number): Frame {
  const { columns } = state
  const room = columns - 4
  switch (overlay.kind) {
    case 'note':
      return padded(
        [
          [span(' Note', 'accent')],
          ...wrapped('It stands in the transcript with its time.', room, 'dim', ' '),
          blank,
          ...fieldRows(' ✎ ', overlay.field, columns),
        ],
        height,
      )
    case 'moment': {
      const items = MOMENTS.map((id) => ({ id, label: MOMENT_SAYS[id] }))
      const above: Line[] = [[span(' Mark this moment', 'accent')], blank]
      const limit = Math.min(items.length, height - above.length)
      return { above, menu: { items, at: overlay.at, limit }, below: filler(height - above.length - limit) }
    }
    case 'quit':
      return padded(
        [
          [span(' Leave?', 'accent')],
          blank,
          ...quitRows(state, world, room),
          blank,
          [span(' y', 'strong'), span(' or Enter leaves, '), span('Esc', 'strong'), span(' stays')],
        ],
        height,
      )
  }
}

/** The moments that a person can mark, as they are offered. */
export const MOMENT_SAYS = {
  onset: 'Customers see it from now on',
  mitigated: 'It has eased',
  resolved: 'It is over',
} as const

/** What becomes of the session when it is left now. The command stands on a row of its own, so that it can be copied. */
export function quitRows({ session }: State, { kept }: World, room: number): Line[] {
  if (!kept) return wrapped('This session is not kept: what was found is gone when you leave.', room, 'warn', ' ')
  const [says, verb] = session.reached
    ? ['The session is kept and closed. For the postmortem:', 'export']
    : ['The session is kept. Go on with it later:', 'resume']
  return [...wrapped(says, room, 'plain', ' '), ...wrapped(`triage502 ${verb} ${session.id}`, room, 'strong', '   ')]
}

function paneFrame(pane: Extract<Overlay, { kind: 'pane' }>, state: State, world: World, height: number): Frame {
  const { columns } = state
  const rows = paneRows(pane.pane, state, world)
  const room = Math.max(1, height - PANE_FRAME)
  const { shown, from } = windowed(rows, pane.scroll, room)
  const wanted = pane.search && !pane.search.typing ? pane.search.field.text.toLowerCase() : ''
  const part = rows.length > room ? `${from + 1} to ${from + shown.length} of ${rows.length}` : ''
  const title = spread([span(` ${PANE_TITLES[pane.pane]}`, 'accent')], [span(`${part} `, 'dim')], columns)
  const body = shown.map(
    ({ line, text }): Line =>
      wanted !== '' && text.toLowerCase().includes(wanted) ? found(line, columns) : cutLine(line, columns),
  )
  const search = pane.search?.typing
    ? fieldRows(' / ', pane.search.field, columns)
    : [wanted === '' ? rule(state) : searched(pane.search?.field.text ?? '', state)]
  return {
    above: [title, rule(state), ...body, ...filler(room - body.length)],
    menu: null,
    below: [...search, footer(state, world)],
  }
}

/** A row that holds what is searched for. */
function found(line: Line, columns: number): Line {
  const [first, ...rest] = cutLine(line, columns)
  // Marked by a sign as well: not every terminal has colours.
  const lead = first?.text.startsWith(' ') ? `›${first.text.slice(1)}` : (first?.text ?? '')
  return [span(lead, 'mark'), ...rest.map(({ text }) => span(text, 'mark'))]
}

/** The rule, with what is searched for in it. */
function searched(text: string, { columns }: State): Line {
  const said = ` /${cut(text, columns - 10)} `
  return [span('──', 'dim'), span(said, 'accent'), span('─'.repeat(columns - 2 - widthOf(said)), 'dim')]
}

/** One sentence when there is one to say; the keys otherwise. */
function footer(state: State, world: World): Line {
  const { columns, notice } = state
  if (notice !== '') return [span(cut(` ${notice}`, columns), 'warn')]
  if (state.onItsOwn)
    return [span(' It goes on by itself. ', 'accent'), span('Esc', 'strong'), span(' stops it', 'dim')]
  const parts = footerKeys(state, menuOf(state, world).length).map(({ shown, word }) => ({
    word,
    line: [span(shown, 'strong'), span(` ${word}  `, 'dim')],
  }))
  // Who knows nothing else needs these two: the others give way to them.
  const kept = parts.filter(({ word }) => word === 'help' || word === 'quit')
  let room = columns + 2 - 1 - kept.reduce((sum, { line }) => sum + lineWidth(line), 0)
  const rest = parts.filter((part) => !kept.includes(part))
  const line: Line = [span(' ')]
  for (const { line: next } of rest) {
    room -= lineWidth(next)
    if (room < 0) break
    line.push(...next)
  }
  return trimmed([...line, ...kept.flatMap(({ line: next }) => next)])
}

const rule = ({ columns }: State): Line => [span('─'.repeat(columns), 'dim')]
const filler = (count: number): Line[] => Array.from({ length: Math.max(0, count) }, () => blank)

function padded(lines: Line[], height: number): Frame {
  return { above: lines.slice(0, height), menu: null, below: filler(height - lines.length) }
}
