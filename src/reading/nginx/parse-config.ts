import { HIDDEN } from './config-condition.ts'
import { luaBlockEnd } from './lua-block.ts'

/** One directive of an nginx configuration, with its block when it has one. */
export interface Directive {
  name: string
  /** Without quotes, escapes resolved. */
  args: string[]
  file: string
  /** 1-based line of its first character. */
  line: number
  block?: Directive[]
  /** 1-based line of the block's closing brace. */
  endLine?: number
}

/** Something nginx itself would refuse. */
export interface Problem {
  line: number
  says: string
}

export interface ParsedFile {
  directives: Directive[]
  /** At most 20. */
  problems: Problem[]
}

const MAX_DEPTH = 64
const MAX_PROBLEMS = 20
/** Marks, in text that `keepConfig` wrote, a problem of the text it was made from. */
export const PROBLEM_MARK = '#!problem '

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const HASH = 35
const DOLLAR = 36
const APOSTROPHE = 39
const CLOSE_PAREN = 41
const SEMICOLON = 59
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125

/**
 * Reads one configuration file by nginx's own rules (ngx_conf_read_token): words, quotes that count
 * only at the start of a word, backslash escapes, comments only between words, `${` that opens no
 * block. Blocks of Lua are skipped whole. Where nginx would stop with an error, the error is noted
 * and reading goes on as well as it can. Never throws; one pass over the text.
 */
export function parseConfig(text: string, file: string): ParsedFile {
  return new Parser(text, file).parse()
}

class Parser {
  private at = 0
  private line = 1
  private words: string[] = []
  private wordsLine = 1
  private readonly top: Directive[] = []
  private current: Directive[] = this.top
  private readonly open: { directive: Directive; parent: Directive[] }[] = []
  private readonly problems: Problem[] = []
  private stopped = false

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {}

  parse(): ParsedFile {
    while (this.at < this.text.length) this.step()
    // Where the text really ends, not the blank lines after it.
    this.line -= countLines(this.text, this.text.trimEnd().length, this.text.length)
    if (this.words.length > 0) {
      this.problem('unexpected end of file, expecting ";" or "}"')
      this.finish()
    } else if (this.open.length > 0 && !this.stopped) this.problem('unexpected end of file, expecting "}"')
    return { directives: this.top, problems: this.problems }
  }

  private step(): void {
    const ch = this.text.charCodeAt(this.at)
    switch (ch) {
      case LF:
        this.line++
        this.at++
        return
      case SPACE:
      case TAB:
      case CR:
        this.at++
        return
      case HASH:
        this.comment()
        return
      case SEMICOLON:
        this.at++
        if (this.words.length === 0) this.problem('unexpected ";"')
        this.finish()
        return
      case OPEN:
        this.at++
        if (this.words.length === 0) this.problem('unexpected "{"')
        this.openBlock()
        return
      case CLOSE:
        this.at++
        if (this.words.length > 0) this.problem('unexpected "}"')
        this.finish()
        this.closeBlock()
        return
      default:
        this.word(ch)
    }
  }

  private comment(): void {
    const end = endOfLine(this.text, this.at)
    if (this.text.startsWith(PROBLEM_MARK, this.at)) {
      const [, line, says] = /^#!problem (\d{1,9}) (.{1,200})$/.exec(this.text.slice(this.at, end)) ?? []
      if (line !== undefined && says !== undefined) this.problem(says, Number(line))
    }
    this.at = end
  }

  private word(first: number): void {
    if (this.words.length === 0) this.wordsLine = this.line
    const quoted = first === QUOTE || first === APOSTROPHE
    if (quoted) this.at++
    const start = this.at
    const escaped = quoted ? this.quoted(first) : this.bare()
    const raw = this.text.slice(start, this.at)
    this.words.push(escaped ? resolveEscapes(raw) : raw)
    // What a misplaced quote takes in is the text of other directives: it may be anything, a secret too.
    if (quoted && !this.endsQuote()) this.words[this.words.length - 1] = HIDDEN
  }

  /** Moves to the end of a bare word; true when it holds a backslash. */
  private bare(): boolean {
    let escaped = false
    let dollar = false
    for (; this.at < this.text.length; this.at++) {
      const ch = this.text.charCodeAt(this.at)
      if (ch === OPEN && dollar) {
        dollar = false
        continue
      }
      dollar = false
      if (ch === BACKSLASH) {
        escaped = true
        this.at++
        if (this.text.charCodeAt(this.at) === LF) this.line++
      } else if (ch === DOLLAR) dollar = true
      else if (ch === SPACE || ch === TAB || ch === CR || ch === LF || ch === SEMICOLON || ch === OPEN) break
    }
    this.at = Math.min(this.at, this.text.length)
    return escaped
  }

  private quoted(quote: number): boolean {
    let escaped = false
    for (; this.at < this.text.length; this.at++) {
      const ch = this.text.charCodeAt(this.at)
      if (ch === LF) this.line++
      if (ch === BACKSLASH) {
        escaped = true
        this.at++
        if (this.text.charCodeAt(this.at) === LF) this.line++
      } else if (ch === quote) break
    }
    this.at = Math.min(this.at, this.text.length)
    return escaped
  }

  /** After a closing quote nginx wants a separator; `)` alone may follow directly and is a word of its own. */
  private endsQuote(): boolean {
    if (this.at >= this.text.length) return false
    this.at++
    if (this.at >= this.text.length) return true
    const ch = this.text.charCodeAt(this.at)
    const separates = [SPACE, TAB, CR, LF, SEMICOLON, OPEN, CLOSE_PAREN].includes(ch)
    if (!separates) this.problem('unexpected character after a closing quote')
    return separates
  }

  private finish(): Directive | undefined {
    const [name, ...args] = this.words
    this.words = []
    if (name === undefined) return undefined
    const directive: Directive = { name, args, file: this.file, line: this.wordsLine }
    this.current.push(directive)
    return directive
  }

  private openBlock(): void {
    const directive = this.finish() ?? { name: '', args: [], file: this.file, line: this.line }
    if (directive.name.endsWith('_by_lua_block')) {
      const end = luaBlockEnd(this.text, this.at)
      if (end < 0) this.problem('a Lua block has no end')
      const next = end < 0 ? this.text.length : end
      this.line += countLines(this.text, this.at, next)
      this.at = next
      return
    }
    if (this.open.length >= MAX_DEPTH) {
      this.problem('blocks are nested too deep')
      this.stopped = true
      this.at = this.text.length
      return
    }
    directive.block = []
    this.open.push({ directive, parent: this.current })
    this.current = directive.block
  }

  private closeBlock(): void {
    const closed = this.open.pop()
    if (closed === undefined) {
      this.problem('unexpected "}"')
      return
    }
    closed.directive.endLine = this.line
    this.current = closed.parent
  }

  private problem(says: string, line = this.line): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ line, says })
  }
}

function resolveEscapes(raw: string): string {
  return raw.replace(/\\(["'\\trn])/g, (_, ch: string) => ESCAPES[ch] ?? ch)
}

const ESCAPES: Record<string, string> = { t: '\t', r: '\r', n: '\n' }

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
