import { NEVER, t } from '../../words/value.ts'
import { type Dark, type ReadContext, reader } from '../reader.ts'
import { matchSignature, type Signature, signatureIndex } from '../signatures.ts'
import { findReason } from '../systemd/reason.ts'
import { runsOf } from '../systemd/runs.ts'
import { isErrorLike, isFrame } from '../systemd/telling.ts'
import { visibleLine } from '../visible.ts'
import { answered, complaintOf } from './failure.ts'
import { entriesOf, exitOf, isTimed, type LogEntry } from './log-entries.ts'

const code = t.record({
  /** What the platform calls it: H12, PC01; the signature's id where it has no code. */
  code: t.string,
  cause: t.string,
  shape: t.string,
  meaning: t.string,
  count: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** One of them is of our own request: its path, at its time. */
  ours: t.bool,
  said: t.string,
})

const output = t.record({
  /** The log was told, and reaches to our own request. */
  complete: t.bool,
  /** Lines within the window. */
  lines: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** What the platform complains of within the window, the most frequent first. */
  codes: t.list(code),
  /** The words of the application itself that name a reason. */
  reason_found: t.bool,
  reason: t.string,
  reason_signature: t.string,
  reason_cause: t.string,
  /** Where the application last said that it listens; 0 where it did not. */
  listens_port: t.int,
  /** It named an address that only it reaches itself. */
  listens_loopback: t.bool,
  /** How often processes ended within the window, and with which status the last did; -1 where it is not told. */
  ends: t.int,
  exit: t.int,
  /** One ended while our own request ran, or just after. */
  died: t.bool,
  last_line: t.string,
})

const SHOWN = 300
const MOST_CODES = 30
/** A platform's router writes its line when the request is over. */
const AFTER_MS = 10_000

/** The end of an application's log as its platform keeps it. Signatures are those of the platform (`platform.kind`) and of applications. */
export const platformLogReader = reader({
  name: 'platform-log',
  output,
  consults: ['platform.kind', 'window.seconds', 'url.path'],
  keep: withoutFrames,
  read(capture, context) {
    const { entries: all, whole } = entriesOf(capture.out, context.now)
    const from = context.now.getTime() - Number(context.facts.get('window.seconds') ?? 900n) * 1000
    // What was pasted may be of any time: the person chose it.
    const entries = capture.pasted ? all : all.filter((entry) => isTimed(entry) && entry.at.getTime() >= from)
    const runs = runsOf(
      entries.filter(({ by, manager }) => by !== 'other' && (by !== 'platform' || manager !== undefined)),
    )
    const reason = findReason(runs, context.knowledge, context.now)
    const listens = runs.findLast((run) => run.listens)?.listens
    const ends = entries.filter(({ manager }) => manager === 'exited')
    const own = entries.filter(({ by, message }) => (by === 'app' || by === 'unknown') && !isFrame(message))
    const last = own.findLast(({ message }) => isErrorLike(message)) ?? own.at(-1)
    const complaint = all.length === 0 ? complaintOf(capture) : null
    const dark: Dark[] = complaint ? [complaint] : []
    const codes = codesOf(entries, context)
    const lastEnd = ends.at(-1)
    return {
      value: {
        complete: answered(capture) && whole && complaint === null,
        lines: BigInt(entries.length),
        first: entries[0]?.at ?? NEVER,
        last: entries.at(-1)?.at ?? NEVER,
        codes,
        reason_found: reason !== undefined,
        reason: reason?.entry.message.trim().slice(0, SHOWN) ?? '',
        reason_signature: reason?.signature.id ?? '',
        reason_cause: reason?.cause ?? '',
        listens_port: listens && 'port' in listens.on ? BigInt(listens.on.port) : 0n,
        listens_loopback: LOOPBACK.test(listens?.entry.message ?? ''),
        ends: BigInt(ends.length),
        exit: BigInt(lastEnd ? exitOf(lastEnd) : -1),
        died: ends.some(({ at }) => isOurs(at, context)),
        last_line: last?.message.trim().slice(0, SHOWN) ?? '',
      },
      dark,
      lines: [...codes.map(({ said }) => said), reason?.entry.message ?? ''].filter((line) => line !== '').slice(0, 5),
    }
  },
})

const LOOPBACK = /(?:^|[\s/"'(@])(?:localhost|127\.0\.0\.1|\[::1\]|::1)(?=[:\s"'),/]|$)/

function codesOf(entries: readonly LogEntry[], context: ReadContext) {
  const source = String(context.facts.get('platform.kind') ?? '')
  const path = String(context.facts.get('url.path') ?? '')
  const index = signatureIndex(context.knowledge.signatures)
  const found = new Map<string, { signature: Signature; lines: LogEntry[] }>()
  for (const entry of entries) {
    // An application may print anything, a platform's code too.
    const signature =
      entry.by === 'app' || entry.by === 'other' ? undefined : matchSignature(index, source, entry.message)?.signature
    if (!signature) continue
    const known = found.get(signature.id)
    if (known) known.lines.push(entry)
    else found.set(signature.id, { signature, lines: [entry] })
  }
  const most = [...found.values()].sort((a, b) => b.lines.length - a.lines.length).slice(0, MOST_CODES)
  return most.map(({ signature, lines }) => {
    const ours = lines.find(({ at, message }) => isOurs(at, context) && namesPath(message, path))
    return {
      code: signature.codes?.[0] ?? signature.id,
      cause: signature.cause ?? '',
      shape: signature.shape ?? '',
      meaning: signature.meaning,
      count: BigInt(lines.length),
      first: lines[0]?.at ?? NEVER,
      last: lines.at(-1)?.at ?? NEVER,
      ours: ours !== undefined,
      said: visibleLine((ours ?? lines.at(-1))?.message ?? '', SHOWN),
    }
  })
}

/** Was it written while one of our own requests ran, or just after? */
function isOurs(at: Date, { requests }: ReadContext): boolean {
  return requests.some(
    ({ startedAt, endedAt }) => at.getTime() >= startedAt.getTime() && at.getTime() <= endedAt.getTime() + AFTER_MS,
  )
}

/** A line that names no path is as good as one that names ours. */
function namesPath(message: string, path: string): boolean {
  const named = / path="([^"]{0,2000})"/.exec(message)?.[1]
  return named === undefined || named === path || named.startsWith(`${path}?`)
}

/** The frames of a trace tell of folders and values, and name no reason. */
function withoutFrames(out: string): { out: string; leftOut: string } {
  const lines = out.split('\n')
  const kept = lines.filter((line) => !/\]: {5,}at |^\s+at |^\s+File "/.test(line))
  const gone = lines.length - kept.length
  return { out: kept.join('\n'), leftOut: gone === 0 ? '' : `${gone} lines of stack traces` }
}
