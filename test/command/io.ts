import type { Io } from '../../src/command/io.ts'

/** A command's surroundings that keep what it prints. */
export function testIo(
  env: Record<string, string>,
  more: Partial<Io> = {},
): Io & { printed(): string; said(): string } {
  let out = ''
  let err = ''
  return {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    stdoutTty: false,
    stderrTty: false,
    stdinTty: false,
    columns: 80,
    rows: 24,
    env,
    cwd: '/',
    now: () => new Date('2026-11-21T02:03:00Z'),
    printed: () => out,
    said: () => err,
    ...more,
  }
}
