import type { JsonObject } from '../words/json.ts'
import type { ReadContext } from './reader.ts'

/**
 * What the log prober must know of a format to keep the right lines of a log that is too long to
 * keep. Pure; the reader of the same name reads what was kept together with the tallies.
 */
export interface LogFormat {
  /** Opens one look: facts about the URL decide which records matter. */
  open(context: ReadContext): LogSieve
  /** Read no more than this from the end; for formats that cannot tell where the window begins. */
  maxBytes?: number
}

export interface LogSieve {
  /**
   * When the record that begins on this line was written; undefined where no record begins (the
   * line then belongs to the record above it). `zoned` false: local time, read as if it were UTC.
   */
  stamp(line: string): { ms: number; zoned: boolean } | undefined
  /** How much a record (its lines joined by line feeds) matters. */
  weigh(record: string): Weight
}

export interface Weight {
  /** 3 this URL's own path · 2 this URL · 1 anything that may matter · 0 leave out, do not count. */
  rank: 0 | 1 | 2 | 3
  /** Left-out records are counted by this; the reader of the format knows what it means. */
  key: JsonObject
}

/** Left-out records of one key. In a capture's `meta.left`; times in ms since 1970, UTC. */
export interface Tally {
  key: JsonObject
  count: number
  first: number
  last: number
}

/** What the log prober says in `Capture.meta`. Every field may be missing (pasted text). */
export interface LogMeta {
  /** The file that was read first. */
  path: string
  /** Minutes east of UTC of local stamps, and how that is known: env | mtime | host. */
  zoneMinutes: number | undefined
  zoneFrom: string
  /** The zone is certain: `env` and `mtime`, or the host's where the process certainly uses it. */
  zoneSure: boolean
  /** yes | no | unknown: is this the file the writing process holds open? */
  held: string
  moved: boolean
  /** Everything back to the window's start was seen, as far as the log reaches. */
  reached: boolean
  /** Records inside the window, kept or not. */
  records: number
  /** The file system is full: what is absent may only not have been written. */
  full: boolean
  /** Sentences about parts that could not be read. */
  gaps: string[]
  left: Tally[]
}

/** Parses `Capture.meta` of a log look; what is missing or odd becomes what proves nothing. */
export function parseLogMeta(meta: JsonObject): LogMeta {
  const zone = meta.zone_minutes
  return {
    path: text(meta.path),
    zoneMinutes: typeof zone === 'number' && Number.isInteger(zone) && Math.abs(zone) <= 1440 ? zone : undefined,
    zoneFrom: text(meta.zone_from),
    zoneSure: meta.zone_sure === true,
    held: text(meta.held) || 'unknown',
    moved: meta.moved === true,
    reached: meta.reached === true,
    records: count(meta.records),
    full: meta.full === true,
    gaps: Array.isArray(meta.gaps) ? meta.gaps.filter((each) => typeof each === 'string') : [],
    left: Array.isArray(meta.left) ? meta.left.flatMap(parseTally) : [],
  }
}

function parseTally(value: unknown): Tally[] {
  if (!isObject(value) || !isObject(value.key)) return []
  const tally = { key: value.key, count: count(value.count), first: count(value.first), last: count(value.last) }
  return tally.count > 0 ? [tally] : []
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0
}

/** Joins lines that begin no record to the one above them. Text in front of the first is left out. */
export function records(out: string, begins: (line: string) => boolean): string[] {
  const found: string[][] = []
  for (const raw of out.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (begins(line)) found.push([line])
    else if (line !== '') found.at(-1)?.push(line)
  }
  return found.map((lines) => lines.join('\n'))
}
