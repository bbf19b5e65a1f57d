import { pruneTrees } from './config-allow.ts'
import { type Directive, type ParsedFile, PROBLEM_MARK, type Problem, parseConfig } from './parse-config.ts'

/** One file of a configuration dump. */
export interface ConfigFile extends ParsedFile {
  path: string
}

const HEADER = /^# configuration file (.+):$/

/** The line that stands before each file's text, as `nginx -T` writes it. */
export function fileHeader(path: string): string {
  return `# configuration file ${path}:`
}

/** Splits text in the form of `nginx -T`'s output. Text without any header is one nameless file. */
export function splitDump(out: string): { path: string; text: string }[] {
  const files: { path: string; lines: string[] }[] = []
  const before: string[] = []
  for (const line of out.split('\n')) {
    const path = line.startsWith('# conf') ? HEADER.exec(line)?.[1] : undefined
    if (path !== undefined) files.push({ path, lines: [] })
    else (files.at(-1)?.lines ?? before).push(line)
  }
  if (files.length === 0) return [{ path: '', text: out }]
  return files.map(({ path, lines }) => ({ path, text: lines.join('\n') }))
}

/** Parses a dump and leaves only what the reader needs: what `keepConfig` would write, as trees. */
export function keptFiles(out: string): ConfigFile[] {
  const parsed = splitDump(out).map(({ path, text }) => ({ path, ...parseConfig(text, path) }))
  const trees = pruneTrees(parsed.map((file) => file.directives))
  return parsed.map((file, i) => ({ ...file, directives: trees[i] ?? [] }))
}

/**
 * The part of a dump that may be kept: allow-listed directives, each on the line it had, with blank
 * lines for the rest; no comments. Problems of syntax stand as marks at the end of their file.
 */
export function keepConfig(out: string): { out: string; leftOut: string } {
  const kept = keptFiles(out).map((file) => {
    const lines = [...writeTree(file.directives), ...file.problems.map(mark)]
    if (file.path !== '') lines.unshift(fileHeader(file.path))
    return lines.join('\n')
  })
  const text = kept.join('\n')
  const dropped = filled(out) - filled(text)
  return { out: text, leftOut: dropped > 0 ? `… ${dropped} ${dropped === 1 ? 'line' : 'lines'} left out` : '' }
}

function mark(problem: Problem): string {
  return `${PROBLEM_MARK}${problem.line} ${problem.says}`
}

function filled(text: string): number {
  let count = 0
  for (const line of text.split('\n')) if (line.trim() !== '') count++
  return count
}

function writeTree(directives: readonly Directive[]): string[] {
  const lines: string[] = []
  const put = (line: number, text: string): void => {
    while (lines.length < line) lines.push('')
    const last = lines.length - 1
    lines[last] = lines[last] ? `${lines[last]} ${text}` : text
  }
  const write = (directive: Directive, depth: number): void => {
    const head = [directive.name, ...directive.args.map(quote)].join(' ')
    if (directive.block === undefined) {
      put(directive.line, indent(`${head};`, depth, lines, directive.line))
      return
    }
    put(directive.line, indent(`${head} {`, depth, lines, directive.line))
    for (const child of directive.block) write(child, depth + 1)
    const end = directive.endLine ?? lines.length
    put(end, indent('}', depth, lines, end))
  }
  for (const directive of directives) write(directive, 0)
  return lines
}

/** Only the first thing on a line is indented. */
function indent(text: string, depth: number, lines: readonly string[], line: number): string {
  return lines.length < line ? '  '.repeat(depth) + text : text
}

function quote(word: string): string {
  if (/^[^\s;{}"'\\#]+$/.test(word)) return word
  const escaped = word.replace(/["\\\n\r\t]/g, (ch) => ESCAPED[ch] ?? ch)
  return `"${escaped}"`
}

const ESCAPED: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
