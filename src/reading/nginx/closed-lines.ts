import { NEVER, t } from '../../words/value.ts'
import { parseLogMeta } from '../log-format.ts'
import { reader } from '../reader.ts'
import { textFact } from './error-entry.ts'
import { type Seen, seeRecords } from './error-log.ts'
import { errorLogDark } from './log-dark.ts'
import { SITE_FACTS } from './site.ts'

/** What nginx writes where its upstream closed before an answer began, by the ids of its signatures. */
const CLOSED = new Set(['premature-close', 'reset-before-head', 'send-reset', 'send-broken-pipe'])
/** nginx sends such a request once only, unless `non_idempotent` is set (ngx_http_proxy_module, proxy_next_upstream). */
const ONCE = /^(POST|LOCK|PATCH) /

const output = t.record({
  /** As the error log's: absence of a line proves that nothing was written. */
  complete: t.bool,
  /** Requests of this URL's site on which the upstream closed before its answer began, our own included. */
  requests: t.int,
  /** Of those: what nginx may send again (GET and the like), and what it sends only once (POST, LOCK, PATCH). */
  repeatable: t.int,
  once: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** Of the latest line. */
  message: t.string,
})

/** On which requests nginx's upstream closed the connection before it answered, by their methods. */
export const closedLinesReader = reader({
  name: 'nginx-closed-lines',
  output,
  consults: [...SITE_FACTS, 'config.error_log_level'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const seen = seeRecords(capture, context, meta)
    const closed = seen.filter(({ entry }) => entry.fit !== 'other' && CLOSED.has(entry.signature?.id ?? ''))
    // One request may be sent into several closed connections: each writes a line, all of one client's connection.
    const requests = new Map(closed.map((each) => [`${each.connection} ${each.entry.line.request}`, each]))
    const once = [...requests.values()].filter(({ entry }) => ONCE.test(entry.line.request)).length
    const unseen = meta.left.some(({ key }) => key.about === true && CLOSED.has(String(key.signature ?? '')))
    const level = textFact(context.facts, 'config.error_log_level')
    const written = seen.some(({ entry }) => entry.line.level === 'error' && entry.line.request_line)
    const dark = errorLogDark(capture, meta, level, written, seen.length > 0)
    return {
      value: {
        complete: dark.length === 0 && !unseen,
        requests: BigInt(requests.size),
        repeatable: BigInt(requests.size - once),
        once: BigInt(once),
        first: timeOf(closed[0]),
        last: timeOf(closed.at(-1)),
        message: closed.at(-1)?.entry.line.message ?? '',
      },
      dark,
      lines: closed.slice(-5).map(({ record }) => record.slice(0, 1000)),
    }
  },
})

function timeOf(seen: Seen | undefined): Date {
  return seen ? new Date(seen.at) : NEVER
}
