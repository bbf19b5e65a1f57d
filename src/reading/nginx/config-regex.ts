/** What trying a regular expression of a configuration gave. */
export type RegexTry = { kind: 'match'; groups: string[]; named: Record<string, string> } | { kind: 'no' | 'refused' }

const MAX_PATTERN = 300
/** How many expressions of one configuration are tried for a request. */
export const MAX_TRIES = 1000
/** Upper bound for the steps a backtracking matcher may need. */
const MAX_STEPS = 5_000_000
/** PCRE that JavaScript does not know or reads in another way; back references. */
const FOREIGN = /\[\[:|\[\^?\]|\\[AzZhHKQEGRX1-9]|\(\?[>#|R&+\-0-9(]|[*+?}]\+|\(\*/

/**
 * Matches a PCRE pattern of a configuration, which is data from elsewhere, in bounded time: refused
 * are long patterns, syntax that means something else here, repeated groups that hold a repetition or
 * an alternative, and subjects too long for the number of repetitions.
 */
export function tryRegex(pattern: string, subject: string, ignoreCase: boolean): RegexTry {
  let source = pattern
  let flags = ignoreCase ? 'i' : ''
  if (source.startsWith('(?i)')) {
    source = source.slice(4)
    flags = 'i'
  }
  source = source.replaceAll('(?P<', '(?<')
  const repeats = countRepeats(source)
  if (source.length > MAX_PATTERN || FOREIGN.test(source) || repeats < 0) return { kind: 'refused' }
  const factors = repeats + (source.startsWith('^') && !source.includes('|') ? 0 : 1)
  if ((subject.length + 1) ** factors > MAX_STEPS) return { kind: 'refused' }
  try {
    const match = new RegExp(source, flags).exec(subject)
    if (match === null) return { kind: 'no' }
    return { kind: 'match', groups: match.map((group) => group ?? ''), named: named(match.groups) }
  } catch {
    return { kind: 'refused' }
  }
}

function named(groups: Record<string, string | undefined> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(groups ?? {}).map(([name, value]) => [name, value ?? '']))
}

/** How many repetitions a pattern has, or -1 when a repeated group holds one or an alternative. */
function countRepeats(source: string): number {
  const open: { branching: boolean }[] = []
  let closed: { branching: boolean } | undefined
  let repeats = 0
  for (let i = 0; i < source.length; i++) {
    const ch = source[i]
    const group = closed
    closed = undefined
    if (ch === '\\') i++
    else if (ch === '[') i = classEnd(source, i)
    else if (ch === '(') {
      open.push({ branching: false })
      if (source[i + 1] === '?') i++
    } else if (ch === ')') {
      closed = open.pop()
      const outer = open.at(-1)
      if (closed?.branching && outer !== undefined) outer.branching = true
    } else if (ch === '|') markBranching(open)
    else if (ch === '*' || ch === '+' || ch === '?' || ch === '{') {
      const exact = /^\{(\d{1,2})\}/.exec(source.slice(i, i + 4))?.[1]
      const many = exact === undefined && ch !== '?' && !source.startsWith('{0,1}', i)
      if ((many || Number(exact) > 3) && group?.branching) return -1
      if (many) repeats++
      markBranching(open)
      // A lazy mark belongs to the repetition before it.
      if (ch === '{') i = Math.max(i, source.indexOf('}', i))
      if (source[i + 1] === '?') i++
    }
  }
  return repeats
}

function markBranching(open: { branching: boolean }[]): void {
  const top = open.at(-1)
  if (top !== undefined) top.branching = true
}

/** Index of the bracket that closes a character class. */
function classEnd(source: string, from: number): number {
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === ']') return i
  }
  return source.length
}
