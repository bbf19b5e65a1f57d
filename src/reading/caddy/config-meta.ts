import type { Json, JsonObject } from '../../words/json.ts'

/** What the look `caddy-config` measured beside the text: documented at `caddyConfigLook`. */
export interface CaddyMeta {
  conf: string
  mtimes: { path: string; at: Date }[]
  unreadable: string[]
  limited: boolean
  /** The path of the file that standard error leads to; `journal`, `elsewhere`, or '' where nobody could see. */
  stderr: string
  /** answered | off | silent | unknown */
  admin: string
}

/** Reads a Capture's meta; what is missing or of another type counts as unknown. */
export function caddyMeta(meta: JsonObject): CaddyMeta {
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
    limited: meta.limited === true,
    stderr: text(meta.stderr),
    admin: text(meta.admin),
  }
}
