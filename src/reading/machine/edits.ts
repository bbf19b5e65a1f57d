import { type Edit, editLine } from '../../words/edit.ts'
import type { JsonObject } from '../../words/json.ts'
import { objects, text } from '../process/found.ts'

/** A file counts as put in place, not as written, when that came so many milliseconds later. */
const APART_MS = 2000
const MOST = 50

/**
 * When the files of a configuration were changed last, as the looks of every gateway's configuration measured it in their
 * `meta`: `files` (what was read) and `certificates` (what it names), each with `path`, `mtime` and, where it was measured,
 * `placed`. Latest first, at most fifty, each as one line of text: `TIME KIND WORDS`.
 */
export function editsOf(meta: JsonObject): string[] {
  const edits = [
    ...objects(meta, 'files').flatMap((file) => edit(file, 'config', '')),
    ...objects(meta, 'certificates').flatMap((file) => edit(file, 'certificate', 'the certificate or key ')),
  ]
  return edits
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, MOST)
    .map(editLine)
}

function edit(file: JsonObject, kind: string, whose: string): Edit[] {
  const path = text(file, 'path')
  const [written, placed] = [new Date(text(file, 'mtime')), new Date(text(file, 'placed'))]
  // A name with control characters in it would not be taken as a fact, and with it none of the others.
  if (path === '' || /[\u0000-\u001f\u007f-\u009f]/.test(path) || Number.isNaN(written.getTime())) return []
  const moved = placed.getTime() > written.getTime() + APART_MS
  const what = moved ? `${whose}${path} was put in place, or its rights were changed` : `${whose}${path} was changed`
  return [{ at: moved ? placed : written, kind, what }]
}
