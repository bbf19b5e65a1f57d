import type { Signature } from '../reading/signatures.ts'
import { nearest } from '../words/nearest.ts'
import type { Library, Term } from './types.ts'

/** What a word or a code means: the same code may belong to several programs. */
export interface Meaning {
  signatures: Signature[]
  terms: Term[]
}

/** What somebody may have meant by a word that nobody knows. */
export interface Nearest {
  /** As it is written: `H12`, `keep-alive`. */
  text: string
  kind: 'code' | 'term'
}

/** Codes and words are short: a longer text is a line. */
const LONGEST_CODE = 60

/**
 * A whole text as a code (`H12`, `sH--`, `exit 137`) or as a word of the glossary. Case counts only where two
 * codes differ by nothing else, as with `sH` and `SH`.
 */
export function lookUp(text: string, library: Pick<Library, 'signatures' | 'glossary'>): Meaning {
  const wanted = text.trim().replace(/\s+/g, ' ')
  if (wanted === '' || wanted.length > LONGEST_CODE) return { signatures: [], terms: [] }
  const low = wanted.toLowerCase()
  return {
    signatures: withCode(wanted, library.signatures),
    terms: library.glossary.filter(({ forms }) => forms.some((form) => form.toLowerCase() === low)),
  }
}

function withCode(wanted: string, signatures: readonly Signature[]): Signature[] {
  const exact = signatures.filter(({ codes = [] }) => codes.some((code) => fitsCode(code, wanted)))
  if (exact.length > 0) return exact
  const low = wanted.toLowerCase()
  return signatures.filter(({ codes = [] }) => codes.some((code) => fitsCode(code.toLowerCase(), low)))
}

/** `?` in a code stands for a capital letter or a hyphen; the codes are ours and short, the text is bounded. */
function fitsCode(code: string, text: string): boolean {
  if (code.length !== text.length) return false
  for (let i = 0; i < code.length; i += 1) {
    const c = code.charAt(i)
    if (c === '?' ? !/[A-Z-]/.test(text.charAt(i)) : c !== text.charAt(i)) return false
  }
  return true
}

const MOST_WORDS = 200

/** The codes that stand in a line as words of their own, written exactly so: `at=error code=H12` holds `H12`. */
export function codesIn(line: string, library: Pick<Library, 'signatures'>): Signature[] {
  const words = new Set(line.split(/[\s,;=()[\]"'`<>]+/, MOST_WORDS).filter((word) => word.length > 1))
  return library.signatures.filter(({ codes = [] }) =>
    codes.some((code) => code.length > 1 && !/[\s?]/.test(code) && !/^\d+$/.test(code) && words.has(code)),
  )
}

const SHORTEST_PART = 4
const MOST_PARTS = 8

/** Signatures that hold a text as whole words: `AH00957`, or a part of a message that somebody remembers. At most eight. */
export function holding(text: string, library: Pick<Library, 'signatures'>): Signature[] {
  const wanted = text.trim().toLowerCase()
  if (wanted.length < SHORTEST_PART || wanted.length > 200) return []
  return library.signatures.filter(({ match }) => holds(match.toLowerCase(), wanted)).slice(0, MOST_PARTS)
}

function holds(match: string, wanted: string): boolean {
  for (let at = match.indexOf(wanted); at >= 0; at = match.indexOf(wanted, at + 1)) {
    const inHole = match.lastIndexOf('{', at) > match.lastIndexOf('}', at)
    if (!inHole && !isWordAt(match, at - 1) && !isWordAt(match, at + wanted.length)) return true
  }
  return false
}

function isWordAt(text: string, at: number): boolean {
  return /[a-z0-9_]/.test(text.charAt(at))
}

/** The known code or word that is nearest to a short text; null where none is near. */
export function nearestTo(text: string, library: Pick<Library, 'signatures' | 'glossary'>): Nearest | null {
  const wanted = text.trim()
  if (wanted === '' || wanted.length > LONGEST_CODE) return null
  const known = new Map<string, Nearest>()
  for (const { codes = [] } of library.signatures) {
    for (const code of codes) if (!code.includes('?')) known.set(code.toLowerCase(), { text: code, kind: 'code' })
  }
  for (const { forms } of library.glossary) {
    for (const form of forms) known.set(form.toLowerCase(), { text: form, kind: 'term' })
  }
  return known.get(nearest(wanted.toLowerCase(), known.keys()) ?? '') ?? null
}
