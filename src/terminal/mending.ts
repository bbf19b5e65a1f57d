import { factValues } from '../guide/scope.ts'
import { commandLine, oneLine } from '../report/shown.ts'
import { fixCommand, verdictOf } from './menus.ts'
import type { Store } from './store.ts'
import { createTail } from './tail.ts'
import type { World } from './world.ts'

/** Good answers in a row that count as recovered. */
export const WANTED = 5
/** Requests of one verification, and the pause between two: about five minutes in all. */
const MOST_ASKED = 150
const PAUSE_MS = 1000
const PAUSE_LATER_MS = 3000
const QUICK = 30

/** What can be done at a verdict. */
export interface Mending {
  /** A step of the fix was chosen: said ones are done, those that change something are asked about first. */
  choose(step: number): void
  /** The second key was given. */
  confirmed(step: number): void
  verify(): void
  cancel(): void
  stop(): void
}

/** Fixes run only here, only when chosen, journaled before and after. */
export function createMending(store: Store, world: World): Mending {
  let running: AbortController | null = null

  return {
    choose(step) {
      const verdict = verdictOf(store.state, world)
      const spec = verdict?.node.fix[step]
      if (!verdict || !spec) return
      const argv = fixCommand(verdict, step, store.state, world)
      if (argv.length === 0) {
        const next = Math.min(step + 1, verdict.node.fix.length)
        if (store.state.done.has(step)) return store.set({ at: next })
        markDone(step)
        const facts = factValues(store.state.session, world.library.facts)
        store.dispatch({ type: 'note', text: `Done: ${oneLine(world.language.render(spec.say ?? '', facts))}` })
        store.set({ at: next })
        return
      }
      if (!world.act) {
        store.set({ notice: `It cannot be run from here. ${world.copy(commandLine(argv))}` })
        return
      }
      if (spec.effect === 'changes') store.show({ kind: 'confirm', step })
      else void act(step, argv)
    },
    confirmed(step) {
      const verdict = verdictOf(store.state, world)
      if (verdict) void act(step, fixCommand(verdict, step, store.state, world))
    },
    verify() {
      if (world.sample) void verify(world.sample)
    },
    cancel: stop,
    stop,
  }

  function stop(): void {
    running?.abort()
  }

  function markDone(step: number): void {
    store.set({ done: new Set([...store.state.done, step]) })
  }

  async function act(step: number, argv: string[]): Promise<void> {
    const verdict = verdictOf(store.state, world)
    if (!verdict || !world.act) return
    const controller = new AbortController()
    running = controller
    const n = store.dispatch({ type: 'fix.starts', verdict: verdict.node.id, step: step + 1, argv }).fixes.length
    const tail = createTail((lines, count) => {
      const { screen } = store.state
      if (screen.kind !== 'fixing' || screen.n !== n) return
      store.set({ screen: { ...screen, live: { ...screen.live, tail: lines, lines: count } } })
    })
    store.show({ kind: 'fixing', n, step, live: { since: world.now().getTime(), tail: [], lines: 0 } })
    const { exit, ms, out } = await world.act(argv, controller.signal, tail.add)
    tail.end()
    running = null
    if (store.state.over) return
    store.dispatch({ type: 'fix.ends', n, exit, ms, out: world.mask(out) })
    if (exit === 0) markDone(step)
    store.show({ kind: 'fixed', n, step })
  }

  async function verify(sample: NonNullable<World['sample']>): Promise<void> {
    const controller = new AbortController()
    running = controller
    const n = store.dispatch({ type: 'verify.starts', wanted: WANTED }).verifications.length
    store.show({ kind: 'verifying', n, samples: [], inRow: 0, asking: true })
    let asked = 0
    let well = 0
    let inRow = 0
    let wellSince: string | null = null
    while (asked < MOST_ASKED && inRow < WANTED && !controller.signal.aborted) {
      if (asked > 0) await world.pause(asked < QUICK ? PAUSE_MS : PAUSE_LATER_MS, controller.signal)
      if (controller.signal.aborted || store.state.over) break
      show({ asking: true })
      const at = world.now().toISOString()
      const answer = await sample(controller.signal)
      if (controller.signal.aborted || store.state.over) break
      asked += 1
      well += answer.well ? 1 : 0
      inRow = answer.well ? inRow + 1 : 0
      wellSince = answer.well ? (wellSince ?? at) : null
      const { screen } = store.state
      if (screen.kind === 'verifying') show({ samples: [...screen.samples, { ...answer, at }], inRow, asking: false })
    }
    running = null
    if (store.state.over) return
    const result = inRow >= WANTED ? 'recovered' : controller.signal.aborted ? 'stopped' : 'failing'
    store.dispatch({
      type: 'verify.ends',
      n,
      result,
      asked,
      well,
      wellSince: result === 'recovered' ? wellSince : null,
    })
    store.show({ kind: 'verified', n })

    function show(patch: {
      samples?: { well: boolean; says: string; at: string }[]
      inRow?: number
      asking?: boolean
    }) {
      const { screen } = store.state
      if (screen.kind === 'verifying') store.set({ screen: { ...screen, ...patch } })
    }
  }
}
