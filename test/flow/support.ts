import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Catalogue } from '../../src/flow/check.ts'
import { type Loaded, loadLibrary } from '../../src/flow/load.ts'
import { httpResponse } from '../../src/reading/http/types.ts'
import { nginxErrorLog } from '../../src/reading/nginx/types.ts'
import { listeners } from '../../src/reading/process/types.ts'

export const FIXTURES = fileURLToPath(new URL('../fixtures/flow/', import.meta.url))

/** Three real readers, two looks, no recordings. */
export const CATALOGUE: Catalogue = {
  readers: {
    listeners: { output: listeners, consults: ['upstream.port'] },
    'http-response': { output: httpResponse, consults: [] },
    'nginx-error-log': { output: nginxErrorLog, consults: [] },
  },
  looks: ['sockets', 'listeners'],
  recorded: new Set(),
}

/** A folder `flows` of files by name; it goes with the test. */
export function folderOf(files: Record<string, string>, name = 'flows'): string {
  const parent = mkdtempSync(join(tmpdir(), 'triage502-flow-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const folder = join(parent, name)
  mkdirSync(folder)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  return folder
}

/** The base fixture: one small flow without mistakes, with every data file. */
export function baseFiles(): Record<string, string> {
  return readFiles(join(FIXTURES, 'base'))
}

export function readFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** Loads the base with some of its files replaced or added. */
export function loadWith(files: Record<string, string>, catalogue: Catalogue = CATALOGUE): Loaded {
  return loadLibrary(folderOf({ ...baseFiles(), ...files }), catalogue)
}

/** `file:line:column what | mend`, one line a problem. */
export function told({ problems }: Loaded): string[] {
  return problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.what} | ${p.mend}`)
}
