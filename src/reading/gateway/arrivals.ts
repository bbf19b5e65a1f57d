import type { Capture } from '../../words/look.ts'
import { t } from '../../words/value.ts'
import { keepCaddyLine } from '../caddy/log-entry.ts'
import { parseCaddyLine } from '../caddy/log-line.ts'
import { LOG_FACTS } from '../haproxy/log-entry.ts'
import { keepLines } from '../haproxy/log-source.ts'
import { parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { isLoopback } from '../nginx/own-requests.ts'
import { SITE_FACTS } from '../nginx/site.ts'
import { type Dark, type OwnRequest, reader } from '../reader.ts'
import { varnishLogReader } from '../varnish/log.ts'
import { parseAnswer } from './answers-log.ts'
import { type Visit, visitsOf } from './visits.ts'

/** Which of our own requests came as far as a gateway's log. */
export const arrivals = t.record({
  complete: t.bool,
  path: t.string,
  /** How many of our requests it holds, to the URL and to the gateway itself. */
  came: t.int,
  /** How many of those we sent to the gateway itself, from this machine. */
  direct: t.int,
  /** Of the first of them that came through the front, else of the first. */
  status: t.int,
  client: t.string,
  /** The front hung up on it. */
  abandoned: t.bool,
  /** The log was read to its end, and holds none of ours. */
  none: t.bool,
  /** ... nor anybody's for the path at that time: a front may send a User-Agent of its own. */
  nobody: t.bool,
  /** Others' requests for the path at that time. */
  beside: t.int,
  beside_failed: t.int,
  beside_client: t.string,
  /** From where somebody else's requests came, '' where none did. */
  visited_from: t.string,
  /** ... for the URL's host, by name. */
  visited_by_name: t.bool,
})

/** A gateway begins a moment after we did, and a line is written a little late. */
const EARLY_MS = 50
const LATE_MS = 1500

/** Did our requests come as far as this gateway's log? Of HAProxy, Apache, Caddy, Varnish, Envoy and Traefik, from a file, the journal or `varnishlog`. */
export const arrivalsReader = reader({
  name: 'arrivals',
  output: arrivals,
  consults: [...SITE_FACTS, ...LOG_FACTS, 'gateway.address', 'config.access_log_format', 'window.seconds'],
  keep,
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { visits, dark } = visitsOf(capture, context)
    const all: Dark[] = [
      ...(capture.kind === 'log' ? logDark(capture, meta, 'the gateway') : cutDark(capture)),
      ...dark,
    ]
    const { requests } = context
    const alike = visits.filter(
      (visit) => visit.about && visit.samePath && requests.some((each) => inTime(visit, each)),
    )
    const named = visits.filter((visit) => visit.about && visit.samePath && visit.ours === true)
    const own = named.length > 0 ? named : alike.filter((visit) => visit.ours === undefined)
    const beside = alike.filter((visit) => visit.ours === false)
    const others = visits.filter(
      (visit) => visit.about && visit.ours !== true && visit.client !== '' && !isLoopback(visit.client),
    )
    const before = others.filter((visit) => !own.includes(visit))
    const whole = all.length === 0 && requests.length > 0
    const address = context.facts.get('gateway.address')
    const direct = own.filter(({ client }) => isLoopback(client) || client === address)
    const first = own.find((visit) => !direct.includes(visit)) ?? own[0]
    return {
      value: {
        complete: all.length === 0,
        path: meta.path,
        came: BigInt(own.length),
        direct: BigInt(direct.length),
        status: BigInt(first?.status ?? 0),
        client: first?.client ?? '',
        abandoned: first?.abandoned ?? false,
        none: whole && own.length === 0,
        nobody: whole && own.length === 0 && beside.length === 0,
        beside: BigInt(beside.length),
        beside_failed: BigInt(beside.filter(({ status }) => status >= 500).length),
        beside_client: beside[0]?.client ?? '',
        visited_from: before.at(-1)?.client ?? '',
        visited_by_name: before.some(({ byName }) => byName),
      },
      dark: all,
      lines: [...own, ...beside].slice(0, 5).map(({ record }) => record.slice(0, 1000)),
    }
  },
})

function inTime(visit: Visit, { startedAt, endedAt }: OwnRequest): boolean {
  const [from, to] = [startedAt.getTime(), endedAt.getTime()]
  if (visit.exact) return visit.at >= from - EARLY_MS && visit.at <= to + LATE_MS
  return visit.at >= Math.floor(from / 1000) * 1000 && visit.at <= to + LATE_MS
}

function cutDark(capture: Capture): Dark[] {
  if (capture.outcome !== 'ok') return []
  return capture.cut || capture.timedOut ? [{ why: 'cut', says: 'the log was read in part only' }] : []
}

/** What stands in lines beside a request's own data is left out, as by the readers of each log. */
function keep(out: string): { out: string; leftOut: string } {
  if (/^\*+\s+<</m.test(out))
    return varnishLogReader.keep?.(out) ?? { out: '', leftOut: out === '' ? '' : 'everything' }
  if (!out.startsWith('{')) return { out, leftOut: '' }
  const lines = out.split('\n')
  const answers = lines.filter((line) => parseAnswer(line) !== undefined)
  if (answers.length > 0)
    return { out: answers.map((line) => `${line}\n`).join(''), leftOut: 'lines that tell of no answer' }
  const caddys = lines.flatMap((line) => {
    const parsed = parseCaddyLine(line)
    return parsed ? [keepCaddyLine(parsed)] : []
  })
  if (caddys.length === 0) return keepLines(out)
  return { out: caddys.map((line) => `${line}\n`).join(''), leftOut: 'lines that Caddy did not write' }
}

/** The same, once the gateway was asked itself: a look of its own, since the log has grown. */
export const arrivalsLaterReader = { ...arrivalsReader, name: 'arrivals-later' }
