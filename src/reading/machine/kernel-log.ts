import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { type Dark, reader } from '../reader.ts'
import { keepKernelLog } from './kernel-keep.ts'
import { type KernelLines, parseKernelLines } from './kernel-lines.ts'
import { findKills } from './oom.ts'
import { kernelLog as output } from './types.ts'

/**
 * The kernel's kills for memory, from `journalctl -k` or `dmesg`. An empty log proves nothing: a host
 * without a kernel journal prints none and exits 0. `meta.boot` (RFC 3339) dates plain dmesg lines,
 * `meta.zone_minutes` lines in local time.
 */
export const kernelLogReader = reader({
  name: 'kernel-log',
  output,
  consults: [],
  keep: keepKernelLog,
  read(capture, context) {
    const boot = bootOf(capture)
    const zone = capture.meta.zone_minutes
    const read = parseKernelLines(capture.out, boot, typeof zone === 'number' ? zone : undefined, context.now)
    const kills = findKills(read.lines)
    const dark = darkOf(capture, read)
    const timeless = kills.some((kill) => kill.at === NEVER)
    return {
      value: {
        complete: dark.length === 0 && read.lines.length > 0,
        entries: BigInt(read.lines.length + read.leftOut),
        kills: kills.map(({ line: _, ...kill }) => kill),
      },
      dark: timeless
        ? [...dark, { why: 'not-understood', says: 'when the kernel killed for memory is not known' }]
        : dark,
      lines: kills.slice(-5).map((kill) => kill.line.slice(0, 400)),
    }
  },
})

function bootOf(capture: Capture): number | undefined {
  const { boot } = capture.meta
  const at = typeof boot === 'string' ? Date.parse(boot) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

function darkOf(capture: Capture, read: KernelLines): Dark[] {
  if (capture.outcome === 'blind') {
    return [{ why: capture.why ?? 'not-understood', says: capture.says ?? "the kernel's log could not be read" }]
  }
  const { err } = capture
  if (
    /not seeing messages from other users|insufficient permissions|Operation not permitted|Permission denied/.test(err)
  ) {
    return [{ why: 'no-permission', says: "this account may not read the kernel's log" }]
  }
  const dark: Dark[] = []
  if (capture.kind === 'run' && capture.exit !== 0) {
    dark.push({ why: 'not-understood', says: `reading the kernel's log ended with status ${capture.exit ?? 'none'}` })
  }
  if (capture.timedOut) dark.push({ why: 'timed-out', says: "the kernel's log was not read to its end in time" })
  else if (capture.cut) dark.push({ why: 'cut', says: "the kernel's log was cut" })
  if (capture.pasted) dark.push({ why: 'cut', says: 'the lines were pasted: what else the log holds is not known' })
  if (read.lines.length === 0)
    dark.push({ why: 'no-such-file', says: "the kernel's log is empty here: it is kept elsewhere" })
  return dark
}
