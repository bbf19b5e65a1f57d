import type { JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { allowed, type Shape } from '../allowed.ts'
import { objects, text } from '../process/found.ts'
import type { Dark } from '../reader.ts'
import { documentsIn } from './documents.ts'
import { darkOfError, errorOfText } from './failure.ts'

/** What AWS answered, from the SDK, from the `aws` command or from a paste: the three look the same. */
export interface Answer {
  /** Each answer by itself, in the order asked. */
  documents: JsonObject[]
  /** The API answered, and all of it is here. */
  complete: boolean
  dark: Dark[]
}

/** Finds the answers that hold a list of this name (`LoadBalancers`). */
export function answerOf(capture: Capture, list: string): Answer {
  const { documents: all, whole } = documentsIn(capture.out)
  const documents = all.filter((document) => Array.isArray(document[list]))
  const error = documents.length === 0 ? errorOfText(`${capture.err}\n${capture.out}`) : null
  const dark: Dark[] = error ? [darkOfError(error)] : []
  // `NextMarker` is the API's word and `NextToken` the command's: more pages were left.
  const more = documents.some((document) => text(document, 'NextMarker') !== '' || text(document, 'NextToken') !== '')
  if (more) dark.push({ why: 'cut', says: 'AWS has more pages of this than were asked for' })
  const answered = capture.outcome === 'ok' && documents.length > 0 && !capture.cut && !capture.timedOut
  return { documents, complete: answered && whole && !more && capture.why === undefined, dark }
}

/** All items of a list, over all its pages. */
export function itemsOf(answer: Answer, list: string): JsonObject[] {
  return answer.documents.flatMap((document) => objects(document, list))
}

/** A whole number that AWS writes as a number or as text. */
export function numberOf(object: JsonObject, name: string): bigint {
  const value = object[name]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? BigInt(value) : 0n
}

/**
 * An allow-list for what AWS answers: each answer is written again with these fields only (`true`: whatever is in it).
 * A listener's secrets for signing users in, or tags, never come further than this.
 */
export function keeping(shape: Shape): (out: string) => { out: string; leftOut: string } {
  return (out) => {
    const { documents, whole } = documentsIn(out)
    if (documents.length === 0) {
      // Words of an error and nothing else.
      const lines = out.split('\n').slice(0, 20)
      return { out: lines.join('\n').slice(0, 4000), leftOut: '' }
    }
    const kept = documents.map((document) =>
      JSON.stringify(allowed(document, { ...shape, NextMarker: true, NextToken: true })),
    )
    // An answer that does not end stays one: what is missing must not look as if it were not there.
    const text = kept.join('\n') + (whole ? '' : '\n{')
    const fewer = text.length < out.length
    return { out: text, leftOut: fewer ? 'fields that nothing is read from were left out' : '' }
  }
}
