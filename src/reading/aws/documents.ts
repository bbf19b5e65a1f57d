import type { JsonObject } from '../../words/json.ts'

/** So much of a text is looked at, in characters; so many answers in it are taken. */
const MOST = 4 * 1024 * 1024
const MOST_DOCUMENTS = 64

/**
 * The JSON objects in a text, one behind the other, whatever stands between them: what the API answered page by page or
 * group by group, or what several `aws` commands printed into one paste. `whole` is false where one does not end. Linear.
 */
export function documentsIn(text: string): { documents: JsonObject[]; whole: boolean } {
  const documents: JsonObject[] = []
  let whole = text.length <= MOST
  let depth = 0
  let start = 0
  let quoted = false
  for (let at = 0; at < Math.min(text.length, MOST); at++) {
    const c = text.charCodeAt(at)
    if (quoted) {
      if (c === BACKSLASH) at++
      else if (c === QUOTE) quoted = false
    } else if (c === QUOTE) quoted = depth > 0
    else if (c === OPEN) {
      if (depth === 0) start = at
      depth++
    } else if (c === CLOSE && depth > 0) {
      depth--
      if (depth > 0) continue
      const document = parsed(text.slice(start, at + 1))
      if (document && documents.length < MOST_DOCUMENTS) documents.push(document)
      else whole = false
    }
  }
  return { documents, whole: whole && depth === 0 }
}

const [QUOTE, BACKSLASH, OPEN, CLOSE] = [0x22, 0x5c, 0x7b, 0x7d]

function parsed(text: string): JsonObject | null {
  try {
    return JSON.parse(text) as JsonObject
  } catch {
    return null
  }
}
