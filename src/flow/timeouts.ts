import { type LayerLimit, type LimitKind, layerOf } from '../reading/layers.ts'
import type { Library } from './types.ts'

/** The layer's name as people say it; the word itself where nobody knows it. */
export function layerName(library: Pick<Library, 'timeouts'>, word: string): string {
  return layerOf(library.timeouts, word)?.layer ?? word
}

/** What a layer waits by itself; of several values the one that is newest, which stands first. */
export function defaultOf(library: Pick<Library, 'timeouts'>, word: string, of: LimitKind): LayerLimit | undefined {
  return layerOf(library.timeouts, word)?.limits.find((limit) => limit.of === of)
}
