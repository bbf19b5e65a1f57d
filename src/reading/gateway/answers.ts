import { NEVER, t } from '../../words/value.ts'
import type { LogFormat, Weight } from '../log-format.ts'
import { parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { pathOnly } from '../nginx/site.ts'
import { splitEndpoint } from '../process/addresses.ts'
import { type Dark, type ReadContext, reader } from '../reader.ts'
import type { Signature } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import type { AnswerLine, AnswerParser } from './answer-line.ts'
import { fitEntry, type GatewayEntry } from './entry.ts'
import { summarise, tallyKey, windowMs } from './log.ts'
import { gatewayLog } from './types.ts'

const NOTHING: Weight = { rank: 0, key: {} }
const LONGEST = 400
const OWN_AGENT = 'triage502/'
/** Envoy writes its lines to a file up to 10 s late (`--file-flush-interval-msec`); Traefik may be told to leave lines out. */
export const NOT_YET =
  'no line of our own request is in the log yet: it is written late, or some answers are left out of it'
/** As many entries of the journal the flows ask for. */
const MOST_ENTRIES = 5000

const output = t.record({
  ...gatewayLog.fields,
  /** Where our own latest request was sent that did not fail at the gateway; '' and 0 where there is none. */
  sent_to: t.string,
  sent_host: t.string,
  sent_port: t.int,
  sent_status: t.int,
})

/** A reader for gateways that write one line for each answer, and in it how their upstream failed. */
export const answersReader = (name: string, parse: AnswerParser) =>
  reader({
    name,
    output,
    consults: [
      'url.host',
      'url.port',
      'url.path',
      'gateway.visitor',
      'gateway.host',
      'gateway.path',
      'gateway.scheme',
      'window.seconds',
    ],
    keep(out) {
      const lines = out.split('\n')
      const kept = lines.filter((line) => parse(line) !== undefined)
      const left = lines.filter((line) => line !== '').length - kept.length
      return {
        out: kept.map((line) => `${line}\n`).join('') + '\n'.repeat(Math.min(left, MOST_ENTRIES)),
        leftOut: left === 0 ? '' : `${left} lines of another form`,
      }
    },
    read(capture, context) {
      const meta = parseLogMeta(capture.meta)
      const since = context.now.getTime() - windowMs(context)
      const known = new Map(context.knowledge.signatures.map((each) => [each.id, each]))
      const raw = capture.out.split('\n')
      const parsed = raw.flatMap((line) => parse(line) ?? [])
      const lines = capture.kind === 'log' ? parsed : parsed.filter(({ at }) => at >= since)
      const entries = lines.map((line) => ({ line, entry: entryOf(line, known) }))
      const failures = entries.flatMap(({ line, entry }) => (line.failure === '' ? [] : [entry]))
      const relate = fitEntry(context)
      const sent = entries
        .filter(({ line, entry }) => line.failure === '' && relate(entry) === 'path' && isOurs(entry, context))
        .at(-1)
      const others = entries.filter(({ entry }) => entry.sentByUs !== true && relate(entry) !== 'other')
      const dark: Dark[] =
        capture.kind === 'log' || capture.outcome === 'blind' || capture.pasted
          ? logDark(capture, meta, 'the gateway')
          : []
      if (capture.kind === 'run' && capture.outcome === 'ok') {
        if (capture.cut || capture.timedOut) dark.push({ why: 'cut', says: 'the journal was read in part only' })
        else if (parsed.length === 0)
          dark.push({ why: 'not-understood', says: 'the journal shows no line of a usual form' })
        else if (raw.length - 1 >= MOST_ENTRIES && (parsed[0]?.at ?? since) > since)
          dark.push({ why: 'cut', says: 'the journal holds more than was read of the window' })
      } else if (capture.outcome === 'ok' && parsed.length === 0 && capture.out.trim() !== '') {
        dark.push({ why: 'not-understood', says: 'the log has none of the usual forms' })
      }
      const left = meta.left.filter(({ key }) => key.well !== true)
      const summary = summarise(failures, left, context)
      // Whoever writes a line for each answer has one of ours too: where none is, it writes late, or leaves lines out.
      if (dark.length === 0 && context.requests.length > 0 && !summary.ours.found && !sent)
        dark.push({ why: 'cut', says: NOT_YET })
      const well = meta.left.filter(({ key }) => key.well === true && key.about === true)
      return {
        value: {
          ...summary,
          complete: dark.length === 0,
          path: meta.path,
          requests: BigInt(others.length + well.reduce((total, { count }) => total + count, 0)),
          health: [],
          refused_at: NEVER,
          refused: '',
          sent_to: sent?.line.upstream ?? '',
          sent_host: sent?.entry.upstream.host ?? '',
          sent_port: BigInt(sent?.entry.upstream.port ?? 0),
          sent_status: BigInt(sent?.line.status ?? 0),
        },
        dark,
        lines: failures.slice(-5).map(({ message, path, status }) => `${status} ${path} ${message}`.trim()),
      }
    },
  })

/** How the prober keeps such a log: failures of this URL first; good answers are only counted. */
export const answersFormat = (parse: AnswerParser): LogFormat => ({
  open(context) {
    const relate = fitEntry(context)
    const known = new Map(context.knowledge.signatures.map((each) => [each.id, each]))
    return {
      stamp(line) {
        const ms = parse(line)?.at
        return ms === undefined ? undefined : { ms, zoned: true }
      },
      weigh(record) {
        const line = parse(record)
        if (!line) return NOTHING
        const entry = entryOf(line, known)
        const fit = relate(entry)
        if (line.failure === '') return { rank: entry.sentByUs ? 2 : 1, key: { well: true, about: fit !== 'other' } }
        return { rank: fit === 'path' || fit === 'unknown' ? 3 : fit === 'site' ? 2 : 1, key: tallyKey(entry, fit) }
      },
    }
  },
})

function entryOf(line: AnswerLine, known: ReadonlyMap<string, Signature>): GatewayEntry {
  const bare = line.upstream.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  const to = splitEndpoint(bare) ?? named(bare)
  return {
    at: line.at,
    host: line.host,
    path: pathOnly(line.path),
    client: line.client,
    sentByUs: line.agent === '' ? undefined : line.agent.startsWith(OWN_AGENT),
    status: line.status,
    message: visibleLine(line.message, LONGEST),
    signature: known.get(line.failure),
    upstream: to ? { host: to.address, port: to.port, socket: '' } : { host: '', port: 0, socket: '' },
    name: '',
  }
}

/** `shop:3000`, where the configuration names a host and no address. */
function named(text: string): { address: string; port: number } | undefined {
  const [, address = '', port = '80'] = /^([A-Za-z0-9_.-]{1,253})(?::(\d{1,5}))?$/.exec(text) ?? []
  return address === '' ? undefined : { address, port: Number(port) }
}

const LATE_MS = 1500
const EARLY_MS = 50

/** It bears our name, or none and falls into the time of a request of ours. */
function isOurs(entry: GatewayEntry, { requests }: ReadContext): boolean {
  if (entry.sentByUs === false) return false
  return requests.some(
    ({ startedAt, endedAt }) => entry.at >= startedAt.getTime() - EARLY_MS && entry.at <= endedAt.getTime() + LATE_MS,
  )
}
