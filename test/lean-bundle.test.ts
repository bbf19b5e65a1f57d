import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const DIST = join(import.meta.dirname, '../dist')

/** The one file that the build made of a module which is loaded when it is needed. */
function fileOf(name: string): string {
  const [only, ...others] = readdirSync(join(DIST, 'chunks')).filter((file) =>
    new RegExp(`^${name}-[A-Z0-9]{8}\\.js$`).test(file),
  )
  if (only === undefined || others.length > 0) throw new Error(`one file of ${name} was expected`)
  return join('chunks', only)
}

/** What is loaded with a file: itself, and all that it imports at its beginning. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(join(DIST, file), 'utf8')
  for (const [, path = ''] of text.matchAll(/^(?:import|\} from) "\.\/((?:chunks\/)?[\w.-]+\.js)";$/gm)) {
    loadedWith(path.startsWith('chunks/') ? path : join('chunks', path), seen)
  }
  return seen
}

const bytesOf = (files: ReadonlySet<string>) =>
  [...files].reduce((sum, file) => sum + readFileSync(join(DIST, file)).length, 0)
const holds = (files: ReadonlySet<string>, module: string) =>
  [...files].some((file) => readFileSync(join(DIST, file), 'utf8').includes(`// ${module}\n`))

describe('what the build makes', () => {
  it('is few files for a diagnosis: each has to be looked for', () => {
    const files = loadedWith(fileOf('diagnose'))
    expect(files.size).toBeGreaterThan(2)
    expect(files.size).toBeLessThan(30)
  })

  it('loads no screens, no YAML and no other command for a diagnosis', () => {
    const files = loadedWith(fileOf('diagnose'))
    for (const module of ['src/guide/headless.ts', 'src/reading/index.ts', 'src/flow/shelf.ts']) {
      expect(holds(files, module), module).toBe(true)
    }
    for (const module of [
      'src/terminal/wizard.ts',
      'src/flow/load.ts',
      'src/flow/yaml-file.ts',
      'src/command/export.ts',
      'src/report/html.ts',
      'src/probe/live.ts',
      'src/probe/looks/listeners.ts',
    ]) {
      expect(holds(files, module), module).toBe(false)
    }
  })

  it('is a few kilobytes for --version and --help', () => {
    expect(bytesOf(loadedWith('cli.js'))).toBeLessThan(40_000)
  })
})
