import { stat } from 'node:fs/promises'
import { parseStat } from '../../reading/process/stat.ts'
import type { Json } from '../../words/json.ts'
import { found, within } from './outcome.ts'
import { attempt, inodeOf, listPids, or, readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

/** More names or paths than this are not looked for. */
const MOST = 24

/**
 * Signs of something on this machine that shows in no list of sockets. Arguments: `programs` and `paths`, several with blanks between.
 * `programs` are the kernel's names of processes (`comm`, at most 15 characters), looked for among those of our own network: what runs
 * in a container's network changes nothing on ours. `paths` are looked for and not read. `whole`: each process was seen, and each path
 * is there or surely not.
 */
export const signsLook: BuiltInLookFn = (args, tools) => {
  const names = words(args.programs).filter((word) => /^[\w.-]{1,15}$/.test(word))
  const paths = words(args.paths).filter((word) => /^\/[\w./-]{1,200}$/.test(word))
  const argv = ['signs', ...names, ...paths]
  return within(tools, argv, async (over) => {
    let whole = true
    const there: string[] = []
    for (const path of paths) {
      const seen = await attempt(async () => ({ ok: true, value: await stat(path) }))
      if (seen.ok) there.push(path)
      else if (seen.why !== 'gone') whole = false
    }
    const own = await inodeOf('/proc/self/net/unix')
    const pids = await listPids()
    const running: { name: string; pid: number }[] = []
    for (const pid of pids) {
      if (over()) whole = false
      if (over() || running.length >= MOST) break
      const name = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))?.comm ?? ''
      if (!names.includes(name)) continue
      const network = await inodeOf(`/proc/${pid}/net/unix`)
      if (!own.ok || !network.ok || network.value === own.value) running.push({ name, pid })
    }
    // Where /proc hides the processes of others, process 1 is hidden too.
    return found(argv, { running, paths: there, whole: whole && pids.includes(1) })
  })
}

const words = (value: Json | undefined): string[] =>
  typeof value === 'string'
    ? value
        .split(' ')
        .filter((word) => word !== '')
        .slice(0, MOST)
    : []
