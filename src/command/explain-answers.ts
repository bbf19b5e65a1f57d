import { codesIn, holding, lookUp, nearestTo } from '../flow/lookup.ts'
import { signsOf } from '../flow/signs.ts'
import type { Library, Term } from '../flow/types.ts'
import type { Masker } from '../probe/mask/index.ts'
import { DurationReader, NO_ROUNDS, type Rounds } from '../reading/explain/durations.ts'
import { createFinder, type Finder, findInLine } from '../reading/explain/finder.ts'
import { type LogPlace, LogReader, type LogReading, type LogTally } from '../reading/explain/log.ts'
import type { Fingerprint, Judgement } from '../reading/fingerprints.ts'
import type { Signature } from '../reading/signatures.ts'
import { stampOf } from '../reading/systemd/log-time.ts'
import {
  EXPLANATION_SCHEMA,
  type ExplainedAnswer,
  type ExplainedInput,
  type ExplainedPlace,
  type Explanation,
} from '../report/explanation.ts'
import { visible } from '../words/visible.ts'
import { judgementOf } from './explain-response.ts'

/** Answers from what the flows know. Secrets are masked before anything of an input is shown. */
export class Explainer {
  private readonly library: Library
  private readonly masker: Masker
  private readonly now: Date
  private made: Finder | null = null

  constructor(library: Library, masker: Masker, now: Date) {
    this.library = library
    this.masker = masker
    this.now = now
  }

  /** Made when a line comes: a code or a word needs none. */
  private get finder(): Finder {
    this.made ??= createFinder(this.library.signatures)
    return this.made
  }

  /** A log that comes in pieces. */
  log(): LogReader {
    return new LogReader(this.finder)
  }

  /** The durations of a log that comes in pieces. */
  durations(): DurationReader {
    return new DurationReader(this.library.timeouts)
  }

  ofLog(reading: LogReading, ended: ExplainedInput['ended'], rounds: Rounds = NO_ROUNDS): Explanation {
    const answers = reading.tallies
      .toSorted((a, b) => Number(isTrouble(b.signature)) - Number(isTrouble(a.signature)) || b.count - a.count)
      .map((tally) => this.ofTally(tally))
    const { lines, known, cut } = reading
    const kind = lines === 0 ? 'nothing' : 'log'
    const { failures, count, ms, whose, least, most } = rounds
    const lying = ms === 0 ? null : { failures, count, ms, least, most, whose }
    return { ...this.explanation({ kind, lines, known, cut, ended }, answers), rounds: lying }
  }

  /** A text as a whole: a code, a word, a line, a response, or several lines. */
  ofText(text: string, ended: ExplainedInput['ended'] = 'complete'): Explanation {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const only = lines[0]
    if (lines.length === 1 && only !== undefined) return this.ofLine(only, ended)
    const reader = this.log()
    if (lines.length === 0) return this.ofLog(reader.end(), ended)
    const durations = this.durations()
    reader.push(Buffer.from(text))
    durations.push(Buffer.from(text))
    const reading = reader.end()
    const judgement = judgementOf(text, this.library.fingerprints)
    return judgement === null ? this.ofLog(reading, ended, durations.end()) : this.ofResponse(judgement, reading, ended)
  }

  private ofLine(raw: string, ended: ExplainedInput['ended']): Explanation {
    const line = this.masker.mask(raw.replace(/\r$/, ''))
    const input = (kind: ExplainedInput['kind'], known: number): ExplainedInput => ({
      kind,
      lines: 1,
      known,
      cut: 0,
      ended,
    })
    const { signatures, terms } = lookUp(line, this.library)
    if (signatures.length + terms.length > 0) {
      return this.explanation(input('words', 1), [
        ...signatures.map((signature) => this.ofSignature(signature)),
        ...terms.map(ofTerm),
      ])
    }
    const page = judgementOf(raw, this.library.fingerprints)
    if (page !== null) {
      const reader = this.log()
      reader.push(Buffer.from(raw))
      return this.ofResponse(page, reader.end(), ended)
    }
    const found = findInLine(this.finder, line)
    const others = codesIn(line, this.library).filter((signature) => signature !== found?.signature)
    const answers = [
      ...(found ? [this.ofSignature(found.signature, found.holes)] : []),
      ...(found ? others.filter(({ source }) => source === found.signature.source) : others).map((signature) =>
        this.ofSignature(signature),
      ),
    ]
    if (answers.length > 0) return this.explanation(input('line', 1), answers)
    const parts = holding(line, this.library)
    if (parts.length > 0)
      return this.explanation(
        input('words', 1),
        parts.map((signature) => this.ofSignature(signature)),
      )
    return { ...this.explanation(input('words', 0), []), nearest: nearestTo(line, this.library) }
  }

