import type { Signature } from '../signatures.ts'
import { type Candidate, type Finder, findAmong } from './finder.ts'

/** One signature's lines in a log. */
export interface LogTally {
  signature: Signature
  count: number
  first: LogPlace
  last: LogPlace
}

/** A line of a log: its number, from 1, and its beginning. */
export interface LogPlace {
  line: number
  text: string
}

/** A log read in one pass: memory does not grow with it. */
export interface LogReading {
  /** Lines that are not empty. */
  lines: number
  known: number
  /** Lines of which only the beginning was looked at. */
  cut: number
  tallies: LogTally[]
}

/** No more of a line is looked at; the rest of it is passed over. In bytes. */
export const LONGEST_LINE = 64 * 1024
const SHOWN = 2000
const FEED = 10

/** Reads a log as it comes, in pieces of any length. `push` does not keep the piece. */
export class LogReader {
  private readonly finder: Finder
  private readonly tallies = new Map<Signature, LogTally>()
  private readonly decoder = new TextDecoder()
  /** Candidates met in the line so far. */
  private readonly met: Candidate[] = []
  private readonly metIn: Uint32Array
  /** What earlier pieces held of the line that is not at its end. */
  private readonly carried = new Uint8Array(LONGEST_LINE)
  private carriedLength = 0
  private state = 0
  /** Bytes of the line so far, also those that were passed over. */
  private length = 0
  private number = 1
  private lines = 0
  private known = 0
  private cut = 0

  constructor(finder: Finder) {
    this.finder = finder
    this.metIn = new Uint32Array(finder.byWord.length)
  }

  push(piece: Uint8Array): void {
    for (let from = 0; from < piece.length; ) {
      const feed = piece.indexOf(FEED, from)
      const end = feed < 0 ? piece.length : feed
      this.scan(piece, from, Math.min(end, from + Math.max(0, LONGEST_LINE - this.length)))
      this.length += end - from
      if (feed < 0) {
        this.carry(piece.subarray(from, end))
        return
      }
      this.endLine(piece, from, end)
      from = feed + 1
    }
  }

  /** What was read until now; the line without an end counts. Signatures in the order in which they were met first. */
  end(): LogReading {
    if (this.length > 0) this.endLine(this.carried, 0, 0)
    return { lines: this.lines, known: this.known, cut: this.cut, tallies: [...this.tallies.values()] }
  }

  private scan(piece: Uint8Array, from: number, to: number): void {
    const { table, classes, classOf, first } = this.finder.automaton
    let state = this.state
    for (let at = from; at < to; at += 1) {
      state = table[state * classes + (classOf[piece[at] ?? 0] ?? 0)] ?? 0
      if (first[state] !== first[state + 1]) this.meet(state)
    }
    this.state = state
  }

  private meet(state: number): void {
    const { first, words } = this.finder.automaton
    for (let at = first[state] ?? 0; at < (first[state + 1] ?? 0); at += 1) {
      const word = words[at] ?? 0
      const candidate = this.finder.byWord[word]
      if (candidate === undefined || this.metIn[word] === this.number) continue
      this.metIn[word] = this.number
      this.met.push(candidate)
    }
  }

  private carry(part: Uint8Array): void {
    const room = this.carried.subarray(this.carriedLength)
    const kept = part.subarray(0, room.length)
    room.set(kept)
    this.carriedLength += kept.length
  }

  private endLine(piece: Uint8Array, from: number, end: number): void {
    if (this.length > 0) this.lines += 1
    if (this.length > LONGEST_LINE) this.cut += 1
    if (this.met.length > 0) this.tell(this.textOf(piece, from, end))
    this.met.length = 0
    this.state = 0
    this.length = 0
    this.carriedLength = 0
    this.number += 1
  }

  private textOf(piece: Uint8Array, from: number, end: number): string {
    let bytes = piece.subarray(from, Math.min(end, from + LONGEST_LINE))
    if (this.carriedLength > 0) {
      this.carry(bytes)
      bytes = this.carried.subarray(0, this.carriedLength)
    }
    const text = this.decoder.decode(bytes)
    return text.endsWith('\r') ? text.slice(0, -1) : text
  }

  private tell(line: string): void {
    const found = findAmong(line, this.met)
    if (!found) return
    this.known += 1
    const place = { line: this.number, text: line.length > SHOWN ? line.slice(0, SHOWN) : line }
    const tally = this.tallies.get(found.signature)
    if (tally) {
      tally.count += 1
      tally.last = place
    } else this.tallies.set(found.signature, { signature: found.signature, count: 1, first: place, last: place })
  }
}
