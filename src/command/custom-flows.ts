import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadLibrary } from '../flow/load.ts'
import type { Library } from '../flow/types.ts'
import { catalogue } from './catalogue.ts'

/** The shipped flows with a folder's own beside them, checked together. Problems are ready to print. */
export function loadWithCustom(folder: string | null): { library: Library; problems: string[] } {
  const { library, problems } = loadLibrary(shippedFolder(), catalogue(null), folder === null ? {} : { custom: folder })
  const mine = folder === null ? problems : problems.filter((problem) => problem.file.startsWith(folder))
  return { library, problems: mine.map((p) => `${p.file}:${p.line}:${p.column} ${p.what} — ${p.mend}`) }
}

/** The YAML that the program ships beside its compiled form. */
export function shippedFolder(): string {
  const places = ['../flows', '../../flows'].map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return places.find((place) => existsSync(place)) ?? places[0] ?? ''
}
