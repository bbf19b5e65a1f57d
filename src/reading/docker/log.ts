import { NEVER, t, type Value } from '../../words/value.ts'
import { type Dark, reader } from '../reader.ts'
import { type Entry, leftOutCount } from '../systemd/entries.ts'
import { keepJournal } from '../systemd/journal-keep.ts'
import { stampOf } from '../systemd/log-time.ts'
import { findReason } from '../systemd/reason.ts'
import { type Run, runsOf } from '../systemd/runs.ts'
import { isErrorLike, isFrame } from '../systemd/telling.ts'
import { visibleLine } from '../visible.ts'

const SHOWN = 300

const output = t.record({
  complete: t.bool,
  entries: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** The reason that holds now: of the last life that failed. */
  reason_found: t.bool,
  reason_at: t.timestamp,
  reason: t.string,
  reason_signature: t.string,
  reason_cause: t.string,
  /** Where it last said that it listens; 0 where it did not. */
  listens_port: t.int,
  /** Its last words: an error in its own words, else any line. */
  last_line: t.string,
})

/**
 * What a container printed (`docker logs --timestamps`), divided by the moments at which the engine started it and saw it
 * end (the facts `container.started` and `container.ended`). The engine's stamps are UTC, whatever the program writes.
 */
export const containerLogReader = reader({
  name: 'container-log',
  output,
  consults: ['container.started', 'container.ended'],
  keep: keepJournal,
  read(capture, context) {
    const started = moment(context.facts.get('container.started'))
    const ended = moment(context.facts.get('container.ended'))
    const { own, leftOut } = entriesOf(capture.out, context.now)
    const runs = withEarlyWords(runsOf(inOrder([...own, ...mark('started', started), ...mark('exited', ended)])))
    const reason = findReason(runs, context.knowledge, context.now)
    const dark = darkOf(capture.outcome === 'blind', capture.why, capture.says)
    const listens = runs.findLast((run) => run.listens)?.listens
    const last = lastWords(runs)
    return {
      value: {
        complete: dark.length === 0 && !capture.cut && !capture.timedOut && !capture.pasted,
        entries: BigInt(own.length + leftOut),
        first: own[0]?.at ?? NEVER,
        last: own.at(-1)?.at ?? NEVER,
        reason_found: reason !== undefined,
        reason_at: reason?.entry.at ?? NEVER,
        reason: reason?.entry.message.trim().slice(0, SHOWN) ?? '',
        reason_signature: reason?.signature.id ?? '',
        reason_cause: reason?.cause ?? '',
        listens_port: listens && 'port' in listens.on ? BigInt(listens.on.port) : 0n,
        last_line: last?.message.trim().slice(0, SHOWN) ?? '',
      },
      dark,
      lines: [reason?.entry, last].flatMap((entry) => (entry ? [entry.message.trim().slice(0, SHOWN)] : [])),
    }
  },
})

const LONGEST = 2000

/** One entry a line, without the engine's stamp; a line without one (pasted) has the time of the line above. */
function entriesOf(out: string, now: Date): { own: Entry[]; leftOut: number } {
  const own: Entry[] = []
  let leftOut = 0
  for (const raw of out.split('\n')) {
    const skipped = leftOutCount(raw)
    leftOut += skipped
    if (skipped > 0 || raw.trim() === '') continue
    const stamp = stampOf(raw, 0, now)
    const message = visibleLine(stamp?.rest ?? raw, LONGEST)
    own.push({ at: stamp?.at ?? own.at(-1)?.at ?? NEVER, message, manager: undefined, run: '' })
  }
  return { own, leftOut }
}

function darkOf(blind: boolean, why: Dark['why'] | undefined, says: string | undefined): Dark[] {
  return blind ? [{ why: why ?? 'not-understood', says: says ?? 'the log of the container could not be read' }] : []
}

function moment(value: Value | undefined): Date {
  return value instanceof Date ? value : NEVER
}

function mark(manager: 'started' | 'exited', at: Date): Entry[] {
  return at > NEVER ? [{ at, message: '', manager, run: '' }] : []
}

/** Lines of one moment stay in their order; the sort is stable. */
function inOrder(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** The engine notes that a container started a moment after it did: on a busy machine a short life is over by then. */
const EARLY_MS = 2000

/** A last life that ended without a word of its own has those that were printed right before the engine's note of its start. */
function withEarlyWords(runs: Run[]): Run[] {
  const [before, last] = runs.slice(-2)
  if (!before || !last?.began || !last.ended || last.entries.some(isOwn)) return runs
  const from = last.began.at.getTime() - EARLY_MS
  const early = before.entries.filter((entry) => isOwn(entry) && entry.at.getTime() >= from)
  return [...runs.slice(0, -1), { ...last, entries: [...early, ...last.entries] }]
}

const isOwn = ({ manager, message }: Entry) => manager === undefined && message.trim() !== ''

/** Of the last life that said anything. */
function lastWords(runs: readonly Run[]): Entry | undefined {
  const own = (run: Run) => run.entries.filter(isOwn)
  const words = own(
    runs.findLast((run) => own(run).length > 0) ?? {
      entries: [],
      began: undefined,
      ended: undefined,
      stopped: false,
      listens: undefined,
    },
  )
  const whole = words.filter(({ message }) => !isFrame(message))
  return whole.findLast(({ message }) => isErrorLike(message)) ?? whole.at(-1)
}
