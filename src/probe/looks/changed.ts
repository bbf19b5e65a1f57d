import type { JsonObject } from '../../words/json.ts'
import { Beneath } from './beneath.ts'
import type { Over } from './outcome.ts'

/** One change, as the look `changes` writes it down: milliseconds since 1970, a kind of its reader's, and words for people. */
export interface Change extends JsonObject {
  at_ms: number
  kind: string
  what: string
}

/** What one source told, and what of it could not be read. */
export interface Part {
  changes: Change[]
  unread: string[]
}

export const NOTHING: Part = { changes: [], unread: [] }

/** A file counts as put in place, not as written, when that came so many milliseconds later. */
const APART_MS = 2000

/** When a file was changed last; nothing where there is no such regular file. `more` is put behind the words. */
export async function fileChange(
  path: string,
  kind: string,
  { disk = new Beneath(''), more = () => '' }: { disk?: Beneath; more?: (atMs: number) => string } = {},
): Promise<Change[]> {
  const stamps = await disk.stamps(path)
  if (stamps === undefined) return []
  const [written, placed] = [Math.round(stamps.mtime.getTime()), Math.round(stamps.placed.getTime())]
  const moved = placed > written + APART_MS
  const at = moved ? placed : written
  const what = moved ? `${path} was put in place, or its rights were changed` : `${path} was changed`
  return [{ at_ms: at, kind, what: `${what}${more(at)}` }]
}

/** The changes of several files, one after the other. */
export async function fileChanges(
  paths: readonly string[],
  kind: string,
  disk: Beneath,
  over: Over,
): Promise<Change[]> {
  const changes: Change[] = []
  for (const path of paths) {
    if (over()) break
    changes.push(...(await fileChange(path, kind, { disk })))
  }
  return changes
}
