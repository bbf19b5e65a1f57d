import { pathOnly, sameHost, siteOf } from '../nginx/site.ts'
import { isLoopback } from '../process/addresses.ts'
import type { OwnRequest, ReadContext } from '../reader.ts'
import type { Signature } from '../signatures.ts'

/** A failure that a gateway wrote down, as far as it says what of. */
export interface GatewayEntry {
  /** ms since 1970, UTC. */
  at: number
  /** The Host header and the path; '' where the record does not say of which request it is. */
  host: string
  path: string
  client: string
  /** It carries our own User-Agent; undefined where it tells none. */
  sentByUs: boolean | undefined
  status: number
  message: string
  signature: Signature | undefined
  upstream: { host: string; port: number; socket: string }
  /** The name that did not resolve. */
  name: string
}

export type Fit = 'path' | 'site' | 'other' | 'unknown'

/** How an entry relates to the URL of the session. */
export function fitEntry(context: Pick<ReadContext, 'facts'>): (entry: GatewayEntry) => Fit {
  const site = siteOf(context.facts)
  return (entry) => {
    if (entry.host === '' && entry.path === '') return 'unknown'
    if (sameHost(site, entry.host) === false) return 'other'
    return site.path !== '' && pathOnly(entry.path) === site.path ? 'path' : 'site'
  }
}

/** Gateways write a record a little after the answer was sent. */
const LATE_MS = 1500
const EARLY_MS = 50

/**
 * Which of the entries did our own requests cause? Those that carry our name and fit in time; where records do not tell who
 * asked, the last of a loopback client in the time of a request. `front`: the address of what stands in front and sends a
 * User-Agent of its own, '' where nothing does; then the last of that one.
 */
export function ownEntries(
  entries: readonly { entry: GatewayEntry; fit: Fit }[],
  requests: readonly OwnRequest[],
  front = '',
): Set<GatewayEntry> {
  const own = new Set<GatewayEntry>()
  for (const { startedAt, endedAt } of requests) {
    const inTime = entries.filter(
      ({ entry, fit }) =>
        (fit === 'path' || fit === 'unknown') &&
        entry.at >= startedAt.getTime() - EARLY_MS &&
        entry.at <= endedAt.getTime() + LATE_MS,
    )
    const named = inTime.filter(({ entry }) => entry.sentByUs === true)
    const silent = inTime.filter(
      ({ entry }) => entry.sentByUs === undefined && (entry.client === '' || isLoopback(entry.client)),
    )
    const passed = front === '' ? [] : inTime.filter(({ entry, fit }) => entry.client === front && fit === 'path')
    // A record of the whole request says more than one that only stands in its time.
    const last = (named.at(-1) ?? silent.filter(({ fit }) => fit === 'path').at(-1) ?? silent.at(-1) ?? passed.at(-1))
      ?.entry
    if (last) own.add(last)
  }
  return own
}

/** The address of what stands in front of the gateway, where it is known. */
export function frontOf({ facts }: Pick<ReadContext, 'facts'>): string {
  const visitor = facts.get('gateway.visitor')
  return typeof visitor === 'string' ? visitor : ''
}
