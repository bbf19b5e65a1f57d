import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { tookOf } from '../explain/took.ts'
import { ROUND_FACTS, roundsSay } from '../gateway/rounds.ts'
import { methodOf, spellsOf } from '../gateway/spells.ts'
import { type LogMeta, parseLogMeta } from '../log-format.ts'
import { type Dark, type ReadContext, reader } from '../reader.ts'
import { type AccessEntry, accessReader, type Ending } from './access-entry.ts'
import { arrivals } from './arrivals.ts'
import { logDark } from './log-dark.ts'
import { ownRecords } from './own-requests.ts'
import { requestPath, SITE_FACTS } from './site.ts'
import { nginxAccessLog } from './types.ts'

/** How many requests of this URL failed in the window, by nginx's access log. */
export const nginxAccessLogReader = reader({
  name: 'nginx-access-log',
  output: nginxAccessLog,
  consults: [...SITE_FACTS, ...ROUND_FACTS, 'gateway.name', 'config.access_log_format', 'config.access_log_own'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { format, read } = accessReader(context)
    const lines = capture.outcome === 'ok' ? capture.out.split('\n').map((line) => line.replace(/\r$/, '')) : []
    const seen = lines.flatMap((record) => {
      const entry = record === '' ? undefined : read(record)
      return entry ? [{ record, entry }] : []
    })
    const unread =
      lines.filter((line) => line !== '').length - seen.length + tallied(meta, (key) => key.unread === true)
    const own = ownOf(
      seen.map(({ entry }) => entry),
      context,
      format?.names_agent === true,
    )
    const counts = new Counts()
    for (const { entry } of seen) {
      if (!own.has(entry) && entry.about) counts.add(entry.ending, entry.same_path, 1, entry.line.at, entry.line.at)
    }
    for (const { key, count, first, last } of meta.left) {
      if (key.about !== true || !isEnding(key.ending)) continue
      counts.add(key.ending, key.same_path === true, count, first, last)
    }
    const ours = [...own].filter((entry) => entry.same_path).at(-1)
    const dark = logDark(capture, meta)
    if (capture.outcome === 'ok') dark.push(...formatDark(format !== undefined, unread, seen.length))
    const whole = dark.length === 0
    if (whole && own.size === 0 && missesOurs(capture, context, meta)) {
      dark.push({
        why: 'cut',
        says: 'our own requests are not in the access log: it is buffered, or not the one of this URL',
      })
    }
    return {
      value: {
        complete: dark.length === 0,
        path: meta.path,
        ...counts.value(),
        rounds: roundsSay(tookIn(seen, own), textOf(context, 'gateway.name'), context),
        ours_found: ours !== undefined,
        ours_status: BigInt(ours?.line.status ?? 0),
        ...arrivals(
          seen.map(({ entry }) => entry),
          context,
          format?.names_agent === true,
          whole,
        ),
        ...spells(seen.map(({ entry }) => entry)),
        by_host: format?.names_host === true || context.facts.get('config.access_log_own') === true,
      },
      dark,
      lines: seen
        .filter(({ entry }) => entry.about && entry.ending !== 'well')
        .slice(-5)
        .map(({ record }) => record.slice(0, 1000)),
    }
  },
})

/** How long the failures of this URL's site took, ms, where its format tells; ours excluded. */
function tookIn(seen: readonly { record: string; entry: AccessEntry }[], own: ReadonlySet<AccessEntry>): number[] {
  return seen.flatMap(({ record, entry }) => {
    if (!entry.about || entry.ending !== 'failed' || own.has(entry)) return []
    return tookOf(record)?.ms ?? []
  })
}

/** Do this URL's site's failures come and go? Our own requests count as answers too. */
function spells(entries: readonly AccessEntry[]) {
  const answers = entries.filter(({ about, ending }) => about && ending !== 'abandoned')
  const { between, since, runs, method } = spellsOf(
    answers.map(({ line: { request }, ending }) => ({
      method: methodOf(request),
      path: requestPath(request),
      failed: ending === 'failed',
    })),
  )
  return { well_between: BigInt(between), well_since: BigInt(since), failed_runs: BigInt(runs), failed_method: method }
}

function textOf({ facts }: ReadContext, name: string): string {
  const value = facts.get(name)
  return typeof value === 'string' ? value : ''
}

function isEnding(value: unknown): value is Ending {
  return value === 'well' || value === 'failed' || value === 'abandoned'
}

/** By the User-Agent where the format has it, else by path, time and client as in the error log. */
function ownOf(entries: readonly AccessEntry[], context: ReadContext, byAgent: boolean): Set<AccessEntry> {
  if (byAgent) return new Set(entries.filter((entry) => entry.ours))
  const suspects = entries
    .filter((entry) => entry.about && entry.same_path)
    .map((entry, i) => ({ entry, at: entry.line.at, client: entry.line.client, connection: String(i) }))
  return new Set([...ownRecords(suspects, context.requests)].map(({ entry }) => entry))
}

function tallied(meta: LogMeta, fits: (key: LogMeta['left'][number]['key']) => boolean): number {
  return meta.left.reduce((sum, each) => sum + (fits(each.key) ? each.count : 0), 0)
}

/** A hand-edited or torn line proves nothing against a format; more than one in a hundred does. */
function formatDark(known: boolean, unread: number, read: number): Dark[] {
  if (!known) return [{ why: 'not-understood', says: 'the log_format cannot be split into its fields' }]
  if (unread * 100 <= read || (unread <= 1 && read > 0)) return []
  return [{ why: 'not-understood', says: `${unread} lines of the access log do not fit its log_format` }]
}

/** We sent requests inside the window, a while before the log was read, and the log shows none. */
function missesOurs(capture: Capture, context: ReadContext, meta: LogMeta): boolean {
  const readAt = Date.parse(capture.startedAt)
  return (
    meta.left.every(({ key }) => key.ours !== true) &&
    context.requests.some((each) => each.endedAt.getTime() + 2000 < readAt)
  )
}

class Counts {
  private requests = 0
  private failed = 0
  private samePath = 0
  private samePathFailed = 0
  private abandoned = 0
  private firstFailed = Number.POSITIVE_INFINITY
  private lastFailed = 0
  private lastWell = 0

  add(ending: Ending, samePath: boolean, count: number, first: number, last: number): void {
    this.requests += count
    if (samePath) this.samePath += count
    if (ending === 'abandoned') this.abandoned += count
    if (ending === 'well') this.lastWell = Math.max(this.lastWell, last)
    if (ending === 'failed') {
      this.failed += count
      if (samePath) this.samePathFailed += count
      this.firstFailed = Math.min(this.firstFailed, first)
      this.lastFailed = Math.max(this.lastFailed, last)
    }
  }

  value() {
    return {
      requests: BigInt(this.requests),
      failed: BigInt(this.failed),
      failed_permille: BigInt(this.requests === 0 ? 0 : Math.ceil((this.failed * 1000) / this.requests)),
      same_path: BigInt(this.samePath),
      same_path_failed: BigInt(this.samePathFailed),
      first_failed: this.failed === 0 ? NEVER : new Date(this.firstFailed),
      last_failed: this.failed === 0 ? NEVER : new Date(this.lastFailed),
      last_well: this.lastWell === 0 ? NEVER : new Date(this.lastWell),
      abandoned: BigInt(this.abandoned),
    }
  }
}
