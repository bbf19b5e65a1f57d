import type { Capture, LookRequest, Prober } from '../words/look.ts'
import { lookKey } from '../words/look.ts'
import type { Engine } from './engine.ts'

/**
 * Runs looks for an engine: each is journaled before it starts, and the same look is made once.
 * After the abort nothing is journaled any more: what comes back then belongs to no session.
 */
export interface Looks {
  /** The number of the probe that answers; resolves when it has finished. */
  ensure(node: string, request: LookRequest): Promise<number>
  /** Starts it without waiting. */
  ahead(node: string, request: LookRequest): void
  has(request: LookRequest): boolean
  /** Ends when nothing runs any more. */
  settled(): Promise<void>
}

export function createLooks(engine: Engine, prober: Prober, signal: AbortSignal): Looks {
  const known = new Map<string, Promise<number>>()
  for (const probe of engine.session.probes) {
    if (probe.capture) known.set(lookKey(probe.request), Promise.resolve(probe.n))
  }
  return { ensure, ahead, has, settled }

  function ahead(node: string, request: LookRequest): void {
    // Whoever comes to need it gets its failure; until then it is nobody's.
    ensure(node, request).catch(() => {})
  }

  function has(request: LookRequest): boolean {
    return known.has(lookKey(request))
  }

  function ensure(node: string, request: LookRequest): Promise<number> {
    const key = lookKey(request)
    const running = known.get(key)
    if (running) return running
    const n = engine.dispatch({ type: 'look.starts', node, request }).probes.length
    const finished = prober.look(request, signal).then((capture) => finish(n, capture, key))
    known.set(key, finished)
    return finished
  }

  function finish(n: number, capture: Capture, key: string): number {
    if (signal.aborted) return n
    engine.dispatch({ type: 'look.ends', n, capture })
    // Without a vantage nothing was looked at: once the vantage is proven, it may be.
    if (capture.why === 'no-vantage') known.delete(key)
    return n
  }

  async function settled(): Promise<void> {
    await Promise.all(known.values())
  }
}
