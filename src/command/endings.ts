import type { Driver } from './driver.ts'

/** How the screens end from outside: a signal, or a fault of our own. */
export interface Endings {
  /** Aborted when the screens have to give the terminal back now. */
  signal: AbortSignal
  /** Throws the fault that ended it, if one did. */
  rethrow(): void
  done(): void
}

/**
 * SIGTERM, SIGHUP, SIGINT and an error that nobody caught end the screens, which gives the terminal back; the session
 * stays open. Only the first fault is told: what follows in its wake explains nothing.
 */
export function endings(driver: Driver): Endings {
  const controller = new AbortController()
  let fault: { error: unknown } | null = null
  const end = () => controller.abort()
  const fail = (error: unknown) => {
    fault ??= { error }
    controller.abort()
  }
  // Line by line Ctrl-C is a signal, and asks first.
  const signals = driver === 'lines' ? (['SIGTERM', 'SIGHUP'] as const) : (['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
  for (const name of signals) process.on(name, end)
  // A promise that nobody waits for comes here too.
  process.on('uncaughtException', fail)
  return {
    signal: controller.signal,
    rethrow() {
      if (fault) throw fault.error
    },
    done() {
      for (const name of signals) process.off(name, end)
      process.off('uncaughtException', fail)
    },
  }
}
