import { parseCaddyfile, type Segment } from '../../reading/caddy/caddyfile.ts'
import { type ConfigText, importPath, isImportGlob } from '../../reading/caddy/expand.ts'
import { withEnvironment } from '../../reading/caddy/place.ts'
import { jsonOf } from '../../reading/caddy/sections.ts'
import { fitsGlob } from '../../reading/nginx/glob.ts'
import type { Beneath } from './beneath.ts'

/** The files of one configuration, the main one first. */
export interface CaddyFiles {
  files: (ConfigText & { mtime: Date; placed: Date })[]
  unreadable: string[]
  limited: boolean
}

const MAX_FILES = 200
const MAX_BYTES = 8 * 1024 * 1024

/** Reads a Caddyfile (or a JSON file) and all it imports, with the environment's values in place. Never throws. */
export async function readCaddyFiles(
  main: string,
  disk: Beneath,
  environment: ReadonlyMap<string, string>,
  stop: () => boolean,
): Promise<CaddyFiles> {
  const result: CaddyFiles = { files: [], unreadable: [], limited: false }
  const open = [main]
  const seen = new Set<string>()
  let bytes = 0
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    if (seen.has(path)) continue
    seen.add(path)
    if (seen.size > MAX_FILES || stop()) {
      result.limited = true
      break
    }
    const read = await disk.read(path, MAX_BYTES - bytes)
    if (read.kind !== 'text') {
      result.unreadable.push(path)
      continue
    }
    bytes += read.bytes
    const text = withEnvironment(read.text, environment)
    result.files.push({ path, text, mtime: read.mtime, placed: read.placed })
    if (jsonOf(text) !== undefined) continue
    const { segments } = parseCaddyfile(text, path)
    const snippets = new Set(segments.flatMap(({ name }) => /^\((.+)\)$/.exec(name)?.[1] ?? []))
    for (const target of importsOf(segments)) {
      if (!snippets.has(target)) open.push(...(await filesOf(importPath(target, path), disk)))
    }
  }
  return result
}

function importsOf(segments: readonly Segment[]): string[] {
  return segments.flatMap(({ name, args, block = [] }) => [
    ...(name === 'import' && args[0] !== undefined ? [args[0]] : []),
    ...importsOf(block),
  ])
}

/** Caddy expands stars in the last part of a path. A name that is no file may be a snippet of another file. */
async function filesOf(path: string, disk: Beneath): Promise<string[]> {
  if (!isImportGlob(path)) return path.includes('/') && (await disk.exists(path)) === true ? [path] : []
  const slash = path.lastIndexOf('/')
  const names = await disk.list(path.slice(0, slash) || '/')
  if (typeof names === 'string') return []
  return names
    .filter((name) => fitsGlob(name, path.slice(slash + 1)))
    .sort()
    .map((name) => `${path.slice(0, slash)}/${name}`)
}
