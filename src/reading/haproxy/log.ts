import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { ROUND_FACTS, roundsSay } from '../gateway/rounds.ts'
import { methodOf, spellsOf } from '../gateway/spells.ts'
import { ownRecords } from '../nginx/own-requests.ts'
import { requestPath } from '../nginx/site.ts'
import { type Dark, type OwnRequest, type ReadContext, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { countsOf, kindsOf } from './log-counts.ts'
import { entryReader, type HealthEntry, LOG_FACTS, type Seen } from './log-entry.ts'
import { requestStamp } from './log-line.ts'
import { keepLines, type LogSource, sourceOf } from './log-source.ts'
import { type HaproxyLog, haproxyLog } from './log-types.ts'

/** What HAProxy's log says about the URL: requests with their termination states, and the health of servers. */
export const haproxyLogReader = reader({
  name: 'haproxy-log',
  output: haproxyLog,
  consults: [...LOG_FACTS, ...ROUND_FACTS, 'window.seconds', 'proxy.reloaded'],
  keep: keepLines,
  read(capture, context) {
    const source = sourceOf(capture, context)
    const { meta, lines } = source
    const zone = source.zoneMinutes * 60_000
    const read = entryReader(context)
    const seen = lines.flatMap((record, i): Seen[] => {
      const entry = read.request(record)
      if (entry === undefined) return []
      const { stamp, client } = entry.line
      return [{ entry, at: stamp - zone, client: client || '127.0.0.1', connection: String(i), record }]
    })
    const health = lines.flatMap((line) => read.health(line) ?? [])
    const ofFrontend = seen.filter(({ entry }) => entry.about)
    const own = ownOf(ofFrontend, context.requests)
    const isOurs = sameWay(own, context)
    const about = ofFrontend.filter(({ entry, at }) => isOurs(entry.line.backend, at))
    const others = about.filter((each) => !own.has(each))
    const left = meta.left.filter(({ key, first }) => key.about === true && isOurs(key.backend, first))
    const failing = others.filter(({ entry }) => entry.ending === 'failed')
    const dark = [...source.dark, ...formDark(capture, source, seen, own.size, context)]
    return {
      value: {
        complete: dark.length === 0,
        path: meta.path,
        ...countsOf(others, left),
        rounds: roundsSay(
          failing.map(({ entry }) => entry.line.totalMs),
          'haproxy',
          context,
        ),
        ...spells(about),
        ours: requestOf([...own].findLast(({ entry }) => entry.samePath) ?? [...own].at(-1)),
        latest: requestOf(failing.findLast(({ entry }) => entry.samePath) ?? failing.at(-1)),
        kinds: kindsOf(failing, left),
        health: healthOf(health),
      },
      dark,
      lines: telling(own, about, health),
    }
  },
})

/** Do this site's failures come and go? Our own requests count as answers too. */
function spells(about: readonly Seen[]) {
  const answers = about.filter(({ entry: { ending } }) => ending === 'well' || ending === 'failed')
  const { between, since, runs, method } = spellsOf(
    answers.map(({ entry: { line, ending } }) => ({
      method: methodOf(line.request),
      path: requestPath(line.request),
      failed: ending === 'failed',
    })),
  )
  return { well_between: BigInt(between), well_since: BigInt(since), failed_runs: BigInt(runs), failed_method: method }
}

/** A request of ours stands in the log with the very moment at which it came in, and with our path. */
function ownOf(about: readonly Seen[], requests: readonly OwnRequest[]): Set<Seen> {
  const SLACK = 25
  const exact = about.filter(
    ({ entry, at }) =>
      entry.samePath &&
      requests.some(({ startedAt, endedAt }) => at >= startedAt.getTime() - SLACK && at <= endedAt.getTime() + SLACK),
  )
  return ownRecords(exact, requests)
}

/**
 * Which requests of the frontend go the way that ours went: its lines do not tell for which site one was, and the rules
 * send each site to its backend. A line of another backend is another site's when the rules that run now wrote it
 * already, that is since the last load; one that got no backend bears the frontend's name, and may be of ours.
 */
function sameWay(own: ReadonlySet<Seen>, { facts }: ReadContext): (backend: unknown, at: number) => boolean {
  const line = [...own].findLast(({ entry }) => entry.samePath)?.entry.line
  const loaded = facts.get('proxy.reloaded')
  if (line === undefined || line.backend === line.frontend || !(loaded instanceof Date)) return () => true
  const usual = new Set<unknown>([line.backend, line.frontend])
  return (backend, at) => usual.has(backend) || at < loaded.getTime()
}

/** Why the absence of a line proves nothing, beside what any log leaves dark. */
function formDark(
  capture: Capture,
  { lines, zoneSure }: LogSource,
  seen: readonly Seen[],
  own: number,
  context: ReadContext,
): Dark[] {
  if (capture.outcome !== 'ok' || capture.pasted === true) return []
  const dark: Dark[] = []
  const unread = lines.filter((line) => requestStamp(line) !== undefined).length - seen.length
  if (unread > 1 && unread * 100 > seen.length) {
    dark.push({ why: 'not-understood', says: `${unread} lines of HAProxy's log are not of the form httplog` })
  }
  if (seen.length > 0 && !zoneSure) {
    dark.push({ why: 'not-understood', says: "the time zone of the stamps in HAProxy's log is not certain" })
  }
  const readAt = Date.parse(capture.startedAt)
  const ended = context.requests.some((each) => each.endedAt.getTime() + 2000 < readAt)
  if (own === 0 && ended && context.requests.length > 0) {
    dark.push({
      why: 'cut',
      says: "our own request is not in the log: it is not this frontend's, or lines are left out",
    })
  }
  return dark
}

function requestOf(seen: Seen | undefined): HaproxyLog['ours'] {
  const line = seen?.entry.line
  const signature = seen?.entry.signature
  return {
    found: seen !== undefined,
    at: seen === undefined ? NEVER : new Date(seen.at),
    frontend: line?.frontend ?? '',
    backend: line?.backend ?? '',
    server: line?.server ?? '',
    status: BigInt(line?.status ?? 0),
    state: line?.state ?? '',
    signature: signature?.id ?? '',
    shape: signature?.shape ?? '',
    cause: signature?.cause ?? '',
    says: seen === undefined ? '' : sentence(seen),
    queue_ms: BigInt(line?.queueMs ?? 0),
    connect_ms: BigInt(line?.connectMs ?? 0),
    answer_ms: BigInt(line?.answerMs ?? 0),
    total_ms: BigInt(line?.totalMs ?? 0),
    retries: BigInt(line?.retries ?? 0),
    redispatched: line?.redispatched ?? false,
    queued: BigInt(Math.max(line?.serverQueue ?? 0, line?.backendQueue ?? 0)),
  }
}

/** `503 SC-- from shop/app1 after 3 retries, 3003 ms in all` */
function sentence({ entry: { line } }: Seen): string {
  const retries = line.retries === 0 ? '' : ` after ${line.retries} ${line.retries === 1 ? 'retry' : 'retries'}`
  const status = line.status < 0 ? 'no answer' : String(line.status)
  return visibleLine(
    `${status}, ${line.state}-- from ${line.backend}/${line.server}${retries}, ${line.totalMs} ms in all`,
  )
}

function healthOf(entries: readonly HealthEntry[]): HaproxyLog['health'] {
  const latest = new Map<string, HealthEntry>()
  for (const entry of entries) if (entry.about) latest.set(`${entry.line.backend}/${entry.line.server}`, entry)
  return [...latest.values()]
    .sort((a, b) => Number(a.line.up) - Number(b.line.up))
    .slice(0, 50)
    .map(({ line, signature }) => ({
      server: line.server,
      up: line.up,
      reason: visibleLine(line.reason, 200),
      signature: signature?.id ?? '',
      shape: signature?.shape ?? '',
    }))
}

function telling(own: ReadonlySet<Seen>, about: readonly Seen[], health: readonly HealthEntry[]): string[] {
  const ours = [...own].slice(-2).map(({ record }) => record.slice(0, 1000))
  const down = health.filter(({ line, about: mine }) => mine && !line.up).slice(-1)
  const rest = about.filter((each) => !own.has(each) && each.entry.ending === 'failed').slice(-2)
  return [...rest.map(({ record }) => record.slice(0, 1000)), ...down.map(({ line }) => line.message), ...ours]
}
