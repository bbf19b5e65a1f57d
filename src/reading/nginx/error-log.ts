import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { type LogMeta, parseLogMeta, records, type Tally } from '../log-format.ts'
import { type ReadContext, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { type ErrorEntry, entryReader, severity, textFact } from './error-entry.ts'
import { errorStamp } from './error-line.ts'
import { isNotable } from './error-log-format.ts'
import { errorLogDark } from './log-dark.ts'
import { ownRecords, type Suspect } from './own-requests.ts'
import { standIns } from './pasted-lines.ts'
import { SITE_FACTS, sameHost, siteOf } from './site.ts'
import { type NginxErrorLog, nginxErrorLog } from './types.ts'

type Line = NginxErrorLog['ours']
/** Lines that say the same of the same upstream. */
export type Kind = NginxErrorLog['kinds'][number]

/** At most this many lines of the process are given. */
const MAX_PROCESS_LINES = 100
const MAX_KINDS = 50

/** What nginx's error log says about the URL and about nginx itself. */
export const nginxErrorLogReader = reader({
  name: 'nginx-error-log',
  output: nginxErrorLog,
  consults: [...SITE_FACTS, 'config.error_log_level', 'answer.class', 'window.seconds'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const seen = seeRecords(capture, context, meta)
    const about = seen.filter(({ entry }) => entry.trouble && entry.fit !== 'other')
    const asked = ownRecords(
      about.filter((each) => mayBeOurs(each, context)),
      context.requests,
    )
    const sent = capture.pasted && asked.size === 0 ? standIns(about, context) : null
    const own = sent?.lines ?? asked
    const others = about.filter((each) => !own.has(each))
    const left = meta.left.filter(({ key }) => key.about === true)
    const kinds = kindsOf(others, left)
    const span = spanOf(others, left)
    const level = textFact(context.facts, 'config.error_log_level')
    const dark = [...(sent?.dark ?? []), ...errorLogDark(capture, meta, level, levelSeen(seen), seen.length > 0)]
    return {
      value: {
        complete: dark.length === 0,
        path: meta.path,
        count: BigInt(others.length + sum(left)),
        total: BigInt(
          seen.filter(({ entry }) => entry.trouble && entry.signature && !entry.process).length +
            sum(meta.left.filter(({ key }) => typeof key.signature === 'string' && key.signature !== '')),
        ),
        others: BigInt(
          new Set(seen.flatMap(({ entry, connection }) => (entry.trouble && entry.anothers ? [connection] : []))).size,
        ),
        first: span.first,
        last: span.last,
        ours: lineOf(lastOf([...own])),
        said: saidIn(seen, context),
        latest: lineOf(lastOf(about.filter(({ entry }) => entry.fit === 'path')) ?? lastOf(about)),
        kinds,
        process: seen.filter(isProcessLine).slice(-MAX_PROCESS_LINES).map(processLine),
        level,
        zone_minutes: BigInt(meta.zoneMinutes ?? 0),
        zone_from: meta.zoneFrom,
        moved: meta.moved,
      },
      dark,
      lines: telling(own, about),
    }
  },
})

/** An entry with its true time, and what tells its connection. */
export interface Seen extends Suspect {
  entry: ErrorEntry
  record: string
}

/** The records of an error log, each with its true time. */
export function seeRecords(capture: Capture, context: ReadContext, meta: LogMeta): Seen[] {
  const read = entryReader(context)
  const zone = (meta.zoneMinutes ?? 0) * 60_000
  return records(capture.out, (line) => errorStamp(line) !== undefined).flatMap((record) => {
    const entry = read(record)
    if (!entry) return []
    const { stamp, client, pid, connection } = entry.line
    return [{ entry, record, at: stamp - zone, client, connection: `${pid}*${connection}` }]
  })
}

/** Same host and same path as the URL; a line without a Host may be ours too. */
function mayBeOurs({ entry }: Seen, context: ReadContext): boolean {
  const site = siteOf(context.facts)
  return site.path !== '' && entry.path === site.path && sameHost(site, entry.line.host) !== false
}

const SAID = 'FastCGI sent in stderr: "'
const LONGEST_SAID = 300

/** The first line of what our own request's application wrote; it stands in a line of its own kind, at level error. */
function saidIn(seen: readonly Seen[], context: ReadContext): string {
  const telling = seen.filter((each) => each.entry.line.message.startsWith(SAID) && mayBeOurs(each, context))
  const last = lastOf([...ownRecords(telling, context.requests)])
  const [line = ''] = last?.entry.line.message.slice(SAID.length).split('\n') ?? []
  return visibleLine(line, LONGEST_SAID).replace(/"? while [a-z ]+$/, '')
}

/** What lines say, most frequent first; `left` are those that were counted and not kept. */
export function kindsOf(others: readonly Seen[], left: readonly Tally[]): Kind[] {
  const kinds = new Map<string, Kind>()
  const add = (kind: Kind) => {
    const key = JSON.stringify([kind.signature, kind.host, Number(kind.port), kind.socket])
    const known = kinds.get(key)
    kinds.set(key, known ? merged(known, kind) : kind)
  }
  for (const { entry, at } of others) {
    const { id = '', shape = '', cause = '' } = entry.signature ?? {}
    const { host, port, socket } = entry.upstream
    const { message } = entry.line
    const [first, last] = [new Date(at), new Date(at)]
    add({ signature: id, shape, cause, count: 1n, first, last, host, port: BigInt(port), socket, message })
  }
  for (const tally of left) add(kindOf(tally))
  return [...kinds.values()].sort((a, b) => Number(b.count - a.count)).slice(0, MAX_KINDS)
}

function merged(known: Kind, more: Kind): Kind {
  return {
    ...known,
    count: known.count + more.count,
    first: new Date(Math.min(more.first.getTime(), known.first.getTime())),
    last: new Date(Math.max(more.last.getTime(), known.last.getTime())),
    message: known.message || more.message,
  }
}

function kindOf({ key, count, first, last }: Tally): Kind {
  return {
    signature: str(key.signature),
    shape: str(key.shape),
    cause: str(key.cause),
    count: BigInt(count),
    first: new Date(first),
    last: new Date(last),
    host: str(key.host),
    port: typeof key.port === 'number' && Number.isInteger(key.port) ? BigInt(key.port) : 0n,
    socket: str(key.socket),
    message: '',
  }
}

function str(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function sum(left: readonly Tally[]): number {
  return left.reduce((total, each) => total + each.count, 0)
}

function spanOf(others: readonly Seen[], left: readonly Tally[]): { first: Date; last: Date } {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const span of [...others.map(({ at }) => ({ first: at, last: at })), ...left]) {
    first = Math.min(first, span.first)
    last = Math.max(last, span.last)
  }
  return first > last ? { first: NEVER, last: NEVER } : { first: new Date(first), last: new Date(last) }
}

function lastOf(list: readonly Seen[]): Seen | undefined {
  return list.reduce<Seen | undefined>((best, each) => (best && best.at > each.at ? best : each), undefined)
}

function lineOf(seen: Seen | undefined): Line {
  const line = seen?.entry.line
  const signature = seen?.entry.signature
  return {
    found: seen !== undefined,
    at: seen ? new Date(seen.at) : NEVER,
    level: line?.level ?? '',
    signature: signature?.id ?? '',
    shape: signature?.shape ?? '',
    cause: signature?.cause ?? '',
    message: line?.message ?? '',
    zone: seen?.entry.holes.zone ?? '',
    errno: BigInt(line?.errno ?? 0),
    action: line?.action ?? '',
    client: line?.client ?? '',
    server: line?.server ?? '',
    request: line?.request ?? '',
    path: seen?.entry.path ?? '',
    subrequest: (line?.subrequest ?? '').slice(0, 200),
    host_header: line?.host ?? '',
    upstream: line?.upstream ?? '',
    host: seen?.entry.upstream.host ?? '',
    port: BigInt(seen?.entry.upstream.port ?? 0),
    socket: seen?.entry.upstream.socket ?? '',
    name: seen?.entry.holes.unresolved ?? '',
    file: seen?.entry.holes.file ?? '',
    folder: /^(\/.*)\/[^/]+$/.exec(seen?.entry.holes.file ?? '')?.[1] ?? '',
  }
}

function isProcessLine({ entry }: Seen): boolean {
  return entry.process && isNotable(entry.line.level, entry.signature?.id)
}

function processLine({ entry, at }: Seen): NginxErrorLog['process'][number] {
  const { level, message } = entry.line
  return { at: new Date(at), level, signature: entry.signature?.id ?? '', message }
}

/** A line at `error` or below it was written: so the level lets `error` through. */
function levelSeen(seen: readonly Seen[]): boolean {
  return seen.some(({ entry }) => entry.line.request_line && severity(entry.line.level) <= severity('error'))
}

function telling(own: ReadonlySet<Seen>, about: readonly Seen[]): string[] {
  const ours = [...own].slice(-2)
  const rest = about.filter((each) => !own.has(each)).slice(-(5 - ours.length))
  return [...rest, ...ours].map(({ record }) => record.slice(0, 1000))
}
