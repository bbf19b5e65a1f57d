import { inherited, type Levels, placeOf, setting } from './config-values.ts'
import type { Directive } from './parse-config.ts'
import type { NginxConfig } from './types.ts'

type Limit = NginxConfig['limits'][number]

/** What nginx answers when a limit refuses. Source: nginx.org, "limit_req_status", "limit_conn_status". */
const REFUSES_WITH = 503n

/**
 * The limits that hold at a place of the configuration. A level that has any of its own replaces those around it.
 * Source: nginx.org, ngx_http_limit_req_module and ngx_http_limit_conn_module.
 */
export function limitsAt(levels: Levels): Limit[] {
  return [...requestLimits(levels), ...connectionLimits(levels)]
}

function requestLimits(levels: Levels): Limit[] {
  if (setting(levels, 'limit_req_dry_run') === 'on') return []
  const zones = named(levels, 'limit_req_zone')
  return inherited(levels, 'limit_req').map((directive) => {
    const zone = word(directive, 'zone=')
    const made = zones.get(zone)
    return {
      kind: 'requests',
      zone,
      key: made?.args[0] ?? '',
      most: made === undefined ? '' : word(made, 'rate='),
      burst: number(word(directive, 'burst=')),
      status: status(levels, 'limit_req_status'),
      at: placeOf(directive),
      zone_at: made === undefined ? '' : placeOf(made),
    }
  })
}

function connectionLimits(levels: Levels): Limit[] {
  if (setting(levels, 'limit_conn_dry_run') === 'on') return []
  const zones = named(levels, 'limit_conn_zone')
  return inherited(levels, 'limit_conn').map((directive) => {
    const [zone = '', most = ''] = directive.args
    const made = zones.get(zone)
    return {
      kind: 'connections',
      zone,
      key: made?.args[0] ?? '',
      most,
      burst: 0n,
      status: status(levels, 'limit_conn_status'),
      at: placeOf(directive),
      zone_at: made === undefined ? '' : placeOf(made),
    }
  })
}

/** Zones by name: `zone=one:10m` of any level (nginx allows them in `http` alone). */
function named(levels: Levels, directive: string): Map<string, Directive> {
  const zones = new Map<string, Directive>()
  for (const each of levels.flatMap((level) => level.filter(({ name }) => name === directive))) {
    zones.set(word(each, 'zone=').replace(/:[^:]*$/, ''), each)
  }
  return zones
}

function word({ args }: Directive, prefix: string): string {
  return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? ''
}

function status(levels: Levels, name: string): bigint {
  return number(setting(levels, name)) || REFUSES_WITH
}

function number(text: string): bigint {
  return /^\d{1,9}$/.test(text) ? BigInt(text) : 0n
}

/** What one worker may have open, as configured; 0 where nothing is said. Source: nginx.org, "Core functionality". */
export function workerLimits(
  tree: readonly Directive[],
): Pick<NginxConfig, 'worker_connections' | 'worker_connections_at' | 'worker_files' | 'worker_files_at'> {
  const events = tree.filter(({ name }) => name === 'events').flatMap(({ block }) => block ?? [])
  const connections = events.findLast(({ name }) => name === 'worker_connections')
  const files = tree.findLast(({ name }) => name === 'worker_rlimit_nofile')
  return {
    worker_connections: number(connections?.args[0] ?? ''),
    worker_connections_at: connections === undefined ? '' : placeOf(connections),
    worker_files: number(files?.args[0] ?? ''),
    worker_files_at: files === undefined ? '' : placeOf(files),
  }
}
