import type { LogSieve } from '../../reading/log-format.ts'

/** A record with the stamp of its first line. */
export interface RawRecord {
  text: string
  ms: number
  zoned: boolean
}

const MAX_LINES = 200
const MAX_CHARACTERS = 16 * 1024

/** Joins lines that come newest first to records: what begins no record belongs to the line above it. */
export class BackwardRecords {
  private below: string[] = []
  private characters = 0

  constructor(private readonly sieve: LogSieve) {}

  /** The record that this line begins, when it begins one. */
  push(line: string): RawRecord | undefined {
    const stamp = this.sieve.stamp(line)
    if (!stamp) {
      this.characters += line.length
      if (line !== '' && this.below.length < MAX_LINES && this.characters < MAX_CHARACTERS) this.below.push(line)
      return undefined
    }
    const text = this.below.length === 0 ? line : [line, ...this.below.reverse()].join('\n')
    this.below = []
    this.characters = 0
    return { text, ...stamp }
  }
}

/** The same for lines that come oldest first. */
export class ForwardRecords {
  private lines: string[] = []
  private characters = 0
  private stamp: { ms: number; zoned: boolean } | undefined

  constructor(private readonly sieve: LogSieve) {}

  /** The record that ended above this line, when one did. */
  push(line: string): RawRecord | undefined {
    const stamp = this.sieve.stamp(line)
    if (!stamp) {
      this.characters += line.length
      if (line !== '' && this.lines.length < MAX_LINES && this.characters < MAX_CHARACTERS) this.lines.push(line)
      return undefined
    }
    const done = this.end()
    this.lines = [line]
    this.characters = line.length
    this.stamp = stamp
    return done
  }

  /** The last record. */
  end(): RawRecord | undefined {
    return this.stamp && { text: this.lines.join('\n'), ...this.stamp }
  }
}
