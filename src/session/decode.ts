import type { Json, JsonObject } from '../words/json.ts'

/** Takes what stands at `path` of a parsed JSON value, and gives it typed or throws DecodeError. */
export type Decoder<T> = (value: unknown, path: string) => T

/** A field that may be left out. */
export interface Optional<T> {
  optional: Decoder<T>
}

/** One decoder for each field: a field added to the type does not compile until it is read too. */
export type Fields<T> = {
  [K in keyof T]-?: Record<string, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Decoder<T[K]>
}

export class DecodeError extends Error {}

export const text: Decoder<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(path, 'is not text', value)

export const flag: Decoder<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, 'is not true or false', value)

export const number: Decoder<number> = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? value : refuse(path, 'is not a number', value)

/** A whole number, zero or more. */
export const count: Decoder<number> = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(path, 'is not a count', value)

/** RFC 3339 in UTC. */
export const time: Decoder<string> = (value, path) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value))
    ? value
    : refuse(path, 'is not a UTC time', value)

/** Anything: what JSON.parse gave is Json already. */
export const json: Decoder<Json> = (value, path) =>
  value === undefined ? refuse(path, 'is missing', value) : (value as Json)

export const jsonObject: Decoder<JsonObject> = (value, path) => {
  isObject(value, path)
  return value as JsonObject
}

export function oneOf<const T extends string | number>(words: readonly T[]): Decoder<T> {
  return (value, path) => words.find((word) => word === value) ?? refuse(path, `is none of ${words.join(', ')}`, value)
}

export function list<T>(item: Decoder<T>): Decoder<T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((entry, at) => item(entry, `${path}[${at}]`))
      : refuse(path, 'is not a list', value)
}

export function orNull<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === null ? null : decoder(value, path))
}

export function optional<T>(decoder: Decoder<T>): Optional<T> {
  return { optional: decoder }
}

/** An object with these fields; others (a newer version's) are left out. */
export function object<T>(fields: Fields<T>): Decoder<T> {
  const known = Object.entries<Decoder<unknown> | Optional<unknown>>(fields)
  return (value, path) => {
    const given = isObject(value, path)
    const made: Record<string, unknown> = {}
    for (const [name, field] of known) {
      const here = path === '' ? name : `${path}.${name}`
      const held = Object.hasOwn(given, name) ? given[name] : undefined
      if (typeof field === 'function') made[name] = field(held, here)
      else if (held !== undefined) made[name] = field.optional(held, here)
    }
    return made as T
  }
}

/** One of several objects, told apart by the word in the field `tag`. */
export function tagged<T, Tag extends keyof T & string>(
  tag: Tag,
  forms: { [Word in T[Tag] & string]: Decoder<Extract<T, Record<Tag, Word>>> },
): Decoder<T> {
  const known = new Map<unknown, Decoder<T>>(Object.entries<Decoder<T>>(forms as Record<string, Decoder<T>>))
  return (value, path) => {
    const word = isObject(value, path)[tag]
    const form = known.get(word)
    return form ? form(value, path) : refuse(path === '' ? tag : `${path}.${tag}`, 'is not known', word)
  }
}

function isObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  return refuse(path, 'is not an object', value)
}

function refuse(path: string, says: string, value: unknown): never {
  if (value === undefined) throw new DecodeError(`${path || 'it'} is missing`)
  const shown = JSON.stringify(value)
  throw new DecodeError(`${path || 'it'} ${says}: ${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}`)
}
