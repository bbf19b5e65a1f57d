import type { Json, JsonObject } from '../../words/json.ts'
import { object, text } from '../process/found.ts'

/**
 * Traefik's static configuration: what it was started with, from a file, the command line or the environment. Names are compared
 * without regard to case, as Traefik does: all are lower case here. Source: Traefik's documentation, "Boot Environment".
 */
export interface TraefikStatic {
  /** By name. */
  entryPoints: Map<string, { host: string; port: number; keeps: string }>
  /** The API answers on the entry point `traefik`, unasked for a password. */
  insecureApi: boolean
  /** Files and folders with routers and services; '' for none. */
  file: string
  folder: string
  providers: string[]
  timeouts: JsonObject
}

/** Where a running Traefik says that its configuration is; '' where it does not. */
export function configFileOf(words: readonly string[]): string {
  for (const [at, word] of words.entries()) {
    const flag = /^--?configfile(?:=(.*))?$/is.exec(word)
    if (flag) return flag[1] ?? words[at + 1] ?? ''
  }
  return ''
}

/** Where Traefik looks for its file, in order, where none is named. */
export function usualFiles(environment: ReadonlyMap<string, string>, cwd: string): string[] {
  const home = environment.get('HOME') ?? ''
  const folders = ['/etc/traefik', environment.get('XDG_CONFIG_HOME') ?? '', home === '' ? '' : `${home}/.config`, cwd]
  return folders
    .filter((folder) => folder.startsWith('/'))
    .flatMap((folder) => ['yml', 'yaml', 'toml'].map((kind) => `${folder}/traefik.${kind}`))
}

/** The options on a command line (`--entrypoints.web.address=:80`), as the object that a file would be. */
export function optionsOfWords(words: readonly string[]): JsonObject {
  const options: [string, string][] = []
  for (const word of words.slice(1, MOST_OPTIONS)) {
    const found = /^--?([A-Za-z][\w.[\]-]{0,300})(?:=(.*))?$/s.exec(word)
    if (found && found[1]?.toLowerCase() !== 'configfile') options.push([found[1] ?? '', found[2] ?? 'true'])
  }
  return nested(options.map(([name, value]) => [name.split('.'), value]))
}

/** The same out of the environment: `TRAEFIK_ENTRYPOINTS_WEB_ADDRESS`. */
export function optionsOfEnvironment(environment: ReadonlyMap<string, string>): JsonObject {
  const own = [...environment].filter(([name]) => name.startsWith('TRAEFIK_')).slice(0, MOST_OPTIONS)
  return nested(own.map(([name, value]) => [name.slice('TRAEFIK_'.length).split('_'), value]))
}

const MOST_OPTIONS = 500

function nested(options: readonly (readonly [readonly string[], string])[]): JsonObject {
  const root: JsonObject = {}
  for (const [path, value] of options) {
    let at = root
    for (const [index, name] of path.entries()) {
      const key = name.toLowerCase()
      if (key === '' || key === '__proto__') break
      if (index === path.length - 1) {
        // `--providers.docker` beside `--providers.docker.network=…`: the longer one says more.
        if (typeof at[key] !== 'object') at[key] = value
      } else {
        const next = at[key]
        const child: JsonObject = typeof next === 'object' && next !== null && !Array.isArray(next) ? next : {}
        at[key] = child
        at = child
      }
    }
  }
  return root
}

/** All names in lower case; of two that differ in case alone the later counts. */
export function lowerNames(value: Json, depth = 0): Json {
  if (depth > 40) return null
  if (Array.isArray(value)) return value.map((each) => lowerNames(each, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name.toLowerCase(), lowerNames(each, depth + 1)]),
  )
}

/** Reads it. `given`: with names in lower case. */
export function staticOf(given: JsonObject): TraefikStatic {
  const providers = object(given, 'providers')
  const file = object(providers, 'file')
  const api = object(given, 'api')
  const entryPoints = new Map(
    Object.entries(object(given, 'entrypoints')).map(([name, each]) => [
      name,
      entryPoint(typeof each === 'object' && each !== null && !Array.isArray(each) ? each : {}),
    ]),
  )
  const insecureApi = isOn(api, 'insecure')
  // It is made where the insecure API needs it.
  if (insecureApi && !entryPoints.has('traefik')) entryPoints.set('traefik', { host: '', port: 8080, keeps: '' })
  // Without any entry point there is one, `http`.
  if (entryPoints.size === (insecureApi ? 1 : 0)) entryPoints.set('http', { host: '', port: 80, keeps: '' })
  return {
    entryPoints,
    insecureApi,
    file: text(file, 'filename'),
    folder: text(file, 'directory'),
    providers: Object.keys(providers).filter((name) => !name.startsWith('providersthrottle')),
    timeouts: object(object(given, 'serverstransport'), 'forwardingtimeouts'),
  }
}

function entryPoint(given: JsonObject): { host: string; port: number; keeps: string } {
  const found = /^(.{0,100}?):(\d{1,5})(?:\/\w{1,8})?$/.exec(text(given, 'address'))
  const times = object(object(given, 'transport'), 'respondingtimeouts')
  const keeps = times.idletimeout
  return {
    host: (found?.[1] ?? '').replace(/^\[|\]$/g, ''),
    port: Number(found?.[2] ?? 0),
    keeps: typeof keeps === 'string' || typeof keeps === 'number' ? String(keeps) : '',
  }
}

/** A file has booleans, the command line has words. */
function isOn(parent: JsonObject, name: string): boolean {
  return parent[name] === true || parent[name] === 'true'
}
