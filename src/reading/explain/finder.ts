import { compileLiteral, type Literal } from '../literal.ts'
import { matchLiteral } from '../literal-match.ts'
import type { Signature, SignatureMatch } from '../signatures.ts'
import { type Automaton, createAutomaton } from './automaton.ts'
import { behindFront, type LineTexts, textsOf } from './texts.ts'

/** Signatures of every source at once, made ready to meet lines of any log. */
export interface Finder {
  /** Tells which signatures' rarest words stand in a line. */
  automaton: Automaton
  /** The signature of each word of the automaton. */
  byWord: readonly Candidate[]
}

/** A signature as the finder keeps it. */
export interface Candidate {
  signature: Signature
  literal: Literal
  /** Its place in the order in which signatures are tried: the one that says most comes first. */
  rank: number
  /** The pattern begins with a hole, which takes what stands in front of a message for a part of it. */
  open: boolean
}

/** Fewer characters than this stand in too many lines to mean something: the message must be nothing else. */
const TELLING = 5

/** Compiles what can be compiled; the loader refuses the rest. */
export function createFinder(signatures: readonly Signature[]): Finder {
  const candidates = signatures.flatMap((signature): Candidate[] => {
    try {
      return [{ signature, literal: compileLiteral(signature.match), rank: 0, open: signature.match.startsWith('{') }]
    } catch {
      return []
    }
  })
  candidates.sort((a, b) => b.literal.weight - a.literal.weight)
  for (const [rank, candidate] of candidates.entries()) candidate.rank = rank
  const count = new Map<string, number>()
  for (const { literal } of candidates) {
    for (const word of new Set(wordsOf(literal))) count.set(word, (count.get(word) ?? 0) + 1)
  }
  const encoder = new TextEncoder()
  const words = candidates.map(({ literal }) => encoder.encode(rarest(literal, count)))
  return { automaton: createAutomaton(words), byWord: candidates }
}

function wordsOf(literal: Literal): string[] {
  return literal.pieces.flatMap((piece) => piece.parts.flatMap((part) => ('literal' in part ? [part.literal] : [])))
}

/** The part of a pattern that the fewest patterns share, and of those the longest: it keeps lines of others away. */
function rarest(literal: Literal, count: ReadonlyMap<string, number>): string {
  let best = literal.longest
  const cost = (word: string) => (word.length < 3 ? 1_000_000 : (count.get(word) ?? 0))
  for (const word of wordsOf(literal)) {
    if (cost(word) < cost(best) || (cost(word) === cost(best) && word.length > best.length)) best = word
  }
  return best
}

/** What one line means: the signature that says most of it, whoever wrote it. Null where none is known. */
export function findInLine(finder: Finder, line: string): SignatureMatch | null {
  return findAmong(line, candidatesIn(finder, new TextEncoder().encode(line)))
}

/** The same, for a line in which the automaton met only these. */
export function findAmong(line: string, candidates: readonly Candidate[]): SignatureMatch | null {
  if (candidates.length === 0) return null
  const texts = textsOf(line)
  const ordered = candidates.length === 1 ? candidates : [...candidates].sort((a, b) => a.rank - b.rank)
  for (const candidate of ordered) {
    const holes = holesIn(candidate, texts)
    if (holes) return { signature: candidate.signature, holes }
  }
  return null
}

function candidatesIn({ automaton, byWord }: Finder, bytes: Uint8Array): Candidate[] {
  const { table, classes, classOf, first, words } = automaton
  const found = new Set<Candidate>()
  let state = 0
  for (const byte of bytes) {
    state = table[state * classes + (classOf[byte] ?? 0)] ?? 0
    for (let at = first[state] ?? 0; at < (first[state + 1] ?? 0); at += 1) {
      const candidate = byWord[words[at] ?? 0]
      if (candidate) found.add(candidate)
    }
  }
  return [...found]
}

/** The holes of a signature in any of a line's texts; null where it fits none. */
function holesIn(candidate: Candidate, { line, messages, writer }: LineTexts): Record<string, string> | null {
  const its = writer === candidate.signature.source
  for (const message of messages) {
    const holes = its ? matchLiteral(candidate.literal, message, { whole: true }) : holesInText(candidate, message)
    if (holes) return holes
  }
  return its ? null : holesInText(candidate, line)
}

function holesInText({ literal, open }: Candidate, text: string): Record<string, string> | null {
  const whole = literal.weight < TELLING
  const holes = matchLiteral(literal, text, { whole })
  if (holes || (!open && !whole)) return holes
  for (const rest of behindFront(text)) {
    const behind = matchLiteral(literal, rest, { whole })
    if (behind) return behind
  }
  return null
}
