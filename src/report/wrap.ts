/** Where text starts: the first line and the following ones. */
export interface Indent {
  first: string
  rest: string
}

const NARROWEST = 20

/**
 * Breaks one paragraph at spaces into lines of at most `width` characters, indents included. A word that is
 * longer stays whole: a path or a command that is broken cannot be copied.
 */
export function wrap(text: string, width: number, indent: Indent): string[] {
  const lines: string[] = []
  let line = indent.first
  let empty = true
  for (const word of text.split(/\s+/)) {
    if (word === '') continue
    if (!empty && widthOf(line) + 1 + widthOf(word) > Math.max(width, NARROWEST)) {
      lines.push(line)
      line = indent.rest
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line.trimEnd()]
}

/** Characters as a person counts them: one for each code point. */
function widthOf(text: string): number {
  return [...text].length
}
