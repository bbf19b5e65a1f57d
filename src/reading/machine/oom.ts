import { NEVER } from '../../words/value.ts'
import { parseCgroup } from '../process/cgroup.ts'
import type { KernelLine } from './kernel-lines.ts'

/** A process that the kernel killed for memory. */
export interface Kill {
  at: Date
  pid: bigint
  program: string
  scope: 'machine' | 'cgroup'
  cgroup: string
  unit: string
  rss_kb: bigint
  line: string
}

/** Text that every line about a kill for memory has. Lower case. */
const WORDS = ['out of memory', 'oom-kill', 'oom_', 'oom.group', 'killed process', 'killed as a result of limit']

/** May the line be about a kill for memory? */
export function isOomLine(message: string): boolean {
  const low = message.toLowerCase()
  return WORDS.some((word) => low.includes(word))
}

/**
 * Finds the kills in the kernel's words, in their order. One kill is several lines: `oom-kill:…` says
 * who and where (since 4.19), `Killed process …` that it was done; before 5.0 `Kill process … or
 * sacrifice child` and `Task in … killed as a result of limit of …`. Source: mm/oom_kill.c, mm/memcontrol.c.
 */
export function findKills(lines: readonly KernelLine[]): Kill[] {
  const kills: Kill[] = []
  let open: Kill | undefined
  let limited = ''
  const close = () => {
    if (open) kills.push(open)
    open = undefined
  }
  for (const { at, message } of lines) {
    if (!isOomLine(message)) continue
    const task = /^Task in (\S{1,500}) killed as a result of limit of \S/.exec(message)?.[1]
    if (task !== undefined) {
      limited = task
      continue
    }
    const chosen = chosenBy(message, at)
    if (chosen) {
      close()
      open = chosen
      continue
    }
    const killed = killedBy(message, at)
    if (!killed) continue
    // The chosen one may live: a child of it was killed instead.
    const before: Kill = open ?? killed
    const cgroup = before.cgroup || limited
    open = {
      ...killed,
      at: killed.at > NEVER ? killed.at : before.at,
      scope: before.scope === 'cgroup' || limited !== '' ? 'cgroup' : killed.scope,
      ...placed(cgroup),
    }
    if (killed.rss_kb >= 0n) {
      close()
      limited = ''
    }
  }
  close()
  return kills.map((kill) => (kill.rss_kb < 0n ? { ...kill, rss_kb: 0n } : kill))
}

/** `oom-kill:constraint=…,task_memcg=/system.slice/shop.service,task=node,pid=42,uid=0`: the program's name may hold anything. */
function chosenBy(message: string, at: Date): Kill | undefined {
  if (!message.startsWith('oom-kill:constraint=')) return undefined
  const uid = message.lastIndexOf(',uid=')
  const pidAt = message.lastIndexOf(',pid=', uid)
  const memcg = message.indexOf('task_memcg=')
  const task = memcg < 0 ? message.indexOf(',task=') : message.indexOf(',task=', memcg)
  if (uid < 0 || pidAt < 0 || task < 0 || task > pidAt) return undefined
  const pid = digits(message.slice(pidAt + 5, uid))
  if (pid === undefined) return undefined
  return {
    at,
    pid,
    program: message.slice(task + 6, pidAt),
    scope: message.startsWith('oom-kill:constraint=CONSTRAINT_MEMCG') ? 'cgroup' : 'machine',
    ...placed(memcg < 0 ? '' : message.slice(memcg + 'task_memcg='.length, task)),
    rss_kb: -1n,
    line: message,
  }
}

/** `… Killed process 42 (node) total-vm:1kB, anon-rss:2kB, …`, `Killed process 42 (node), UID 0, …`, `… Kill process 42 (node) score 912 or sacrifice child`. */
function killedBy(message: string, at: Date): Kill | undefined {
  const [before, pidText] = /^.{0,120}?Kill(?:ed)? process (\d{1,10}) \(/.exec(message) ?? []
  const pid = pidText === undefined ? undefined : digits(pidText)
  if (before === undefined || pid === undefined) return undefined
  const done = message.includes('Killed process ')
  const from = before.length
  const end = done ? endOfName(message, from) : message.lastIndexOf(') score ')
  if (end < from) return undefined
  return {
    at,
    pid,
    program: message.slice(from, end),
    scope: message.startsWith('Memory cgroup') ? 'cgroup' : 'machine',
    cgroup: '',
    unit: '',
    rss_kb: done ? rss(message.slice(end)) : -1n,
    line: message,
  }
}

function endOfName(message: string, from: number): number {
  for (const mark of [') total-vm:', '), UID ', ') vsz:', '), now ']) {
    const at = message.lastIndexOf(mark)
    if (at >= from) return at
  }
  return message.lastIndexOf(')')
}

/** Memory that the process held: the sum of what the kernel lists (`file-rss` and `shmem-rss` came later). */
function rss(sizes: string): bigint {
  let sum = 0n
  for (const [, size] of sizes.slice(0, 300).matchAll(/(?:anon|file|shmem)-rss:(\d{1,15})kB/g)) sum += BigInt(size ?? 0)
  return sum
}

function placed(cgroup: string): { cgroup: string; unit: string } {
  return { cgroup, unit: cgroup === '' ? '' : parseCgroup(`0::${cgroup}`).unit }
}

function digits(text: string): bigint | undefined {
  return /^\d{1,10}$/.test(text) ? BigInt(text) : undefined
}
