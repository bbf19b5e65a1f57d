import { resolve } from 'node:path'
import type { JournalEntry } from '../session/events.ts'
import { openJournal } from '../session/journal.ts'
import { newSessionId, openStore } from '../session/store.ts'
import type { Io } from './io.ts'
import type { LookingOptions } from './options.ts'

/** Where a session's journal goes: its file in the store, a named file, or nowhere. */
export interface Place {
  id: string
  /** Does it stand in the store, where `export` and `resume` find it? */
  kept: boolean
  /** Is it written anywhere? Otherwise nothing need be made ready to be written. */
  written: boolean
  append(...entries: JournalEntry[]): void
  close(): void
}

/** Opens the journal. One that cannot be written warns once; the diagnosis goes on without it. */
export function openPlace(options: LookingOptions, url: URL, io: Io, byPerson = false): Place {
  const id = newSessionId(url, io.now(), Math.random())
  // A replay is a look at something already kept; what a person makes of it is not.
  if (!options.save || (options.recorded !== null && options.journal === null && !byPerson)) {
    return { id, kept: false, written: false, append: () => {}, close: () => {} }
  }
  const warn = (says: string) => io.err(`triage502: ${says}\n`)
  try {
    const path = options.journal === null ? openStore(io.env, warn).pathOf(id) : resolve(io.cwd, options.journal)
    const journal = openJournal(path, { create: true, warn })
    return {
      id,
      kept: options.journal === null,
      written: true,
      append: (...entries) => journal.append(...entries),
      close: () => journal.close(),
    }
  } catch (error) {
    warn(`the session is not kept: ${error instanceof Error ? error.message : String(error)}`)
    return { id, kept: false, written: false, append: () => {}, close: () => {} }
  }
}
