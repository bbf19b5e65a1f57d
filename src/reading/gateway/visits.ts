import type { Capture } from '../../words/look.ts'
import { recordOf } from '../caddy/log-entry.ts'
import { parseCaddyLine } from '../caddy/log-line.ts'
import { entryReader } from '../haproxy/log-entry.ts'
import { sourceOf } from '../haproxy/log-source.ts'
import { accessReader } from '../nginx/access-entry.ts'
import { pathOnly } from '../nginx/site.ts'
import type { Dark, ReadContext } from '../reader.ts'
import { requestOf } from '../varnish/log-entry.ts'
import { logGroups } from '../varnish/log-groups.ts'
import type { AnswerLine } from './answer-line.ts'
import { NOT_YET } from './answers.ts'
import { parseAnswer } from './answers-log.ts'
import { fitEntry, type GatewayEntry } from './entry.ts'

/** One request of anybody, as a gateway logged it: the same of every gateway. */
export interface Visit {
  /** ms since 1970, UTC. */
  at: number
  /** Its stamp knows the millisecond. */
  exact: boolean
  client: string
  /** 0 where nothing was answered. */
  status: number
  /** Of the URL's site, as far as the line tells. */
  about: boolean
  samePath: boolean
  /** The line names the site's host. */
  byName: boolean
  /** It carries our own User-Agent; undefined where the line tells none. */
  ours: boolean | undefined
  /** The visitor hung up before there was an answer. */
  abandoned: boolean
  record: string
}

export interface Visits {
  visits: Visit[]
  /** Why the absence of a line proves nothing. */
  dark: Dark[]
}

/** Nobody's status: nginx, and Caddy since 2.6, write it where the visitor hung up. */
const CLIENT_GONE = 499

/** Reads the requests out of a log of HAProxy, Apache, Caddy, Varnish, Envoy, Traefik or nginx: which of them it is, its lines tell. */
export function visitsOf(capture: Capture, context: ReadContext): Visits {
  if (capture.outcome !== 'ok') {
    return {
      visits: [],
      dark: [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'it could not be read' }],
    }
  }
  if (capture.argv[0]?.endsWith('varnishlog') || /^\*+\s+<</m.test(capture.out)) return ofVarnish(capture, context)
  const lines = capture.out.split('\n').filter((line) => line !== '')
  if (lines.some((line) => parseCaddyLine(line) !== undefined)) return ofCaddy(lines, context)
  const answers = lines.flatMap((line) => parseAnswer(line) ?? [])
  if (answers.length > 0) return ofAnswers(answers, context)
  const haproxy = ofHaproxy(capture, context)
  return haproxy.visits.length > 0 ? haproxy : ofFormat(lines, context)
}

function ofVarnish(capture: Capture, context: ReadContext): Visits {
  const relate = fitEntry(context)
  const found = logGroups(capture.out).flatMap((group) => requestOf(group, context.knowledge) ?? [])
  const failed = capture.exit !== null && capture.exit !== 0
  const dark: Dark[] = failed
    ? [
        {
          why: 'no-permission',
          says: `varnishlog could not read the log: ${capture.err.trim().split('\n').at(-1) ?? ''}`,
        },
      ]
    : []
  return { visits: found.map(({ entry }) => ofEntry(entry, relate(entry) !== 'other', context)), dark }
}

function ofCaddy(lines: readonly string[], context: ReadContext): Visits {
  const relate = fitEntry(context)
  const told = lines.flatMap((line) => {
    const parsed = parseCaddyLine(line)
    const record = parsed && recordOf(parsed, context.knowledge)
    return record?.kind === 'access' || record?.kind === 'failure' ? [record] : []
  })
  const all = told.map(({ kind, entry }) => ({ kind, visit: ofEntry(entry, relate(entry) !== 'other', context) }))
  const access = all.filter(({ kind, visit }) => kind === 'access' && visit.about)
  // A failed request stands in both; without `log` in the site only the failed ones are written.
  if (access.length > 0)
    return { visits: all.filter(({ kind }) => kind === 'access').map(({ visit }) => visit), dark: [] }
  const says = 'Caddy writes no access log for this site: only failed requests are seen'
  return { visits: all.map(({ visit }) => visit), dark: [{ why: 'cut', says }] }
}

