import { pathFitsGlob } from '../nginx/glob.ts'
import { parseCaddyfile, type Segment } from './caddyfile.ts'

/** A Caddyfile with its imports in place. */
export interface ExpandedCaddyfile {
  segments: Segment[]
  /** Files that are imported by name and are not among those given. */
  missing: string[]
  whole: boolean
}

export interface ConfigText {
  path: string
  text: string
}

const MAX_DEPTH = 10
const MAX_SEGMENTS = 50_000

/** An import's path as Caddy reads it: relative to the file that imports. */
export function importPath(path: string, from: string): string {
  return path.startsWith('/') ? path : `${from.slice(0, from.lastIndexOf('/') + 1)}${path.replace(/^\.\//, '')}`
}

/** Is there anything in the text that Caddy's `import` would expand? */
export function isImportGlob(path: string): boolean {
  return /[*?[]/.test(path)
}

/** Expands snippets and imported files, the first file being the main one. Never throws, bounded. */
export function expandCaddyfile(files: readonly ConfigText[]): ExpandedCaddyfile {
  const [main] = files
  if (main === undefined) return { segments: [], missing: [], whole: true }
  const parsed = new Map(files.map(({ path, text }) => [path, parseCaddyfile(text, path)]))
  const snippets = new Map<string, Segment>()
  const missing = new Set<string>()
  const state = { left: MAX_SEGMENTS, whole: [...parsed.values()].every(({ whole }) => whole) }

  const filesOf = (pattern: string): Segment[] => {
    if (!isImportGlob(pattern)) {
      const file = parsed.get(pattern)
      if (file === undefined) missing.add(pattern)
      return file?.segments ?? []
    }
    const paths = [...parsed.keys()].filter((path) => pathFitsGlob(path, pattern)).sort()
    return paths.flatMap((path) => parsed.get(path)?.segments ?? [])
  }

  const expand = (segments: readonly Segment[], depth: number): Segment[] => {
    const result: Segment[] = []
    for (const segment of segments) {
      if (--state.left < 0 || depth > MAX_DEPTH) {
        state.whole = false
        break
      }
      const snippet = /^\(([^)]{1,200})\)$/.exec(segment.name)?.[1]
      if (snippet !== undefined) snippets.set(snippet, segment)
      else if (segment.name === 'import') result.push(...expand(imported(segment), depth + 1))
      else if (segment.block === undefined) result.push(segment)
      else result.push({ ...segment, block: expand(segment.block, depth + 1) })
    }
    return result
  }

  const imported = ({ args: [target = '', ...args], file }: Segment): Segment[] => {
    const snippet = snippets.get(target)
    const found = snippet ? (snippet.block ?? []) : filesOf(importPath(target, file))
    return args.length === 0 ? [...found] : found.map((segment) => withArguments(segment, args, 0))
  }

  return { segments: expand(parsed.get(main.path)?.segments ?? [], 0), missing: [...missing], whole: state.whole }
}

/** `{args[0]}`, and `{args.0}` of older versions. */
function withArguments(segment: Segment, args: readonly string[], depth: number): Segment {
  const fill = (word: string) =>
    word.includes('{args')
      ? word.replace(/\{args(?:\.|\[)(\d{1,2})\]?\}/g, (whole, at: string) => args[Number(at)] ?? whole)
      : word
  const { name, args: own, block } = segment
  return {
    ...segment,
    name: fill(name),
    args: own.map(fill),
    ...(block && depth < MAX_DEPTH ? { block: block.map((each) => withArguments(each, args, depth + 1)) } : {}),
  }
}
