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

export interface Hole {
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
      const run = runWithoutBraces(text, i)
      literal += run
      i += run.length
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

const BRACE = /[{}]/g

/** The text from `at` on up to the next brace; there is none at `at` itself. */
function runWithoutBraces(text: string, at: number): string {
  BRACE.lastIndex = at
  return text.slice(at, BRACE.exec(text)?.index ?? text.length)
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

/** Is this one of 0-9? No other script's digits are meant. */
export function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}