/** One line for each answer (Envoy, Traefik); a status of 0 where the visitor was gone before it. */
function ofAnswers(answers: readonly AnswerLine[], context: ReadContext): Visits {
  const relate = fitEntry(context)
  const visits = answers.map((line): Visit => {
    const { at, client, host, status, agent, message } = line
    const upstream = { host: '', port: 0, socket: '' }
    const sentByUs = agent === '' ? undefined : agent.startsWith(OWN_AGENT)
    const entry = {
      at,
      host,
      path: pathOnly(line.path),
      client,
      sentByUs,
      status,
      message,
      signature: undefined,
      upstream,
      name: '',
    }
    const record = `${status} ${host}${line.path} ${message}`.trim()
    return { ...ofEntry(entry, relate(entry) !== 'other', context), record }
  })
  // Until a line came after our request, ours may still be on its way into the file.
  const begun = Math.min(...context.requests.map(({ startedAt }) => startedAt.getTime())) - EARLY_MS
  const asked = Math.max(...context.requests.map(({ endedAt }) => endedAt.getTime()))
  const late =
    context.requests.length > 0 && !visits.some(({ at, ours }) => (ours === true && at >= begun) || at > asked)
  return { visits, dark: late ? [{ why: 'cut', says: NOT_YET }] : [] }
}

const OWN_AGENT = 'triage502/'
/** A gateway begins a moment after we did; its clock may be a little behind. */
const EARLY_MS = 50

function ofEntry(entry: GatewayEntry, about: boolean, { facts }: ReadContext): Visit {
  const { at, client, status, path, sentByUs, message } = entry
  // Caddy writes 0 where nothing was answered.
  const abandoned = status === CLIENT_GONE || status === 0
  const samePath = path === pathOf(facts)
  const byName = about && entry.host !== ''
  return { at, exact: true, client, status, about, samePath, byName, ours: sentByUs, abandoned, record: message }
}

/** HAProxy's line has the moment at which the request came in, and no Host. */
function ofHaproxy(capture: Capture, context: ReadContext): Visits {
  const { lines, zoneMinutes, zoneSure, dark } = sourceOf(capture, context)
  const read = entryReader(context)
  const visits = lines.flatMap((record): Visit[] => {
    const entry = read.request(record)
    if (entry === undefined) return []
    const { stamp, client, status } = entry.line
    return [
      {
        ...{ at: stamp - zoneMinutes * 60_000, exact: true, client, status: Math.max(0, status), ours: undefined },
        ...{
          about: entry.about,
          samePath: entry.samePath,
          abandoned: entry.ending === 'abandoned',
          byName: false,
          record,
        },
      },
    ]
  })
  const zone: Dark[] =
    visits.length > 0 && !zoneSure
      ? [{ why: 'not-understood', says: "the time zone of the stamps in HAProxy's log is not certain" }]
      : []
  return { visits, dark: [...dark, ...zone] }
}

/** An access log in the form that its configuration gives (Apache, nginx). */
function ofFormat(lines: readonly string[], context: ReadContext): Visits {
  const { format, read } = accessReader(context)
  const visits = lines.flatMap((record): Visit[] => {
    const entry = read(record)
    if (entry === undefined) return []
    const { line, about, same_path, ending, ours } = entry
    return [
      {
        ...{ at: line.at, exact: false, client: line.client, status: line.status, record },
        ...{
          about,
          samePath: same_path,
          byName: about && format?.names_host === true,
          abandoned: ending === 'abandoned',
        },
        ours: format?.names_agent ? ours : undefined,
      },
    ]
  })
  const unread = lines.length - visits.length
  const says = `${unread} lines of the log are in no form that is known`
  return { visits, dark: unread > 1 && unread * 100 > visits.length ? [{ why: 'not-understood', says }] : [] }
}

function pathOf(facts: ReadContext['facts']): string {
  const path = facts.get('url.path')
  return typeof path === 'string' ? pathOnly(path) : ''
}
