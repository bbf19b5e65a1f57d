import { readdir } from 'node:fs/promises'
import { pidOf } from './arguments.ts'
import { blind, found, within } from './outcome.ts'
import { attempt, or, processExists, readTarget, readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

const MAX_FDS = 4096
/** The lowest two bits of a descriptor's flags: how it was opened. Source: open(2), `O_ACCMODE`. */
const ACCESS_MODE = 0o3

/**
 * The files that a process holds open only to write, by their paths. That is where its log is, whatever
 * its configuration says: a log is appended to and never read back. Arguments: `pid`.
 */
export const writtenFilesLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['ls', '-l', `/proc/${pid ?? 'PID'}/fd`]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    if (!processExists(pid)) return blind(argv, 'no-such-file', `there is no process ${pid}`)
    const names = await attempt(async () => ({ ok: true, value: await readdir(`/proc/${pid}/fd`) }))
    if (!names.ok) return blind(argv, 'no-permission', `the open files of pid ${pid} belong to another user`)
    const files: { fd: number; path: string }[] = []
    for (const name of names.value.slice(0, MAX_FDS)) {
      if (over()) break
      const path = or(await readTarget(`/proc/${pid}/fd/${name}`), '')
      if (!path.startsWith('/') || /^\/(dev|proc|sys)\//.test(path)) continue
      const flags = /^flags:\s*([0-7]{1,15})$/m.exec(or(await readText(`/proc/${pid}/fdinfo/${name}`, 4096), ''))?.[1]
      const onlyWrites = flags !== undefined && (Number.parseInt(flags.slice(-1), 8) & ACCESS_MODE) === 1
      if (onlyWrites) files.push({ fd: Number(name), path })
    }
    return found(argv, { pid, files, whole: names.value.length <= MAX_FDS }, { timedOut: over() })
  })
}
