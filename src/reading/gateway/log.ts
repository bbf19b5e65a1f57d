import type { JsonObject } from '../../words/json.ts'
import { NEVER } from '../../words/value.ts'
import type { Tally } from '../log-format.ts'
import type { ReadContext } from '../reader.ts'
import { type Fit, fitEntry, frontOf, type GatewayEntry, ownEntries } from './entry.ts'
import type { GatewayLog } from './types.ts'

type Kind = GatewayLog['kinds'][number]

const MAX_KINDS = 50

/** What the parts of a gateway's log come to that are the same whoever wrote it. */
export type Summary = Pick<GatewayLog, 'count' | 'first' | 'last' | 'ours' | 'latest' | 'kinds'>

/** By what records are counted that a log's prober leaves out. */
export function tallyKey(entry: GatewayEntry, fit: Fit): JsonObject {
  const { host, port, socket } = entry.upstream
  const { id = '', cause = '' } = entry.signature ?? {}
  return { about: fit !== 'other', signature: id, cause, host, port, socket }
}

/** Sums up the failures that a log tells of. `left`: records that were counted and not kept. */
export function summarise(entries: readonly GatewayEntry[], left: readonly Tally[], context: ReadContext): Summary {
  const relate = fitEntry(context)
  const seen = entries.map((entry) => ({ entry, fit: relate(entry) })).filter((each) => each.fit !== 'other')
  const own = ownEntries(seen, context.requests, frontOf(context))
  // What is not known to be of this site is nobody's but ours.
  const about = seen.filter((each) => each.fit !== 'unknown' || own.has(each.entry))
  const others = about.filter(({ entry }) => !own.has(entry) && entry.sentByUs !== true).map(({ entry }) => entry)
  const counted = left.filter(({ key }) => key.about === true)
  const times = [...others.map(({ at }) => at), ...counted.flatMap(({ first, last }) => [first, last])]
  const [first, last] = [Math.min(...times), Math.max(...times)]
  return {
    count: BigInt(others.length + counted.reduce((total, each) => total + each.count, 0)),
    first: times.length === 0 ? NEVER : new Date(first),
    last: times.length === 0 ? NEVER : new Date(last),
    ours: lineOf([...own].reduce<GatewayEntry | undefined>(later, undefined)),
    latest: lineOf(
      about
        .filter((each) => each.fit === 'path')
        .reduce<GatewayEntry | undefined>((best, { entry }) => later(best, entry), undefined) ??
        about.reduce<GatewayEntry | undefined>((best, { entry }) => later(best, entry), undefined),
    ),
    kinds: kindsOf(others, counted),
  }
}

function later(best: GatewayEntry | undefined, entry: GatewayEntry): GatewayEntry {
  return best && best.at > entry.at ? best : entry
}

function lineOf(entry: GatewayEntry | undefined): GatewayLog['ours'] {
  return {
    found: entry !== undefined,
    at: entry ? new Date(entry.at) : NEVER,
    signature: entry?.signature?.id ?? '',
    shape: entry?.signature?.shape ?? '',
    cause: entry?.signature?.cause ?? '',
    message: entry?.message ?? '',
    status: BigInt(entry?.status ?? 0),
    path: entry?.path ?? '',
    host_header: entry?.host ?? '',
    upstream: entry ? written(entry.upstream) : '',
    host: entry?.upstream.host ?? '',
    port: BigInt(entry?.upstream.port ?? 0),
    socket: entry?.upstream.socket ?? '',
    name: entry?.name ?? '',
  }
}

/** `127.0.0.1:3000`, `[::1]:3000`, a socket's path; '' for none. */
export function written({ host, port, socket }: GatewayEntry['upstream']): string {
  if (socket !== '') return socket
  return host === '' ? '' : `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function kindsOf(others: readonly GatewayEntry[], left: readonly Tally[]): Kind[] {
  const kinds = new Map<string, Kind>()
  const add = (kind: Kind) => {
    const key = JSON.stringify([kind.signature, kind.upstream])
    const known = kinds.get(key)
    kinds.set(key, known ? { ...known, count: known.count + kind.count } : kind)
  }
  for (const { signature, upstream, message } of others) {
    const { host, port, socket } = upstream
    const { id = '', cause = '' } = signature ?? {}
    add({ signature: id, cause, count: 1n, upstream: written(upstream), host, port: BigInt(port), socket, message })
  }
  for (const { key, count } of left) {
    const text = (name: string) => (typeof key[name] === 'string' ? key[name] : '')
    const port = typeof key.port === 'number' && Number.isInteger(key.port) ? key.port : 0
    const upstream = { host: text('host'), port, socket: text('socket') }
    add({
      signature: text('signature'),
      cause: text('cause'),
      count: BigInt(count),
      upstream: written(upstream),
      ...upstream,
      port: BigInt(port),
      message: '',
    })
  }
  return [...kinds.values()].sort((a, b) => Number(b.count - a.count)).slice(0, MAX_KINDS)
}

/** How far back evidence counts, milliseconds. */
export function windowMs({ facts }: Pick<ReadContext, 'facts'>): number {
  const seconds = facts.get('window.seconds')
  return typeof seconds === 'bigint' ? Number(seconds) * 1000 : 0
}
