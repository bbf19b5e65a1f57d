import { type Hole, type HoleType, isDigit, type Literal } from './literal.ts'

export interface MatchOptions {
  /** The literal must cover the whole input; otherwise it may stand anywhere in it. */
  whole?: boolean
}

/**
 * Fits a literal to an input. Gives the holes' text by name, or null.
 *
 * Anywhere: a literal that begins with a hole begins with the input, and a text hole at its end
 * takes the rest. Each hole takes the shortest run after which the next piece fits.
 */
export function matchLiteral(
  literal: Literal,
  input: string,
  options: MatchOptions = {},
): Record<string, string> | null {
  if (!input.includes(literal.longest)) return null
  return new Match(literal, input, options.whole === true).run()
}

/** Where a piece was found, and what its int holes held. */
interface Found {
  start: number
  end: number
  ints: [string, string][]
}

/**
 * One attempt. Text holes cut the pieces into groups. As with the star of a glob, the leftmost place
 * of a group is as good as any later one, so groups are never tried again. Inside a group the
 * beginning moves on to its next place when a word breaks off. All positions only grow from one
 * beginning to the next, so what was found last (`cursor`) is mostly found still: linear.
 */
class Match {
  private readonly literal: Literal
  private readonly input: string
  private readonly whole: boolean
  private readonly cursor: { from: number; found: Found | null }[] = []
  private readonly breaks: { from: number; at: number }[] = []

  constructor(literal: Literal, input: string, whole: boolean) {
    this.literal = literal
    this.input = input
    this.whole = whole
  }

  run(): Record<string, string> | null {
    const holes: [string, string][] = []
    const { pieces, tail } = this.literal
    let position = 0
    for (let first = 0; first < pieces.length; ) {
      let end = first + 1
      while (end < pieces.length && !isText(pieces[end]?.gap)) end += 1
      const reached = this.group(first, end, position, holes)
      if (reached < 0) return null
      position = reached
      first = end
    }
    if (tail && this.takeTail(tail, position, holes) < 0) return null
    return Object.fromEntries(holes)
  }

  /** Fits pieces first..end-1 from `position` on; gives the position behind them, or -1. */
  private group(first: number, end: number, position: number, holes: [string, string][]): number {
    const gap = this.literal.pieces[first]?.gap ?? null
    const anchored = first === 0 && (this.whole || gap !== null || this.beginsWithInt())
    const wordFirst = gap !== null && !isText(gap)
    for (let from = gap ? position + 1 : position; from <= this.input.length; ) {
      const taken: [string, string][] = []
      let behind = position
      let begin = -1
      let fits = true
      for (let i = first; i < end && fits; i += 1) {
        const hole = this.literal.pieces[i]?.gap ?? null
        const earliest = i === first ? from : behind + 1
        const fixed = i === 0 && anchored && !gap
        const found = fixed ? this.at(i, earliest) : this.find(i, earliest)
        if (!found) return -1
        if (i === first) begin = found.start
        if (hole) {
          if (!isText(hole) && this.breakIn(i, hole, behind) < found.start) fits = false
          taken.push([hole.name, this.input.slice(behind, found.start)])
        }
        taken.push(...found.ints)
        behind = found.end
      }
      if (fits && end === this.literal.pieces.length && !this.endsWell(behind)) fits = false
      if (fits) {
        holes.push(...taken)
        return behind
      }
      // A word in front, or the start of the input, leaves no other beginning.
      if (wordFirst || (anchored && !gap)) return -1
      from = begin + 1
    }
    return -1
  }

  private beginsWithInt(): boolean {
    const part = this.literal.pieces[0]?.parts[0]
    return part !== undefined && 'int' in part
  }

  /** After the last piece: may the tail hole begin here, and (whole) is the input used up? */
  private endsWell(position: number): boolean {
    const tail = this.literal.tail
    return tail ? this.takeTail(tail, position, []) >= 0 : !this.whole || position === this.input.length
  }

  private takeTail(tail: Hole, position: number, holes: [string, string][]): number {
    const length = this.input.length
    const end = tail.type === 'text' || tail.type === 'rest' ? length : this.breakIn(-1, tail, position)
    const empty = end === position && tail.type !== 'rest'
    if (empty || (this.whole && end !== length)) return -1
    holes.push([tail.name, this.input.slice(position, end)])
    return end
  }

  /** Where a word or path that begins here ends: the first character that it may not hold. */
  private breakIn(piece: number, hole: Hole, from: number): number {
    const slot = piece + 1
    const known = this.breaks[slot]
    if (known && known.from <= from && from <= known.at) return known.at
    let at = from
    while (at < this.input.length && mayHold(hole.type, this.input.charCodeAt(at))) at += 1
    this.breaks[slot] = { from, at }
    return at
  }

  /** The leftmost place of a piece at or after `from`; the last piece of a whole match ends the input. */
  private find(index: number, from: number): Found | null {
    const known = this.cursor[index]
    if (known && known.from <= from && (known.found === null || from <= known.found.start)) return known.found
    const found = this.search(index, from)
    this.cursor[index] = { from, found }
    return found
  }

  private search(index: number, from: number): Found | null {
    const parts = this.literal.pieces[index]?.parts ?? []
    const first = parts[0]
    if (first === undefined || 'int' in first) return this.at(index, from)
    const last = this.whole && this.literal.tail === null && index === this.literal.pieces.length - 1
    const onlyPlace = last && parts.length === 1 ? this.input.length - first.literal.length : 0
    for (let at = Math.max(from, onlyPlace); ; at += 1) {
      at = this.input.indexOf(first.literal, at)
      if (at < 0) return null
      const found = this.at(index, at)
      if (found && (!last || found.end === this.input.length)) return found
    }
  }

  /** The piece at exactly this position. */
  private at(index: number, start: number): Found | null {
    let end = start
    const ints: [string, string][] = []
    for (const part of this.literal.pieces[index]?.parts ?? []) {
      if ('literal' in part) {
        if (!this.input.startsWith(part.literal, end)) return null
        end += part.literal.length
      } else {
        const digits = isSign(this.input, end) ? end + 1 : end
        let behind = digits
        while (behind - digits < MAX_DIGITS && isDigit(this.input, behind)) behind += 1
        if (behind === digits || isDigit(this.input, behind)) return null
        ints.push([part.int, this.input.slice(end, behind)])
        end = behind
      }
    }
    return { start, end, ints }
  }
}

/** Longer runs of digits are no number that any log prints; the limit keeps each try short. */
const MAX_DIGITS = 40

function isText(hole: Hole | null | undefined): boolean {
  return hole?.type === 'text'
}

function isSign(text: string, at: number): boolean {
  const c = text.charAt(at)
  return c === '-' || c === '+'
}

function mayHold(type: HoleType, code: number): boolean {
  const blank = code === 32 || (code >= 9 && code <= 13) || code === 0xa0
  const quote = code === 34 || code === 39 || code === 96
  return !blank && !(type === 'path' && quote)
}
