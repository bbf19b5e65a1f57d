import type { Io } from './io.ts'

/** How the wizard shows itself: on the whole screen, or line by line. */
export type Driver = 'screens' | 'lines'

/** Columns and rows that the screens need. */
const LEAST = { columns: 60, rows: 16 }

/**
 * The screens want a terminal at both ends that can place a cursor and is large enough. Everything else gets lines:
 * pipes, TERM=dumb, a screen reader, a small window.
 */
export function driverOf(io: Io): Driver {
  const { env } = io
  if (!io.stdinTty || !io.stdoutTty) return 'lines'
  if (env.TERM === undefined || env.TERM === '' || env.TERM === 'dumb') return 'lines'
  if (env.INK_SCREEN_READER === 'true') return 'lines'
  return io.columns >= LEAST.columns && io.rows >= LEAST.rows ? 'screens' : 'lines'
}
