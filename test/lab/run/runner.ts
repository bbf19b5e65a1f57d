import type { AnyCase, BoxCase, Case } from '../case.ts'
import { isBoxed } from '../cases.ts'
import { runAlone } from './alone.ts'
import { Boxed } from './boxed.ts'
import type { Ran, Wants } from './ran.ts'

/** Is told what happens to each case. */
export interface Watcher {
  began(one: AnyCase): void
  /** Awaited: what is done with a run is a part of it. */
  ran(one: AnyCase, ran: Ran): Promise<void> | void
  failed(one: AnyCase, why: string): void
}

/**
 * Runs cases, `jobs` at once; those under systemd share one container and so follow each other. Returns when all
 * are done or, after `signal`, when what was under way has ended.
 */
export async function runCases(
  cases: readonly AnyCase[],
  { jobs, signal, ...wants }: Wants & { jobs: number; signal: AbortSignal },
  watcher: Watcher,
): Promise<void> {
  // What is under way is given up at once: a case that waits for something would wait on.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
  })
  aborted.catch(() => {})
  const attempt = async (one: AnyCase, run: () => Promise<Ran>) => {
    if (signal.aborted) return
    watcher.began(one)
    try {
      const ran = await Promise.race([run(), aborted])
      if (!signal.aborted) await watcher.ran(one, ran)
    } catch (error) {
      if (!signal.aborted) watcher.failed(one, error instanceof Error ? error.message : String(error))
    }
  }
  const alone: Case[] = []
  const boxed: BoxCase[] = []
  for (const one of cases) isBoxed(one) ? boxed.push(one) : alone.push(one)
  const lane = async () => {
    for (let one = alone.shift(); one; one = alone.shift()) {
      const each = one
      await attempt(each, () => runAlone(each.name, wants, signal))
    }
  }
  const inBox = async () => {
    if (boxed.length === 0) return
    const box = new Boxed()
    try {
      for (const one of boxed) await attempt(one, () => box.run(one, wants))
    } finally {
      await box.end()
    }
  }
  // The container's lane helps with the others when it is done.
  const first = jobs > 1 ? inBox().then(lane) : lane().then(inBox)
  await Promise.all([first, ...Array.from({ length: jobs - 1 }, lane)])
}
