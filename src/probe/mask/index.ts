import type { Json } from '../../words/json.ts'
import { CONTEXT_RULES } from './context-rules.ts'
import { FORM_RULES } from './form-rules.ts'
import { isCookieName, isSecretName, SECRET_HEADER } from './names.ts'
import { privateKeyParts } from './private-key.ts'
import { couldBeSecret, type Part, type Rule } from './rule.ts'

export interface Masker {
  /** The text with every secret that the rules know as a token; the same secret gets the same token. */
  mask(text: string): string
  /** The same for every string in a value; under a key that names a secret, the whole string. */
  maskDeep<T extends Json>(value: T): T
  /** Numbers go on behind the tokens in this text: for a journal that is continued. */
  reserve(text: string): void
}

const TOKEN = /\[masked:[a-z][a-z-]{0,30}-\d{1,9}\]/g
const TOKEN_SPLIT = /(\[masked:[a-z][a-z-]{0,30}-\d{1,9}\])/
/** Texts up to this length are remembered, up to so many of them. */
const SHORT = 200
const MOST_SEEN = 4000
const HEADER_NAME = new RegExp(`^${SECRET_HEADER}$`, 'i')

/**
 * Masks secrets with stable, numbered tokens such as `[masked:aws-key-1]`. What is masked stays as it is
 * when it is masked again. Linear in the text. The secrets stay in memory only, to be known again.
 */
export function createMasker(): Masker {
  const tokens = new Map<string, string>()
  const highest = new Map<string, number>()

  const tokenFor = (kind: string, secret: string): string => {
    const known = tokens.get(secret)
    if (known !== undefined) return known
    const n = (highest.get(kind) ?? 0) + 1
    highest.set(kind, n)
    const token = `[masked:${kind}-${n}]`
    tokens.set(secret, token)
    return token
  }

  /** Words that stand in nearly every event; what was masked once is masked the same again. */
  const seen = new Map<string, string>()
  const mask = (text: string): string => {
    if (text.length > SHORT) return maskWhole(text)
    const known = seen.get(text)
    if (known !== undefined) return known
    const masked = maskWhole(text)
    if (seen.size < MOST_SEEN) seen.set(text, masked)
    return masked
  }

  /** Odd pieces are tokens already: no rule sees into them or across them. */
  const maskWhole = (text: string): string => {
    let pieces = text.split(TOKEN_SPLIT)
    pieces = spread(pieces, (piece) => privateKeyParts(piece), 'private-key', tokenFor)
    const holds = holdsNeeded()
    for (const rule of RULES) {
      // Almost no rule fits almost any text.
      if (!pieces.some((piece) => holds(rule.needs, piece))) continue
      pieces = spread(pieces, (piece) => apply(rule, piece), rule.kind, tokenFor)
    }
    return pieces.join('')
  }

  const wholeValue = (kind: string, value: string): string =>
    value.search(TOKEN) >= 0 || !couldBeSecret(value) ? mask(value) : tokenFor(kind, value)

  const deep = (value: Json, name: string): Json => {
    if (typeof value === 'string') {
      if (isSecretName(name)) return wholeValue('secret', value)
      return isCookieName(name) ? mask(`${name}: ${value}`).slice(name.length + 2) : mask(value)
    }
    if (Array.isArray(value)) return value.map((each) => deep(each, name))
    if (value === null || typeof value !== 'object') return value
    // {name: 'authorization', value: '…'}: the name is beside the value.
    const beside =
      typeof value.name === 'string' &&
      (HEADER_NAME.test(value.name) || isSecretName(value.name) || isCookieName(value.name))
        ? value.name
        : ''
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, deep(each, key === 'value' && beside !== '' ? beside : key)]),
    )
  }

  return {
    mask,
    maskDeep: <T extends Json>(value: T) => deep(value, '') as T,
    reserve(text) {
      for (const [token] of text.matchAll(TOKEN)) {
        const dash = token.lastIndexOf('-')
        const kind = token.slice('[masked:'.length, dash)
        highest.set(kind, Math.max(highest.get(kind) ?? 0, Number.parseInt(token.slice(dash + 1), 10)))
      }
    },
  }
}

const RULES = [...CONTEXT_RULES, ...FORM_RULES]

/** Does a text hold what a rule needs? Many rules need the same, and a text is searched once for all of them. */
function holdsNeeded(): (needs: RegExp | undefined, text: string) => boolean {
  let searched = ''
  const known = new Map<RegExp, boolean>()
  return (needs, text) => {
    if (needs === undefined) return true
    if (text !== searched) known.clear()
    searched = text
    const holds = known.get(needs) ?? needs.test(text)
    known.set(needs, holds)
    return holds
  }
}

function spread(
  pieces: string[],
  take: (piece: string) => Part[] | null,
  kind: string,
  tokenFor: (kind: string, secret: string) => string,
): string[] {
  return pieces.flatMap((piece, at) => {
    if (at % 2 === 1 || piece === '') return piece
    const parts = take(piece)
    if (parts === null) return piece
    const spreaded = ['']
    for (const part of parts) {
      if (typeof part !== 'string') spreaded.push(tokenFor(kind, part.secret), '')
      else spreaded[spreaded.length - 1] += part
    }
    return spreaded
  })
}

function apply(rule: Rule, text: string): Part[] | null {
  // matchAll copies its pattern each time.
  rule.pattern.lastIndex = 0
  if (!rule.pattern.test(text)) return null
  rule.pattern.lastIndex = 0
  const parts: Part[] = []
  let at = 0
  for (const match of text.matchAll(rule.pattern)) {
    const taken = rule.parts(match)
    if (taken === null) continue
    parts.push(text.slice(at, match.index), ...taken)
    at = match.index + match[0].length
  }
  return at === 0 ? null : [...parts, text.slice(at)]
}
