import { isPass } from './config-allow.ts'
import type { ConfigFile } from './config-keep.ts'
import type { Directive } from './parse-config.ts'

/** Number of arguments that nginx takes: at least, at most. */
const ARGUMENTS: Record<string, readonly [number, number]> = {
  listen: [1, 100],
  server_name: [1, 10_000],
  root: [1, 1],
  alias: [1, 1],
  include: [1, 1],
  return: [1, 2],
  rewrite: [2, 3],
  set: [2, 2],
  try_files: [2, 100],
  error_page: [2, 100],
  error_log: [1, 100],
  access_log: [1, 10],
  proxy_set_header: [2, 2],
  proxy_connect_timeout: [1, 1],
  proxy_read_timeout: [1, 1],
  proxy_send_timeout: [1, 1],
  proxy_http_version: [1, 1],
}
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
      const [least, most] = isPass(name) ? [1, 1] : (ARGUMENTS[name] ?? [0, Number.POSITIVE_INFINITY])
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
