import type { JsonObject } from '../../words/json.ts'
import type { BlindReason } from '../../words/vocabulary.ts'
import type { LookOutcome, LookTools } from './types.ts'

/** What a look found, as JSON text for its reader. */
export function found(argv: string[], findings: JsonObject, more: Partial<LookOutcome> = {}): LookOutcome {
  return { outcome: 'ok', out: JSON.stringify(findings), meta: {}, argv, cut: false, timedOut: false, ...more }
}

/** A look that could see nothing, with the reason and a sentence for people. */
export function blind(argv: string[], why: BlindReason, says: string): LookOutcome {
  return { outcome: 'blind', why, says, out: '', meta: {}, argv, cut: false, timedOut: why === 'timed-out' }
}

/** True once the look should end: asked to by the caller, or most of its time is gone. */
export type Over = () => boolean

/**
 * Runs a look's work within its time. `over` lets the work end early by itself with what it has; a
 * file system that does not answer at all (a hung process, a dead mount) ends it blind.
 */
export async function within(
  tools: LookTools,
  argv: string[],
  work: (over: Over) => Promise<LookOutcome>,
): Promise<LookOutcome> {
  const end = performance.now() + tools.timeoutMs * 0.8
  const over: Over = () => tools.signal.aborted || performance.now() >= end
  let timer: NodeJS.Timeout | undefined
  let stop: (() => void) | undefined
  const limit = new Promise<LookOutcome>((resolve) => {
    const give = () => resolve(blind(argv, 'timed-out', `no answer within ${tools.timeoutMs} ms`))
    timer = setTimeout(give, tools.timeoutMs)
    stop = give
    tools.signal.addEventListener('abort', give, { once: true })
    if (tools.signal.aborted) give()
  })
  try {
    return await Promise.race([work(over), limit])
  } finally {
    clearTimeout(timer)
    if (stop) tools.signal.removeEventListener('abort', stop)
  }
}

/** Lets other work run in between: signals, timers, the screen. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
