import type { Cause, Shape } from '../words/vocabulary.ts'
import { compileLiteral, type Literal } from './literal.ts'
import { matchLiteral } from './literal-match.ts'

/** One log line's form: a literal with typed holes, its meaning, and an example. */
export interface Signature {
  id: string
  /** Whose log: `nginx-error`, `app`, `systemd`, `kernel`, … */
  source: string
  /** Literal text with holes: `connect() failed ({errno:int}: {text}) while connecting to upstream`. */
  match: string
  /** What this is called elsewhere: `H12`, `UF`, `exit 137`. `?` stands for a capital letter or a hyphen. */
  codes?: string[]
  meaning: string
  /** What to look at next, where it is more than what the cause or the shape asks for. */
  next?: string
  shape?: Shape
  cause?: Cause
  /** Known only from documents or general knowledge: no such line was seen from the program itself. */
  unconfirmed?: boolean
  example: string
}

/** Signatures compiled once, by source, the most specific first. */
export interface SignatureIndex {
  get(source: string): readonly Compiled[] | undefined
}

interface Compiled {
  signature: Signature
  literal: Literal
}

/** What a line fitted, with the text of the holes by name. */
export interface SignatureMatch {
  signature: Signature
  holes: Record<string, string>
}

/** Compiles every `match`. Throws an Error that names the first signature whose literal is bad. */
export function compileSignatures(list: readonly Signature[]): SignatureIndex {
  const compiled = list.map((signature) => ({ signature, literal: compile(signature) }))
  const sources = Map.groupBy(compiled, ({ signature }) => signature.source)
  return new Map([...sources].map(([source, each]) => [source, bySpecificity(each)]))
}

function bySpecificity(compiled: readonly Compiled[]): Compiled[] {
  return compiled.toSorted((a, b) => b.literal.weight - a.literal.weight)
}

function compile(signature: Signature): Literal {
  try {
    return compileLiteral(signature.match)
  } catch (cause) {
    throw new Error(`signature ${signature.id}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * The signature of one source that fits a line, the one with the most literal text where several do.
 *
 * `whole`: the signature must cover all of `line`. Use it where the message has been cut out of its
 * line: text that a stranger had quoted inside another message can then not pose as a message.
 */
export function matchSignature(
  index: SignatureIndex,
  source: string,
  line: string,
  options: { whole?: boolean } = {},
): SignatureMatch | null {
  for (const { signature, literal } of index.get(source) ?? []) {
    const holes = matchLiteral(literal, line, options)
    if (holes) return { signature, holes }
  }
  return null
}

const indexes = new WeakMap<readonly Signature[], SignatureIndex>()

/**
 * The same, each source compiled when it is first asked for: a log holds the lines of one or two. A signature that does not
 * compile is left out.
 */
export function signatureIndex(list: readonly Signature[]): SignatureIndex {
  const known = indexes.get(list)
  if (known) return known
  const sources = Map.groupBy(list, ({ source }) => source)
  const ready = new Map<string, readonly Compiled[]>()
  const index: SignatureIndex = {
    get(source) {
      const signatures = sources.get(source)
      if (signatures === undefined) return undefined
      const compiled = ready.get(source) ?? bySpecificity(signatures.flatMap(compiledOrNone))
      ready.set(source, compiled)
      return compiled
    },
  }
  indexes.set(list, index)
  return index
}

function compiledOrNone(signature: Signature): Compiled[] {
  try {
    return [{ signature, literal: compile(signature) }]
  } catch {
    return []
  }
}
