// A terminal's screen as a picture: each stretch of cells that look alike is one text at its own column.

const CELL = { width: 8.4, height: 19 }
const PAD = { left: 18, top: 48, right: 18, bottom: 16 }
const PAPER = '#14171f'
const INK = '#d7dbe4'
/** The sixteen colours of a terminal, as this picture has them. */
const COLOURS = [
  '#3a4152', '#ff7a85', '#8fd694', '#f2c26b', '#7fb0ff', '#c8a2ff', '#5fd3dc', '#d7dbe4',
  '#6b7489', '#ff9aa2', '#a9e5ad', '#ffd48a', '#a3c8ff', '#dcc2ff', '#8ce6ec', '#ffffff',
] // biome-ignore format: a palette

/** SVG of the rows on a headless terminal. `title` stands in the window's bar and is what is read out. */
export function screenSvg(screen, title) {
  const width = Math.ceil(screen.cols * CELL.width + PAD.left + PAD.right)
  const height = (screen.rows - 1) * CELL.height + PAD.top + PAD.bottom
  const rows = Array.from({ length: screen.rows - 1 }, (_, at) => rowSvg(screen, at)).filter((row) => row !== '')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: ${INK} }
.b { font-weight: 700 } .d { opacity: .62 }
${COLOURS.map((colour, at) => `.c${at} { fill: ${colour} }`).join(' ')}
</style>
<rect width="${width}" height="${height}" rx="10" fill="${PAPER}"/>
<path d="M0 32V10A10 10 0 0 1 10 0H${width - 10}A10 10 0 0 1 ${width} 10V32Z" fill="#1f2430"/>
<circle cx="20" cy="16" r="5.5" fill="#ff5f57"/><circle cx="39" cy="16" r="5.5" fill="#febc2e"/><circle cx="58" cy="16" r="5.5" fill="#28c840"/>
<text x="${width / 2}" y="21" text-anchor="middle" class="d">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`
}

function rowSvg(screen, at) {
  const y = PAD.top + at * CELL.height
  const cells = cellsOf(screen, at)
  const left = (column) => round(PAD.left + column * CELL.width)
  const papers = runsOf(cells, ({ look }) => (look.inverse ? 'inverse' : null)).map(
    ({ from, wide }) =>
      `<rect x="${left(from)}" y="${y - 2}" width="${round(wide * CELL.width)}" height="${CELL.height}" fill="${INK}"/>`,
  )
  // Blanks between words of one look stay in their text; more than one of them is a place of its own.
  const texts = runsOf(cells, ({ text, look, lonely }) => (text === ' ' && !lonely ? null : JSON.stringify(look)))
  return [
    ...papers,
    ...texts
      .map(trimmed)
      .filter(({ text }) => text !== '')
      .map(({ text, from, wide, look }) => {
        const classes = [look.colour, look.bold && 'b', look.dim && 'd'].filter(Boolean).join(' ')
        const looks = `${classes === '' ? '' : ` class="${classes}"`}${look.inverse ? ` style="fill:${PAPER}"` : ''}`
        return `<text x="${left(from)}" y="${y + 13}" textLength="${round(wide * CELL.width)}" lengthAdjust="spacingAndGlyphs"${looks}>${escaped(text)}</text>`
      }),
  ].join('')
}

/** The cells of a row; `lonely`: a blank between two that are none. */
function cellsOf(screen, at) {
  const line = screen.buffer.active.getLine(at)
  const cells = []
  for (let column = 0; line && column < screen.cols; column++) {
    const cell = line.getCell(column)
    if (!cell || cell.getWidth() === 0) continue
    const look = {
      colour: cell.isFgPalette() ? `c${cell.getFgColor() % 16}` : '',
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
    }
    cells.push({ text: cell.getChars() || ' ', column, wide: cell.getWidth(), look, lonely: false })
  }
  for (const [place, cell] of cells.entries())
    cell.lonely = (cells[place - 1]?.text ?? ' ') !== ' ' && (cells[place + 1]?.text ?? ' ') !== ' '
  return cells
}

/** Neighbours of which `kindOf` says the same; those of which it says null are left out. */
function runsOf(cells, kindOf) {
  const runs = []
  let open = null
  for (const cell of cells) {
    const kind = kindOf(cell)
    if (kind === null) open = null
    else if (open && open.kind === kind) {
      open.text += cell.text
      open.wide += cell.wide
    } else {
      open = { kind, text: cell.text, from: cell.column, wide: cell.wide, look: cell.look }
      runs.push(open)
    }
  }
  return runs
}

function trimmed(run) {
  const lead = run.text.length - run.text.trimStart().length
  const text = run.text.trim()
  return { ...run, text, from: run.from + lead, wide: run.wide - (run.text.length - text.length) }
}

const round = (number) => Math.round(number * 10) / 10

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
