import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** What the gate asks of the machine before it lets one more look begin. */
export interface Strain {
  /** MemAvailable as per mille of MemTotal; 1000 where unknown. */
  availablePermille: number
  /** One-minute load for each core. */
  loadPerCore: number
}

const AT_MOST = 3
const UNDER_STRAIN = 1

/** Lets few looks run at once: three, and one alone while the machine is short of memory or processor. */
export interface Gate {
  /** Waits for a place; gives it back through the returned function. Rejects when aborted. */
  enter(signal: AbortSignal): Promise<() => void>
}

/**
 * Requests do not pass here: they mostly wait, and each beside the others is what saves the time.
 * `strain` is read again whenever a place is asked for.
 */
export function createGate(strain: () => Strain = readStrain): Gate {
  let inside = 0
  const waiting: (() => void)[] = []

  const places = () => {
    const { availablePermille, loadPerCore } = strain()
    return availablePermille < 100 || loadPerCore > 2 ? UNDER_STRAIN : AT_MOST
  }
  const leave = () => {
    inside -= 1
    waiting.shift()?.()
  }

  return {
    async enter(signal) {
      while (inside >= places()) {
        if (signal.aborted) throw new Error('stopped while waiting')
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      inside += 1
      let left = false
      return () => {
        if (!left) leave()
        left = true
      }
    },
  }
}

/** Reads /proc; a system without it counts as at ease. */
function readStrain(): Strain {
  try {
    const meminfo = readFileSync('/proc/meminfo', 'utf8')
    const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0)
    const total = kb('MemTotal')
    const load = Number.parseFloat(readFileSync('/proc/loadavg', 'utf8'))
    return {
      availablePermille: total > 0 ? Math.floor((kb('MemAvailable') * 1000) / total) : 1000,
      loadPerCore: Number.isFinite(load) ? load / availableParallelism() : 0,
    }
  } catch {
    return { availablePermille: 1000, loadPerCore: 0 }
  }
}
