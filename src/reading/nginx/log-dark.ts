import type { Capture } from '../../words/look.ts'
import type { LogMeta } from '../log-format.ts'
import type { Dark } from '../reader.ts'
import { severity } from './error-entry.ts'

/**
 * Why the absence of a line in an error log proves nothing; empty when it does.
 *
 * `level`: as configured, '' when unknown. `levelSeen`: lines at level error were seen in it.
 * `any`: records were seen at all (without any, their zone does not matter).
 */
export function errorLogDark(capture: Capture, meta: LogMeta, level: string, levelSeen: boolean, any: boolean): Dark[] {
  const dark = logDark(capture, meta)
  if (level === '' && !levelSeen && capture.outcome === 'ok') {
    dark.push({ why: 'not-understood', says: 'at which level nginx writes its error log is not known' })
  } else if (severity(level) > severity('error')) {
    const says = `error_log is at level ${level}: connection errors at level error are not written`
    dark.push({ why: 'cut', says })
  } else if (level !== '' && severity(level) < 0) {
    dark.push({ why: 'not-understood', says: `error_log has a level that nginx does not know: ${level}` })
  }
  if ((any || meta.records > 0) && !(meta.zoneSure && meta.zoneMinutes !== undefined)) {
    dark.push({ why: 'not-understood', says: 'the time zone of the stamps in the error log is not certain' })
  }
  return dark
}

/** What any log look may leave dark. */
export function logDark(capture: Capture, meta: LogMeta, writer = 'nginx'): Dark[] {
  if (capture.outcome === 'blind') {
    return [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'the log could not be read' }]
  }
  if (capture.pasted === true) {
    return [{ why: 'cut', says: 'the lines were pasted: what else the log holds is not known' }]
  }
  const dark: Dark[] = []
  const file = meta.path === '' ? 'the log' : meta.path
  if (capture.why) dark.push({ why: capture.why, says: capture.says ?? 'the log was read in part only' })
  else if (capture.timedOut) dark.push({ why: 'timed-out', says: `${file} could not be read to the end in time` })
  else if (capture.cut) dark.push({ why: 'cut', says: `${file} was not read as far back as the window` })
  else if (!meta.reached) dark.push({ why: 'cut', says: `${file} does not reach back to the start of the window` })
  if (meta.held === 'unknown') {
    dark.push({ why: 'no-permission', says: `whether ${writer} writes to ${file} could not be seen` })
  } else if (meta.held === 'no') {
    dark.push({ why: 'not-understood', says: `the process does not hold ${file} open: it writes elsewhere` })
  }
  if (meta.full) dark.push({ why: 'cut', says: `the disk of ${file} is full: lines may not have been written` })
  for (const says of meta.gaps) dark.push({ why: 'cut', says })
  return dark
}
