import type { SessionEvent } from '../session/events.ts'
import { evolve } from '../session/evolve.ts'
import type { Session } from '../session/session.ts'

/** Collects events while keeping the session they lead to, so that one decision can build on itself. */
export interface Steps {
  events: SessionEvent[]
  session: Session
  add(event: SessionEvent): void
}

/** No events yet, on a session as it stands. */
export function stepsFrom(session: Session): Steps {
  return {
    events: [],
    session,
    add(event) {
      this.events.push(event)
      this.session = evolve(this.session, { v: 1, seq: this.session.seq + 1, at: this.session.lastAt, event })
    },
  }
}
