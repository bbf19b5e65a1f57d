import { type Directive, quoted, signOf } from './config-lines.ts'

/** Marks something that Apache itself would refuse: `#!problem FILE:LINE what`. */
const PROBLEM = '#!problem '
const FILE = /^# In file: (.+)$/
const LINE = /^# +([0-9]{1,9}):$/
const MAX_DEPTH = 32
const MAX_PROBLEMS = 20

/** A configuration in the form of `apachectl -t -D DUMP_CONFIG`: every include in its place. */
export interface Dump {
  tree: Directive[]
  /** At most 20; each with its `file:line`. */
  problems: string[]
}

/** One line of a dump, before it is written. */
export interface Placed {
  file: string
  line: number
  text: string
}

/** Writes lines in the form of a dump; file and line stand where they change. */
export function writeDump(lines: readonly Placed[], problems: readonly string[]): string {
  const out: string[] = []
  let file = ''
  for (const each of lines) {
    if (each.file !== file) out.push(`# In file: ${each.file}`)
    file = each.file
    out.push(`#  ${each.line}:`, each.text)
  }
  return [...out, ...problems.slice(0, MAX_PROBLEMS).map((says) => `${PROBLEM}${says}`)].join('\n')
}

/** Reads a dump, ours or Apache's own. Sections that do not close are problems; nothing is thrown. */
export function readDump(out: string): Dump {
  const tree: Directive[] = []
  const problems: string[] = []
  const open: Directive[] = []
  let [file, line] = ['', 0]
  const complain = (says: string) => {
    if (problems.length < MAX_PROBLEMS) problems.push(`${file}:${line} ${says}`)
  }
  for (const raw of out.split('\n')) {
    const text = raw.trim()
    if (text === '') continue
    if (text.startsWith('#')) {
      file = FILE.exec(text)?.[1] ?? file
      line = Number(LINE.exec(text)?.[1] ?? line)
      if (text.startsWith(PROBLEM) && problems.length < MAX_PROBLEMS) problems.push(text.slice(PROBLEM.length))
      continue
    }
    const sign = signOf(text)
    if (sign.kind === 'closes') {
      const last = open.pop()
      if (last === undefined) complain(`</${sign.name}> closes a section that is not open`)
      else if (last.name !== sign.name) complain(`</${sign.name}> closes <${last.name}>`)
      continue
    }
    const directive: Directive = { name: sign.name, args: sign.args, file, line }
    const level = open.at(-1)?.block ?? tree
    level.push(directive)
    if (sign.kind === 'opens') {
      directive.block = []
      if (open.length < MAX_DEPTH) open.push(directive)
      else complain(`<${sign.name}> stands too deep`)
    }
  }
  const left = open.at(-1)
  if (left !== undefined) problems.push(`${left.file}:${left.line} <${left.name}> is never closed`)
  return { tree, problems }
}

/** The lines of a tree, to be written again. */
export function linesOf(tree: readonly Directive[]): Placed[] {
  return tree.flatMap(({ name, args, file, line, block }) => {
    const text = [name, ...args.map(quoted)].join(' ')
    if (block === undefined) return [{ file, line, text }]
    return [{ file, line, text: `<${text}>` }, ...linesOf(block), { file, line, text: `</${name}>` }]
  })
}
