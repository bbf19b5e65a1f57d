import { pidOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import { countEntries, or, processExists, readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

/** How many files a process and the machine have open, and how many they may. Arguments: `pid`. */
export const openFilesLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['ls', `/proc/${pid ?? 'PID'}/fd`]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async () => {
    if (!processExists(pid)) return blind(argv, 'no-such-file', `there is no process ${pid}`)
    const [fds, limits, fileNr] = await Promise.all([
      countEntries(`/proc/${pid}/fd`),
      readText(`/proc/${pid}/limits`),
      readText('/proc/sys/fs/file-nr', 256),
    ])
    return found(argv, {
      pid,
      open: or(fds, -1),
      denied: !fds.ok && fds.why === 'denied',
      limits: or(limits, ''),
      limit_known: limits.ok && limits.value.includes('Max open files'),
      file_nr: or(fileNr, ''),
    })
  })
}
