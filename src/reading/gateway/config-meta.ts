import type { Json, JsonObject } from '../../words/json.ts'

/** What each look at a gateway's configuration measures beside the text. */
export interface ConfigMeta {
  /** The main file, '' where there is none. */
  conf: string
  /** When each file was last written. */
  mtimes: { path: string; at: Date }[]
  /** Paths of files that this account may not read. */
  unreadable: string[]
}

/** Text of a Capture's meta; '' for what is missing or of another type. */
export const metaText = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** A list of texts of a Capture's meta; empty for what is missing or of another type. */
export const metaTexts = (value: Json | undefined): string[] => (Array.isArray(value) ? value : []).map(metaText)

/** Reads what all of these looks measure; what is missing or of another type counts as unknown. */
export function configMeta(meta: JsonObject): ConfigMeta {
  const files = Array.isArray(meta.files) ? meta.files : []
  return {
    conf: metaText(meta.conf),
    mtimes: files.flatMap((each) => {
      if (typeof each !== 'object' || each === null || Array.isArray(each)) return []
      const at = new Date(metaText(each.mtime))
      return Number.isNaN(at.getTime()) ? [] : [{ path: metaText(each.path), at }]
    }),
    unreadable: metaTexts(meta.unreadable),
  }
}
