import { type DiagnosisRung, FOR_EVER_MS, type Inversion, type RungLimit } from './document.ts'

type Rung = Omit<DiagnosisRung, 'inversions'>

/** For one request; each of them may take as long as the limit says. */
export interface Tries {
  /** How many servers it may ask. */
  asks: number
  /** How often it may try to connect: HAProxy's `retries` and once before. */
  connects: number
}

export const ONCE: Tries = { asks: 1, connects: 1 }

/**
 * What stands in the wrong order between a hop and the one behind it. Pure.
 * @param tries how often the inner one may try what it waits for
 */
export function inversionsOf(outer: Rung, inner: Rung, tries: Tries): Inversion[] {
  return [...lostConnections(outer, inner), ...givesUpFirst(outer, inner, tries)]
}

/** Two defaults, or one that no source confirms, are nothing that was found here. */
function inversion(cause: Inversion['cause'], says: string, values: readonly RungLimit[]): Inversion[] {
  const seen = values.filter(({ from }) => from !== 'known-default' && from !== 'unconfirmed-default')
  if (seen.length === 0 || values.some(({ from }) => from === 'unconfirmed-default')) return []
  // Where nobody set anything on either side, nothing was found but what documentation says.
  if (seen.every(({ from }) => from === 'default') && seen.length < values.length) return []
  return [{ cause, says, known: seen.length === values.length }]
}

function lostConnections({ name, reuse }: Rung, inner: Rung): Inversion[] {
  const { keeps } = inner
  if (!reuse || reuse.ms <= 0 || !keeps || keeps.from === 'longer' || keeps.ms > reuse.ms) return []
  const long = reuse.ms >= FOR_EVER_MS ? 'as long as it stays open' : `${reuse.ms} ms`
  const says = `${name} uses an idle connection again for ${long}, and ${inner.name} closes it after ${keeps.ms} ms`
  return inversion('keepalive-race', says, [reuse, keeps])
}

function givesUpFirst({ name, read }: Rung, inner: Rung, { asks, connects }: Tries): Inversion[] {
  if (!read || read.ms <= 0) return []
  const begins = `${name} waits ${read.ms} ms, and ${inner.name} behind it`
  const most = inner.read ? inner.read.ms * asks : 0
  if (inner.read?.ms === 0) return inversion('timeout-order', `${begins} for ever`, [read, inner.read])
  if (inner.read && most > read.ms) {
    const each = asks > 1 ? `${asks} times ${inner.read.ms} ms, one for each server that it may ask` : `${most} ms`
    return inversion('timeout-order', `${begins} ${each}: the outer one gives up first`, [read, inner.read])
  }
  if (inner.connect && inner.connect.ms * connects > read.ms) {
    const each = connects > 1 ? `${connects} times ` : ''
    const says = `${begins} ${each}${inner.connect.ms} ms for a connection alone: the outer one gives up first`
    return inversion('timeout-order', says, [read, inner.connect])
  }
  return []
}
