/** What `/proc/PID/stat` tells that `proc_pid_stat(5)` numbers 2 to 24. Times are in ticks of 1/100 s. */
export interface Stat {
  pid: number
  comm: string
  state: string
  parent: number
  /** utime + stime */
  cpuTicks: number
  threads: number
  /** Since boot. */
  startTicks: number
  rssPages: number
}

/** USER_HZ, the same on every architecture Node runs on. */
export const TICKS_PER_SECOND = 100

/** Parses `/proc/PID/stat`. The name stands in parentheses and may hold any character, `)` too. */
export function parseStat(line: string): Stat | undefined {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const rest = line
    .slice(close + 1)
    .trim()
    .split(/\s+/)
  const number = (field: number): number => Number(rest[field - 3] ?? Number.NaN)
  const stat: Stat = {
    pid: Number(line.slice(0, open).trim()),
    comm: line.slice(open + 1, close),
    state: (rest[0] ?? '').slice(0, 1),
    parent: number(4),
    cpuTicks: number(14) + number(15),
    threads: number(20),
    startTicks: number(22),
    rssPages: number(24),
  }
  const numbers = [stat.pid, stat.parent, stat.cpuTicks, stat.threads, stat.startTicks, stat.rssPages]
  return numbers.every((value) => Number.isSafeInteger(value)) && stat.state !== '' ? stat : undefined
}

/** Who a process is to the kernel, from `/proc/PID/status`: effective ids, groups and capabilities. */
export interface Identity {
  uid: number
  gid: number
  groups: number[]
  /** CAP_DAC_OVERRIDE: file permissions do not hold it back. */
  overrides: boolean
}

/** Parses `/proc/PID/status`; nothing when the ids are not there. */
export function parseIdentity(status: string): Identity | undefined {
  const uid = Number(statusField(status, 'Uid').split(/\s+/)[1] ?? Number.NaN)
  const gid = Number(statusField(status, 'Gid').split(/\s+/)[1] ?? Number.NaN)
  if (!Number.isSafeInteger(uid) || !Number.isSafeInteger(gid)) return undefined
  const groups = statusField(status, 'Groups')
    .split(/\s+/)
    .filter((group) => /^\d{1,10}$/.test(group))
    .map(Number)
  const capabilities = statusField(status, 'CapEff')
  // CAP_DAC_OVERRIDE is bit 1 of include/uapi/linux/capability.h.
  const overrides = /^[0-9a-f]{1,16}$/.test(capabilities) && (BigInt(`0x${capabilities}`) & 2n) !== 0n
  return { uid, gid, groups, overrides }
}

/** The value of one `Name:\tvalue` line, '' when there is none. */
export function statusField(status: string, name: string): string {
  const line = status.split('\n').find((candidate) => candidate.startsWith(`${name}:`))
  return line === undefined ? '' : line.slice(name.length + 1).trim()
}

/** The soft limit on open files from `/proc/PID/limits`; -1 when unlimited or not there. */
export function openFilesLimit(limits: string): number {
  const line = limits.split('\n').find((candidate) => candidate.startsWith('Max open files'))
  const soft = line?.slice('Max open files'.length).trim().split(/\s+/)[0]
  return soft !== undefined && /^\d{1,15}$/.test(soft) ? Number(soft) : -1
}

/** What is needed to date a process: all three read at the same moment. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs: number
  /** First number of `/proc/uptime`, milliseconds. */
  uptimeMs: number
  /** `btime` of `/proc/stat`, seconds since 1970. */
  bootSeconds: number
}

/**
 * When a process started, milliseconds since 1970, 0 when unknown. Uptime is precise to 10 ms, the
 * boot time only to a second; but container file systems invent an uptime of their own, so where the
 * two disagree the boot time holds.
 */
export function startedAt(startTicks: number, clock: Clock): number {
  const sinceBoot = (startTicks * 1000) / TICKS_PER_SECOND
  const byUptime = clock.nowMs - clock.uptimeMs + sinceBoot
  const byBoot = clock.bootSeconds * 1000 + sinceBoot
  if (clock.bootSeconds <= 0) return clock.uptimeMs > 0 ? Math.round(byUptime) : 0
  return Math.round(clock.uptimeMs > 0 && Math.abs(byUptime - byBoot) <= 2000 ? byUptime : byBoot)
}
