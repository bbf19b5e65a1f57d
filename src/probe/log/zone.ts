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

/**
 * Which zone a log's stamps are in. `lastStamp`: of the newest line, read as if UTC; `mtimeMs`: when
 * that file was last written.
 *
 * A TZ names the zone, unless the C library could not load it (no tzdata: then it is UTC): when the
 * newest line was written to a file that the process holds, its stamp against the file's time tells
 * the truth, to a quarter of an hour.
 */
export async function stampZone(written: Written, lastStamp: number, mtimeMs: number): Promise<StampZone> {
  const measured = quarterOffset(lastStamp, mtimeMs)
  if (written.held === 'yes' && measured !== undefined) {
    const same = written.tz !== undefined && zoneMinutes(written.tz, mtimeMs) === measured
    return { minutes: measured, from: same ? 'env' : 'mtime', sure: true }
  }
  if (written.tz !== undefined) {
    const named = zoneMinutes(written.tz, mtimeMs)
    if (named !== undefined) return { minutes: named, from: 'env', sure: true }
  }
  if (measured !== undefined) return { minutes: measured, from: 'mtime', sure: true }
  const host = zoneMinutes(await hostZone(), mtimeMs) ?? 0
  // A process without TZ uses its own /etc/localtime: ours when paths mean the same to it.
  return { minutes: host, from: 'host', sure: written.tzSeen && written.tz === undefined && written.root === '' }
}

function quarterOffset(stamp: number, mtimeMs: number): number | undefined {
  const quarters = Math.round((stamp - mtimeMs) / QUARTER_MS)
  const apart = stamp - quarters * QUARTER_MS - mtimeMs
  const minutes = quarters * 15 + 0
  return apart <= 1000 && apart >= -CLOSE_MS && minutes >= -12 * 60 && minutes <= 14 * 60 ? minutes : undefined
}
