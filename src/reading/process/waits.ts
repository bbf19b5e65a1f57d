import type { Outgoing } from './outgoing.ts'

/** What was seen of a program's connections at one moment of a request. */
export interface Moment {
  /** Milliseconds since the request was sent. */
  at: number
  connections: readonly Outgoing[]
}

/** What was seen of its connections when the request had been answered. */
export interface Afterwards {
  /** When that was, milliseconds since the request was sent. */
  ended: number
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

/** An answer that came so shortly before the end explains the time until then: a fifth of it. */
const SHORTLY = 5

/**
 * For whom a program waited, the longest first; each peer once. A connection waits for an answer when it was sent
 * something since our request and has received nothing after that; one that is merely open waits for nothing.
 */
export function waitsOf(moments: readonly Moment[], after?: Afterwards): Wait[] {
  const lastTwo = new Set(moments.slice(-2))
  const waits = new Map<string, Wait>()
  const firstTried = new Map<string, number>()
  const asked = new Map<string, { since: number; sent: number }>()
  const add = (found: Wait) => {
    const known = waits.get(found.peer)
    if (!known || found.ms > known.ms) waits.set(found.peer, found)
    else if (found.toTheEnd) known.toTheEnd = true
  }
  for (const moment of moments) {
    for (const connection of moment.connections) {
      const since = sinceWhen(connection, moment.at, firstTried)
      if (since === undefined) continue
      if (connection.state === 'established') asked.set(endsOf(connection), { since, sent: connection.sent })
      add({
        peer: connection.peer,
        for: connection.state === 'syn-sent' ? 'connecting' : 'answer',
        ms: Math.max(0, moment.at - since),
        toTheEnd: lastTwo.has(moment),
      })
    }
  }
  for (const connection of after?.connections ?? []) {
    const known = asked.get(endsOf(connection))
    const { sent, sentMs, received, receivedMs, peer } = connection
    // Nothing more was sent: its own two times tell how long the answer took, whenever they are read.
    if (known === undefined || known.sent !== sent || received === 0 || receivedMs > sentMs) continue
    const ms = sentMs - receivedMs
    const left = (after?.ended ?? 0) - known.since - ms
    add({ peer, for: 'answer', ms, toTheEnd: left * SHORTLY <= (after?.ended ?? 0) })
  }
  return [...waits.values()].sort((a, b) => b.ms - a.ms || (a.peer < b.peer ? -1 : 1))
}

const endsOf = ({ local, peer }: Outgoing) => `${local} ${peer}`

/**
 * When connections were seen, milliseconds since our request: it was sent over one of these, and the kernel tells how
 * long ago. Starting a program takes a while on a busy machine. `fallback`: when the program was started; holds where
 * none or several were sent something.
 */
export function seenAt(ours: readonly Outgoing[], fallback: number): number {
  const sent = ours.filter((each) => each.sent > 0)
  return sent.length === 1 ? (sent[0]?.sentMs ?? fallback) : fallback
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
