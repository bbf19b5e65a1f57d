import type { EdgePart } from '../../reading/edge/sections.ts'
import { TRAEFIK_PATHS } from '../../reading/traefik/dynamic.ts'
import {
  configFileOf,
  lowerNames,
  optionsOfEnvironment,
  optionsOfWords,
  staticOf,
  usualFiles,
} from '../../reading/traefik/static.ts'
import type { JsonObject } from '../../words/json.ts'
import type { AskGateway, EdgeParts } from './edge-config.ts'
import { absolute, type ServerProcess } from './server-process.ts'
import type { FileReader } from './yaml-files.ts'

const KINDS = ['.yml', '.yaml', '.toml']

/** Traefik's static configuration, the files of its file provider, and what its API tells where it is open. */
export async function traefikParts(process: ServerProcess, files: FileReader, ask: AskGateway): Promise<EdgeParts> {
  const { conf, given } = await staticPart(process, files)
  const fixed = staticOf(given)
  const parts: EdgePart[] = [{ kind: 'file', of: conf === '' ? 'its command line' : conf, json: given }]
  const named = fixed.file === '' ? [] : [absolute(fixed.file, process)]
  const inFolder = fixed.folder === '' ? [] : await files.folder(absolute(fixed.folder, process), KINDS)
  for (const path of [...named, ...inFolder]) {
    const json = path === '' ? undefined : await files.content(path)
    if (json) parts.push({ kind: 'more', of: path, json })
  }
  const port = fixed.insecureApi ? (fixed.entryPoints.get('traefik')?.port ?? 0) : 0
  const answers = await ask(port, TRAEFIK_PATHS)
  const gaps = port > 0 && answers === undefined ? [`its API on port ${port} was not asked, or did not answer`] : []
  return { parts: [...parts, ...(answers ?? [])], conf, gaps }
}

/** One of three: a file, the command line, or the environment; Traefik takes the first that there is. */
async function staticPart(process: ServerProcess, files: FileReader): Promise<{ conf: string; given: JsonObject }> {
  const named = configFileOf(process.words)
  const places = named === '' ? usualFiles(process.environment, process.cwd) : [absolute(named, process)]
  for (const path of places) {
    const before = files.read.length
    const content = await files.content(path)
    if (files.read.length > before) return { conf: path, given: asObject(content ?? {}) }
  }
  const words = optionsOfWords(process.words)
  return { conf: '', given: Object.keys(words).length > 0 ? words : optionsOfEnvironment(process.environment) }
}

function asObject(content: JsonObject): JsonObject {
  const lower = lowerNames(content)
  return typeof lower === 'object' && lower !== null && !Array.isArray(lower) ? lower : {}
}
