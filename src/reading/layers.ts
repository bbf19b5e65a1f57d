import type { Place } from '../words/vocabulary.ts'

/** What a limit is of. `reuse`: an idle connection to the one behind; `keeps`: one of the one in front. */
export const LIMIT_KINDS = ['connect', 'read', 'reuse', 'keeps'] as const
export type LimitKind = (typeof LIMIT_KINDS)[number]

/** A limit that a layer has by itself. */
export interface LayerLimit {
  of: LimitKind
  /** Milliseconds; 0: it waits for ever. */
  ms: number
  /** What its vendor calls it. */
  name: string
  source?: string
  /** Known from no source that was seen. */
  unconfirmed?: true
}

/** A layer of the path, and how long it waits unless somebody set it otherwise: an entry of `timeouts.yaml`. */
export interface Layer {
  layer: string
  /** The words by which findings name it: a maker, a gateway, a program. */
  is: string[]
  kind: Place
  limits: LayerLimit[]
}

/** The layer of this name, however it is written. */
export function layerOf(layers: readonly Layer[], name: string): Layer | undefined {
  const word = name.toLowerCase()
  // `php-fpm8.2`, `gunicorn3`: a version behind the name.
  const bare = word.replace(/[\d.]+$/, '')
  return layers.find(({ is }) => is.includes(word) || is.includes(bare))
}

/** Shorter limits meet too many durations by chance, in ms. */
const LEAST_MS = 4900
/** An error comes a little after its limit: 1 % and 300 ms; or, by coarse clocks, some ms before. */
const LATER_MS = 300
const EARLIER_MS = 60

/** Could this duration be the work of a limit of so many milliseconds? */
export function couldBe(tookMs: number, limitMs: number): boolean {
  return tookMs >= limitMs - EARLIER_MS && tookMs <= limitMs * 1.01 + LATER_MS
}

/** The default that a failure's duration is likely of. */
export interface RoundTime {
  /** Milliseconds of the default; 0: none fits. */
  ms: number
  /** `nginx (proxy_read_timeout), AWS ALB (idle_timeout.timeout_seconds)` */
  whose: string
}

const NO_ROUND: RoundTime = { ms: 0, whose: '' }
const MOST_NAMED = 4

/**
 * Whose default is it, when a failure took so long? Layers of the path; where none of them has such a default, servers of
 * applications, which no answer shows. A hint, never a proof: many layers share a number.
 * @param path words for the layers that are known to be on the path; null: nothing is known of it, every layer counts
 */
export function roundTime(layers: readonly Layer[], tookMs: number, path: readonly string[] | null): RoundTime {
  if (!(tookMs >= LEAST_MS)) return NO_ROUND
  const fitting = (among: readonly Layer[]) =>
    among.flatMap((layer) =>
      layer.limits
        .filter(({ of, ms }) => (of === 'read' || of === 'connect') && ms >= LEAST_MS && couldBe(tookMs, ms))
        .map((limit) => ({ layer, limit })),
    )
  const known = new Set((path ?? []).flatMap((name) => layerOf(layers, name)?.layer ?? []))
  const near = fitting(path === null ? layers : layers.filter(({ layer }) => known.has(layer)))
  const found = near.length > 0 ? near : fitting(layers.filter(({ kind }) => kind === 'app'))
  const ms = Math.max(0, ...found.map(({ limit }) => limit.ms))
  const named = found.filter(({ limit }) => limit.ms === ms).map(({ layer, limit }) => `${layer.layer} (${limit.name})`)
  if (named.length === 0) return NO_ROUND
  const more = named.length > MOST_NAMED ? ` and ${named.length - MOST_NAMED} more` : ''
  return { ms, whose: `${named.slice(0, MOST_NAMED).join(', ')}${more}` }
}
