import type { ReadContext } from '../reader.ts'
import type { AccessEntry } from './access-entry.ts'
import { isLoopback } from './own-requests.ts'
import type { NginxAccessLog } from './types.ts'

type Arrivals = Pick<
  NginxAccessLog,
  | 'since'
  | 'since_status'
  | 'since_client'
  | 'none_since'
  | 'nobody_since'
  | 'beside'
  | 'beside_failed'
  | 'beside_abandoned'
  | 'beside_client'
  | 'visited_from'
  | 'hellos'
  | 'hello_client'
>

/**
 * Did our latest request to the URL come as far as this log? Where something stands in front, its answer alone does not
 * say. Stamps are cut to the second, and a line is written when a request ends.
 * @param byAgent the format names the User-Agent, so our own lines say that they are ours
 * @param whole the log was read to its end, and its lines were understood
 */
export function arrivals(
  entries: readonly AccessEntry[],
  { requests }: Pick<ReadContext, 'requests'>,
  byAgent: boolean,
  whole: boolean,
): Arrivals {
  const latest = requests.at(-1)
  const from = latest ? Math.floor(latest.startedAt.getTime() / 1000) * 1000 : Number.POSITIVE_INFINITY
  const until = latest ? latest.endedAt.getTime() + 1000 : Number.NEGATIVE_INFINITY
  const alike = entries.filter(({ about, same_path, line }) => about && same_path && line.at >= from)
  const since = byAgent ? alike.filter(({ ours }) => ours) : alike
  const beside = byAgent ? alike.filter(({ ours, line }) => !ours && line.at <= until) : []
  const hellos = entries.filter(({ hello, line }) => hello && line.at >= from && !isLoopback(line.client))
  const visitor = entries.findLast(
    ({ about, ours, line }) => about && !ours && line.client !== '' && !isLoopback(line.client),
  )
  return {
    since: BigInt(since.length),
    since_status: BigInt(since[0]?.line.status ?? 0),
    since_client: since[0]?.line.client ?? '',
    none_since: whole && latest !== undefined && since.length === 0,
    nobody_since: whole && latest !== undefined && alike.length === 0,
    beside: BigInt(beside.length),
    beside_failed: BigInt(beside.filter(({ ending }) => ending === 'failed').length),
    beside_abandoned: BigInt(beside.filter(({ ending }) => ending === 'abandoned').length),
    beside_client: beside[0]?.line.client ?? '',
    visited_from: visitor?.line.client ?? '',
    hellos: BigInt(hellos.length),
    hello_client: hellos[0]?.line.client ?? '',
  }
}
