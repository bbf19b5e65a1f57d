import { setTimeout as wait } from 'node:timers/promises'
import { parseIdentity, parseStat } from '../../reading/process/stat.ts'
import { pidOf } from './arguments.ts'
import { compareNamespaces } from './namespaces.ts'
import { blind, found, within } from './outcome.ts'
import {
  allStats,
  clockJson,
  countEntries,
  entriesOf,
  or,
  processExists,
  readClock,
  readTarget,
  readText,
} from './proc.ts'
import type { BuiltInLookFn } from './types.ts'
import { nameOfUser } from './users.ts'

/** Long enough for a busy process to use several of the kernel's 10 ms ticks. */
const CPU_WINDOW_MS = 200

/** Of the 20 ticks of that time, as many as a process uses that need not share its core. */
const ALONE_TICKS = 16

/** What stands in line is told when it comes to its turn: where many want a processor, that takes longer than 200 ms. */
const LONGER_MS = 1500

/**
 * One process from /proc. Arguments: `pid`, `measure`. The processor time, and how long its first thread stood in line
 * for a processor (`schedstat`), are measured over 200 ms, and over 1.5 s where it runs and does not have a core to
 * itself, unless `measure` is false; the clock is written down with it, so that a replay dates the process the same.
 */
export const processLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['ps', '-ww', '-o', 'pid,ppid,user,stat,lstart,nlwp,rss,args', '-p', String(pid ?? 0)]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    const folder = `/proc/${pid}`
    const first = await readText(`${folder}/stat`, 4096)
    if (!first.ok) {
      if (processExists(pid))
        return blind(argv, 'no-permission', `pid ${pid} exists and /proc does not show it to this account`)
      return found(argv, { pid, exists: false })
    }
    const started = performance.now()
    const queued = or(await readText(`${folder}/schedstat`, 256), '')
    const clock = await readClock(tools.now())
    const [status, cmdline, exe, cwd, cgroup, own, limits, fds, namespaces, stats] = await Promise.all([
      readText(`${folder}/status`),
      readText(`${folder}/cmdline`),
      readTarget(`${folder}/exe`),
      readTarget(`${folder}/cwd`),
      readText(`${folder}/cgroup`),
      readText('/proc/self/cgroup'),
      readText(`${folder}/limits`),
      countEntries(`${folder}/fd`),
      compareNamespaces(pid),
      allStats(over),
    ])
    const lasts = async (wanted: number) => {
      const left = wanted - (performance.now() - started)
      if (args.measure !== false && left > 0 && !over())
        await wait(left, undefined, { signal: tools.signal }).catch(() => {})
      return parseStat(or(await readText(`${folder}/stat`, 4096), ''))
    }
    let second = await lasts(CPU_WINDOW_MS)
    if (second?.state === 'R' && second.cpuTicks - (parseStat(first.value)?.cpuTicks ?? 0) < ALONE_TICKS)
      second = await lasts(LONGER_MS)
    const queuedThen = or(await readText(`${folder}/schedstat`, 256), '')
    const ms = Math.round(performance.now() - started)
    const before = parseStat(first.value)
    const hidden = Object.entries({ exe, cwd, fds }).filter(([, seen]) => !seen.ok && seen.why === 'denied')
    const uid = parseIdentity(or(status, ''))?.uid
    return found(argv, {
      pid,
      exists: true,
      clock: clockJson(clock),
      stat: first.value.trimEnd(),
      status: or(status, ''),
      cpu: second && before ? { ticks: second.cpuTicks - before.cpuTicks, ms } : { ticks: 0, ms: 0 },
      schedstat: [queued.trimEnd(), queuedThen.trimEnd()],
      cmdline: entriesOf(or(cmdline, '')),
      exe: or(exe, ''),
      cwd: or(cwd, ''),
      cgroup: or(cgroup, ''),
      own_cgroup: or(own, ''),
      limits: or(limits, ''),
      fds: or(fds, -1),
      same_net: namespaces.net,
      same_mnt: namespaces.mnt,
      user: uid === undefined ? '' : await nameOfUser(uid),
      children: [...stats.values()].filter((stat) => stat.parent === pid).map((stat) => stat.startTicks),
      hidden: hidden.map(([name]) => name),
    })
  })
}
