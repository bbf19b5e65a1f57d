import type { JsonObject } from '../../words/json.ts'
import { object, objects, text, whole } from '../process/found.ts'

/** Source: envoyproxy/envoy:api/envoy/config/cluster/v3/circuit_breaker.proto. */
const DEFAULTS: Readonly<Record<string, number>> = {
  max_connections: 1024,
  max_pending_requests: 1024,
  max_requests: 1024,
  max_retries: 3,
}
/** Counters and gauges of a cluster by the limit that they are of. Source: cluster_stats.rst. */
const OPEN: Readonly<Record<string, string>> = {
  cx_open: 'max_connections',
  cx_pool_open: 'max_connections',
  rq_pending_open: 'max_pending_requests',
  rq_open: 'max_requests',
  rq_retry_open: 'max_retries',
}
const OVERFLOWS: Readonly<Record<string, string>> = {
  upstream_cx_overflow: 'max_connections',
  upstream_rq_pending_overflow: 'max_pending_requests',
  upstream_rq_retry_overflow: 'max_retries',
}

/**
 * Which circuit breakers of a cluster are open, and how often each refused since Envoy started.
 * @param stats of `/stats?format=json`
 */
export function limitsTold(cluster: JsonObject, stats: JsonObject): { limits: string; limit_met: boolean } {
  const name = text(cluster, 'name')
  const of = `cluster.${name.replaceAll(':', '_')}.`
  const values = new Map(objects(stats, 'stats').map((each) => [text(each, 'name'), whole(each, 'value')]))
  const set = objects(object(cluster, 'circuit_breakers'), 'thresholds').find(
    (each) => text(each, 'priority') !== 'HIGH',
  )
  const most = (limit: string) => whole(set ?? {}, limit, DEFAULTS[limit] ?? 0)
  const open = new Set<string>()
  for (const [gauge, limit] of Object.entries(OPEN)) {
    if ((values.get(`${of}circuit_breakers.default.${gauge}`) ?? 0) > 0) open.add(limit)
  }
  const refused = Object.entries(OVERFLOWS).flatMap(([counter, limit]) => {
    const times = values.get(`${of}${counter}`) ?? 0
    return times > 0 ? [`${limit} ${most(limit)} was met ${times} times since it started (${counter})`] : []
  })
  const now = [...open].map((limit) => `${limit} ${most(limit)} is met now`)
  return { limits: [...now, ...refused].join('; '), limit_met: open.size > 0 }
}
