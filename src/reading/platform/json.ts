import type { JsonObject } from '../../words/json.ts'

/** So much of an output is read, in characters; so many objects of it are taken. */
const MOST = 4 * 1024 * 1024
const MOST_ITEMS = 2000

/** What a client printed: the objects of it, and whether all of it was there. */
export interface Printed {
  items: JsonObject[]
  /** It was JSON from beginning to end: an empty list then means that there is nothing. */
  whole: boolean
}

/**
 * The JSON that a client printed: a list, one object, or one object a line. Words in front of it (clients warn of old
 * versions on either stream) are skipped. Linear: at most the beginnings of lines are tried as the start of a document.
 */
export function printed(out: string): Printed {
  const text = out.slice(0, MOST)
  const start = /^[ \t]*[[{]/m.exec(text)?.index
  if (start === undefined) return { items: [], whole: false }
  const value = parsed(text.slice(start))
  if (value !== undefined) {
    const list = Array.isArray(value) ? value : [value]
    return { items: list.filter(isObject).slice(0, MOST_ITEMS), whole: out.length <= MOST && list.length <= MOST_ITEMS }
  }
  const lines = text.slice(start).split('\n')
  const rows = lines.filter((line) => line.trimStart().startsWith('{')).slice(-MOST_ITEMS)
  const items = rows.map(parsed).filter(isObject)
  const others = lines.some((line) => line.trim() !== '' && !line.trimStart().startsWith('{'))
  return { items, whole: !others && items.length === rows.length && items.length > 0 && out.length <= MOST }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Shape = { [field: string]: true | Shape }

/**
 * An allow-list for what a client prints as JSON: each object is written again with these fields only (`true`: whatever is in
 * it), so that variables, tokens and people's addresses never come further. What is no JSON is kept: words of an error.
 */
export function keepingFields(shape: Shape): (out: string) => { out: string; leftOut: string } {
  return (out) => {
    const { items, whole } = printed(out)
    if (items.length === 0 && !whole) return { out: out.slice(0, 4000), leftOut: '' }
    const kept = items.map((item) => pruned(item, shape))
    // What did not end stays so: what is missing must not look as if it were not there.
    const text = whole ? JSON.stringify(kept) : [...kept.map((item) => JSON.stringify(item)), '…'].join('\n')
    return { out: text, leftOut: 'fields that nothing is read from were left out' }
  }
}

function pruned(value: JsonObject, shape: Shape): JsonObject {
  const kept: JsonObject = {}
  for (const [name, want] of Object.entries(shape)) {
    const held = value[name]
    if (held === undefined) continue
    if (want === true) kept[name] = held
    else if (Array.isArray(held)) kept[name] = held.filter(isObject).map((item) => pruned(item, want))
    else if (isObject(held)) kept[name] = pruned(held, want)
  }
  return kept
}

/** Below this a number counts seconds: as milliseconds it would be of 1973. */
const SECONDS = 1e11

/** A time as clients write it, RFC 3339, or milliseconds or seconds since 1970 (`aws` of version 1); the epoch where there is none. */
export function timeOf(value: unknown): Date {
  const number = typeof value === 'number' && Math.abs(value) < SECONDS ? value * 1000 : value
  const given =
    typeof number === 'number' ? number : typeof number === 'string' ? Date.parse(number.slice(0, 40)) : Number.NaN
  return Number.isFinite(given) && Math.abs(given) <= 8.64e15 ? new Date(given) : new Date(0)
}
