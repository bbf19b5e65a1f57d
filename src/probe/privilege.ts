import type { RunResult } from './run.ts'

/** Seconds between TERM and KILL on the other side of sudo. */
const GRACE_SECONDS = 2
/** Our own timer waits this much longer than the one over there. */
export const SUDO_SLACK_MS = 3000
/** What `timeout` exits with when it had to end the command. */
const ENDED_BY_TIMEOUT = 124

/**
 * One command under sudo. It never asks for a password (`-n`), and ends by itself over there: we may
 * not signal what runs as root.
 */
export function underSudo(argv: readonly string[], timeoutMs: number): string[] {
  const limit = String(Math.max(1, Math.ceil(timeoutMs / 1000)))
  return ['sudo', '-n', '--', 'timeout', '-k', String(GRACE_SECONDS), limit, ...argv]
}

/** Did sudo itself refuse, before the command began? Where there is no sudo, that is a refusal too. */
export function sudoRefused(result: RunResult): boolean {
  return (
    result.missing ||
    (result.exit === 1 &&
      result.out === '' &&
      /^sudo: |not in the sudoers file|not allowed to (?:execute|run sudo)/m.test(result.err))
  )
}

/** The result of `underSudo` as if the command itself had run: over there the time limit is an exit status. */
export function fromSudo(result: RunResult): RunResult {
  return result.exit === ENDED_BY_TIMEOUT ? { ...result, exit: null, timedOut: true } : result
}
