import type { JsonObject } from '../../words/json.ts'
import { type ConfigMeta, configMeta, metaText } from '../gateway/config-meta.ts'

/** What the look `caddy-config` measured beside the text: documented at `caddyConfigLook`. */
export interface CaddyMeta extends ConfigMeta {
  limited: boolean
  /** The path of the file that standard error leads to; `journal`, `elsewhere`, or '' where nobody could see. */
  stderr: string
  /** answered | off | silent | unknown */
  admin: string
}

/** Reads a Capture's meta; what is missing or of another type counts as unknown. */
export function caddyMeta(meta: JsonObject): CaddyMeta {
  const { limited, stderr, admin } = meta
  return { ...configMeta(meta), limited: limited === true, stderr: metaText(stderr), admin: metaText(admin) }
}
