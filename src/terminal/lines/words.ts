import { type Line, type Span, span } from '../text.ts'

/** What stands for a mark of the screens where marks are read out: each is a word, never a picture. */
export type Words = Readonly<Record<string, string>>

/** Findings and what happened: `✗` points at a fault, `✓` only clears, `?` could not be seen. */
const MARKS: Words = {
  '✗': 'found:',
  '✓': 'seen:',
  '?': 'not seen:',
  '✎': 'note:',
  '⚑': 'flag:',
  '!': 'fix:',
  '·': '',
  '│': '-',
  '❯': 'here:',
  '▌': 'decided:',
  '├─': 'taken:',
}

/** The page at the end: the marks at its head, and the labels before its rows. */
export const END_WORDS: Words = {
  '✗': 'Verdict:',
  '✓': 'Well:',
  '?': 'Not decided:',
  not: 'ruled out:',
  or: 'or else:',
  maybe: 'possible:',
  open: 'left open:',
  dark: 'not seen:',
  where: 'where:',
  cause: 'cause:',
  changed: 'changed:',
  now: 'now:',
  confirmed: 'confirmed:',
  likely: 'likely:',
  reported: 'reported:',
}

/** The marks where something was done: a step of the fix, a check whether it helped. */
export const DONE_WORDS: Words = { '✗': 'Failed:', '✓': 'Well:', '?': 'Not told:' }

/** The marks of what a look came to, as a sentence begins. */
export const RESULT_WORDS: Words = { '✗': 'Found:', '✓': 'Seen:', '?': 'Not seen:' }

/**
 * A row made for a screen as rows that are read out: marks are words, what was spread over the row stands together.
 * Only decoration is touched (a stretch that is a mark by itself or begins with one in a tone of its own);
 * sentences, commands and outputs stay as they are.
 */
export function inWords(line: Line, words: Words = {}): Line[] {
  const said = line.map((part, at): Span => {
    const blanks = part.text.trim() === ''
    if (blanks && at > 0 && part.text.length > 2) return { ...part, text: '  ' }
    if (blanks || part.tone === 'plain' || part.tone === 'strong') return part
    return { ...part, text: told(part.text, words) }
  })
  return aside(said)
}

/** What stands beside a command gets a row of its own: the command's row can be copied whole. */
function aside(line: Line): Line[] {
  const at = line.findIndex(({ tone }, place) => place > 0 && tone === 'dim')
  if (at < 0 || !/^\s*\$ /.test(textOf(line))) return [line]
  return [line.slice(0, at), [span(`     ${textOf(line.slice(at)).trim()}`, 'dim')]]
}

const textOf = (line: Line) => line.map(({ text }) => text).join('')

function told(text: string, words: Words): string {
  const mark = text.trim()
  const word = words[mark] ?? MARKS[mark]
  if (word !== undefined) return word === '' ? indentOf(text) : `${indentOf(text)}${word} `
  // The number of a finding, before what it says.
  if (/^ {3}\d+ {2,}$/.test(text)) return `${indentOf(text)}found, ${mark}: `
  // The way by which one came, and what the map draws before its rows.
  const way = /^(\S+) › (\S+) $/.exec(text)
  if (way) return `(${way[1]}, ${way[2]})`
  return text.replace(/^(\s*)│ +/, '$1')
}

const indentOf = (text: string) => /^\s*/.exec(text)?.[0] ?? ''
