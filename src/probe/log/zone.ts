import { zoneMinutes } from '../../reading/time-zone.ts'
import { hostZone } from '../looks/host-zone.ts'
import type { Written } from './writer.ts'

/** The zone of local stamps. */
export interface StampZone {
  minutes: number
  from: 'env' | 'mtime' | 'host'
  sure: boolean
}

const QUARTER_MS = 15 * 60_000
/** nginx writes a line at once, with a stamp of that second. */
const CLOSE_MS = 3000

/** A request of our own, as far as it dates what was written then. */
export interface Asked {
  startedAt: Date
  endedAt: Date
}

/**
 * Which zone a log's stamps are in. `lastStamp`: of the newest line, read as if UTC; `mtimeMs`: when
 * that file was last written; `asked`: our own requests so far, or that somebody else
 * stamped the line when it was written, as a container's engine does.
 *
 * The newest line's stamp against the file's time measures the zone to a quarter of an hour, if the file was written for that
 * line. A file may be touched, or copied over itself, long after: on the hour an old stamp then measures a zone that nobody
 * has. So a second sign is wanted: the zone that the process should have (its TZ, else this machine's), or that the file was
 * written while we asked. A TZ alone is no proof either: the C library takes UTC where it cannot load it (no tzdata).
 */
export async function stampZone(
  written: Written,
  lastStamp: number,
  mtimeMs: number,
  asked: readonly Asked[] | 'stamped' = [],
): Promise<StampZone> {
  const measured = quarterOffset(lastStamp, mtimeMs)
  const named = written.tz === undefined ? undefined : zoneMinutes(written.tz, mtimeMs)
  const host = zoneMinutes(await hostZone(), mtimeMs) ?? 0
  // A process without TZ uses its own /etc/localtime: ours when paths mean the same to it.
  const sameAsHost = written.tzSeen && written.tz === undefined && written.root === ''
  if (measured !== undefined && (measured === (named ?? host) || writtenForUs(mtimeMs, asked)))
    return { minutes: measured, from: measured === named ? 'env' : 'mtime', sure: true }
  if (named !== undefined) return { minutes: named, from: 'env', sure: measured === undefined || written.held === 'no' }
  if (sameAsHost) return { minutes: host, from: 'host', sure: measured === undefined }
  if (measured !== undefined) return { minutes: measured, from: 'mtime', sure: false }
  return { minutes: host, from: 'host', sure: false }
}

function writtenForUs(mtimeMs: number, asked: readonly Asked[] | 'stamped'): boolean {
  if (asked === 'stamped') return true
  return asked.some(
    ({ startedAt, endedAt }) => mtimeMs >= startedAt.getTime() - 1000 && mtimeMs <= endedAt.getTime() + CLOSE_MS,
  )
}

function quarterOffset(stamp: number, mtimeMs: number): number | undefined {
  const quarters = Math.round((stamp - mtimeMs) / QUARTER_MS)
  const apart = stamp - quarters * QUARTER_MS - mtimeMs
  const minutes = quarters * 15 + 0
  return apart <= 1000 && apart >= -CLOSE_MS && minutes >= -12 * 60 && minutes <= 14 * 60 ? minutes : undefined
}
