import { openLog } from '../log/open.ts'
import { pathOf } from './arguments.ts'
import { blind, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

/** Enough for the last words of a program that ended with a trace, and no more: old errors explain nothing. */
const MOST_BYTES = 16 * 1024
const MOST_LINES = 80

/**
 * The last lines of a log whose lines bear no time, and when it was last written. Argument: `path`.
 */
export const logEndLook: BuiltInLookFn = (args, tools) => {
  const path = pathOf(args)
  const argv = ['tail', '-n', String(MOST_LINES), '--', path ?? 'FILE']
  if (path === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no path was given'))
  return within(tools, argv, async () => {
    const opened = await openLog(path)
    if (opened.kind === 'blind') return blind(argv, opened.why, opened.says)
    const { handle, about } = opened
    try {
      const length = Math.min(about.size, MOST_BYTES)
      const buffer = Buffer.alloc(length)
      const { bytesRead } = await handle.read(buffer, 0, length, about.size - length)
      const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
      // The first one may be the end of a longer one.
      const whole = about.size > length ? lines.slice(1) : lines
      const out = whole.slice(-MOST_LINES - 1).join('\n')
      const meta = { path, size: about.size, written_ms: Math.round(about.mtimeMs) }
      return { outcome: 'ok', out, meta, argv, cut: false, timedOut: false }
    } finally {
      await handle.close()
    }
  })
}
