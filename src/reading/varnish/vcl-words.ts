import { linesIn } from '../caddy/lexer.ts'

/** One word of a VCL, with its line (from 1). Strings come without their quotes. */
export interface Word {
  text: string
  line: number
  /** word | string | mark */
  kind: 'word' | 'string' | 'mark'
}

const MAX_WORDS = 100_000

/** Splits a VCL into words, strings and marks, without comments. `whole` is false where a string or comment never ends. Linear. */
export function vclWords(text: string): { words: Word[]; whole: boolean } {
  const words: Word[] = []
  let line = 1
  let at = 0
  /** Up to and with the end mark; false where it never comes. */
  const pass = (from: number, end: string): number => {
    const found = text.indexOf(end, from)
    return found < 0 ? -1 : found + end.length
  }
  while (at < text.length) {
    if (words.length >= MAX_WORDS) return { words, whole: false }
    const c = text.charAt(at)
    const two = text.slice(at, at + 2)
    if (c === '\n') {
      line += 1
      at += 1
    } else if (c === ' ' || c === '\t' || c === '\r') at += 1
    else if (c === '#' || two === '//') {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
    } else if (two === '/*' || two === '{"' || c === '"') {
      const mark = two === '/*' ? '*/' : two === '{"' ? '"}' : '"'
      const open = mark === '"' ? 1 : 2
      const end = pass(at + open, mark)
      if (end < 0) return { words, whole: false }
      if (mark !== '*/') words.push({ text: text.slice(at + open, end - mark.length), line, kind: 'string' })
      line += linesIn(text, at, end)
      at = end
    } else if (/[A-Za-z0-9_.]/.test(c)) {
      let end = at + 1
      while (end < text.length && /[A-Za-z0-9_.-]/.test(text.charAt(end))) end += 1
      words.push({ text: text.slice(at, end), line, kind: 'word' })
      at = end
    } else {
      words.push({ text: c, line, kind: 'mark' })
      at += 1
    }
  }
  return { words, whole: true }
}
