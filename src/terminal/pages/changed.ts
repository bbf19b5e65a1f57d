import type { Diagnosis } from '../../report/diagnosis.ts'
import { changedSays } from '../../report/onset.ts'
import { oneLine } from '../../report/shown.ts'
import { cut, widthOf } from '../text.ts'

/** A path of three or more parts: what stands between its first and its last can be left out. */
const PATH = /(\/[^\s/:,()'"]+)(?:\/[^\s/:,()'"]+)+(\/[^\s/:,()'"]+)/g

/**
 * What changed before the first error, the latest last, each as one text of at most `room` columns. Where one is too long the
 * day of its time goes first, then the middle of its paths; the whole diagnosis has them in full.
 */
export function changedRows(diagnosis: Diagnosis, room: number): string[] {
  const day = diagnosis.startedAt.slice(0, 10)
  return changedSays(diagnosis).map((says) => {
    const text = oneLine(says)
    if (widthOf(text) <= room) return text
    const timed = text.replaceAll(`, ${day} `, ', ')
    return cut(widthOf(timed) <= room ? timed : timed.replaceAll(PATH, '$1/…$2'), room)
  })
}
