import type { Capture } from '../../words/look.ts'
import { t } from '../../words/value.ts'
import { documentsIn } from '../aws/documents.ts'
import { darkOfError, errorOfText } from '../aws/failure.ts'
import type { Dark, ReadContext } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'

/** What Elastic Beanstalk says of an environment or an instance, by meaning. */
export const word = t.record({
  signature: t.string,
  cause: t.string,
  meaning: t.string,
  /** How many said so. */
  count: t.int,
  /** In its own words. */
  said: t.string,
})

export const SHOWN = 300
/** So many causes of one environment or instance are read; it tells a few. */
const MOST_SAID = 500
const MOST_CHARACTERS = 4000

/** So many of its sentences as one clause: it stands in a sentence of ours. */
export function clauseOf(said: readonly string[], most: number): string {
  return visibleLine(said.slice(0, most).join(' '), SHOWN).replace(/\.$/, '')
}

/** Sentences of Elastic Beanstalk by what they mean, in the order of the first of each. */
export function wordsOf(said: readonly string[], { knowledge }: ReadContext) {
  const index = signatureIndex(knowledge.signatures)
  const known = new Map<string, { signature: Signature; lines: string[] }>()
  for (const line of said.slice(0, MOST_SAID)) {
    const matches = sentencesOf(line).flatMap((each) => matchSignature(index, 'beanstalk', each)?.signature ?? [])
    for (const signature of new Set(matches)) {
      const before = known.get(signature.id)
      if (before) before.lines.push(line)
      else known.set(signature.id, { signature, lines: [line] })
    }
  }
  return [...known.values()].map(({ signature, lines }) => ({
    signature: signature.id,
    cause: signature.cause ?? '',
    meaning: signature.meaning,
    count: BigInt(lines.length),
    said: visibleLine(lines[0] ?? '', SHOWN),
  }))
}

/** A cause is one sentence, or several: each of them means something by itself, and some only together. */
function sentencesOf(line: string): string[] {
  const sentences = line.slice(0, MOST_CHARACTERS).split(/\. (?=[A-Z])/)
  return sentences.length === 1 ? sentences : [line.slice(0, MOST_CHARACTERS), ...sentences]
}

/** The services that these sentences call not running: `application`, `proxy`, `web` and what else an agent names. */
export function servicesIn(said: readonly string[], { knowledge }: ReadContext): string[] {
  const index = signatureIndex(knowledge.signatures)
  const named = said
    .slice(0, MOST_SAID)
    .flatMap(sentencesOf)
    .flatMap((line) => {
      const match = matchSignature(index, 'beanstalk', line)
      return match?.signature.id === 'eb-services-down' ? (match.holes.services ?? '').split(',') : []
    })
  return [...new Set(named.map((name) => visibleLine(name.trim().replace(/\.$/, '').toLowerCase(), 40)))].filter(
    (name) => name !== '',
  )
}

/** The document that holds this field, and whether all that was printed is here. */
export function answerWith(capture: Capture, field: string) {
  const { documents, whole } = documentsIn(capture.out)
  const document = documents.find((each) => Object.hasOwn(each, field))
  const error = document === undefined ? errorOfText(`${capture.err}\n${capture.out}`) : null
  const dark: Dark[] = error ? [darkOfError(error)] : []
  const complete =
    capture.outcome === 'ok' &&
    document !== undefined &&
    whole &&
    !capture.cut &&
    !capture.timedOut &&
    capture.why === undefined
  return { document: document ?? {}, documents, complete, dark, error }
}
