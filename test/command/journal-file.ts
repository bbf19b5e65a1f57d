import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SessionEvent } from '../../src/session/events.ts'
import { formatLine } from '../../src/session/line.ts'
import { entries } from '../guide/make.ts'

/** Writes a journal of these events after the first into a folder. Gives its path. */
export function journalFile(folder: string, name: string, ...events: SessionEvent[]): string {
  const path = join(folder, name)
  const lines = entries(...events).map((entry) => `${formatLine(entry)}\n`)
  writeFileSync(path, lines.join(''))
  return path
}
