import type { RunResult } from './run.ts'

/** Seconds between TERM and KILL on the other side of sudo. */
const GRACE_SECONDS = 2

/**
 * One command under sudo. It never asks for a password (`-n`), and ends by itself over there: we may
 * not signal what runs as root.
 */
export function underSudo(argv: readonly string[], timeoutMs: number): string[] {
  const limit = String(Math.max(1, Math.ceil(timeoutMs / 1000)))
  return ['sudo', '-n', '--', 'timeout', '-k', String(GRACE_SECONDS), limit, ...argv]
}

/** Did sudo itself refuse, before the command began? */
export function sudoRefused(result: RunResult): boolean {
  return result.missing || (result.exit === 1 && /^sudo: /m.test(result.err) && result.out === '')
}
