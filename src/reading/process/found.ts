import type { Json, JsonObject } from '../../words/json.ts'

/**
 * The door for what the tool's own looks write: JSON text becomes typed values, whatever is in it.
 * A recording may be older than the reader or damaged, so every accessor has an answer for absence.
 */
export interface Found {
  /** False when the text was no JSON object. */
  ok: boolean
  raw: JsonObject
}

/** Parses a look's output. */
export function found(out: string): Found {
  try {
    const raw: unknown = JSON.parse(out)
    return isObject(raw) ? { ok: true, raw } : { ok: false, raw: {} }
  } catch {
    return { ok: false, raw: {} }
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

export function flag(object: JsonObject, name: string): boolean {
  return object[name] === true
}

/** A whole number within the safe range; `fallback` (0) for anything else. */
export function whole(object: JsonObject, name: string, fallback = 0): number {
  const value = object[name]
  return typeof value === 'number' && Number.isSafeInteger(Math.trunc(value)) ? Math.trunc(value) : fallback
}

export function object(parent: JsonObject, name: string): JsonObject {
  const value = parent[name]
  return isObject(value) ? value : {}
}

export function objects(parent: JsonObject, name: string): JsonObject[] {
  return items(parent, name).filter(isObject)
}

export function texts(parent: JsonObject, name: string): string[] {
  return items(parent, name).filter((value) => typeof value === 'string')
}

export function wholes(parent: JsonObject, name: string): number[] {
  return items(parent, name).filter((value): value is number => Number.isSafeInteger(value))
}

function items(parent: JsonObject, name: string): Json[] {
  const value = parent[name]
  return Array.isArray(value) ? value : []
}

/** Milliseconds since 1970 as a Date; NEVER (the epoch) for 0 and for what no Date can hold. */
export function moment(milliseconds: number): Date {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds) : new Date(0)
}
