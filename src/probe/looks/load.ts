import { availableParallelism } from 'node:os'
import { blind, within } from './outcome.ts'
import { readText } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'

const ARGV = ['cat', '/proc/loadavg']

/** Load of this machine and, in a line `cores N`, the processors that this process may use. Takes no arguments. */
export const loadLook: BuiltInLookFn = (_args, tools) =>
  within(tools, ARGV, async () => {
    const loadavg = await readText('/proc/loadavg', 4096)
    if (!loadavg.ok) return blind(ARGV, 'no-such-file', '/proc/loadavg cannot be read here')
    const out = `${loadavg.value.trimEnd()}\ncores ${availableParallelism()}\n`
    return { outcome: 'ok', out, meta: {}, argv: ARGV, cut: false, timedOut: false }
  })
