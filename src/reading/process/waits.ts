import type { Outgoing } from './outgoing.ts'

/** What was seen of a program's connections at one moment of a request. */
export interface Moment {
  /** Milliseconds since the request was sent. */
  at: number
  connections: readonly Outgoing[]
}

/** Somebody whom a program waited for while it worked on a request. */
export interface Wait {
  /** `address:port` */
  peer: string
  /** `connecting`: nobody has taken its connection yet; `answer`: it was asked and has not answered. */
  for: 'connecting' | 'answer'
  /** How much of the request's time that took, milliseconds. */
  ms: number
  /** It still waited at one of the last two moments that were looked at: the very last may fall between its end and the answer. */
  toTheEnd: boolean
}

/** What is sent a moment before our request is another's; the clock of the kernel ticks every 1 to 10 ms. */
const TICK_MS = 20

/**
 * For whom a program waited, the longest first; each peer once. A connection waits for an answer when it was sent
 * something since our request and has received nothing after that; one that is merely open waits for nothing.
 */
export function waitsOf(moments: readonly Moment[]): Wait[] {
  const lastTwo = new Set(moments.slice(-2))
  const waits = new Map<string, Wait>()
  const firstTried = new Map<string, number>()
  for (const moment of moments) {
    for (const connection of moment.connections) {
      const since = sinceWhen(connection, moment.at, firstTried)
      if (since === undefined) continue
      const found: Wait = {
        peer: connection.peer,
        for: connection.state === 'syn-sent' ? 'connecting' : 'answer',
        ms: Math.max(0, moment.at - since),
        toTheEnd: lastTwo.has(moment),
      }
      const known = waits.get(found.peer)
      if (!known || found.ms > known.ms) waits.set(found.peer, found)
      else if (found.toTheEnd) known.toTheEnd = true
    }
  }
  return [...waits.values()].sort((a, b) => b.ms - a.ms || (a.peer < b.peer ? -1 : 1))
}

/**
 * When these connections were seen, milliseconds since our request: it was sent over one of them, to `own`
 * (`address:port`) by this process, and the kernel tells how long ago. Starting a program takes a while on a busy
 * machine. `fallback`: when the program was started; holds where there is no such connection, or several.
 */
export function seenAt(connections: readonly Outgoing[], own: string, pid: number, fallback: number): number {
  const ours = connections.filter(
    ({ state, peer, pids, sent }) => state === 'established' && peer === own && pids.includes(pid) && sent > 0,
  )
  return ours.length === 1 ? (ours[0]?.sentMs ?? fallback) : fallback
}

/** The moment since when it waits; undefined when it does not. */
function sinceWhen(connection: Outgoing, at: number, firstTried: Map<string, number>): number | undefined {
  const { state, peer, sent, sentMs, received, receivedMs } = connection
  if (state === 'syn-sent') {
    // Each try may be of another port of ours: to whom it is counts.
    const first = Math.min(firstTried.get(peer) ?? at, Math.max(0, at - connection.triedMs))
    firstTried.set(peer, first)
    return first
  }
  const asked = at - sentMs
  const answered = received > 0 && receivedMs <= sentMs
  return sent > 0 && asked >= -TICK_MS && !answered ? Math.max(0, asked) : undefined
}
