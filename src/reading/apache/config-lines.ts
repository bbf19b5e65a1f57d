/** One directive of an Apache configuration, a section with what stands in it. */
export interface Directive {
  /** In lower case: Apache does not care. */
  name: string
  /** Without quotes. */
  args: string[]
  file: string
  /** 1-based line on which it begins. */
  line: number
  block?: Directive[]
}

/** A directive's text on one line, continued lines joined, and the line on which it begins. */
export interface LogicalLine {
  text: string
  line: number
}

/** Apache's own limit for one directive is 16 MB; nobody writes lines like that. */
const MAX_LINE = 65_536

/**
 * Splits a file as Apache does (ap_cfg_getline): a backslash at the end continues a line, blanks in front do not count,
 * and a comment is a line that begins with `#`. One pass; never throws.
 */
export function logicalLines(text: string): LogicalLine[] {
  const found: LogicalLine[] = []
  let open: { parts: string[]; line: number } | undefined
  let number = 0
  for (const raw of text.split('\n')) {
    number += 1
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    open ??= { parts: [], line: number }
    if (line.endsWith('\\')) {
      open.parts.push(line.slice(0, -1))
      continue
    }
    open.parts.push(line)
    add(found, open)
    open = undefined
  }
  if (open !== undefined) add(found, open)
  return found
}

function add(found: LogicalLine[], { parts, line }: { parts: string[]; line: number }): void {
  const text = parts.join('').trim().slice(0, MAX_LINE)
  if (text !== '' && !text.startsWith('#')) found.push({ text, line })
}

/** Words as Apache takes them (ap_getword_conf): quotes only around a whole word, a backslash before a quote inside. */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  let at = 0
  while (at < text.length) {
    while (at < text.length && isBlank(text.charAt(at))) at += 1
    if (at >= text.length) break
    const quote = text.charAt(at)
    if (quote === '"' || quote === "'") {
      let word = ''
      at += 1
      while (at < text.length && text.charAt(at) !== quote) {
        const escaped = text.charAt(at) === '\\' && (text.charAt(at + 1) === quote || text.charAt(at + 1) === '\\')
        if (escaped) at += 1
        word += text.charAt(at)
        at += 1
      }
      at += 1
      words.push(word)
    } else {
      const from = at
      while (at < text.length && !isBlank(text.charAt(at))) at += 1
      words.push(text.slice(from, at))
    }
  }
  return words
}

function isBlank(ch: string): boolean {
  return ch === ' ' || ch === '\t' || ch === '\v' || ch === '\f'
}

/** A word as it has to be written to be read back. */
export function quoted(word: string): string {
  if (word !== '' && !/[\s"'\\]/.test(word)) return word
  return `"${word.replace(/["\\]/g, (ch) => `\\${ch}`).replace(/[\r\n\t\v\f]/g, ' ')}"`
}

/** What opens or closes a section: `<VirtualHost *:80>`, `</VirtualHost>`. */
export type Sign =
  | { kind: 'opens'; name: string; args: string[] }
  | { kind: 'closes'; name: string }
  | { kind: 'directive'; name: string; args: string[] }

/** What one line is. A name in it is in lower case. */
export function signOf(text: string): Sign {
  if (text.startsWith('</')) return { kind: 'closes', name: text.slice(2).replace(/>.*$/s, '').trim().toLowerCase() }
  if (text.startsWith('<')) {
    const inner = text.slice(1, text.endsWith('>') ? -1 : undefined)
    const name = /^[^\s>]*/.exec(inner)?.[0] ?? ''
    return { kind: 'opens', name: name.toLowerCase(), args: wordsOf(inner.slice(name.length)) }
  }
  const [name = '', ...args] = wordsOf(text)
  return { kind: 'directive', name: name.toLowerCase(), args }
}
