import { NEVER, t } from '../../words/value.ts'
import { parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { reader } from '../reader.ts'
import { kindsOf, SITE_FACTS, seeLog } from './error-seen.ts'
import type { Kind } from './error-types.ts'

const MOST = 20

const output = t.record({
  /** As the error log's: absence of a line proves that nothing was written. */
  complete: t.bool,
  /** Members of the balancer that failures about this URL name, our own included; most first. */
  members: t.list(
    t.record({
      /** `127.0.0.1:3000`, `[::1]:3000` or a socket's path. */
      member: t.string,
      count: t.int,
      last: t.timestamp,
      /** Of its most frequent failure. */
      signature: t.string,
      shape: t.string,
      message: t.string,
    }),
  ),
})

/** Which members of a balancer Apache's error log complains about, and of what. */
export const apacheMemberLinesReader = reader({
  name: 'apache-member-lines',
  output,
  consults: SITE_FACTS,
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { events } = seeLog(capture.out, context, meta)
    const about = events.filter(({ about: fits, trouble }) => fits && trouble)
    const dark = logDark(capture, meta, 'Apache')
    const kinds = kindsOf(
      about,
      meta.left.filter(({ key }) => key.about === true),
    )
    return {
      value: { complete: dark.length === 0, members: byMember(kinds).slice(0, MOST) },
      dark,
      lines: about
        .flatMap(({ records }) => records)
        .slice(-5)
        .map((record) => record.slice(0, 1000)),
    }
  },
})

/** Kinds come with the most frequent first, so the first one of a member gives its words. */
function byMember(kinds: readonly Kind[]) {
  const members = new Map<
    string,
    { member: string; count: bigint; last: Date; signature: string; shape: string; message: string }
  >()
  for (const { host, port, socket, count, last, signature, shape, message } of kinds) {
    const member =
      socket || (host === '' || port === 0n ? '' : host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
    if (member === '') continue
    const known = members.get(member) ?? { member, signature, shape, message, count: 0n, last: NEVER }
    members.set(member, {
      ...known,
      count: known.count + count,
      last: new Date(Math.max(last.getTime(), known.last.getTime())),
    })
  }
  return [...members.values()].sort((a, b) => Number(b.count - a.count))
}
