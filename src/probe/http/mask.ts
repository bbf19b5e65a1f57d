import type { Json, JsonObject } from '../../words/json.ts'

const MASK = '[masked]'
/** Shorter values would mask half of the text by accident. */
const SHORTEST = 4

/** Masks the values of the person's headers wherever a server may have echoed them. */
export function masker(headers: readonly { value: string }[]): (text: string) => string {
  const secrets = headers.flatMap(({ value }) => [value, value.slice(value.indexOf(' ') + 1)])
  const known = [...new Set(secrets.map((secret) => secret.trim()))].filter((secret) => secret.length >= SHORTEST)
  known.sort((a, b) => b.length - a.length)
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
}

export function maskJson(value: JsonObject, mask: (text: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, maskEach(each, mask)]))
}

function maskEach(value: Json, mask: (text: string) => string): Json {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((each) => maskEach(each, mask))
  return value !== null && typeof value === 'object' ? maskJson(value, mask) : value
}
