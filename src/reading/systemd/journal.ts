import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { parseLogMeta } from '../log-format.ts'
import { type Dark, reader } from '../reader.ts'
import { type Entries, type Entry, parseEntries } from './entries.ts'
import { keepJournal } from './journal-keep.ts'
import { findReason, wordsOf } from './reason.ts'
import { type Run, runsOf } from './runs.ts'
import { isErrorLike, isFrame } from './telling.ts'
import { journal as output } from './types.ts'

const SHOWN = 300

/**
 * A unit's journal (`journalctl -u UNIT -o json`) or an app's log as text: the latest reason that it
 * names, where it last said it listens, its starts and ends. The reason belongs to the last run that
 * failed; one from before a successful start does not count.
 */
export const journalReader = reader({
  name: 'journal',
  output,
  consults: [],
  keep: keepJournal,
  read(capture, context) {
    const now = timeOf(capture, context.now)
    const read = parseEntries(capture.out, parseLogMeta(capture.meta).zoneMinutes ?? 0, now)
    const runs = runsOf(read.entries)
    const reason = findReason(runs, context.knowledge, now)
    const said = reason ? wordsOf(reason, runs) : ''
    const listens = runs.findLast((run) => run.listens)?.listens
    const dark = darkOf(capture, read, runs)
    const last = lastWords(runs)
    const began = runs.findLast((run) => run.began)?.began
    const over = runs.findLast((run) => run.ended)
    const ended = over?.ended
    return {
      value: {
        complete: dark.length === 0 && read.entries.length > 0,
        entries: BigInt(read.entries.length + read.leftOut),
        first: read.entries[0]?.at ?? NEVER,
        last: read.entries.at(-1)?.at ?? NEVER,
        reason_found: reason !== undefined,
        reason_at: reason?.entry.at ?? NEVER,
        reason: said.slice(0, SHOWN),
        reason_signature: reason?.signature.id ?? '',
        reason_cause: reason?.cause ?? '',
        listens_found: listens !== undefined,
        listens_at: listens?.entry.at ?? NEVER,
        listens_port: listens && 'port' in listens.on ? BigInt(listens.on.port) : 0n,
        listens_socket: listens && 'socket' in listens.on ? listens.on.socket : '',
        last_line: last?.message.trim().slice(0, SHOWN) ?? '',
        started_at: began?.at ?? NEVER,
        exited_at: ended?.at ?? NEVER,
        exited_with: over ? howItEnded(over) : '',
        exited_in_order: over?.stopped === true,
        starts: BigInt(runs.filter((run) => run.began).length),
      },
      dark,
      lines: linesOf([said, listens?.entry.message, last?.message, ended?.message]),
    }
  },
})

/** When the capture was made; the session's start for text that was pasted. */
function timeOf(capture: Capture, fallback: Date): Date {
  const at = new Date(capture.startedAt)
  return at > NEVER ? at : fallback
}

/** In the manager's words: `Main process exited, code=dumped, status=11/SEGV`. */
function howItEnded(run: Run): string {
  for (const { manager, message } of run.entries) {
    if (manager !== 'exited') continue
    const [, code, number, name] = / code=(\w{1,10}), status=(\d{1,3})\/([\w+-]{1,20})/.exec(message) ?? []
    if (code === 'exited') return `status ${number}`
    if (code !== undefined) return `signal ${name}`
  }
  return ''
}

/** The last words of the last run before it ended: an error in somebody's own words, else any line. */
function lastWords(runs: readonly Run[]): Entry | undefined {
  const run =
    runs.findLast((each) => each.ended && each.entries.some(isOwn)) ?? runs.findLast((each) => each.entries.some(isOwn))
  const own = run?.entries.filter((entry) => isOwn(entry) && !isFrame(entry.message)) ?? []
  return own.findLast((entry) => isErrorLike(entry.message)) ?? own.at(-1)
}

function isOwn(entry: Entry): boolean {
  return entry.manager === undefined && entry.message.trim() !== ''
}

/** Why the absence of a line proves nothing. */
function darkOf(capture: Capture, read: Entries, runs: readonly Run[]): Dark[] {
  if (capture.outcome === 'blind') {
    return [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'the journal could not be read' }]
  }
  const dark: Dark[] = []
  const { err } = capture
  if (err.includes('not seeing messages from other users') || err.includes('insufficient permissions')) {
    dark.push({ why: 'no-permission', says: 'this account does not see the whole journal' })
  } else if (capture.kind === 'run' && capture.exit !== 0) {
    dark.push({ why: 'not-understood', says: `reading the journal ended with status ${capture.exit ?? 'none'}` })
  }
  if (capture.timedOut) dark.push({ why: 'timed-out', says: 'the journal was not read to its end in time' })
  else if (capture.cut) dark.push({ why: 'cut', says: 'the journal was cut' })
  else if (fullCount(capture.argv, read) && !runs.some((run) => run.began)) {
    dark.push({ why: 'cut', says: "the journal's last entries do not reach back to a start of the unit" })
  }
  if (capture.pasted) dark.push({ why: 'cut', says: 'the lines were pasted: what else the journal holds is not known' })
  if (!read.zoned && parseLogMeta(capture.meta).zoneMinutes === undefined) {
    dark.push({ why: 'not-understood', says: 'the time zone of the log is not certain' })
  }
  return dark
}

/** Were as many entries given as were asked for at most (`-n 500`, `--lines=500`)? */
function fullCount(argv: readonly string[], read: Entries): boolean {
  const at = argv.findIndex((word) => word === '-n' || word === '--lines')
  const asked = at >= 0 ? argv[at + 1] : argv.find((word) => word.startsWith('--lines='))?.slice('--lines='.length)
  return asked !== undefined && /^\d{1,9}$/.test(asked) && read.entries.length + read.leftOut >= Number(asked)
}

function linesOf(said: readonly (string | undefined)[]): string[] {
  return [...new Set(said.map((each) => each?.trim().slice(0, SHOWN) ?? ''))].filter((line) => line !== '').slice(0, 5)
}