  /** What its maker says with it stands before what single lines of it mean. */
  private ofResponse({ message, hops }: Judgement, reading: LogReading, ended: ExplainedInput['ended']): Explanation {
    const explained = this.ofLog(reading, ended)
    const answers = message === null ? explained.answers : [this.ofFingerprint(message), ...explained.answers]
    return { ...explained, input: { ...explained.input, kind: 'response' }, answers, hops }
  }

  private explanation(input: ExplainedInput, answers: ExplainedAnswer[]): Explanation {
    return { schema: EXPLANATION_SCHEMA, input, answers, hops: [], rounds: null, nearest: null }
  }

  private ofTally({ signature, count, first, last }: LogTally): ExplainedAnswer {
    return { ...this.ofSignature(signature), met: { count, first: this.place(first), last: this.place(last) } }
  }

  private place({ line, text }: LogPlace): ExplainedPlace {
    const stamp = stampOf(text, 0, this.now)
    return { line, at: stamp?.zoned ? stamp.at.toISOString() : null, text: this.shown(text) }
  }

  private shown(text: string): string {
    return visible(this.masker.mask(text), { lines: false })
  }

  /** Its own word comes first; without one, what its cause asks for, or at least its shape. */
  private nextOf({ next, shape, cause }: Pick<Signature, 'next' | 'shape' | 'cause'>): ExplainedAnswer['next'] {
    const about = cause ?? (shape === 'none' ? undefined : shape)
    const general = about === undefined ? undefined : this.library.next[about]
    const says = next ?? general?.say
    return says === undefined ? null : { says, node: general?.node ?? null }
  }

  private ofSignature(signature: Signature, holes: Record<string, string> = {}): ExplainedAnswer {
    const { id, source, codes = [], meaning, shape, cause, unconfirmed = false, example } = signature
    return {
      kind: 'signature',
      id: `${source}/${id}`,
      source,
      codes,
      means: meaning,
      shape: shape ?? null,
      cause: cause ?? null,
      next: this.nextOf(signature),
      verdicts: this.verdictsOf(cause),
      example,
      unconfirmed,
      holes: Object.fromEntries(Object.entries(holes).map(([name, text]) => [name, this.shown(text)])),
      met: null,
    }
  }

  private ofFingerprint(fingerprint: Fingerprint): ExplainedAnswer {
    const { id, vendor, means = '', shape, cause, unconfirmed = false } = fingerprint
    return {
      kind: 'fingerprint',
      id,
      source: vendor,
      codes: [],
      means,
      shape: shape ?? null,
      cause: cause ?? null,
      next: this.nextOf(fingerprint),
      verdicts: this.verdictsOf(cause),
      example: '',
      unconfirmed,
      holes: {},
      met: null,
    }
  }

  private verdictsOf(cause: Signature['cause']): string[] {
    if (cause === undefined) return []
    const signs = Object.entries(signsOf(this.library))
    return signs.flatMap(([id, sign]) => (sign.cause === cause ? [id] : []))
  }
}

/** It tells of something that is wrong, or at least of something to look at. */
function isTrouble({ shape, cause, next }: Signature): boolean {
  return (shape !== undefined && shape !== 'none') || cause !== undefined || next !== undefined
}

function ofTerm({ term, says }: Term): ExplainedAnswer {
  return {
    kind: 'term',
    id: term,
    source: '',
    codes: [],
    means: says,
    shape: null,
    cause: null,
    next: null,
    verdicts: [],
    example: '',
    unconfirmed: false,
    holes: {},
    met: null,
  }
}
