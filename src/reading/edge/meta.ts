import type { JsonObject } from '../../words/json.ts'
import { type ConfigMeta, configMeta, metaTexts } from '../gateway/config-meta.ts'

/** What the look `edge-config` measured beside the parts: documented at `edgeConfigLook`. */
export interface EdgeMeta extends ConfigMeta {
  /** What was not seen, as sentences. */
  gaps: string[]
}

/** Reads a Capture's meta; what is missing or of another type counts as unknown. */
export function edgeMeta(meta: JsonObject): EdgeMeta {
  return { ...configMeta(meta), gaps: metaTexts(meta.gaps) }
}
