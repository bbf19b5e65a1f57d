import { jsonFields, leftOutCount, leftOutNote, messageOf } from './entries.ts'
import { stampOf } from './log-time.ts'
import { goesOn, isFrame, isTelling } from './telling.ts'

/** The fields of a journal entry that the readers use. */
const FIELDS = [
  '__REALTIME_TIMESTAMP',
  'MESSAGE',
  'PRIORITY',
  '_PID',
  '_COMM',
  '_SYSTEMD_UNIT',
  '_SYSTEMD_INVOCATION_ID',
  'UNIT',
  'USER_UNIT',
  'INVOCATION_ID',
  'USER_INVOCATION_ID',
  'SYSLOG_IDENTIFIER',
  'MESSAGE_ID',
  'EXIT_CODE',
  'EXIT_STATUS',
  'UNIT_RESULT',
  'N_RESTARTS',
  '_TRANSPORT',
]
/** Below this many entries nothing is left out but fields. */
const FEW = 600
const HEAD = 50
const TAIL = 250
/** Whether a line has a stamp does not depend on the year. */
const SOME_YEAR = new Date(Date.UTC(2100, 0, 1))

interface Line {
  text: string
  /** What the app's line says; undefined for what is kept whatever it says. */
  message: string | undefined
  stamped: boolean
}

/**
 * What of a journal or log is worth keeping: of each entry the fields that are used; of many entries
 * the first, the last, the manager's, and those that may tell something. Notes say how many are gone.
 * `telling` decides over the others; it must hold for every line that the reader looks into.
 */
export function keepJournal(
  out: string,
  telling: (message: string) => boolean = isTelling,
): { out: string; leftOut: string } {
  const lines = out
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(lineOf)
  const chosen = lines.length <= FEW ? undefined : choose(lines, telling)
  const kept: string[] = []
  let left = 0
  let total = 0
  for (const [i, line] of lines.entries()) {
    const noted = leftOutCount(line.text)
    if (noted > 0) left += noted
    else if (chosen && !chosen.has(i)) left += 1
    else {
      if (left > 0) kept.push(leftOutNote(left))
      total += left
      left = 0
      kept.push(line.text)
    }
  }
  if (left > 0) kept.push(leftOutNote(left))
  total += left
  const end = kept.length > 0 && out.endsWith('\n') ? '\n' : ''
  return { out: kept.join('\n') + end, leftOut: total === 0 ? '' : `${total} entries left out` }
}

function choose(lines: readonly Line[], telling: (message: string) => boolean): Set<number> {
  const chosen = new Set<number>()
  let lastWords = -1
  let lastStamp = -1
  let leading = false
  const keep = (i: number) => {
    chosen.add(i)
    // A line without a stamp has the time of the one above it.
    if (!lines[i]?.stamped && lastStamp >= 0) chosen.add(lastStamp)
  }
  for (const [i, line] of lines.entries()) {
    if (line.stamped) lastStamp = i
    if (line.message === undefined) {
      keep(i)
      if (lastWords >= 0) chosen.add(lastWords)
    } else {
      if (!isFrame(line.message)) lastWords = i
      if (i < HEAD || i >= lines.length - TAIL || leading || telling(line.message)) keep(i)
      leading = telling(line.message) && goesOn(line.message)
    }
  }
  if (lastWords >= 0) keep(lastWords)
  return chosen
}

function lineOf(raw: string): Line {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
  const fields = line.startsWith('{') ? jsonFields(line) : undefined
  if (fields === 'torn') return { text: line, message: undefined, stamped: true }
  if (fields) {
    const slim: Record<string, unknown> = {}
    for (const key of FIELDS) if (fields[key] !== undefined) slim[key] = fields[key]
    const message = messageOf(fields)
    slim.MESSAGE = message
    const manager = fields.UNIT !== undefined || fields.USER_UNIT !== undefined
    return { text: JSON.stringify(slim), message: manager ? undefined : message, stamped: true }
  }
  const stamp = stampOf(line, 0, SOME_YEAR)
  const manager =
    stamp !== undefined && /^(?:[\w.-]{1,255} )?(?:systemd|\([^)\s]{1,64}\))\[\d{1,10}\]: /.test(stamp.rest)
  return { text: line, message: manager ? undefined : line, stamped: stamp !== undefined }
}
