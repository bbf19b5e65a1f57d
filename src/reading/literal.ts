/**
 * Literal text with typed holes, the only pattern language of the product: no regular expression
 * ever meets outside input, and a match is linear in the input by construction.
 *
 * `{name}` the shortest run, not empty · `{name:int}` optional sign and digits · `{name:word}` no
 * whitespace · `{name:path}` no whitespace, no quotes · `{name:rest}` everything to the end (may be
 * empty; last only). `{{` and `}}` stand for the braces themselves.
 */
export const HOLE_TYPES = ['text', 'int', 'path', 'word', 'rest'] as const
export type HoleType = (typeof HOLE_TYPES)[number]

interface Hole {
  name: string
  type: HoleType
}

/** Literals and int holes in turn: at a given position it fits in one way only. */
type Part = { literal: string } | { int: string }

interface Piece {
  /** The hole in front; null only on the first piece. */
  gap: Hole | null
  parts: Part[]
}

/** A compiled literal. Made by `compileLiteral` only. */
export interface Literal {
  text: string
  pieces: Piece[]
  /** The hole at the very end, unless it is an int. */
  tail: Hole | null
  /** Characters that are not holes: the more, the more specific. */
  weight: number
  /** The longest literal part: an input without it cannot match. */
  longest: string
}

/** Reads the pattern. Throws an Error that quotes the pattern and says what is wrong with it. */
export function compileLiteral(text: string): Literal {
  const tokens = tokenize(text)
  const pieces: Piece[] = []
  let piece: Piece = { gap: null, parts: [] }
  let tail: Hole | null = null
  for (const [i, token] of tokens.entries()) {
    if ('literal' in token) piece.parts.push(token)
    else if (token.type === 'int') piece.parts.push({ int: token.name })
    else if (i === tokens.length - 1) tail = token
    else {
      if (i > 0) pieces.push(piece)
      piece = { gap: token, parts: [] }
    }
  }
  if (tail === null || piece.parts.length > 0) pieces.push(piece)
  const literals = tokens.flatMap((token) => ('literal' in token ? [token.literal] : []))
  return {
    text,
    pieces,
    tail,
    weight: literals.reduce((sum, literal) => sum + literal.length, 0),
    longest: literals.reduce((best, literal) => (literal.length > best.length ? literal : best), ''),
  }
}

function tokenize(text: string): ({ literal: string } | Hole)[] {
  const fail = (why: string): never => {
    throw new Error(`literal ${JSON.stringify(text)}: ${why}`)
  }
  const tokens: ({ literal: string } | Hole)[] = []
  const names = new Set<string>()
  let literal = ''
  for (let i = 0; i < text.length; ) {
    const c = text.charAt(i)
    if ((c === '{' || c === '}') && text.charAt(i + 1) === c) {
      literal += c
      i += 2
    } else if (c === '}') {
      fail('a lone }: write }} for the character itself')
    } else if (c === '{') {
      const end = text.indexOf('}', i)
      if (end < 0) fail('a { without its }: write {{ for the character itself')
      const hole = parseHole(text.slice(i + 1, end), fail)
      const before = tokens.at(-1)
      if (literal === '' && before && !('literal' in before)) {
        fail(`{${before.name}} and {${hole.name}} touch: put text between two holes`)
      }
      if (before && 'type' in before && before.type === 'int' && isDigit(literal, 0)) {
        fail(`a digit right after {${before.name}:int} can never fit`)
      }
      if (names.has(hole.name)) fail(`two holes are called ${hole.name}`)
      if (literal !== '') tokens.push({ literal })
      tokens.push(hole)
      names.add(hole.name)
      literal = ''
      i = end + 1
      if (hole.type === 'rest' && i < text.length) fail(`{${hole.name}:rest} must be the last thing`)
    } else {
      literal += c
      i += 1
    }
  }
  const before = tokens.at(-1)
  if (before && 'type' in before && before.type === 'int' && isDigit(literal, 0)) {
    fail(`a digit right after {${before.name}:int} can never fit`)
  }
  if (literal !== '') tokens.push({ literal })
  if (tokens.length === 0) fail('it is empty')
  return tokens
}

function parseHole(inside: string, fail: (why: string) => never): Hole {
  const [name = '', type = 'text', ...more] = inside.split(':')
  if (!isName(name)) fail(`{${inside}} is no hole: a name is a-z, 0-9 and _; write {{ for the character itself`)
  const known = HOLE_TYPES.find((each) => each === type)
  if (more.length > 0 || known === undefined) {
    return fail(`{${inside}} has an unknown type: use one of ${HOLE_TYPES.join(', ')}`)
  }
  return { name, type: known }
}

function isName(name: string): boolean {
  return /^[a-z][a-z0-9_]*$/.test(name)
}

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

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
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
