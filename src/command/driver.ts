import { SMALLEST } from '../terminal/state.ts'
import type { Io } from './io.ts'

/** How the wizard shows itself: on the whole screen, or line by line. */
export type Driver = 'screens' | 'lines'

/**
 * The screens want a terminal at both ends that can place a cursor and is large enough. Everything else gets lines:
 * pipes, TERM=dumb, a screen reader, a small window, and whoever wants them (`--lines`).
 */
export function driverOf(io: Io, { lines }: { lines: boolean }): Driver {
  const { env } = io
  if (lines) return 'lines'
  if (!io.stdinTty || !io.stdoutTty) return 'lines'
  if (env.TERM === undefined || env.TERM === '' || env.TERM === 'dumb') return 'lines'
  if (env.INK_SCREEN_READER === 'true') return 'lines'
  return io.columns >= SMALLEST.columns && io.rows >= SMALLEST.rows ? 'screens' : 'lines'
}
