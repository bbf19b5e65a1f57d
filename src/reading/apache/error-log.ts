import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { parseLogMeta, type Tally } from '../log-format.ts'
import { textFact } from '../nginx/error-entry.ts'
import { logDark } from '../nginx/log-dark.ts'
import { type Dark, type ReadContext, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { tellingOf } from './error-event.ts'
import { LEVELS } from './error-line.ts'
import { isNotable } from './error-log-format.ts'
import { kindsOf, ownEvents, type SeenEvent, SITE_FACTS, seeLog } from './error-seen.ts'
import { apacheErrorLog, type Failure } from './error-types.ts'

const MAX_PROCESS_LINES = 100
const LONGEST_SAID = 300

/** What Apache's error log says about the URL and about Apache itself. */
export const apacheErrorLogReader = reader({
  name: 'apache-error-log',
  output: apacheErrorLog,
  consults: [...SITE_FACTS, 'config.error_log_level', 'answer.class'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { events, process } = seeLog(capture.out, context, meta)
    const asked = ownEvents(events, context.requests)
    const standIn = capture.pasted === true && asked.size === 0 ? lastAbout(events, context) : []
    const own = standIn.length > 0 ? new Set(standIn) : asked
    const failed = [...own].filter(({ trouble }) => trouble)
    const about = events.filter(({ about: fits, trouble }) => fits && trouble)
    const others = about.filter((event) => !own.has(event))
    const left = meta.left.filter(({ key }) => key.about === true)
    const spans = [...others.map(({ at }) => ({ first: at, last: at })), ...left]
    const level = textFact(context.facts, 'config.error_log_level')
    const dark = errorDark(capture, level, events.length + process.length > 0 || meta.records > 0)
    return {
      value: {
        complete: dark.length === 0,
        path: meta.path,
        count: BigInt(others.length + sum(left)),
        total: BigInt(
          events.filter(({ trouble }) => trouble).length +
            sum(meta.left.filter(({ key }) => str(key.signature) !== '')),
        ),
        first: spans.length === 0 ? NEVER : new Date(Math.min(...spans.map(({ first }) => first))),
        last: spans.length === 0 ? NEVER : new Date(Math.max(...spans.map(({ last }) => last))),
        ours: failureOf(failed.at(-1) ?? [...own].filter(complains).at(-1)),
        tries: BigInt(failed.length),
        said: saidIn([...own]),
        latest: failureOf(about.at(-1)),
        kinds: kindsOf(others, left),
        process: process
          .filter(({ entry }) => isNotable(entry.line.level, entry.signature?.id))
          .slice(-MAX_PROCESS_LINES)
          .map(({ entry, at }) => ({
            at: new Date(at),
            level: entry.line.level,
            signature: entry.signature?.id ?? '',
            message: entry.line.message,
          })),
        level,
      },
      dark,
      lines: telling(own, about),
    }
  },
})

/** Apache wrote of a failure, in words that are known or not; what the application wrote by it is none. */
function complains(event: SeenEvent): boolean {
  const { entries } = event
  return entries.some(({ line, signature }) => severe(line.level) && signature?.id !== 'fastcgi-said')
}

function severe(level: string): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf('error')
}

/** Pasted lines are of the failure that is asked about; our own request is seldom in them. */
function lastAbout(events: readonly SeenEvent[], context: ReadContext): SeenEvent[] {
  if (context.facts.get('answer.class') === 'ok') return []
  return events.filter(({ about, trouble }) => about && trouble).slice(-1)
}

function errorDark(capture: Capture, level: string, any: boolean): Dark[] {
  const meta = parseLogMeta(capture.meta)
  const dark = logDark(capture, meta, 'Apache')
  if (level !== '' && LEVELS.indexOf(level) > LEVELS.indexOf('error')) {
    dark.push({
      why: 'cut',
      says: `LogLevel is ${level}: what fails at an upstream is written at level error, and left out`,
    })
  }
  if (any && !(meta.zoneSure && meta.zoneMinutes !== undefined)) {
    dark.push({ why: 'not-understood', says: 'the time zone of the stamps in the error log is not certain' })
  }
  return dark
}

function failureOf(event: SeenEvent | undefined): Failure {
  const telling = event === undefined ? undefined : tellingOf(event)
  const holes = Object.assign({}, ...(event?.entries ?? []).map((entry) => entry.holes)) as Record<string, string>
  const { host = '', port = 0, socket = '', path = '', client = '' } = event?.trace ?? {}
  return {
    found: event !== undefined,
    at: event === undefined ? NEVER : new Date(event.at),
    level: telling?.line.level ?? '',
    signature: telling?.signature?.id ?? '',
    shape: telling?.signature?.shape ?? '',
    cause: telling?.signature?.cause ?? '',
    message: telling?.line.message ?? '',
    client,
    path,
    host,
    port: BigInt(port),
    socket,
    upstream: socket || (host === '' ? '' : addressOf(host, port)),
    name: holes.unresolved ?? '',
    limit: BigInt(/^\d{1,9}$/.test(holes.limit ?? '') ? Number(holes.limit) : 0),
    header: visibleLine((holes.header ?? '').replace(/^'|'$/g, ''), 60),
  }
}

function addressOf(host: string, port: number): string {
  if (port === 0) return host
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The first line of what a FastCGI application wrote while it answered. */
function saidIn(own: readonly SeenEvent[]): string {
  const entry = own.flatMap(({ entries }) => entries).findLast(({ signature }) => signature?.id === 'fastcgi-said')
  const [line = ''] = (entry?.holes.said ?? '').split('\n')
  return visibleLine(line.replace(/'$/, ''), LONGEST_SAID)
}

function telling(own: ReadonlySet<SeenEvent>, about: readonly SeenEvent[]): string[] {
  const ours = [...own].flatMap(({ records }) => records).slice(-3)
  const rest = about.filter((event) => !own.has(event)).flatMap(({ records }) => records)
  return [...rest.slice(-(5 - ours.length)), ...ours].map((record) => record.slice(0, 1000))
}

function sum(left: readonly Tally[]): number {
  return left.reduce((total, each) => total + each.count, 0)
}

function str(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
