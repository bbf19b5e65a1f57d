import type { Json, JsonObject } from '../../words/json.ts'

/** What the `nginx-config` look measured beside the text: documented at `nginxConfigLook`. */
export interface ConfigMeta {
  /** Of the nginx that was found by the host it serves; 0 where none was sought or found. */
  pid: number
  /** How many nginx run here, where one was sought by the host it serves; -1 where none was, or that could not be seen. */
  running: number
  conf: string
  prefix: string
  version: string
  errorLog: string
  accessLog: string
  mtimes: Map<string, Date>
  /** Undefined: nobody looked (the text was pasted). */
  unreadable: string[] | undefined
  limited: boolean
  present: Map<string, boolean>
}

/** Reads a Capture's meta; what is missing or of another type counts as unknown. */
export function configMeta(meta: JsonObject): ConfigMeta {
  const text = (name: string): string => asText(meta[name])
  const mtimes = new Map<string, Date>()
  for (const entry of asList(meta.files)) {
    const { path, mtime } = asObject(entry)
    const at = new Date(asText(mtime))
    if (!Number.isNaN(at.getTime())) mtimes.set(asText(path), at)
  }
  const present = new Map<string, boolean>()
  for (const [path, there] of Object.entries(asObject(meta.present))) present.set(path, there === true)
  return {
    pid: count(meta.pid),
    running: Number.isSafeInteger(meta.running) ? Number(meta.running) : -1,
    conf: text('conf'),
    prefix: text('prefix'),
    version: text('version'),
    errorLog: text('errorLog'),
    accessLog: text('accessLog'),
    mtimes,
    unreadable: Array.isArray(meta.unreadable) ? meta.unreadable.map(asText) : undefined,
    limited: meta.limited === true,
    present,
  }
}

function count(value: Json | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
