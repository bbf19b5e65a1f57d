import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEntry, SessionEvent } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { readJournal } from '../../src/session/journal.ts'
import type { Session } from '../../src/session/session.ts'

/** Folders of somebody's own: nothing of the person who runs the tests is read or written. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), 'triage502-home-'))
  readonly state = this.#made('state')
  readonly conf = this.#made('conf')
  /** Where the person stands. */
  readonly work = this.#made('work')

  #made(name: string): string {
    const path = join(this.folder, name)
    mkdirSync(path)
    return path
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text)
    return path
  }

  /** Paths of the journals that are kept, oldest first by name. */
  journals(): string[] {
    try {
      return readdirSync(this.state, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => join(this.state, name))
    } catch {
      return []
    }
  }

  /** The one journal that is kept. */
  journal(): string {
    const [path, ...more] = this.journals()
    if (path === undefined || more.length > 0) throw new Error(`${more.length + (path ? 1 : 0)} journals are kept`)
    return path
  }

  entries(): JournalEntry[] {
    const { entries, problems } = readJournal(this.journal())
    if (problems.length > 0) throw new Error(`the journal is damaged: ${problems.join('; ')}`)
    return entries
  }

  events<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.entries()
      .map(({ event }) => event)
      .filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type)
  }

  session(): Session {
    const session = fold(this.entries())
    if (!session) throw new Error('the journal is empty')
    return session
  }

  /** Does somebody still hold the journal? */
  locked(): boolean {
    return readdirSync(this.state, { recursive: true, encoding: 'utf8' }).some((name) => name.endsWith('.lock'))
  }

  text(path: string): string {
    return readFileSync(path, 'utf8')
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
