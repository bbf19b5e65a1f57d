import type { ConfigFile } from './config-keep.ts'
import { byBytes, isGlob, pathFitsGlob } from './glob.ts'
import type { Directive } from './parse-config.ts'

/** A configuration with every `include` replaced by what it includes. */
export interface ExpandedConfig {
  tree: Directive[]
  /** Paths that are included by name and are not among the files. */
  missing: string[]
  /** False when a limit (depth 10, 200 000 directives) or a circle ended the expansion. */
  whole: boolean
}

const MAX_INCLUDE_DEPTH = 10
const MAX_DIRECTIVES = 200_000

/** `path` as nginx reads it in an `include`: relative to the folder of the main file. */
export function includePath(path: string, mainFile: string): string {
  return path.startsWith('/') ? path : `${mainFile.slice(0, mainFile.lastIndexOf('/') + 1)}${path}`
}

/** Expands the first file. Files that nothing includes are ignored, as nginx ignores them. */
export function expandConfig(files: readonly ConfigFile[]): ExpandedConfig {
  const [main] = files
  if (main === undefined) return { tree: [], missing: [], whole: true }
  const byPath = new Map(files.map((file) => [file.path, file]))
  const globs = new Map<string, ConfigFile[]>()
  const missing = new Set<string>()
  let left = MAX_DIRECTIVES
  let whole = true

  const included = (pattern: string): ConfigFile[] => {
    if (isGlob(pattern)) {
      const known = globs.get(pattern)
      if (known !== undefined) return known
      const found = files.filter((file) => pathFitsGlob(file.path, pattern))
      found.sort((a, b) => byBytes(a.path, b.path))
      globs.set(pattern, found)
      return found
    }
    const file = byPath.get(pattern)
    if (file === undefined) missing.add(pattern)
    return file === undefined ? [] : [file]
  }

  const expand = (directives: readonly Directive[], trail: readonly string[]): Directive[] => {
    const result: Directive[] = []
    for (const directive of directives) {
      if (--left < 0) {
        whole = false
        break
      }
      const [target] = directive.args
      if (directive.name === 'include' && target !== undefined && directive.block === undefined) {
        for (const file of included(includePath(target, main.path))) {
          if (trail.includes(file.path) || trail.length > MAX_INCLUDE_DEPTH) whole = false
          else for (const inner of expand(file.directives, [...trail, file.path])) result.push(inner)
        }
      } else if (directive.block === undefined) result.push(directive)
      else result.push({ ...directive, block: expand(directive.block, trail) })
    }
    return result
  }
  return { tree: expand(main.directives, [main.path]), missing: [...missing], whole }
}
