import { parseStat, startedAt } from '../../reading/process/stat.ts'
import { or, readClock, readText } from './proc.ts'

/** The kernel counts starts in ticks from its own: half a second covers what lies between its clock and that of the files. */
const BLUR_MS = 500

/** When a process started, in ms since 1970; 0 where that cannot be seen. */
export async function startOf(pid: number, now: Date): Promise<number> {
  const stat = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))
  return stat ? startedAt(stat.startTicks, await readClock(now)) : 0
}

/** Was a file changed after the process started? Yes where its start is not known. */
export function changedSince(started: number, mtime: Date): boolean {
  return mtime.getTime() > started + BLUR_MS
}
