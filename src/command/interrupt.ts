import type { Ended } from '../words/vocabulary.ts'

/** An abort that says why: the budget ended, or the person interrupted. */
export interface Stopping {
  signal: AbortSignal
  readonly why: Exclude<Ended, 'complete'> | null
  done(): void
}

/** Aborts after the budget, or at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process. */
export function interruptible(budgetMs: number): Stopping {
  const controller = new AbortController()
  let why: Exclude<Ended, 'complete'> | null = null
  const stop = (reason: Exclude<Ended, 'complete'>) => {
    why ??= reason
    controller.abort()
  }
  const timer = setTimeout(() => stop('budget'), budgetMs)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let asked = 0
  const interrupt = () => {
    asked += 1
    stop('interrupted')
    if (asked > 1) process.exit(130)
  }
  for (const name of signals) process.on(name, interrupt)
  return {
    signal: controller.signal,
    get why() {
      return why
    },
    done() {
      clearTimeout(timer)
      for (const name of signals) process.off(name, interrupt)
    },
  }
}
