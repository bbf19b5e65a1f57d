import { createRequire } from 'node:module'
import { parsedToml } from '../../reading/traefik/toml.ts'
import type { Json, JsonObject } from '../../words/json.ts'
import type { Beneath } from './beneath.ts'
import type { Over } from './outcome.ts'

const MAX_BYTES = 4 * 1024 * 1024
const MAX_FILES = 100

/** Reads files of JSON, YAML or TOML, in limits, and remembers which, and which it could not. */
export class FileReader {
  readonly read: { path: string; mtime: Date }[] = []
  readonly unreadable: string[] = []
  readonly gaps: string[] = []

  constructor(
    private readonly disk: Beneath,
    private readonly over: Over,
  ) {}

  /** The text of a small file; undefined where there is none. */
  async text(path: string): Promise<string | undefined> {
    const read = await this.disk.read(path, 64 * 1024)
    return read.kind === 'text' ? read.text : undefined
  }

  /** The content of a file; undefined where it is not there, cannot be read, or is of no form that is known. */
  async content(path: string): Promise<JsonObject | undefined> {
    if (this.read.length >= MAX_FILES || this.over()) {
      this.gaps.push(`${path} and what comes after it was not read`)
      return undefined
    }
    const read = await this.disk.read(path, MAX_BYTES)
    if (read.kind !== 'text') {
      if (read.kind !== 'absent') this.unreadable.push(path)
      return undefined
    }
    this.read.push({ path, mtime: read.mtime })
    const value = path.endsWith('.toml') ? parsedToml(read.text) : parsedYaml(read.text)
    if (value === undefined) this.gaps.push(`${path} is of no form that is read here`)
    return value
  }

  /** The files of a folder, by name; `kinds` are their endings. */
  async folder(path: string, kinds: readonly string[]): Promise<string[]> {
    const names = await this.disk.list(path)
    if (typeof names === 'string') {
      if (names === 'denied') this.unreadable.push(path)
      return []
    }
    return names
      .filter((name) => kinds.some((kind) => name.endsWith(kind)))
      .sort()
      .map((name) => `${path}/${name}`)
  }
}

/** JSON is YAML too. Aliases are followed a hundred times at most: a small file could stand for a huge one. */
export function parsedYaml(text: string): JsonObject | undefined {
  // Required when it is needed: most looks read no YAML.
  const { parseDocument }: typeof import('yaml') = createRequire(import.meta.url)('yaml')
  try {
    const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false, merge: true })
    if (document.errors.length > 0) return undefined
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
