import { flagName } from './flag-words.ts'
import type { CommandRule } from './types.ts'

/** One piece of a command and what it means. `word` is as it stands there, with its value: `-n 500`. */
export interface Piece {
  word: string
  says: string
}

/** A command within a command within a command is nothing that a person runs. */
const DEEPEST = 4

/**
 * Explains a command piece by piece: program, words, each flag (joined letters one by one) and what it is about. Pieces that
 * nothing explains are left out. It says nothing about whether the command may run: `judge` does.
 */
export function explainArgv(argv: readonly string[], rules: readonly CommandRule[]): Piece[] {
  return explain(argv, rules, 0).filter(({ says }) => says !== '')
}

function explain(argv: readonly string[], rules: readonly CommandRule[], depth: number): Piece[] {
  const [program = '', ...rest] = argv
  const name = program.slice(program.lastIndexOf('/') + 1)
  const rule = bestRule(rules, name, rest)
  if (!rule) return []
  const pieces: Piece[] = [{ word: program, says: rule.says.program }]
  if (rule.words.length > 0) {
    pieces.push({ word: rest.slice(0, rule.words.length).join(' '), says: rule.says.words })
  }
  let own = rule.ownWords ?? Number.POSITIVE_INFINITY
  let onlyOperands = false
  for (let i = rule.words.length; i < rest.length; i++) {
    const word = rest[i] ?? ''
    if (!onlyOperands && word === '--') onlyOperands = true
    else if (!onlyOperands && isFlag(word)) {
      const { taken, found } = flagsOf(rule, word, rest[i + 1])
      pieces.push(...found)
      i += taken - 1
    } else if (own === 0) {
      return depth < DEEPEST ? [...pieces, ...explain(rest.slice(i), rules, depth + 1)] : pieces
    } else {
      pieces.push({ word, says: rule.says.operands })
      own -= 1
    }
  }
  return pieces
}

/** The rule that knows most of the command's words. */
function bestRule(rules: readonly CommandRule[], program: string, rest: readonly string[]): CommandRule | undefined {
  const fitting = rules.filter((rule) => rule.program === program && rule.words.every((word, i) => fits(word, rest[i])))
  return fitting.sort((a, b) => b.words.length - a.words.length)[0]
}

function fits(rule: string, word: string | undefined): boolean {
  if (word === undefined) return false
  return rule.endsWith('*') ? word.startsWith(rule.slice(0, -1)) : word === rule
}

/** `+short` of dig is one too; a dash alone is a word, and `-5m` behind a flag is its value. */
function isFlag(word: string): boolean {
  return /^[-+]./.test(word)
}

/** What one word beginning with a dash means, and how many words it uses up. */
function flagsOf(rule: CommandRule, word: string, next: string | undefined): { taken: number; found: Piece[] } {
  const { flags: says } = rule.says
  const equals = word.indexOf('=')
  const long = equals > 0 ? word.slice(0, equals) : word
  const whole = says[long]
  if (whole !== undefined) {
    const takes = equals < 0 && next !== undefined && takesValue(rule, long, next)
    return { taken: takes ? 2 : 1, found: [{ word: takes ? `${word} ${next}` : word, says: whole }] }
  }
  if (word.startsWith('--')) return { taken: 1, found: [] }
  return letters(rule, word, next)
}

/** `-ltnp`, `-n500`, `-iTCP`: letter by letter, up to one that takes the rest or the next word. */
function letters(rule: CommandRule, word: string, next: string | undefined): { taken: number; found: Piece[] } {
  const found: Piece[] = []
  for (let i = 1; i < word.length; i++) {
    const flag = `-${word.charAt(i)}`
    const says = rule.says.flags[flag] ?? ''
    const rest = word.slice(i + 1)
    if (rule.flags.includes(`${flag}*`) && (rest !== '' || i > 1)) {
      return { taken: 1, found: [...found, { word: `${flag}${rest}`, says }] }
    }
    if (!rule.flags.includes(flag) && takesSome(rule, flag)) {
      if (rest !== '') return { taken: 1, found: [...found, { word: `${flag} ${rest}`, says }] }
      if (next !== undefined) return { taken: 2, found: [...found, { word: `${flag} ${next}`, says }] }
    }
    found.push({ word: flag, says })
  }
  return { taken: 1, found }
}

function takesSome(rule: CommandRule, flag: string): boolean {
  return rule.flags.some((each) => each.startsWith(`${flag} `))
}

/** Does this flag use up the word behind it? */
function takesValue(rule: CommandRule, flag: string, next: string): boolean {
  if (rule.flags.includes(flag)) return false
  return rule.flags.some((each) => flagName(each) === flag && (each === `${flag} *` || each === `${flag} ${next}`))
}
