import { includePath } from '../../reading/nginx/config-expand.ts'
import { byBytes, fitsGlob, isGlob } from '../../reading/nginx/glob.ts'
import { type Directive, parseConfig } from '../../reading/nginx/parse-config.ts'
import type { Beneath } from './beneath.ts'

/** The files of one configuration, in the order nginx reads them. */
export interface ConfigFiles {
  files: { path: string; text: string; mtime: Date; placed: Date }[]
  unreadable: string[]
  /** A limit ended the reading: 500 files, 16 MB, depth 10, or the time. */
  limited: boolean
  /** Why the main file could not be read; '' when it was. */
  main: '' | 'absent' | 'denied' | 'irregular' | 'too-big'
}

const MAX_FILES = 500
const MAX_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 10
const MAX_FOUND = 2000

/** Reads the main file and all it includes. `stop` ends it early. Never throws. */
export async function readConfigFiles(conf: string, disk: Beneath, stop: () => boolean): Promise<ConfigFiles> {
  const gathered = new Gathering(disk, conf, stop)
  await gathered.file(conf, 0, true)
  return gathered.result
}

class Gathering {
  readonly result: ConfigFiles = { files: [], unreadable: [], limited: false, main: '' }
  private readonly seen = new Set<string>()
  private bytes = 0

  constructor(
    private readonly disk: Beneath,
    private readonly conf: string,
    private readonly stop: () => boolean,
  ) {}

  async file(path: string, depth: number, isMain = false): Promise<void> {
    if (this.seen.has(path)) return
    if (this.seen.size >= MAX_FILES || depth > MAX_DEPTH || this.stop()) {
      this.result.limited = true
      if (isMain) this.result.main = 'absent'
      return
    }
    this.seen.add(path)
    const read = await this.disk.read(path, MAX_BYTES - this.bytes)
    if (read.kind !== 'text') {
      if (isMain) this.result.main = read.kind
      else this.result.unreadable.push(path)
      if (read.kind === 'too-big') this.result.limited = true
      return
    }
    this.bytes += read.bytes
    this.result.files.push({ path, text: read.text, mtime: read.mtime, placed: read.placed })
    for (const target of includesOf(parseConfig(read.text, path).directives)) {
      for (const found of await this.expand(includePath(target, this.conf))) await this.file(found, depth + 1)
    }
  }

  /** The paths that a pattern stands for, sorted; a path without wildcards stands for itself. */
  private async expand(pattern: string): Promise<string[]> {
    if (!isGlob(pattern)) return [pattern]
    let found = ['']
    for (const part of pattern.split('/').slice(1)) {
      if (found.length > MAX_FOUND || this.stop()) this.result.limited = true
      const next: string[] = []
      for (const folder of found.slice(0, MAX_FOUND)) {
        if (isGlob(part)) next.push(...(await this.matches(folder, part)))
        else next.push(`${folder}/${part}`)
      }
      found = next
    }
    // A name after a wildcard folder need not be there.
    const last = pattern.slice(pattern.lastIndexOf('/') + 1)
    if (isGlob(last)) return found.sort(byBytes)
    const there = await Promise.all(found.map((path) => this.disk.exists(path)))
    return found.filter((_, i) => there[i] === true).sort(byBytes)
  }

  private async matches(folder: string, part: string): Promise<string[]> {
    const names = await this.disk.list(folder === '' ? '/' : folder)
    if (names === 'denied') this.result.unreadable.push(folder === '' ? '/' : folder)
    if (typeof names === 'string') return []
    return names.filter((name) => fitsGlob(name, part)).map((name) => `${folder}/${name}`)
  }
}

function includesOf(directives: readonly Directive[]): string[] {
  return directives.flatMap(({ name, args, block }) => {
    if (block !== undefined) return includesOf(block)
    return name === 'include' && args[0] !== undefined ? [args[0]] : []
  })
}
