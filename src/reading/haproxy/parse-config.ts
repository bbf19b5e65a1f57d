/** One line of a section: its words after quoting, and where it stands. */
export interface ConfigLine {
  words: string[]
  at: string
  /** It stands between `.if` and `.endif`: whether it counts depends on what is not looked at. */
  conditional: boolean
}

/** One section: `frontend web`, `defaults`, … with its lines in order. */
export interface Section {
  kind: string
  /** What stands behind the kind: the name, and for `from` the name of the defaults. */
  words: string[]
  at: string
  lines: ConfigLine[]
}

/** Every word that begins a section. Source: HAProxy's configuration manual 2.6 to 3.0, chapters 2 to 12. */
const SECTIONS = new Set(
  [
    'global defaults frontend backend listen resolvers peers userlist mailers cache program ring http-errors',
    'fcgi-app log-forward crt-store traces log-profile acme',
  ]
    .join(' ')
    .split(' '),
)

const MOST_WORDS = 64

/** Splits the text of one file into sections. Lines in front of the first one belong to none and are left out. */
export function parseConfig(text: string, file: string): Section[] {
  const sections: Section[] = []
  let depth = 0
  for (const [i, line] of text.split('\n').entries()) {
    const words = wordsOf(line)
    const [first] = words
    if (first === undefined) continue
    if (first === '.if') depth++
    else if (first === '.endif') depth = Math.max(0, depth - 1)
    if (first.startsWith('.')) continue
    const at = `${file}:${i + 1}`
    if (SECTIONS.has(first)) sections.push({ kind: first, words: words.slice(1), at, lines: [] })
    else sections.at(-1)?.lines.push({ words, at, conditional: depth > 0 })
  }
  return sections
}

/**
 * The words of a line: blanks end them, `#` begins a comment, a backslash takes the next character as it is,
 * quotes join. Variables stay as they are written, `"${PORT}"`. Source: configuration manual, 2.2.
 */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word = ''
  let open = false
  let quote = ''
  for (let i = 0; i < line.length && words.length < MOST_WORDS; i++) {
    const ch = line.charAt(i)
    if (quote === "'") {
      if (ch === "'") quote = ''
      else word += ch
    } else if (ch === '\\' && i + 1 < line.length) {
      word += unescaped(line.charAt(++i))
      open = true
    } else if (quote === '"') {
      if (ch === '"') quote = ''
      else word += ch
    } else if (ch === '"' || ch === "'") {
      quote = ch
      open = true
    } else if (ch === '#') break
    else if (ch === ' ' || ch === '\t' || ch === '\r') {
      if (open) words.push(word)
      word = ''
      open = false
    } else {
      word += ch
      open = true
    }
  }
  if (open) words.push(word)
  return words
}

function unescaped(ch: string): string {
  if (ch === 'n') return '\n'
  if (ch === 't') return '\t'
  return ch === 'r' ? '\r' : ch
}

/** The value of a keyword of a line (`server a 1.2.3.4:80 maxconn 5` has maxconn 5); '' where it is absent. */
export function wordAfter(words: readonly string[], key: string): string {
  const at = words.indexOf(key)
  return at < 0 ? '' : (words[at + 1] ?? '')
}

/** A time as the manual writes it, in ms: a bare number is ms, else `us ms s m h d`; 0 for what is none. */
export function duration(text: string): number {
  const match = /^(\d{1,12})(us|ms|s|m|h|d)?$/.exec(text)
  if (match === null) return 0
  return Math.floor(Number(match[1]) * (UNITS[match[2] ?? 'ms'] ?? 1))
}

const UNITS: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
