import type { JsonObject } from '../../words/json.ts'
import { type EdgePart, originOf } from '../edge/sections.ts'
import { type EdgeConfig, nothingKnown } from '../edge/types.ts'
import { object, text } from '../process/found.ts'
import { durationMs } from './duration.ts'
import { dynamicOf, type TraefikDynamic } from './dynamic.ts'
import { type Asked, type TraefikFate, traefikFate } from './route.ts'
import { serviceTold } from './service.ts'
import { staticOf, type TraefikStatic } from './static.ts'

/** Source: Traefik's documentation, `transport.respondingTimeouts.idleTimeout`. */
const KEEPS_MS = 180_000

const NOTHING: TraefikStatic = { ...staticOf({}), entryPoints: new Map() }

/** What Traefik's parts say of the URL; `doubts` are what had to be guessed. */
export function traefikConfig(parts: readonly EdgePart[], asked: Asked): { value: EdgeConfig; doubts: string[] } {
  const given = parts.find(({ kind }) => kind === 'file')
  const fixed = given ? staticOf(given.json) : NOTHING
  const dynamic = dynamicOf(parts)
  const fate = traefikFate(fixed, dynamic, asked)
  const service = dynamic.services.get(fate.service.toLowerCase())
  const others = fixed.providers.filter((name) => name !== 'file')
  const unseen = !dynamic.running && others.length > 0
  const asking = parts.find(({ kind }) => kind === 'asked')
  const value: EdgeConfig = {
    ...nothingKnown(),
    source: dynamic.running ? 'running' : dynamic.routers.length > 0 ? 'files' : '',
    admin: originOf(asking?.of ?? ''),
    version: text(parts.find(({ of }) => of.endsWith('/api/version'))?.json ?? {}, 'version'),
    ...fateTold(fate, fixed),
    no_route: fate.noRoute !== '' && dynamic.running,
    backend_missing: fate.service !== '' && service === undefined && dynamic.running,
    ...(service ? serviceTold(service, transportOf(service, dynamic), fixed.timeouts, hostOf(asked)) : {}),
    discovered: service !== undefined && text(service, 'provider') !== '' && text(service, 'provider') !== 'file',
    claimed: claimed(dynamic, fate.service),
  }
  const doubts = [fate.doubt, unseen ? `what ${others.join(', ')} tells Traefik is not known: its API is off` : '']
  return { value, doubts: doubts.filter((each) => each !== '') }
}

function fateTold(fate: TraefikFate, fixed: TraefikStatic): Partial<EdgeConfig> {
  const set = durationMs(fixed.entryPoints.get(fate.entry)?.keeps)
  const keeps = set ?? KEEPS_MS
  return {
    listens: fate.listens,
    entry: fate.entry,
    site_found: fate.router !== undefined,
    no_route_why: fate.noRoute,
    names: fate.names,
    handler: fate.handler,
    at: fate.router ? `router ${fate.router.name}` : '',
    backend: fate.service,
    upstream_path: fate.path,
    keeps_ms: fate.listens && keeps > 0 ? [BigInt(keeps)] : [],
    keeps_at: !fate.listens ? '' : set === undefined ? 'the default' : `idleTimeout of entry point ${fate.entry}`,
  }
}

/** Of a transport that no file has, nothing is known but that it is there. */
function transportOf(service: JsonObject, { transports }: TraefikDynamic): JsonObject | undefined {
  const name = text(object(service, 'loadbalancer'), 'serverstransport')
  if (name === '' || name === 'default@internal') return {}
  return transports.get((name.includes('@') ? name : `${name}@file`).toLowerCase())
}

/** The usual port of a scheme is not named in a Host. */
function hostOf({ scheme, host, port }: Asked): string {
  return port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`
}

function claimed({ services }: TraefikDynamic, own: string): string[] {
  const members = (name: string) => {
    const service = services.get(name)
    return service ? serviceTold(service, undefined, {}, '').members.map((each) => each.text) : []
  }
  const mine = new Set(members(own.toLowerCase()))
  const all = [...services.keys()].slice(0, 300).flatMap(members)
  return [...new Set(all)].filter((each) => !mine.has(each)).slice(0, 200)
}
