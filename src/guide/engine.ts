import type { JournalEntry, SessionEvent } from '../session/events.ts'
import { begin, evolve, type Session } from '../session/session.ts'
import type { Action } from './action.ts'
import type { Guide } from './guide.ts'

/** Where entries go as they are made. A sink that fails must not stop a diagnosis: it warns by itself. */
export interface Sink {
  append(entry: JournalEntry): void
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
    sink.append(entry)
    session = begin(entry)
  }
  return {
    get session() {
      return session
    },
    dispatch(action) {
      for (const event of guide.decide(session, action)) {
        const entry: JournalEntry = { v: 1, seq: session.seq + 1, at: now().toISOString(), event }
        sink.append(entry)
        session = evolve(session, entry)
      }
      return session
    },
  }
}
