import { t } from '../../words/value.ts'
import { parseLogMeta, records } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { reader } from '../reader.ts'
import { stampOf } from '../systemd/log-time.ts'
import { visibleLine } from '../visible.ts'
import { complaintOf } from './record.ts'

/** Lines of an application's log that a signature knows. */
const output = t.record({
  complete: t.bool,
  path: t.string,
  /** Newest first, at most 200. */
  lines: t.list(
    t.record({
      at: t.timestamp,
      signature: t.string,
      /** '' where the line names none. */
      cause: t.string,
      shape: t.string,
      meaning: t.string,
      message: t.string,
    }),
  ),
})

const MOST_LINES = 200
const LONGEST = 300

/** An application's own log, whichever supervisor of workers or runtime wrote it. Only known lines are looked at. */
export const appLogReader = reader({
  name: 'app-log',
  output,
  consults: [],
  keep: keepKnown,
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const zone = meta.zoneMinutes ?? 0
    const seen = records(capture.out, (line) => stampOf(line, zone, context.now) !== undefined).flatMap((record) => {
      const stamped = stampOf(record.split('\n', 1)[0] ?? '', zone, context.now)
      const complaint = complaintOf(record, context.knowledge)
      return stamped && complaint ? [{ at: stamped.at, ...complaint }] : []
    })
    const lines = seen.slice(-MOST_LINES).reverse()
    const dark = logDark(capture, meta, 'the application')
    if (meta.records > 0 && !meta.zoneSure && meta.zoneFrom !== '') {
      dark.push({ why: 'not-understood', says: `the time zone of the stamps in ${meta.path} is not certain` })
    }
    return {
      value: {
        complete: dark.length === 0,
        path: meta.path,
        lines: lines.map(({ at, signature, line }) => ({
          at,
          signature: signature.id,
          cause: signature.cause ?? '',
          shape: signature.shape ?? '',
          meaning: signature.meaning,
          message: visibleLine(line, LONGEST),
        })),
      },
      dark,
      lines: lines.slice(0, 5).map(({ line }) => visibleLine(line, LONGEST)),
    }
  },
})

/** Frames of a trace may hold values: only the record's first lines and its last ones are needed. */
const MOST_KEPT = 12

function keepKnown(out: string): { out: string; leftOut: string } {
  let left = 0
  const begins = (line: string) => stampOf(line, 0, SOME_YEAR) !== undefined
  const kept = records(out, begins).map((record) => {
    const lines = record.split('\n').filter((line) => !/^\s/.test(line))
    const chosen = lines.length <= MOST_KEPT ? lines : [...lines.slice(0, 2), ...lines.slice(2 - MOST_KEPT)]
    left += record.split('\n').length - chosen.length
    return chosen.join('\n')
  })
  return {
    out: kept.map((record) => `${record}\n`).join(''),
    leftOut: left === 0 ? '' : `${left} lines of stack traces`,
  }
}

/** Whether a line has a stamp does not depend on the year. */
const SOME_YEAR = new Date(Date.UTC(2100, 0, 1))
