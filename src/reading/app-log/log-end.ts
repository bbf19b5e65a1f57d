import { NEVER, t } from '../../words/value.ts'
import { reader } from '../reader.ts'
import type { Entry } from '../systemd/entries.ts'
import { stampOf } from '../systemd/log-time.ts'
import { findReason, wordsOf } from '../systemd/reason.ts'
import { runsOf } from '../systemd/runs.ts'
import { isErrorLike, isFrame } from '../systemd/telling.ts'
import { visibleLine } from '../visible.ts'

const output = t.record({
  complete: t.bool,
  lines: t.int,
  /** When the file was last written; the year 1970 where that is not known. */
  written: t.timestamp,
  reason_found: t.bool,
  reason: t.string,
  reason_signature: t.string,
  reason_cause: t.string,
  /** Where it last said that it listens; 0 where it did not. */
  listens_port: t.int,
  last_line: t.string,
})

const SHOWN = 300
const LONGEST = 2000

/** The end of a log that may bear no stamps, from the look `log-end`: the last words that name a reason. */
export const logEndReader = reader({
  name: 'log-end',
  output,
  consults: [],
  keep: withoutFrames,
  read(capture, context) {
    const lines = capture.out.split('\n').filter((line) => line.trim() !== '')
    const entries = lines.map((line): Entry => {
      const stamp = stampOf(line, 0, context.now)
      return {
        at: stamp?.at ?? NEVER,
        message: visibleLine(stamp?.rest.replace(/^: /, '') ?? line, LONGEST),
        manager: undefined,
        run: '',
      }
    })
    const runs = runsOf(entries)
    const reason = findReason(runs, context.knowledge, context.now)
    const said = reason ? wordsOf(reason, runs).slice(0, SHOWN) : ''
    const listens = runs.findLast((run) => run.listens)?.listens
    const own = entries.filter(({ message }) => !isFrame(message))
    const last = own.findLast(({ message }) => isErrorLike(message)) ?? own.at(-1)
    const lastLine = last?.message.trim().slice(0, SHOWN) ?? ''
    const written = capture.meta.written_ms
    return {
      value: {
        complete: capture.outcome === 'ok' && !capture.cut && !capture.timedOut && !capture.pasted,
        lines: BigInt(entries.length),
        written: typeof written === 'number' && written > 0 ? new Date(written) : NEVER,
        reason_found: reason !== undefined,
        reason: said,
        reason_signature: reason?.signature.id ?? '',
        reason_cause: reason?.cause ?? '',
        listens_port: listens && 'port' in listens.on ? BigInt(listens.on.port) : 0n,
        last_line: lastLine,
      },
      dark:
        capture.outcome === 'blind'
          ? [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'the log could not be read' }]
          : [],
      lines: [said, lastLine].filter((line) => line !== ''),
    }
  },
})

/** The frames of a trace tell of folders and values, and name no reason. */
function withoutFrames(out: string): { out: string; leftOut: string } {
  const lines = out.split('\n')
  const kept = lines.filter((line) => !/^\s+at |^\s+File "/.test(line))
  const gone = lines.length - kept.length
  return { out: kept.join('\n'), leftOut: gone === 0 ? '' : `${gone} lines of stack traces` }
}
