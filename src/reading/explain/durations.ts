import { type Layer, type RoundTime, roundTime } from '../layers.ts'
import { tookOf } from './took.ts'

/** How the failed requests of a log lie around a default of somebody's. */
export interface Rounds {
  /** Failed requests whose line says how long they took. */
  failures: number
  /** How many of them ended just when a default ends. */
  count: number
  /** That default in ms, and whose it is; 0 and '' where they do not lie together. */
  ms: number
  whose: string
  /** The shortest and the longest of those that count, in ms. */
  least: number
  most: number
}

export const NO_ROUNDS: Rounds = { failures: 0, count: 0, ms: 0, whose: '', least: 0, most: 0 }

/** Fewer may meet by chance. */
const FEWEST = 3

interface Cluster {
  round: RoundTime
  count: number
  least: number
  most: number
}

/** Counts durations as they come; memory grows with the defaults there are, and not with the log. */
export class DurationTally {
  private readonly layers: readonly Layer[]
  private readonly clusters = new Map<string, Cluster>()
  private failures = 0

  constructor(layers: readonly Layer[]) {
    this.layers = layers
  }

  /** @param by a word for whoever wrote the line, '' where that is not known; @param ms how long the request took */
  add(ms: number, by: string): void {
    this.failures += 1
    // Whose log it is tells whose default it may be; what stands behind it or in front may have one too.
    const own = by === '' ? { ms: 0, whose: '' } : roundTime(this.layers, ms, [by])
    const round = own.ms > 0 ? own : roundTime(this.layers, ms, null)
    if (round.ms === 0) return
    const cluster = this.clusters.get(round.whose)
    if (cluster === undefined) this.clusters.set(round.whose, { round, count: 1, least: ms, most: ms })
    else {
      cluster.count += 1
      cluster.least = Math.min(cluster.least, ms)
      cluster.most = Math.max(cluster.most, ms)
    }
  }

  /** The default at which most of them ended, if at least half of them and three did. */
  end(): Rounds {
    const best = [...this.clusters.values()].sort((a, b) => b.count - a.count)[0]
    if (best === undefined || best.count < FEWEST || best.count * 2 < this.failures)
      return { ...NO_ROUNDS, failures: this.failures }
    const { round, count, least, most } = best
    return { failures: this.failures, count, ms: round.ms, whose: round.whose, least, most }
  }
}

const FEED = 10
const LONGEST = 16_384
/** What stands in front of the status of a failed request. */
const BEFORE = new Set([...' ":'].map((char) => char.charCodeAt(0)))
const LAST = new Set([...'234'].map((digit) => digit.charCodeAt(0)))

/** Finds the failed requests in a log that comes in pieces of any length. Only lines that hold such a status are read. */
export class DurationReader {
  private readonly tally: DurationTally
  private carried = Buffer.alloc(0)
  private passing = false

  constructor(layers: readonly Layer[]) {
    this.tally = new DurationTally(layers)
  }

  push(piece: Uint8Array): void {
    const start = this.passing ? piece.indexOf(FEED) + 1 : 0
    if (this.passing && start === 0) return
    this.passing = false
    const now = Buffer.from(piece.buffer, piece.byteOffset + start, piece.length - start)
    const text = this.carried.length === 0 ? now : Buffer.concat([this.carried, now])
    const end = text.lastIndexOf(FEED) + 1
    this.lines(text.subarray(0, end))
    // A copy: the piece is used again by whoever reads.
    this.carried = Buffer.from(text.subarray(end, end + LONGEST + 1))
    if (text.length - end > LONGEST) {
      this.carried = Buffer.alloc(0)
      this.passing = true
    }
  }

  end(): Rounds {
    this.lines(this.carried)
    this.carried = Buffer.alloc(0)
    return this.tally.end()
  }

  private lines(text: Buffer): void {
    for (let at = text.indexOf('50'); at >= 0; ) {
      if (!LAST.has(text[at + 2] ?? 0) || !BEFORE.has(text[at - 1] ?? 0)) {
        at = text.indexOf('50', at + 2)
        continue
      }
      const from = text.lastIndexOf(FEED, at) + 1
      const feed = text.indexOf(FEED, at)
      const end = feed < 0 ? text.length : feed
      const took = end - from > LONGEST ? undefined : tookOf(text.toString('utf8', from, end))
      if (took) this.tally.add(took.ms, took.by)
      at = text.indexOf('50', end)
    }
  }
}
