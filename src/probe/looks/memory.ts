import { blind, within } from './outcome.ts'
import { readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

const ARGV = ['cat', '/proc/meminfo', '/proc/pressure/memory']

/** Memory of this machine: `/proc/meminfo`, and `/proc/pressure/memory` where the kernel has it. Takes no arguments. */
export const memoryLook: BuiltInLookFn = (_args, tools) =>
  within(tools, ARGV, async () => {
    const [meminfo, pressure] = await Promise.all([readText('/proc/meminfo'), readText('/proc/pressure/memory')])
    if (!meminfo.ok) return blind(ARGV, 'no-such-file', '/proc/meminfo cannot be read here')
    // The kernel may have the file and pressure accounting switched off: reading fails then.
    const out = meminfo.value + (pressure.ok ? pressure.value : '')
    return { outcome: 'ok', out, meta: {}, argv: ARGV, cut: false, timedOut: false }
  })
