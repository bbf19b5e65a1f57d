import type { Value } from '../../words/value.ts'
import type { Dark, ReadContext } from '../reader.ts'
import type { ErrorEntry } from './error-entry.ts'
import type { Suspect } from './own-requests.ts'

interface Pasted extends Suspect {
  entry: ErrorEntry
}

/** Pasted lines do not say in which time zone they were written: the farthest is 14 hours from UTC. */
const ZONES_MS = 14 * 3_600_000

/**
 * Which pasted lines stand for our own request. Who pastes a log sends the lines of the failure that is asked about, and our
 * request is seldom in them: where none of ours is, the last line about the URL (or else about its site) stands for it, with
 * what its connection wrote besides. Not where we were answered well: then a failure in the log is an earlier one.
 */
export function standIns<T extends Pasted>(about: readonly T[], context: ReadContext): { lines: Set<T>; dark: Dark[] } {
  if (context.facts.get('answer.class') === 'ok') return { lines: new Set(), dark: [] }
  const now = context.now.getTime()
  const from = now - windowMs(context.facts.get('window.seconds')) - ZONES_MS
  const inTime = about.filter(({ at }) => at >= from && at <= now + ZONES_MS)
  const last = lastOf(inTime.filter(({ entry }) => entry.fit === 'path')) ?? lastOf(inTime)
  if (last)
    return {
      lines: new Set(about.filter(({ connection, at }) => connection === last.connection && at >= from)),
      dark: [],
    }
  const old = lastOf(about)
  if (!old) return { lines: new Set(), dark: [] }
  const says = `the last pasted line about this URL is of ${new Date(old.at).toISOString().slice(0, 16)}: too long ago to tell of now (--since reaches farther back)`
  return { lines: new Set(), dark: [{ why: 'not-understood', says }] }
}

function lastOf<T extends Pasted>(list: readonly T[]): T | undefined {
  return list.reduce<T | undefined>((best, each) => (best && best.at > each.at ? best : each), undefined)
}

function windowMs(seconds: Value | undefined): number {
  return typeof seconds === 'bigint' ? Number(seconds) * 1000 : 0
}
