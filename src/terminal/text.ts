import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { visible } from '../words/visible.ts'
import { narrowWidth } from './narrow.ts'

/** How a stretch of text is meant; colours follow from it, and never carry it alone. */
export type Tone = 'plain' | 'strong' | 'dim' | 'accent' | 'good' | 'bad' | 'warn' | 'mark'

export interface Span {
  text: string
  tone: Tone
}

/** One row on the screen, never wider than the page it was made for. */
export type Line = Span[]

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text: steady(text), tone })
export const blank: Line = []

/**
 * Without tones of skin: terminals do not agree whether they join the emoji before them, and a row that is wider than
 * was thought breaks the frame. (Joiners are taken away by `visible`.)
 */
export const steady = (text: string): string => text.replace(/[\u{1f3fb}-\u{1f3ff}]/gu, '')

/** Columns that a text takes: two for wide characters, none for joined marks. */
export const widthOf = (text: string): number => narrowWidth(text) ?? stringWidth(text)

export const lineWidth = (line: Line): number => line.reduce((sum, part) => sum + widthOf(part.text), 0)

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

export function graphemesOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** At most `width` columns of a one-line text, `…` standing for the rest. */
export function cut(text: string, width: number): string {
  // Characters beyond this cannot be seen on any terminal; measuring them would only take time.
  const shown = steady(text.length > width * 8 + 64 ? text.slice(0, width * 8 + 64) : text)
  if (text.length <= width * 8 + 64 && widthOf(shown) <= width) return shown
  if (width < 1) return ''
  let kept = ''
  let used = 0
  for (const grapheme of graphemesOf(shown)) {
    const wide = widthOf(grapheme)
    if (used + wide > width - 1) break
    kept += grapheme
    used += wide
  }
  return `${kept}…`
}

/** The line within `width` columns. */
export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line
  const kept: Line = []
  let left = width
  for (const part of line) {
    const wide = widthOf(part.text)
    if (wide < left) {
      kept.push(part)
      left -= wide
      continue
    }
    // More comes behind it, so a part that just fits has to give up a character too.
    kept.push({ ...part, text: cut(wide === left ? `${part.text} ` : part.text, left) })
    break
  }
  return kept
}

/** Without the blanks at its end: they would count as too wide. */
export function trimmed(line: Line): Line {
  const last = line.at(-1)
  return last ? [...line.slice(0, -1), { ...last, text: last.text.trimEnd() }] : line
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Left and right on one row; the left gives way when there is no room for both. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = width - lineWidth(right) - 1
  if (room < 8) return cutLine(left, width)
  const shown = cutLine(left, room)
  return [...shown, span(' '.repeat(width - lineWidth(shown) - lineWidth(right))), ...right]
}

/** One paragraph as rows of at most `width` columns, broken at blanks where there are any. */
export function wrapped(text: string, width: number, tone: Tone = 'plain', indent = ''): Line[] {
  const room = Math.max(4, width - widthOf(indent))
  const clean = visible(text, { lines: true })
  return wrapAnsi(clean, room, { hard: true, trim: true })
    .split('\n')
    .map((row) => [span(indent + row, tone)])
}

/** A paragraph behind a lead; its other rows stand behind `indent`, which is as wide. */
export function hung(lead: Line, indent: string, text: string, width: number, tone: Tone = 'plain'): Line[] {
  const [first = [], ...rest] = wrapped(text, width - lineWidth(lead), tone)
  return [[...lead, ...first], ...rest.map((line): Line => [span(indent, 'dim'), ...line])]
}

/** Rows of output as they were written, broken only where the page ends. */
export function broken(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text]
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split('\n')
}

/** The part of `lines` from `from`, `height` rows of it, and where it really begins. */
export function windowed<T>(lines: readonly T[], from: number, height: number): { shown: T[]; from: number } {
  const most = Math.max(0, lines.length - height)
  const start = Math.min(Math.max(0, from), most)
  return { shown: lines.slice(start, start + height), from: start }
}
