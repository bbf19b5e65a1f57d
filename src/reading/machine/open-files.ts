import { flag, found, text, whole } from '../process/found.ts'
import { openFilesLimit } from '../process/stat.ts'
import { reader } from '../reader.ts'
import { openFiles as output } from './types.ts'

/** Open files of one process and of the machine, from the look `open-files`. Unknown numbers are -1. */
export const openFilesReader = reader({
  name: 'open-files',
  output,
  consults: [],
  read(capture) {
    const { raw } = found(capture.out)
    const pid = whole(raw, 'pid')
    const open = whole(raw, 'open', -1)
    const limit = openFilesLimit(text(raw, 'limits'))
    // `/proc/sys/fs/file-nr`: allocated, unused (always 0), maximum.
    const [allocated = -1, , maximum = -1] = text(raw, 'file_nr').trim().split(/\s+/).map(count)
    const seen = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    return {
      value: {
        complete: seen && open >= 0 && flag(raw, 'limit_known') && allocated >= 0 && maximum >= 0,
        pid: BigInt(pid),
        open: BigInt(open),
        limit: BigInt(limit),
        used_permille: open >= 0 && limit > 0 ? BigInt(Math.round((open * 1000) / limit)) : 0n,
        system_open: BigInt(allocated),
        system_limit: BigInt(maximum),
      },
      dark: flag(raw, 'denied')
        ? [{ why: 'no-permission', says: `the open files of pid ${pid} belong to another user` }]
        : [],
      lines: open >= 0 ? [`pid ${pid}: ${open} files open, limit ${limit < 0 ? 'none' : limit}`] : [],
    }
  },
})

/** The kernel's "no limit" is the largest 63-bit number: more than a number here can tell apart. */
function count(word: string): number {
  return /^\d{1,19}$/.test(word) ? Math.min(Number(word), Number.MAX_SAFE_INTEGER) : -1
}
