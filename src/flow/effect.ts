import type { CommandRule } from './types.ts'

/** What of a rule says whether a command only reads. */
export type ReadRule = Omit<CommandRule, 'says' | 'ownWords'>

export type Effect = 'reads' | 'changes'

/**
 * What a command does to the machine it runs on, by the rules of `commands.yaml`.
 * Conservative: whatever no rule allows whole — program, words, every flag, every operand — changes.
 * `{fact}` placeholders may stand for operands and values; a fact's value never begins with a dash.
 */
export function judge(argv: readonly string[], rules: readonly ReadRule[]): Effect {
  return rules.some((rule) => !rule.explainedOnly && allows(rule, argv)) ? 'reads' : 'changes'
}

function allows(rule: ReadRule, argv: readonly string[]): boolean {
  const [program, ...rest] = argv
  if (program !== rule.program || rest.some((word) => CONTROL.test(word))) return false
  if (!rule.words.every((word, i) => fitsWord(word, rest[i]))) return false
  const flags = new Flags(rule.flags)
  let onlyOperands = false
  for (let i = rule.words.length; i < rest.length; i++) {
    const word = rest[i] ?? ''
    if (!onlyOperands && word === '--') onlyOperands = true
    else if (!onlyOperands && /^[-+]./.test(word)) {
      const taken = flags.take(word, rest[i + 1])
      if (taken === 0) {
        if (word.startsWith('-') || !operandAllowed(rule, word)) return false
      } else i += taken - 1
    } else if (!operandAllowed(rule, word)) return false
  }
  return true
}

const CONTROL = /[\u0000-\u001f\u007f]/

/** `describe-*` in a rule is any word that begins so. */
function fitsWord(rule: string, word: string | undefined): boolean {
  if (word === undefined) return false
  return rule.endsWith('*') ? word.startsWith(rule.slice(0, -1)) && !word.includes('{') : word === rule
}

function operandAllowed(rule: ReadRule, word: string): boolean {
  if (!rule.operands || touchesDevice(word)) return false
  return rule.starts === undefined || rule.starts.some((start) => word.toLowerCase().startsWith(start))
}

/**
 * Opening a device or the kernel's message queue does something, even for reading. A relative path counts
 * from the root, and so does one through a process's root: who runs the command decides where they lead.
 */
function touchesDevice(word: string): boolean {
  const path = normal(word).replace(/^(\/proc\/[^/]+(\/task\/[^/]+)?\/(root|cwd))+(?=\/|$)/, '')
  return (
    (path.startsWith('/dev/') && path !== '/dev/null') ||
    path === '/proc/kmsg' ||
    path.startsWith('/sys/kernel/debug') ||
    path.startsWith('/sys/kernel/tracing')
  )
}

function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/**
 * The flags of one rule. `-l` and `--flag` stand alone; `--flag=*` carries its value; `--flag *` and
 * `-o json` take the next word (any, or exactly that); `-i*` is glued to whatever follows.
 */
class Flags {
  private readonly alone = new Set<string>()
  private readonly glued: string[] = []
  /** Flag -> the values it may take, '*' for any. */
  private readonly valued = new Map<string, string[]>()

  constructor(flags: readonly string[]) {
    for (const flag of flags) {
      const space = flag.indexOf(' ')
      if (space > 0) {
        const name = flag.slice(0, space)
        this.valued.set(name, [...(this.valued.get(name) ?? []), flag.slice(space + 1)])
      } else if (flag.endsWith('*')) this.glued.push(flag.slice(0, -1))
      else this.alone.add(flag)
    }
  }

  /** How many words a flag uses up: 0 when it is not allowed. */
  take(word: string, next: string | undefined): number {
    if (this.alone.has(word)) return 1
    if (this.valued.has(word)) return this.accepts(word, next) ? 2 : 0
    if (this.glued.some((start) => word.startsWith(start) && word.length > start.length)) return 1
    return word.startsWith('--') || word.startsWith('+') ? 0 : this.cluster(word, next)
  }

  /** `-ltnp`, `-n500`: letters that are each allowed, the last perhaps with its value. */
  private cluster(word: string, next: string | undefined): number {
    for (let i = 1; i < word.length; i++) {
      const flag = `-${word.charAt(i)}`
      if (this.alone.has(flag)) continue
      if (!this.valued.has(flag)) return 0
      const rest = word.slice(i + 1)
      if (rest !== '') return this.accepts(flag, rest) ? 1 : 0
      return this.accepts(flag, next) ? 2 : 0
    }
    return 1
  }

  /** A value that begins with @ names a file to curl, whose lines it would send as headers. */
  private accepts(flag: string, value: string | undefined): boolean {
    if (value === undefined) return false
    const free = !value.startsWith('@') && !touchesDevice(value)
    return (this.valued.get(flag) ?? []).some((each) => (each === '*' ? free : each === value))
  }
}
