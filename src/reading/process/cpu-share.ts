// How a control group limits the processor (CFS bandwidth). Source: the kernel's Documentation/scheduler/sched-bwc.rst and
// Documentation/admin-guide/cgroup-v2.rst.

/** Counters of `cpu.stat`: periods in which the group ran, and those in which it had used up its share. */
export interface Throttling {
  periods: number
  throttled: number
}

/** Folders in which `cpu.stat` of a process may stand, best first, by its `/proc/PID/cgroup`. */
export function cpuFolders(cgroup: string): string[] {
  const folders: string[] = []
  for (const line of cgroup.split('\n')) {
    const [, controllers = '', path = ''] = /^\d{1,6}:([^:]*):(\/[^\0]*)$/.exec(line) ?? []
    if (path === '' || path.split('/').includes('..')) continue
    if (controllers.split(',').includes('cpu')) {
      folders.unshift(`/sys/fs/cgroup/${controllers}${path}`, `/sys/fs/cgroup/cpu${path}`)
    } else if (controllers === '') folders.push(`/sys/fs/cgroup${path}`, `/sys/fs/cgroup/unified${path}`)
  }
  return folders
}

/** `cpu.stat` of either hierarchy; undefined where the group has no limit to count against. */
export function parseThrottling(text: string): Throttling | undefined {
  const count = (name: string) => new RegExp(`^${name} (\\d{1,15})$`, 'm').exec(text)?.[1]
  const [periods, throttled] = [count('nr_periods'), count('nr_throttled')]
  return periods === undefined || throttled === undefined
    ? undefined
    : { periods: Number(periods), throttled: Number(throttled) }
}

/** Thousandths of a core that the group may use: `cpu.max` (`5000 100000`), or quota and period; 0 for no limit. */
export function cpuLimit(quota: string, period: string): number {
  const [first = '', second = period.trim()] = quota.trim().split(/\s+/)
  const [most, of] = [Number(first), Number(second)]
  return /^\d{1,12}$/.test(first) && most > 0 && of > 0 ? Math.round((most * 1000) / of) : 0
}
