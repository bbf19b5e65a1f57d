import { freshReading, holds, learn, type Reading, substituted } from '../../reading/apache/conditions.ts'
import type { Placed } from '../../reading/apache/config-dump.ts'
import { logicalLines, type Sign, signOf } from '../../reading/apache/config-lines.ts'
import { byBytes, fitsGlob, isGlob } from '../../reading/nginx/glob.ts'
import type { Beneath } from './beneath.ts'

/** A configuration with every include in its place and every condition judged. */
export interface FlatConfig {
  lines: Placed[]
  files: { path: string; mtime: Date; placed: Date }[]
  unreadable: string[]
  /** What Apache itself would refuse: a file that is included by name and is not there. */
  problems: string[]
  /** A limit ended the reading: 500 files, 16 MB, depth 20, or the time. */
  limited: boolean
  /** Why the main file could not be read; '' when it was. */
  main: '' | 'absent' | 'denied' | 'irregular' | 'too-big'
  /** As the files set it last. */
  root: string
}

const MAX_FILES = 500
const MAX_BYTES = 16 * 1024 * 1024
const MAX_DEPTH = 20
const MAX_FOUND = 2000

export interface Start {
  conf: string
  root: string
  environment: ReadonlyMap<string, string>
  defines: readonly string[]
}

/** Reads the main file and all it includes, from the top as Apache does. `stop` ends it early. Never throws. */
export async function readApacheFiles(start: Start, disk: Beneath, stop: () => boolean): Promise<FlatConfig> {
  const walk = new Walk(start, disk, stop)
  await walk.main(start.conf)
  return walk.result
}

class Walk {
  readonly result: FlatConfig
  private readonly reading: Reading
  private bytes = 0
  private readonly disk: Beneath
  private readonly stop: () => boolean

  constructor({ root, environment, defines }: Start, disk: Beneath, stop: () => boolean) {
    this.disk = disk
    this.stop = stop
    this.reading = freshReading(environment, defines)
    this.result = { lines: [], files: [], unreadable: [], problems: [], limited: false, main: '', root }
  }

  async main(conf: string): Promise<void> {
    const kind = await this.file(conf, 0)
    if (kind !== 'text') this.result.main = kind
  }

  private async file(path: string, depth: number): Promise<'text' | Exclude<FlatConfig['main'], ''>> {
    const { result } = this
    if (result.files.length >= MAX_FILES || depth > MAX_DEPTH || this.stop()) {
      result.limited = true
      return 'absent'
    }
    const read = await this.disk.read(path, MAX_BYTES - this.bytes)
    if (read.kind !== 'text') {
      if (read.kind === 'too-big') result.limited = true
      return read.kind
    }
    this.bytes += read.bytes
    result.files.push({ path, mtime: read.mtime, placed: read.placed })
    // A section that does not count is skipped to its end, whatever stands in it.
    let skipping = 0
    let conditional = 0
    for (const { text, line } of logicalLines(read.text)) {
      const sign = signOf(substituted(text, this.reading))
      const about = conditionOf(sign)
      if (skipping > 0) {
        if (about === 'opens') skipping += 1
        else if (about === 'closes') skipping -= 1
      } else if (about === 'closes' && conditional > 0) conditional -= 1
      else if (about === 'opens' && sign.kind === 'opens') {
        if (await this.counts(sign)) conditional += 1
        else skipping = 1
      } else await this.take(sign, { file: path, line, text: substituted(text, this.reading) }, depth)
    }
    if (skipping > 0 || conditional > 0) result.problems.push(`${path} a section with a condition is never closed`)
    return 'text'
  }

  private async counts(sign: Extract<Sign, { kind: 'opens' }>): Promise<boolean> {
    if (sign.name !== 'iffile') return holds(this.reading, sign.name, sign.args) ?? true
    const [word = ''] = sign.args
    const negated = word.startsWith('!')
    const there = await this.disk.exists(this.absolute(negated ? word.slice(1) : word))
    return (there === true) !== negated
  }

  private async take(sign: Sign, placed: Placed, depth: number): Promise<void> {
    if (sign.kind === 'directive' && (sign.name === 'include' || sign.name === 'includeoptional')) {
      await this.include(sign.args[0] ?? '', sign.name === 'includeoptional', placed, depth)
      return
    }
    if (sign.kind === 'directive') {
      learn(this.reading, sign.name, sign.args)
      if (sign.name === 'serverroot' && sign.args[0] !== undefined) this.result.root = sign.args[0]
    }
    this.result.lines.push(placed)
  }

  private async include(target: string, optional: boolean, { file, line }: Placed, depth: number): Promise<void> {
    const pattern = this.absolute(target)
    const found = isGlob(pattern) ? await this.expand(pattern) : await this.inFolder(pattern, 0)
    if (isGlob(pattern) && found.length === 0 && !optional)
      this.result.problems.push(`${file}:${line} no file is like ${pattern}`)
    for (const path of found) {
      const kind = await this.file(path, depth + 1)
      if (kind === 'text') continue
      if (kind === 'absent' && !this.result.limited) {
        if (!optional) this.result.problems.push(`${file}:${line} there is no ${path}`)
      } else this.result.unreadable.push(path)
    }
  }

  private absolute(path: string): string {
    return path.startsWith('/') ? path : `${this.result.root.replace(/\/+$/, '')}/${path}`
  }

  /** A folder stands for every file in it and below. */
  private async inFolder(path: string, depth: number): Promise<string[]> {
    const names = await this.disk.list(path)
    if (typeof names === 'string' || depth > 5) return [path]
    const found: string[] = []
    for (const name of [...names].sort(byBytes).slice(0, MAX_FOUND)) {
      if (!name.startsWith('.')) found.push(...(await this.inFolder(`${path}/${name}`, depth + 1)))
    }
    return found
  }

  /** The paths that a pattern stands for, sorted. */
  private async expand(pattern: string): Promise<string[]> {
    let found = ['']
    for (const part of pattern.split('/').slice(1)) {
      if (found.length > MAX_FOUND || this.stop()) this.result.limited = true
      const next: string[] = []
      for (const folder of found.slice(0, MAX_FOUND)) {
        if (!isGlob(part)) {
          if ((await this.disk.exists(`${folder}/${part}`)) === true) next.push(`${folder}/${part}`)
          continue
        }
        const names = await this.disk.list(folder === '' ? '/' : folder)
        if (names === 'denied') this.result.unreadable.push(folder === '' ? '/' : folder)
        if (typeof names === 'string') continue
        next.push(...names.filter((name) => fitsGlob(name, part)).map((name) => `${folder}/${name}`))
      }
      found = next
    }
    return found.sort(byBytes)
  }
}

/** Sections that only say whether what stands in them counts. */
function conditionOf(sign: Sign): 'opens' | 'closes' | '' {
  if (sign.kind === 'directive' || !/^if(module|define|version|file|directive|section)$/.test(sign.name)) return ''
  return sign.kind
}
