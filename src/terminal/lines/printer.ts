import wrapAnsi from 'wrap-ansi'
import { createPaint, type Paint } from '../../report/paint.ts'
import { type Line, lineWidth, type Span, type Tone } from '../text.ts'

/** Rows onto a stream, one after the other: nothing is ever drawn over. */
export interface Printer {
  /** Each row whole: broken at blanks where it is wider than the stream, its rest indented like its beginning. */
  rows(lines: readonly Line[]): void
  /** A sentence by itself. */
  say(text: string, tone?: Tone): void
  /** A blank row, never two in a row. */
  gap(): void
  /** What waits for an answer, without an end of its line. */
  prompt(text: string): void
  /** The answer has ended the prompt's line; `echo` where nobody typed it there. */
  answered(echo?: string): void
  /** Keys as they are typed, where the terminal does not show them itself. */
  typed(text: string): void
}

/** `columns` is asked for each row: a window changes its size. Colours only where `color` says so. */
export function createPrinter(out: (text: string) => void, columns: () => number, color: boolean): Printer {
  const paint = createPaint(color)
  let open = false
  let blankBefore = true

  const printer: Printer = {
    rows(lines) {
      closed()
      for (const line of lines) {
        if (isBlank(line)) printer.gap()
        else {
          out(`${folded(line, columns(), paint)}\n`)
          blankBefore = false
        }
      }
    },
    say: (text, tone = 'plain') => printer.rows([[{ text, tone }]]),
    gap() {
      closed()
      if (!blankBefore) out('\n')
      blankBefore = true
    },
    prompt(text) {
      closed()
      out(text)
      open = true
    },
    answered(echo) {
      if (echo !== undefined) out(`${echo}\n`)
      open = false
      blankBefore = false
    },
    typed(text) {
      out(text)
      open = !text.endsWith('\n')
    },
  }
  return printer

  /** Whatever comes unasked begins on a line of its own. */
  function closed() {
    if (open) out('\n')
    open = false
  }
}

const isBlank = (line: Line) => line.every(({ text }) => text.trim() === '')

/** Narrower than this nothing is broken at blanks any more: the terminal does it. */
const NARROWEST = 12

function folded(line: Line, columns: number, paint: Paint): string {
  const text = line
    .map((part) => painted(part, paint))
    .join('')
    .trimEnd()
  // A command is never broken by us: what is copied from the screen must run as it stands.
  if (lineWidth(line) <= columns || columns < NARROWEST || isCommand(line)) return text
  const plain = line.map((part) => part.text).join('')
  const indent = ' '.repeat(Math.min((/^\s*/.exec(plain)?.[0].length ?? 0) + 2, Math.floor(columns / 3)))
  const [first = '', ...rest] = wrapAnsi(text, columns - indent.length, { hard: true, trim: false }).split('\n')
  return [first, ...rest.map((row) => indent + row.replace(/^ +/, ''))].map((row) => row.trimEnd()).join('\n')
}

const isCommand = (line: Line) => /^\s*(?:\$|triage502) /.test(line.map(({ text }) => text).join(''))

function painted({ text, tone }: Span, paint: Paint): string {
  switch (tone) {
    case 'plain':
      return text
    case 'strong':
    case 'accent':
    case 'mark':
      return paint.bold(text)
    case 'dim':
      return paint.dim(text)
    case 'good':
      return paint.green(text)
    case 'bad':
      return paint.red(text)
    case 'warn':
      return paint.yellow(text)
  }
}
