import type { Scalar } from 'yaml'

/**
 * Where a character of a text value stands in the YAML source, as an offset: past quotes, escapes and folds.
 * `offset` counts characters of the value as it is read, blanks around it left out (the schema trims them).
 */
export function sourceOffset(source: string, scalar: Scalar<string>, offset: number): number {
  const start = scalar.range?.[0] ?? 0
  const { value, type } = scalar
  const wanted = Math.min(value.length, offset + (value.length - value.trimStart().length))
  switch (type) {
    case 'QUOTE_SINGLE':
    case 'QUOTE_DOUBLE':
      return walk(source, start + 1, value, wanted, type === 'QUOTE_SINGLE' ? singleQuoted : doubleQuoted)
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return walk(source, blockStart(source, start), value, wanted, () => 1)
    default:
      return walk(source, start, value, wanted, () => 1)
  }
}

/** How many characters of the source make one of the value. */
type Width = (source: string, at: number) => number

function walk(source: string, from: number, value: string, wanted: number, width: Width): number {
  let at = from
  for (let seen = 0; seen < wanted; ) {
    const fold = foldAt(source, at)
    if (fold === null) {
      at += width(source, at)
      seen += 1
    } else {
      at += fold.width
      // One line end is a blank or itself; each further one is a line end of the value.
      seen += value.charAt(seen) === '\n' && value.charAt(seen + 1) === '\n' ? fold.lines : Math.max(1, fold.lines - 1)
    }
  }
  return at
}

/** Line ends with the blanks around them, which YAML folds. */
function foldAt(source: string, at: number): { width: number; lines: number } | null {
  if (!/[ \t\r\n]/.test(source.charAt(at))) return null
  let end = at
  let lines = 0
  for (; /[ \t\r\n]/.test(source.charAt(end)) && end < source.length; end++) {
    if (source.charAt(end) === '\n') lines += 1
  }
  return lines === 0 ? null : { width: end - at, lines }
}

function blockStart(source: string, start: number): number {
  const end = source.indexOf('\n', start)
  return end < 0 ? start : end + 1 + (/^\s*/.exec(source.slice(end + 1, end + 1001))?.[0].length ?? 0)
}

const singleQuoted: Width = (source, at) => (source.charAt(at) === "'" ? 2 : 1)

const ESCAPES: Record<string, number> = { x: 4, u: 6, U: 10 }
const doubleQuoted: Width = (source, at) => (source.charAt(at) === '\\' ? (ESCAPES[source.charAt(at + 1)] ?? 2) : 1)
