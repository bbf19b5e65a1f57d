import type { Value } from '../../words/value.ts'
import type { LogMeta, Tally } from '../log-format.ts'
import { records } from '../log-format.ts'
import { parseUpstream } from '../nginx/upstream-address.ts'
import type { OwnRequest, ReadContext } from '../reader.ts'
import { entryReader } from './error-entry.ts'
import { type ErrorEvent, eventsOf, isProcess, type Timed, tellingOf, traceOf } from './error-event.ts'
import { errorStamp } from './error-line.ts'
import type { Kind } from './error-types.ts'

/** An event with what it tells of the URL. */
export interface SeenEvent extends ErrorEvent {
  trace: ReturnType<typeof traceOf>
  trouble: boolean
  /** About this URL's path or upstream. */
  about: boolean
}

export interface SeenLog {
  events: SeenEvent[]
  process: Timed[]
}

/** Reads what was kept of an error log. */
export function seeLog(out: string, context: ReadContext, meta: LogMeta): SeenLog {
  const read = entryReader(context.knowledge)
  const zone = (meta.zoneMinutes ?? 0) * 60_000
  const timed = records(out, (line) => errorStamp(line) !== undefined).flatMap((record): Timed[] => {
    const entry = read(record)
    return entry === undefined ? [] : [{ entry, record, at: entry.line.stamp - zone }]
  })
  const fits = siteFit(context.facts)
  const events = eventsOf(timed).map((event) => {
    const trace = traceOf(event)
    const telling = tellingOf(event)
    return { ...event, trace, trouble: telling?.trouble === true, about: fits(trace) }
  })
  return { events, process: timed.filter(({ entry }) => isProcess(entry)) }
}

/** What is compared: the facts that tell this URL's lines from others'. */
export const SITE_FACTS = ['url.path', 'config.members', 'config.upstream_name'] as const

type Trace = ReturnType<typeof traceOf>

/**
 * Is a failure about this URL? Apache's lines seldom name the request: the upstream tells, or the path. A line that names
 * neither may be about anything. Where the configuration is not known, everything may be ours.
 */
export function siteFit(
  facts: ReadonlyMap<string, Value>,
): (trace: Pick<Trace, 'host' | 'port' | 'socket' | 'path'>) => boolean {
  const given = facts.get('config.members')
  const members = Array.isArray(given)
    ? given.flatMap((each) => (typeof each === 'string' ? [memberOf(each)] : []))
    : []
  const path = facts.get('url.path')
  const own = typeof path === 'string' ? path.replace(/[?#].*$/, '') : ''
  const group = facts.get('config.upstream_name')
  return ({ host, port, socket, path: asked }) => {
    if (asked !== '' && asked === own) return true
    if (members.length === 0) return true
    if (socket !== '') return members.some((member) => member.socket === socket)
    if (host === '') return false
    if (typeof group === 'string' && host === group) return true
    return members.some((member) => (port === 0 || member.port === port) && sameHost(member.host, host))
  }
}

function memberOf(text: string): { host: string; port: number; socket: string } {
  return text.startsWith('/') ? { host: '', port: 0, socket: text } : parseUpstream(text)
}

/** A name may be printed as the address that it led to. */
function sameHost(configured: string, printed: string): boolean {
  return configured === printed || !/^[0-9.]+$|:/.test(configured)
}

/**
 * The failures that our own requests caused. The visitor's port in the log is the one that our client had: certain where
 * both are known. Else the time, the address and what the line is about decide.
 */
export function ownEvents(events: readonly SeenEvent[], requests: readonly OwnRequest[]): Set<SeenEvent> {
  const own = new Set<SeenEvent>()
  for (const { startedAt, endedAt, clientPorts = [] } of requests) {
    const from = Math.floor(startedAt.getTime() / 1000) * 1000
    const inTime = events.filter(({ at }) => at >= from && at <= endedAt.getTime() + 1000)
    const byPort = inTime.filter(({ trace }) => trace.clientPort !== 0 && clientPorts.includes(trace.clientPort))
    if (byPort.length > 0) {
      for (const event of withTries(inTime, byPort)) own.add(event)
      continue
    }
    const known = clientPorts.length > 0
    const may = inTime.filter(
      ({ trace, about }) => about && !(known && isLoopback(trace.client) && trace.clientPort !== 0),
    )
    const last = may.at(-1)
    for (const event of may) if (last !== undefined && event.trace.thread === last.trace.thread) own.add(event)
  }
  return own
}

/** A line that names no visitor, and stands in the thread of our request just then, is of it too. */
function withTries(inTime: readonly SeenEvent[], own: readonly SeenEvent[]): SeenEvent[] {
  const threads = new Set(own.map(({ trace }) => trace.thread))
  return inTime.filter((event) => own.includes(event) || (event.trace.client === '' && threads.has(event.trace.thread)))
}

function isLoopback(client: string): boolean {
  return client === '::1' || client.startsWith('127.')
}

/** What failures say, most frequent first; `left` are lines that were counted and not kept. */
export function kindsOf(events: readonly SeenEvent[], left: readonly Tally[]): Kind[] {
  const kinds = new Map<string, Kind>()
  const add = (kind: Kind) => {
    const key = JSON.stringify([kind.signature, kind.host, Number(kind.port), kind.socket])
    const known = kinds.get(key)
    kinds.set(key, known === undefined ? kind : merged(known, kind))
  }
  for (const event of events) {
    const telling = tellingOf(event)
    const { id = '', shape = '', cause = '' } = telling?.signature ?? {}
    const { host, port, socket } = event.trace
    const [first, last] = [new Date(event.at), new Date(event.at)]
    const message = telling?.line.message ?? ''
    add({ signature: id, shape, cause, count: 1n, first, last, host, port: BigInt(port), socket, message })
  }
  for (const { key, count, first, last } of left) {
    const port = typeof key.port === 'number' && Number.isInteger(key.port) ? BigInt(key.port) : 0n
    const times = { first: new Date(first), last: new Date(last) }
    const words = { signature: str(key.signature), shape: str(key.shape), cause: str(key.cause) }
    add({ ...words, ...times, count: BigInt(count), host: str(key.host), port, socket: str(key.socket), message: '' })
  }
  return [...kinds.values()].sort((a, b) => Number(b.count - a.count)).slice(0, MAX_KINDS)
}

const MAX_KINDS = 50

function merged(known: Kind, more: Kind): Kind {
  return {
    ...known,
    count: known.count + more.count,
    first: new Date(Math.min(more.first.getTime(), known.first.getTime())),
    last: new Date(Math.max(more.last.getTime(), known.last.getTime())),
    message: known.message || more.message,
  }
}

function str(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
