/** What gunicorn's words say of the time that a worker may be silent. Source: gunicorn docs, settings, "timeout", "config", "chdir". */
export interface GunicornWords {
  /** Seconds of `--timeout`; -1 where it is not there; -2 where its value is no plain number. */
  timeout: number
  /** The file that `--config` names as written; '' where it is not there. */
  config: string
  /** It changes its folder itself, so that a path without `/` in front cannot be told. */
  moves: boolean
}

/** A top-level assignment of `timeout` in a configuration file. */
export interface TimeoutLine {
  line: number
  /** Seconds; -2 where it is no plain number, or stands where it may not be run. */
  value: number
}

/** Nobody can tell without running it. */
export const UNCLEAR = -2
const NONE = -1

/** gunicorn's own options of these, short and long. Of an option that is given twice the last one counts. */
export function gunicornWords(words: readonly string[]): GunicornWords {
  const found: GunicornWords = { timeout: NONE, config: '', moves: false }
  for (const [at, word] of words.entries()) {
    const { name, own } = split(word)
    const value = own ?? words[at + 1] ?? ''
    if (name === '-t' || name === '--timeout') found.timeout = seconds(value)
    if (name === '-c' || name === '--config') found.config = value
    if (name === '--chdir') found.moves = true
  }
  return found
}

/** `-t30` is `-t 30`, `--timeout=30` is `--timeout 30`. */
function split(word: string): { name: string; own: string | undefined } {
  if (/^-[tc]./.test(word)) return { name: word.slice(0, 2), own: word.slice(2) }
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? { name: word, own: undefined } : { name: word.slice(0, at), own: word.slice(at + 1) }
}

/** The words of `GUNICORN_CMD_ARGS`, a line as one would type it. */
export function wordsOf(line: string): string[] {
  return line.split(/\s+/).map((word) => word.replaceAll(/["']/g, ''))
}

function seconds(value: string): number {
  return /^\d{1,7}$/.test(value) ? Number(value) : UNCLEAR
}

const MOST_LINES = 20_000
/** Whatever may set a name without showing it. */
const HIDDEN = /\bimport\s+\*|\bglobals\s*\(|\bexec\s*\(|;\s*timeout\s*[-+*/]?=|^\s*(?:from\s.+)?import\b.*\btimeout\b/
const ASSIGNS = /^(\s*)timeout\s*(?::[^=]*)?([-+*/|&%]*)=(?!=)(.*)$/

/** Where a configuration file, which is Python, sets `timeout`. It is read as text and never run. */
export function timeoutLines(text: string): TimeoutLine[] {
  const lines = text.split('\n')
  const found: TimeoutLine[] = []
  let within = ''
  for (const [at, line] of lines.slice(0, MOST_LINES).entries()) {
    const inside = within !== ''
    within = afterQuotes(line, within)
    if (inside) continue
    const [, indent = '', operator = '', value = ''] = ASSIGNS.exec(line) ?? []
    if (ASSIGNS.test(line)) {
      const plain = indent === '' && operator === '' ? value.replace(/#.*$/, '').trim() : ''
      found.push({ line: at + 1, value: seconds(plain) })
    } else if (HIDDEN.test(line)) found.push({ line: at + 1, value: UNCLEAR })
  }
  if (lines.length > MOST_LINES) found.push({ line: MOST_LINES, value: UNCLEAR })
  return found
}

/** The triple quotes in which the next line begins, '' for none. A comment opens none. */
function afterQuotes(line: string, before: string): string {
  let within = before
  for (const [quotes] of line.matchAll(/"""|'''|#/g)) {
    if (quotes === '#') {
      if (within === '') break
    } else if (within === '') within = quotes
    else if (within === quotes) within = ''
  }
  return within
}
