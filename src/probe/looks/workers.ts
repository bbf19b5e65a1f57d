import { pidOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import { allStats, countEntries, or, processExists, readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

/** A server with more has them for its processors: the first tell. */
const MOST_WORKERS = 128

/**
 * The children of a process, each with how many files it has open and how many it may. A server whose work is done by
 * its children is short of files in one of them, not in itself. Arguments: `pid`.
 */
export const workersLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['ls', `/proc/${pid ?? 'PID'}/task/${pid ?? 'PID'}/children`]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    if (!processExists(pid)) return blind(argv, 'no-such-file', `there is no process ${pid}`)
    const children = [...(await allStats(over))].filter(([, stat]) => stat.parent === pid).map(([child]) => child)
    const workers = await Promise.all(
      children.slice(0, MOST_WORKERS).map(async (child) => {
        const [fds, limits] = await Promise.all([countEntries(`/proc/${child}/fd`), readText(`/proc/${child}/limits`)])
        return { pid: child, open: or(fds, -1), denied: !fds.ok && fds.why === 'denied', limits: or(limits, '') }
      }),
    )
    return found(argv, { pid, workers, more: children.length > MOST_WORKERS }, { timedOut: over() })
  })
}
