/** One word of a Caddyfile, with the line (from 1) that it begins on. */
export interface Token {
  text: string
  line: number
  /** It stood in quotes or backquotes: a brace in it is text. */
  quoted: boolean
}

/** A file longer than so many words is read so far and no further. */
const MAX_TOKENS = 100_000

/**
 * Splits a Caddyfile into words, by Caddy's rules: blanks part; quotes and backquotes hold together; a backslash at
 * the end of a line joins it with the next one; `#` at the beginning of a word opens a comment; `<<WORD` a text that ends at WORD.
 * `whole` is false where a quote never ends, or the file is too long. Linear, never throws.
 */
export function lexCaddyfile(text: string): { tokens: Token[]; whole: boolean } {
  const tokens: Token[] = []
  let line = 1
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    if (tokens.length >= MAX_TOKENS) return { tokens, whole: false }
    const c = text.charAt(at)
    if (c === '\n') {
      line += 1
      at += 1
    } else if (c === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) {
      // The next line goes on with this one: its words keep this line's number.
      at = text.indexOf('\n', at) + 1
    } else if (c === ' ' || c === '\t' || c === '\r') at += 1
    else if (c === '#') {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
    } else if (c === '"' || c === '`') {
      const quoted = readQuoted(text, at)
      if (quoted === null) return { tokens, whole: false }
      tokens.push({ text: quoted.text, line, quoted: true })
      line += linesIn(text, at, quoted.end)
      at = quoted.end
    } else {
      const heredoc = /^<<([A-Za-z0-9_-]{1,64})\r?\n/.exec(text.slice(at, at + 80))
      if (heredoc?.[1] !== undefined) {
        const end = heredocEnd(text, at + heredoc[0].length, heredoc[1])
        if (end === null) return { tokens, whole: false }
        tokens.push({ text: text.slice(at + heredoc[0].length, end.from), line, quoted: true })
        line += linesIn(text, at, end.to)
        at = end.to
        continue
      }
      let end = at
      while (end < text.length && !' \t\r\n'.includes(text.charAt(end))) end += 1
      tokens.push({ text: text.slice(at, end), line, quoted: false })
      at = end
    }
  }
  return { tokens, whole: true }
}

function readQuoted(text: string, from: number): { text: string; end: number } | null {
  const quote = text.charAt(from)
  let value = ''
  for (let at = from + 1; at < text.length; at += 1) {
    const c = text.charAt(at)
    if (c === '\\' && quote === '"' && text.charAt(at + 1) === '"') {
      value += '"'
      at += 1
    } else if (c === quote) return { text: value, end: at + 1 }
    else value += c
  }
  return null
}

function heredocEnd(text: string, from: number, mark: string): { from: number; to: number } | null {
  for (let at = from; at >= 0 && at < text.length; ) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end)
    if (line.trim() === mark) return { from: at, to: end < 0 ? text.length : end }
    if (end < 0) return null
    at = end + 1
  }
  return null
}

/** Line feeds between two places; looks no further than `to`. */
export function linesIn(text: string, from: number, to: number): number {
  let lines = 0
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) === LINE_FEED) lines += 1
  return lines
}

const LINE_FEED = 10
