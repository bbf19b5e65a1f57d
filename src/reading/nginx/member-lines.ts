import { NEVER, t } from '../../words/value.ts'
import { parseLogMeta } from '../log-format.ts'
import { reader } from '../reader.ts'
import { textFact } from './error-entry.ts'
import { type Kind, kindsOf, seeRecords } from './error-log.ts'
import { errorLogDark } from './log-dark.ts'
import { SITE_FACTS } from './site.ts'

const MOST = 20

const output = t.record({
  /** As the error log's: absence of a line proves that nothing was written. */
  complete: t.bool,
  /** Members of the pool that lines about this URL name, our own requests included; most lines first. */
  members: t.list(
    t.record({
      /** `127.0.0.1:3000`, `[::1]:3000` or a socket's path. */
      member: t.string,
      count: t.int,
      last: t.timestamp,
      /** Of its most frequent line. */
      signature: t.string,
      shape: t.string,
      message: t.string,
    }),
  ),
})

/** Which members of a pool nginx's error log complains about, and of what. Groups without an address are no members. */
export const memberLinesReader = reader({
  name: 'nginx-member-lines',
  output,
  consults: [...SITE_FACTS, 'config.error_log_level'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const seen = seeRecords(capture, context, meta)
    const about = seen.filter(({ entry }) => entry.trouble && entry.fit !== 'other')
    const left = meta.left.filter(({ key }) => key.about === true)
    const dark = errorLogDark(
      capture,
      meta,
      textFact(context.facts, 'config.error_log_level'),
      seen.some(({ entry }) => entry.line.level === 'error' && entry.line.request_line),
      seen.length > 0,
    )
    const members = byMember(kindsOf(about, left))
    return {
      value: { complete: dark.length === 0, members: members.slice(0, MOST) },
      dark,
      lines: about.slice(-5).map(({ record }) => record.slice(0, 1000)),
    }
  },
})

type Named = ReturnType<typeof entry>

/** Kinds come with the most frequent first, so the first one of a member gives its words. */
function byMember(kinds: readonly Kind[]): Named[] {
  const members = new Map<string, Named>()
  for (const kind of kinds) {
    const member = nameOf(kind)
    if (member === '') continue
    const known = members.get(member) ?? { ...entry(member, kind), count: 0n, last: NEVER }
    const last = kind.last > known.last ? kind.last : known.last
    members.set(member, { ...known, count: known.count + kind.count, last })
  }
  return [...members.values()].sort((a, b) => Number(b.count - a.count))
}

function entry(member: string, { signature, shape, message, count, last }: Kind) {
  return { member, count, last, signature, shape, message }
}

function nameOf({ host, port, socket }: Kind): string {
  if (socket !== '') return socket
  if (host === '' || port === 0n) return ''
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
