import type { Json, JsonObject } from '../../words/json.ts'

/** What the look `edge-config` measured beside the parts: documented at `edgeConfigLook`. */
export interface EdgeMeta {
  conf: string
  mtimes: { path: string; at: Date }[]
  unreadable: string[]
  /** What was not seen, as sentences. */
  gaps: string[]
}

/** Reads a Capture's meta; what is missing or of another type counts as unknown. */
export function edgeMeta(meta: JsonObject): EdgeMeta {
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
  const list = (value: Json | undefined) => (Array.isArray(value) ? value : [])
  return {
    conf: text(meta.conf),
    mtimes: list(meta.files).flatMap((each) => {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) return []
      const at = new Date(text(each.mtime))
      return Number.isNaN(at.getTime()) ? [] : [{ path: text(each.path), at }]
    }),
    unreadable: list(meta.unreadable).map(text),
    gaps: list(meta.gaps).map(text),
  }
}
