import type { JsonObject } from '../words/json.ts'
import { objects } from './process/found.ts'

/** Fields that may stay, by name: `true` for whatever is in one, a shape for some of it. */
export type Shape = { [field: string]: true | Shape }

/** The value with these fields only. Of a list each item is looked at by itself. */
export function allowed(value: JsonObject, shape: Shape): JsonObject {
  const kept: JsonObject = {}
  for (const [name, want] of Object.entries(shape)) {
    const held = value[name]
    if (held === undefined) continue
    if (want === true) kept[name] = held
    else if (Array.isArray(held)) kept[name] = objects(value, name).map((item) => allowed(item, want))
    else if (typeof held === 'object' && held !== null) kept[name] = allowed(held, want)
  }
  return kept
}
