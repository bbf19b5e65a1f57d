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
  /** Waits for a place, first come first served; give it back through the returned function. Rejects when aborted. */
  enter(signal: AbortSignal): Promise<() => void>
}

interface Waiting {
  begin(): void
}

/**
 * Requests do not pass here: they start first and run beside everything else, cost this machine next to
 * nothing while they wait for an answer (up to 75 s), and are bounded by their own rule, one at a time per look.
 * `strain` is read again whenever a place is asked for or becomes free.
 */
export function createGate(strain: () => Strain = readStrain): Gate {
  let inside = 0
  const queue = new Set<Waiting>()

  const admit = () => {
    for (const next of queue) {
      if (inside >= placesUnder(strain())) return
      queue.delete(next)
      inside += 1
      next.begin()
    }
  }

  return {
    enter(signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Error('stopped before it began'))
        const stop = () => {
          queue.delete(waiting)
          reject(new Error('stopped while it waited for its turn'))
        }
        const waiting: Waiting = {
          begin() {
            signal.removeEventListener('abort', stop)
            let left = false
            resolve(() => {
              if (left) return
              left = true
              inside -= 1
              admit()
            })
          },
        }
        signal.addEventListener('abort', stop, { once: true })
        queue.add(waiting)
        admit()
      })
    },
  }
}

function placesUnder({ availablePermille, loadPerCore }: Strain): number {
  return availablePermille < 100 || loadPerCore > 2 ? UNDER_STRAIN : AT_MOST
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
