import { type EdgePart, originOf } from '../edge/sections.ts'
import { type EdgeConfig, nothingKnown } from '../edge/types.ts'
import { objects, text } from '../process/found.ts'
import { clusterTold } from './cluster.ts'
import { limitsTold } from './limits.ts'
import { type EnvoyResources, resourcesOfBootstrap, resourcesOfDump } from './resources.ts'
import { type Asked, clustersOfRoutes, type EnvoyFate, envoyFate } from './route.ts'

/** Is it Envoy's: an answer of its admin interface, or a bootstrap file? */
export function isEnvoys({ json }: EdgePart): boolean {
  return ['configs', 'cluster_statuses', 'static_resources', 'dynamic_resources', 'admin'].some((name) => name in json)
}

/** What Envoy's parts say of the URL; `doubts` are what had to be guessed. */
export function envoyConfig(parts: readonly EdgePart[], asked: Asked): { value: EdgeConfig; doubts: string[] } {
  const answer = (field: string) => parts.find(({ kind, json }) => kind === 'asked' && field in json)
  const dump = answer('configs')
  const file = parts.find(({ kind }) => kind === 'file')
  const resources = dump ? resourcesOfDump(dump.json) : resourcesOfBootstrap(file?.json ?? {})
  const fate = envoyFate(resources, asked)
  const cluster = resources.clusters.get(fate.cluster)
  const status = objects(answer('cluster_statuses')?.json ?? {}, 'cluster_statuses').find(
    (each) => text(each, 'name') === fate.cluster,
  )
  const server = answer('state')?.json ?? {}
  const missing = fate.cluster !== '' && cluster === undefined && !resources.partial
  const value: EdgeConfig = {
    ...nothingKnown(),
    source: dump ? 'running' : file ? 'files' : '',
    admin: originOf(dump?.of ?? ''),
    version: versionOf(text(server, 'version')),
    state: text(server, 'state'),
    refused: resources.refused,
    ...fateTold(fate, resources),
    backend_missing: missing,
    ...(cluster ? clusterTold(cluster, status) : {}),
    ...(cluster ? limitsTold(cluster, answer('stats')?.json ?? {}) : {}),
    claimed: claimed(resources, fate.cluster),
  }
  const doubts = [fate.doubt, resources.partial && !dump ? 'parts of its configuration come from a control plane' : '']
  return { value, doubts: doubts.filter((each) => each !== '') }
}

function fateTold(fate: EnvoyFate, { partial }: EnvoyResources): Partial<EdgeConfig> {
  const times = (ms: number | undefined) => (ms === undefined || ms === 0 ? [] : [BigInt(ms)])
  return {
    listens: fate.listens,
    entry: fate.entry,
    site_found: fate.found,
    no_route: fate.noRoute !== '' && fate.doubt === '' && !partial,
    no_route_why: fate.noRoute,
    names: fate.names,
    handler: fate.handler,
    at: fate.at,
    returns: BigInt(fate.status),
    backend: fate.cluster,
    upstream_path: fate.path,
    upstream_host_header: fate.host,
    read_timeout_ms: times(fate.timeoutMs),
    read_timeout_at: fate.timeoutAt,
    keeps_ms: times(fate.keepsMs),
    keeps_at: fate.keepsAt,
  }
}

/** `1.31.2`, out of `9b5b2a4.../1.31.2/Clean/RELEASE/BoringSSL`. */
function versionOf(version: string): string {
  return /^[^/]{0,80}\/(\d{1,4}\.\d{1,4}\.[0-9A-Za-z.-]{1,20})\//.exec(version)?.[1] ?? ''
}

/** Where the clusters of other routes send: none of those is the application that moved. */
function claimed(resources: EnvoyResources, own: string): string[] {
  const members = (name: string) => {
    const cluster = resources.clusters.get(name)
    return cluster ? clusterTold(cluster, undefined).members.map((member) => member.text) : []
  }
  const mine = new Set(members(own))
  const others = clustersOfRoutes(resources)
    .filter((name) => name !== own)
    .slice(0, 200)
  return [...new Set(others.flatMap(members))].filter((each) => !mine.has(each)).slice(0, 200)
}

/** The parts that `/stats` is asked for: what circuit breakers met. A regular expression of Envoy's own engine (RE2). */
export const STATS_ASKED =
  '/stats?format=json&usedonly&filter=' +
  encodeURIComponent('^cluster\\..*(circuit_breakers\\.default\\..*_open|upstream_(cx|rq_pending|rq_retry)_overflow)$')

/** What a look may ask of Envoy's admin interface: GETs that only tell. */
export const ENVOY_PATHS: readonly string[] = ['/server_info', '/config_dump', '/clusters?format=json', STATS_ASKED]
