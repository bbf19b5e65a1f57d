import { t } from '../../words/value.ts'
import { type LogFormat, parseLogMeta } from '../log-format.ts'
import { reader } from '../reader.ts'
import { type AccessReader, accessReader } from './access-entry.ts'
import { nginxAccessLogFormat } from './access-log-format.ts'
import { isFailed, type Try } from './access-tries.ts'
import { logDark } from './log-dark.ts'
import { SITE_FACTS } from './site.ts'

const MOST = 20
/** Fewer failures than this are chance. */
const SOME = 3
/** The others must have been asked this often for "they are well" to mean something. */
const ENOUGH = 10n

const output = t.record({
  /** Every request of the window was counted. */
  complete: t.bool,
  /** Members of the pool, the one that failed most first; all requests of this site, our own included. */
  members: t.list(t.record({ member: t.string, asked: t.int, failed: t.int })),
  /** The only member that fails, while the others hardly ever do; '' where there is no such one. */
  sick: t.string,
  /** What that one answers most often when it fails; 0 where there is no such one. */
  sick_status: t.int,
  says: t.string,
})

interface Member {
  member: string
  asked: bigint
  failed: bigint
  /** How often it failed with which status. */
  statuses: Map<number, bigint>
}

/** Which member of a pool nginx asked how often, and how often that failed, where its `log_format` tells of `$upstream_addr`. */
export const accessMembersReader = reader({
  name: 'nginx-access-members',
  output,
  consults: [...SITE_FACTS, 'config.access_log_format'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { read } = accessReader(context)
    const lines = capture.outcome === 'ok' ? capture.out.split('\n').filter((line) => line.trim() !== '') : []
    const entries = lines.flatMap((line) => read(line.replace(/\r$/, '')) ?? [])
    const counted = new Map<string, Member>()
    for (const { about, line } of entries) if (about) count(counted, line.tries, 1n)
    for (const { key, count: times } of meta.left) {
      if (key.about === true && typeof key.tries === 'string') count(counted, parsed(key.tries), BigInt(times))
    }
    const members = [...counted.values()]
      .sort((a, b) => Number(b.failed - a.failed) || (a.member < b.member ? -1 : 1))
      .slice(0, MOST)
    const sick = onlySick(members)
    const dark = logDark(capture, meta)
    if (capture.outcome === 'ok' && (lines.length - entries.length) * 100 > lines.length)
      dark.push({ why: 'not-understood', says: 'lines of the access log do not fit its log_format' })
    if (meta.left.some(({ key }) => key.about === true && typeof key.tries !== 'string'))
      dark.push({ why: 'cut', says: 'the log names too many servers to count them all' })
    const says = members.map(saysOf)
    return {
      value: {
        complete: dark.length === 0 && capture.outcome === 'ok',
        members: members.map(({ member, asked, failed }) => ({ member, asked, failed })),
        sick: sick?.member ?? '',
        sick_status: BigInt(sick ? mostOften(sick) : 0),
        says: says.join(', '),
      },
      dark,
      lines: says,
    }
  },
})

/** How the prober keeps an access log for this reader: what is left out is counted by whom nginx asked. */
export const accessMembersFormat: LogFormat = {
  open(context) {
    const { stamp } = nginxAccessLogFormat.open(context)
    const { read }: AccessReader = accessReader(context)
    return {
      stamp,
      weigh(record) {
        const entry = read(record)
        if (!entry?.about) return { rank: 0, key: {} }
        const { tries } = entry.line
        return { rank: tries.some(isFailed) ? 2 : 1, key: { about: true, tries: written(tries) } }
      },
    }
  },
}

const written = (tries: readonly Try[]) => tries.map(({ member, status }) => `${member} ${status}`).join(', ')

function parsed(text: string): Try[] {
  return text.split(', ').flatMap((each) => {
    const [, member, status] = /^(.{1,320}) (\d{1,3})$/.exec(each) ?? []
    return member === undefined ? [] : [{ member, status: Number(status) }]
  })
}

function count(members: Map<string, Member>, tries: readonly Try[], times: bigint): void {
  for (const each of tries) {
    const known = members.get(each.member) ?? { member: each.member, asked: 0n, failed: 0n, statuses: new Map() }
    members.set(each.member, known)
    known.asked += times
    if (!isFailed(each)) continue
    known.failed += times
    known.statuses.set(each.status, (known.statuses.get(each.status) ?? 0n) + times)
  }
}

/** The first fails in a tenth of its requests or more, all others together in a fiftieth at most. */
function onlySick([first, ...others]: readonly Member[]): Member | undefined {
  if (first === undefined || first.failed < SOME || first.failed * 10n < first.asked) return undefined
  const asked = others.reduce((sum, each) => sum + each.asked, 0n)
  const failed = others.reduce((sum, each) => sum + each.failed, 0n)
  return asked >= ENOUGH && failed * 50n <= asked ? first : undefined
}

const mostOften = ({ statuses }: Member): number => [...statuses].sort((a, b) => Number(b[1] - a[1]))[0]?.[0] ?? 0

function saysOf({ member, asked, failed, statuses }: Member): string {
  const times = (count: bigint) => (count === 1n ? 'once' : `${count} times`)
  if (failed === 0n) return `${member} was asked ${times(asked)} and never failed`
  const kinds = [...statuses.keys()].sort((a, b) => a - b).join(', ')
  return `${member} was asked ${times(asked)} and failed ${times(failed)} (${kinds})`
}
