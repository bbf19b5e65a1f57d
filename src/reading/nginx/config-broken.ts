import { arity } from './config-arity.ts'
import type { ConfigFile } from './config-keep.ts'
import type { Directive } from './parse-config.ts'

const WITH_BLOCK = new Set(['http', 'location', 'upstream', 'if', 'limit_except', 'stream'])

/**
 * The first thing in the files, as read, that nginx would refuse: an error of syntax, or a directive
 * with a wrong number of arguments or no block, which is what a forgotten `;` or `{` looks like.
 * '' when none was seen.
 */
export function firstProblem(files: readonly ConfigFile[]): string {
  for (const file of files) {
    const [first] = [...file.problems, ...complaints(file.directives)].sort((a, b) => a.line - b.line)
    if (first !== undefined) return `${first.says} in ${file.path}:${first.line}`
  }
  return ''
}

function complaints(directives: readonly Directive[]): { line: number; says: string }[] {
  const found: { line: number; says: string }[] = []
  const walk = (tree: readonly Directive[]): void => {
    for (const { name, args, line, block } of tree) {
      const [least, most] = arity(name)
      if (WITH_BLOCK.has(name) && block === undefined)
        found.push({ line, says: `directive "${name}" has no opening "{"` })
      else if (block === undefined && (args.length < least || args.length > most)) {
        found.push({ line, says: `invalid number of arguments in "${name}" directive` })
      }
      if (block !== undefined) walk(block)
    }
  }
  walk(directives)
  return found
}
