import type { LogSieve, Tally, Weight } from '../../reading/log-format.ts'

/** How much of a log is kept in a capture. */
export interface KeepLimits {
  records: number
  bytes: number
}

export const KEEP: KeepLimits = { records: 2000, bytes: 256 * 1024 }

interface Kept {
  record: string
  ms: number
  /** Sorts records into the order they were written in. */
  order: number
  rank: number
}

interface Group {
  /** Of what is not kept any more. */
  tally: Tally
  /** Records of one key may differ in rank: each rank has room of its own. */
  shelves: Map<number, Shelf>
}

interface Shelf {
  newest: Kept[]
  /** Those fed last: the oldest, as a log is read from its end. A ring. */
  oldest: Kept[]
  fed: number
}

/** Records kept of one key while reading, by rank: what is about the URL gets the most room. */
const NEWEST = [0, 60, 150, 500]
const OLDEST = [0, 20, 30, 50]
const MAX_GROUPS = 300
/** A record is never longer in nginx's error log (2 KB); an access log's may be. */
const MAX_RECORD = 16 * 1024

/**
 * Keeps a bounded choice of a log's records and counts the rest. Of each kind the newest and the
 * oldest are kept, this URL's before others'.
 */
export class Keeper {
  records = 0
  private readonly sieve: LogSieve
  private readonly groups = new Map<string, Group>()
  private readonly limits: KeepLimits

  constructor(sieve: LogSieve, limits: KeepLimits = KEEP) {
    this.sieve = sieve
    this.limits = limits
  }

  /** A record of the window. Feed the newest first; `order` grows with the time of writing. */
  add(record: string, ms: number, order: number): void {
    this.records += 1
    const weight = this.sieve.weigh(record)
    if (weight.rank === 0) return
    const { tally, shelves } = this.group(weight)
    const shelf = shelves.get(weight.rank) ?? { newest: [], oldest: [], fed: 0 }
    shelves.set(weight.rank, shelf)
    const kept = { record: record.slice(0, MAX_RECORD), ms, order, rank: weight.rank }
    if (shelf.newest.length < (NEWEST[weight.rank] ?? 0)) shelf.newest.push(kept)
    else {
      const place = shelf.fed++ % (OLDEST[weight.rank] ?? 1)
      const dropped = shelf.oldest[place]
      if (dropped) drop(tally, dropped.ms)
      shelf.oldest[place] = kept
    }
  }

  private group(weight: Weight): Group {
    const crowded = this.groups.size >= MAX_GROUPS
    const known = this.groups.get(JSON.stringify(weight.key))
    if (known) return known
    const key = crowded ? { about: weight.key.about ?? false, more: true } : weight.key
    const name = JSON.stringify(key)
    const tally = { key, count: 0, first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY }
    const group = this.groups.get(name) ?? { tally, shelves: new Map() }
    this.groups.set(name, group)
    return group
  }

  /** The kept records in the order of writing, and counts of those that were not kept. */
  finish(): { out: string; left: Tally[]; leftOut: number } {
    const chosen = new Set<Kept>()
    let bytes = 0
    for (const kept of this.byImportance()) {
      const size = Buffer.byteLength(kept.record) + 1
      if (chosen.size >= this.limits.records || bytes + size > this.limits.bytes) continue
      chosen.add(kept)
      bytes += size
    }
    for (const { tally, shelves } of this.groups.values()) {
      for (const { newest, oldest } of shelves.values()) {
        for (const kept of [...newest, ...oldest]) if (!chosen.has(kept)) drop(tally, kept.ms)
      }
    }
    const left = [...this.groups.values()].map(({ tally }) => tally).filter(({ count }) => count > 0)
    const inOrder = [...chosen].sort((a, b) => a.order - b.order)
    const out = inOrder.map(({ record }) => `${record}\n`).join('')
    return { out, left, leftOut: left.reduce((sum, { count }) => sum + count, 0) }
  }

  /** Higher ranks first; within one, every kind's newest and oldest in turn. */
  private byImportance(): Kept[] {
    const turns: { kept: Kept; turn: number }[] = []
    for (const { newest, oldest } of [...this.groups.values()].flatMap(({ shelves }) => [...shelves.values()])) {
      for (const [i, kept] of newest.entries()) turns.push({ kept, turn: i })
      for (const [i, kept] of oldest.entries()) turns.push({ kept, turn: i * 4 })
    }
    return turns.sort((a, b) => b.kept.rank - a.kept.rank || a.turn - b.turn).map(({ kept }) => kept)
  }
}

function drop(tally: Tally, ms: number): void {
  tally.count += 1
  tally.first = Math.min(tally.first, ms)
  tally.last = Math.max(tally.last, ms)
}
