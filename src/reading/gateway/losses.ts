import { type Infer, NEVER, t } from '../../words/value.ts'

/** On which requests the upstream closed the connection before it answered: the same for every gateway's log. */
export const losses = t.record({
  /** The log was read as far as the window. */
  complete: t.bool,
  requests: t.int,
  /** Of those: what a gateway may send again (GET and the like), and what it may not. Both 0 where no method is told. */
  repeatable: t.int,
  once: t.int,
  /** Surely in a connection that had been used before; 0 where the log does not tell. */
  reused: t.int,
  /** Reached the visitor as an error. */
  failed: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** Of the latest. */
  message: t.string,
})
type Losses = Infer<typeof losses>

/** One request that was lost. */
export interface Loss {
  /** ms since 1970, UTC. */
  at: number
  /** '' where the log does not tell. */
  method: string
  reused: boolean
  failed: boolean
  message: string
}

/** RFC 9110, 9.2.2: these may be sent again by whoever lost the answer. */
const REPEATABLE = /^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/

/** Sums up what was lost, in the order of the log. */
export function lossesOf(lost: readonly Loss[], complete: boolean): Losses {
  const count = (of: (loss: Loss) => boolean) => BigInt(lost.filter(of).length)
  return {
    complete,
    requests: BigInt(lost.length),
    repeatable: count(({ method }) => REPEATABLE.test(method)),
    once: count(({ method }) => method !== '' && !REPEATABLE.test(method)),
    reused: count(({ reused }) => reused),
    failed: count(({ failed }) => failed),
    first: lost[0] ? new Date(lost.reduce((least, { at }) => Math.min(least, at), lost[0].at)) : NEVER,
    last: lost[0] ? new Date(lost.reduce((most, { at }) => Math.max(most, at), lost[0].at)) : NEVER,
    message: lost.at(-1)?.message ?? '',
  }
}
