import { isPass } from './config-allow.ts'
import { parseCondition } from './config-condition.ts'
import { chooseLocation } from './config-location.ts'
import { interpolate, type Travel } from './config-request.ts'
import { fromPrefix, type Levels, setting } from './config-values.ts'
import type { Directive } from './parse-config.ts'

/** What is known about files: true and false as seen, undefined when nobody looked. */
export type FileSeen = (path: string) => boolean | undefined

const MAX_TESTS = 200

/** One spelling for a path, so that what was looked at can be found again. */
export function plainPath(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
}

/**
 * The paths whose existence decides where requests go: those of `if (-f …)`, fixed ones in
 * `try_files`, roots, and the index files in them. What depends on the request is left out.
 */
export function fileTests(tree: readonly Directive[], prefix: string): string[] {
  const found = new Set<string>()
  const walk = (directives: readonly Directive[], outer: { root: string; index: string[] }): void => {
    const own = (name: string): string[] | undefined => directives.find((one) => one.name === name)?.args
    const root = fromPrefix(own('root')?.[0] ?? '', prefix) || outer.root
    const index = own('index') ?? outer.index
    const add = (path: string): void => {
      const fixed = path.replaceAll('$document_root', root)
      if (fixed.startsWith('/') && !fixed.includes('$') && found.size < MAX_TESTS) found.add(plainPath(fixed))
    }
    if (own('root') !== undefined || own('index') !== undefined) {
      for (const path of ['', ...index]) if (root !== '') add(`${root}/${path}`)
    }
    for (const { name, args, block } of directives) {
      const condition = name === 'if' ? parseCondition(args) : undefined
      if (condition?.kind === 'file') add(condition.path)
      if (name === 'try_files' && root !== '') for (const path of args.slice(0, -1)) add(`${root}/${path}`)
      if (block !== undefined) walk(block, { root, index })
    }
  }
  walk(tree, { root: '', index: ['index.html'] })
  return [...found]
}

/**
 * Where the files on disk send a request next: the end of `try_files` when none of its files is
 * there, or an index file that a location passes on. Undefined: it stays where it is. Files that
 * nobody looked at count as absent, since what matters here is what nginx passes on.
 */
export function nextByFiles(levels: Levels, travel: Travel, seen: FileSeen): string | undefined {
  const own = levels.at(-1) ?? []
  const tries = own.findLast(({ name }) => name === 'try_files')?.args ?? []
  const root = fromPrefix(setting(levels, 'root'), travel.prefix)
  const fallback = tries.at(-1)
  if (fallback !== undefined) {
    const there = tries.slice(0, -1).some((path) => isThere(path, root, levels, travel, seen))
    if (!there) return fallback.startsWith('=') ? undefined : (named(fallback) ?? interpolate(fallback, travel, levels))
  }
  return own.some(({ name }) => isPass(name)) ? undefined : indexFile(levels, root, travel, seen)
}

function named(fallback: string): string | undefined {
  return fallback.startsWith('@') ? fallback : undefined
}

function isThere(path: string, root: string, levels: Levels, travel: Travel, seen: FileSeen): boolean {
  const uri = interpolate(path, travel, levels)
  if (uri === undefined || root === '') return false
  const whole = plainPath(`${root}/${uri}`)
  // Without a slash at its end a name stands for a plain file, never for the root folder itself.
  return (uri.endsWith('/') && path.endsWith('/')) || whole !== plainPath(root) ? seen(whole) === true : false
}

/** `/dir/` is answered by an index file there; a `.php` one is passed on by its own location. */
function indexFile(levels: Levels, root: string, travel: Travel, seen: FileSeen): string | undefined {
  if (!travel.uri.endsWith('/') || root === '') return undefined
  const names = levels.findLast((level) => level.some(({ name }) => name === 'index'))
  const index = names?.find(({ name }) => name === 'index')?.args ?? []
  for (const file of index) {
    if (file.includes('$')) continue
    const uri = file.startsWith('/') ? file : `${travel.uri}${file}`
    const there = seen(plainPath(`${root}/${uri}`))
    if (there === false) continue
    const server = levels[2] ?? []
    const passed =
      chooseLocation(server, uri)
        .chain.at(-1)
        ?.block?.some(({ name }) => isPass(name)) === true
    if (there === true) return passed ? uri : undefined
    if (passed) return uri
  }
  return undefined
}
