import type { JsonObject } from '../../words/json.ts'
import { NEVER } from '../../words/value.ts'
import { type Dark, reader } from '../reader.ts'
import { keptArguments } from './arguments.ts'
import { parseCgroup, unitOf } from './cgroup.ts'
import { flag, found, moment, object, text, texts, whole, wholes } from './found.ts'
import { scriptOf, serverTimes } from './server-times.ts'
import {
  type Clock,
  openFilesLimit,
  parseIdentity,
  parseStat,
  startedAt,
  statusField,
  TICKS_PER_SECOND,
} from './stat.ts'
import { process as output } from './types.ts'

const DELETED = ' (deleted)'

/**
 * One process, from the look `process`. A process that does not exist, or has ended, is a complete reading; one of
 * another user, seen without root, is there with its `exe`, `cwd` and `fds` dark.
 */
export const processReader = reader({
  name: 'process',
  output,
  consults: [],
  keep: keepUsed,
  read(capture) {
    const { ok, raw } = found(capture.out)
    const stat = parseStat(text(raw, 'stat'))
    const status = text(raw, 'status')
    const clock = clockOf(raw)
    const exe = text(raw, 'exe')
    const place = unitOf(parseCgroup(text(raw, 'cgroup')), parseCgroup(text(raw, 'own_cgroup')))
    const words = keptArguments(texts(raw, 'cmdline'))
    const children = wholes(raw, 'children')
    const hidden = texts(raw, 'hidden')
    const ended = stat !== undefined && hasEnded(stat)
    const exists = flag(raw, 'exists') && stat !== undefined && !ended
    const gone = ok && (raw.exists === false || (flag(raw, 'exists') && ended))
    const file = exe.endsWith(DELETED) ? exe.slice(0, -DELETED.length) : exe
    const program = file === '' ? (stat?.comm ?? '') : (file.split('/').at(-1) ?? '')
    const seen = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    return {
      value: {
        complete: seen && (gone || (exists && hidden.length === 0)),
        exists,
        pid: BigInt(whole(raw, 'pid')),
        parent: BigInt(stat?.parent ?? 0),
        program,
        exe: file,
        exe_replaced: exe.endsWith(DELETED),
        command: words.join(' '),
        script: scriptOf(words),
        ...serverTimes(words),
        cwd: text(raw, 'cwd'),
        uid: BigInt(parseIdentity(status)?.uid ?? -1),
        user: text(raw, 'user'),
        state: stat?.state ?? '',
        stopped: stat?.state === 'T' || stat?.state === 't',
        started: stat ? moment(startedAt(stat.startTicks, clock)) : NEVER,
        threads: BigInt(stat?.threads ?? 0),
        rss_kb: kilobytes(statusField(status, 'VmRSS')),
        cpu_permille: cpu(object(raw, 'cpu')),
        waiting_permille: waiting(texts(raw, 'schedstat'), whole(object(raw, 'cpu'), 'ms')),
        fds: BigInt(whole(raw, 'fds', -1)),
        fd_limit: BigInt(openFilesLimit(text(raw, 'limits'))),
        unit: place.unit,
        user_unit: place.userUnit,
        container: place.container,
        same_net: text(raw, 'same_net') === 'same',
        same_mnt: text(raw, 'same_mnt') === 'same',
        youngest_child: children.length > 0 ? moment(startedAt(Math.max(...children.slice(0, 4096)), clock)) : NEVER,
        children: BigInt(children.length),
      },
      dark: ended ? [] : darkOf(hidden, whole(raw, 'pid')),
      lines: exists
        ? [`${program} (pid ${whole(raw, 'pid')}) ${statusField(status, 'State')} ${words.join(' ')}`.trim()]
        : [],
    }
  },
})

/**
 * proc(5): a zombie has ended, and only waits for its parent to take note of it; X is dead. One whose other threads
 * go on has only lost its first.
 */
function hasEnded({ state, threads }: { state: string; threads: number }): boolean {
  return (state === 'Z' || state === 'X' || state === 'x') && threads <= 1
}

/** The look's clock, written down beside the process so that a replay dates it the same. */
export function clockOf(raw: JsonObject): Clock {
  const clock = object(raw, 'clock')
  return { nowMs: whole(clock, 'now_ms'), uptimeMs: whole(clock, 'uptime_ms'), bootSeconds: whole(clock, 'boot_s') }
}

/** The lines of `/proc/PID/status` and `/proc/PID/limits` that are read. */
const STATUS = ['State', 'Uid', 'Gid', 'Groups', 'VmRSS', 'CapEff'].map((name) => `${name}:`)
const LIMITS = ['Max open files']

/** Arguments carry passwords: only the program, paths, ports and sockets stay; of the kernel's tables what is read. */
function keepUsed(out: string): { out: string; leftOut: string } {
  const { ok, raw } = found(out)
  if (!ok) return { out: '', leftOut: out === '' ? '' : 'what was no finding of this look' }
  const all = texts(raw, 'cmdline')
  const kept = keptArguments(all)
  const less = all.length !== kept.length || all.some((argument, at) => argument !== kept[at])
  const lines = (key: string, starts: readonly string[]) =>
    typeof raw[key] === 'string'
      ? {
          [key]: raw[key]
            .split('\n')
            .filter((line) => starts.some((start) => line.startsWith(start)))
            .join('\n'),
        }
      : {}
  const slim = { ...raw, ...lines('status', STATUS), ...lines('limits', LIMITS), cmdline: kept }
  return { out: JSON.stringify(slim), leftOut: less ? 'arguments that may hold secrets' : '' }
}

/** Ticks over milliseconds, per mille of one core. */
function cpu(used: JsonObject): bigint {
  const ms = whole(used, 'ms')
  return ms > 0 ? BigInt(Math.max(0, Math.round((whole(used, 'ticks') * 1000 * 1000) / TICKS_PER_SECOND / ms))) : 0n
}

/** The second number of proc(5)'s schedstat is the time spent waiting on a run queue, in nanoseconds. */
function waiting(samples: readonly string[], ms: number): bigint {
  const [before, after] = samples.map((sample) => /^\d{1,20} (\d{1,20}) /.exec(sample)?.[1])
  if (before === undefined || after === undefined || ms <= 0) return -1n
  const nanoseconds = BigInt(after) - BigInt(before)
  return nanoseconds > 0n ? (nanoseconds + BigInt(ms) * 500n) / (BigInt(ms) * 1000n) : 0n
}

function kilobytes(field: string): bigint {
  const digits = /^(\d{1,15}) kB$/.exec(field)?.[1]
  return digits === undefined ? 0n : BigInt(digits)
}

function darkOf(hidden: readonly string[], pid: number): Dark[] {
  if (hidden.length === 0) return []
  return [{ why: 'no-permission', says: `pid ${pid} belongs to another user: its ${hidden.join(', ')} cannot be seen` }]
}
