import type { JournalEntry, SessionEvent } from '../session/events.ts'
import { begin, evolve } from '../session/evolve.ts'
import type { Session } from '../session/session.ts'
import type { Action } from './action.ts'
import type { Guide } from './guide.ts'

/** Where entries go, those of one action together. A sink that fails must not stop a diagnosis: it warns by itself. */
export interface Sink {
  append(entries: readonly JournalEntry[]): void
}

/** A living session: every action goes through here, in order, and is written before it counts. */
export interface Engine {
  readonly session: Session
  dispatch(action: Action): Session
}

/**
 * Binds the pure guide to a clock and a sink. `start` is the session.started event of a new
 * session; `resumed` a session folded from its journal. Actions come in already masked.
 */
export function createEngine(
  guide: Guide,
  from: { start: SessionEvent } | { resumed: Session },
  sink: Sink,
  now: () => Date,
): Engine {
  let session: Session
  if ('resumed' in from) {
    session = from.resumed
  } else {
    const entry: JournalEntry = { v: 1, seq: 1, at: now().toISOString(), event: from.start }
    sink.append([entry])
    session = begin(entry)
  }
  return {
    get session() {
      return session
    },
    dispatch(action) {
      const entries: JournalEntry[] = []
      let after = session
      for (const event of guide.decide(session, action)) {
        const entry: JournalEntry = { v: 1, seq: after.seq + 1, at: now().toISOString(), event }
        entries.push(entry)
        after = evolve(after, entry)
      }
      if (entries.length > 0) sink.append(entries)
      session = after
      return session
    },
  }
}
