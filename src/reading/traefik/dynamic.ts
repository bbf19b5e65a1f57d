import type { Json, JsonObject } from '../../words/json.ts'
import type { EdgePart } from '../edge/sections.ts'
import { object, objects, text, texts, whole } from '../process/found.ts'

/** A router, as Traefik runs it or as a file has it. */
export interface Router {
  /** `shop@file` */
  name: string
  provider: string
  rule: string
  priority: number
  service: string
  /** Empty: all that are not internal. */
  entryPoints: string[]
  middlewares: string[]
  tls: boolean
  /** enabled | disabled | warning | '' */
  status: string
  /** Why it is not enabled. */
  errors: string[]
}

/** Routers, services and what they need, by qualified name. */
export interface TraefikDynamic {
  routers: Router[]
  services: Map<string, JsonObject>
  middlewares: Map<string, JsonObject>
  transports: Map<string, JsonObject>
  /** The running Traefik told of routers and services. */
  running: boolean
}

/** Out of the API's answers, and where it gave none, out of the files of the file provider. */
export function dynamicOf(parts: readonly EdgePart[]): TraefikDynamic {
  const files = parts.filter(({ kind }) => kind === 'more').map(({ json }) => object(json, 'http'))
  const asked = (path: string) =>
    parts.filter(({ kind, of }) => kind === 'asked' && of.replace(/^https?:\/\/[^/]*/, '').startsWith(path))
  const listed = (path: string) => asked(path).flatMap(({ json }) => objects(json, 'list'))
  const running = asked(ROUTERS).length > 0 && asked(SERVICES).length > 0
  return {
    routers: running
      ? listed(ROUTERS).map((each) => routerOf(each, text(each, 'name'), text(each, 'provider')))
      : files.flatMap((http) => entries(http, 'routers').map(([name, each]) => routerOf(each, `${name}@file`, 'file'))),
    services: running ? byName(listed(SERVICES)) : inFiles(files, 'services'),
    middlewares: running ? byName(listed(MIDDLEWARES)) : inFiles(files, 'middlewares'),
    // The API tells no transports: only a file has them.
    transports: inFiles(files, 'serverstransports'),
    running,
  }
}

const ROUTERS = '/api/http/routers'
const SERVICES = '/api/http/services'
const MIDDLEWARES = '/api/http/middlewares'

/** What a look may ask of Traefik's API: GETs, of which there are no others. */
export const TRAEFIK_PATHS: readonly string[] = ['/api/version', ROUTERS, SERVICES, MIDDLEWARES]

function routerOf(given: JsonObject, name: string, provider: string): Router {
  return {
    name,
    provider,
    rule: text(given, 'rule'),
    priority: whole(given, 'priority'),
    service: text(given, 'service'),
    entryPoints: texts(given, 'entrypoints').map((each) => each.toLowerCase()),
    middlewares: texts(given, 'middlewares'),
    tls: 'tls' in given,
    status: text(given, 'status'),
    errors: texts(given, 'error'),
  }
}

/** `shop` of a router of the file provider is `shop@file`. */
export function qualified(name: string, provider: string): string {
  return name.includes('@') ? name : `${name}@${provider}`
}

function byName(list: readonly JsonObject[]): Map<string, JsonObject> {
  return new Map(list.map((each) => [text(each, 'name').toLowerCase(), each]))
}

function inFiles(files: readonly JsonObject[], kind: string): Map<string, JsonObject> {
  return new Map(files.flatMap((http) => entries(http, kind).map(([name, each]) => [`${name}@file`, each] as const)))
}

function entries(parent: JsonObject, name: string): [string, JsonObject][] {
  return Object.entries(object(parent, name)).flatMap(([key, each]): [string, JsonObject][] =>
    isObject(each) ? [[key, each]] : [],
  )
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
