import type { LogSieve } from '../../reading/log-format.ts'
import type { Keeper } from './keeper.ts'
import { linesFromEnd, linesOfGzip, type Progress, type ReadBudget } from './lines.ts'
import type { Opened } from './open.ts'
import { BackwardRecords, ForwardRecords, type RawRecord } from './records.ts'
import type { StampZone } from './zone.ts'

type OpenFile = Extract<Opened, { kind: 'file' }>

/** One pass over a log's files, newest first. */
export interface Scan {
  sieve: LogSieve
  keeper: Keeper
  budget: ReadBudget
  /** Records before this moment do not count, ms since 1970. */
  sinceMs: number
  /** Finds the zone of local stamps from a file's newest one, NaN where that is not known. */
  zoneOf(stamp: number, mtimeMs: number): Promise<StampZone>
  zone: StampZone | undefined
  /** A record older than the window was seen: nothing further back can count. */
  reached: boolean
}

/** Workers write at the same time and clocks step: one old stamp is not the window's start yet. */
const OLD_IN_A_ROW = 50

/** Reads one file's part of the window. `age`: 0 for the newest file. True when all of it could be read. */
export async function scanFile(scan: Scan, file: OpenFile, kind: 'plain' | 'gzip', age: number): Promise<boolean> {
  return kind === 'gzip' ? scanGzip(scan, file, age) : scanPlain(scan, file, age)
}

async function scanPlain(scan: Scan, file: OpenFile, age: number): Promise<boolean> {
  const progress: Progress = { whole: false }
  const records = new BackwardRecords(scan.sieve)
  let old = 0
  let order = 0
  for await (const batch of linesFromEnd(file.handle, file.about.size, scan.budget, progress)) {
    for (const line of batch) {
      const record = records.push(line)
      if (!record) continue
      old = (await take(scan, record, file.about.mtimeMs, place(age, --order))) ? 0 : old + 1
      if (old < OLD_IN_A_ROW) continue
      scan.reached = true
      return true
    }
  }
  if (old > 0) scan.reached = true
  return progress.whole
}

async function scanGzip(scan: Scan, file: OpenFile, age: number): Promise<boolean> {
  const progress: Progress = { whole: false }
  const records = new ForwardRecords(scan.sieve)
  let order = -(2 ** 32)
  for await (const batch of linesOfGzip(file.handle, scan.budget, progress)) {
    for (const line of batch) {
      const record = records.push(line)
      if (record && !(await take(scan, record, file.about.mtimeMs, place(age, ++order), NO_STAMP))) scan.reached = true
    }
  }
  const last = records.end()
  if (last) await take(scan, last, file.about.mtimeMs, place(age, ++order), NO_STAMP)
  return progress.whole
}

/** Orders records of several files: an older file's come first. A file has fewer than 2^32 lines. */
function place(age: number, order: number): number {
  return order - age * 2 ** 33
}

/** A packed file's oldest line comes first: only its newest would tell the zone by the file's time. */
const NO_STAMP = Number.NaN

/** A line that somebody else stamped (ms since 1970) when it was written, as a container's engine does. */
export interface StampedLine {
  ms: number
  text: string
}

/** Reads lines that are in memory, oldest first: their own stamps against the writer's tell the zone exactly. */
export async function scanLines(scan: Scan, lines: readonly StampedLine[]): Promise<void> {
  const records = new BackwardRecords(scan.sieve)
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at]
    const record = line && records.push(line.text)
    if (record) await take(scan, record, line.ms, at)
  }
}

/** Hands a record to the keeper; false when it is older than the window. */
async function take(
  scan: Scan,
  record: RawRecord,
  writtenMs: number,
  order: number,
  newest = record.ms,
): Promise<boolean> {
  let at = record.ms
  if (!record.zoned) {
    scan.zone ??= await scan.zoneOf(newest, writtenMs)
    at -= scan.zone.minutes * 60_000
  }
  if (at < scan.sinceMs) return false
  scan.keeper.add(record.text, at, order)
  return true
}
