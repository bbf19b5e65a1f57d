import { writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { runCommand } from './run.ts'

/** A step of a fix may wait for a service to start: longer than a look, and not for ever. */
const LIMIT_MS = 120_000
const KEPT_BYTES = 64 * 1024

/** How a step of a fix ended. `exit` is null when it was stopped, or never began. */
export interface Acted {
  exit: number | null
  ms: number
  out: string
}

/**
 * Runs one step of a fix that a person has chosen and confirmed: argv without a shell, with a time limit, and
 * at the machine's usual priority. What it starts may live on, and must not be the first to die as we are.
 */
export async function act(
  argv: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
  watch: (text: string) => void,
): Promise<Acted> {
  const restore = usualPriority()
  try {
    const result = await runCommand(argv, { timeoutMs: LIMIT_MS, signal, env, maxBytes: KEPT_BYTES, watch })
    const rest = result.timedOut ? `it was stopped after ${LIMIT_MS / 1000} s\n` : ''
    const { exit, ms } = result
    return { exit: result.missing ? 127 : exit, ms, out: `${result.out}${result.err}${rest}` }
  } finally {
    restore()
  }
}

/** Only root may take back that it is nice; for others what they start is as modest as we are. */
function usualPriority(): () => void {
  const attempt = (work: () => void) => {
    try {
      work()
    } catch {
      // Not allowed, or not Linux: then it stays as it is.
    }
  }
  const nice = getPriority()
  attempt(() => setPriority(0))
  attempt(() => writeFileSync('/proc/self/oom_score_adj', '0'))
  return () => {
    attempt(() => setPriority(nice))
    attempt(() => writeFileSync('/proc/self/oom_score_adj', '1000'))
  }
}
