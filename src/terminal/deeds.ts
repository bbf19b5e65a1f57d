import { commandLine } from '../report/shown.ts'
import { Mistake } from '../words/mistake.ts'
import { fieldOf } from './field.ts'
import { createLooking } from './looking.ts'
import { createMending } from './mending.ts'
import { menuOf } from './menus.ts'
import type { Panes } from './panes.ts'
import { shownCommand } from './shown-command.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

/** Everything that a person can do at a step, whatever key or line asked for it. */
export interface Deeds {
  /** Does what stands at this place of the menu; nothing where there is no such place. */
  choose(at: number): void
  back(): void
  onItsOwn(): void
  copy(): void
  leave(): void
  /** Stops what runs: a look, a fix, a verification. */
  cancel(): void
  /** Ends whatever runs, for good. */
  stop(): void
  looking: ReturnType<typeof createLooking>
}

/** Binds choices to what they do. */
export function createDeeds(store: Store, world: World, panes: Panes): Deeds {
  const looking = createLooking(store, world, judged)
  const mending = createMending(store, world)
  return { choose, back, onItsOwn, copy, leave, cancel, stop, looking }

  function choose(at: number) {
    const { state } = store
    const { screen } = state
    const item = menuOf(state, world)[at]
    if (!item) return
    store.set({ at })
    switch (screen.kind) {
      case 'prompt':
        return choosePrompt(item.id)
      case 'known':
        return item.id === '' ? store.show({ kind: 'prompt' }) : looking.answer(item.id)
      case 'result':
        return chooseResult(item.id, screen.n, screen.visit)
      case 'confirm':
        return item.id === 'yes' ? mending.confirmed(screen.step) : store.show({ kind: 'prompt' })
      case 'fixed':
      case 'verified':
        if (item.id === 'verify') return mending.verify()
        return item.id === 'leave' ? leave() : store.show({ kind: 'prompt' })
    }
  }

  function choosePrompt(id: string) {
    const [what, detail = ''] = id.split(/:(.*)/s)
    switch (what) {
      case 'run':
        return looking.run()
      case 'edit':
        return looking.edit()
      case 'paste':
        return store.show({ kind: 'paste', text: '', problem: '' })
      case 'known':
        return store.show({ kind: 'known', ways: world.guide.ways(store.state.session) })
      case 'skip':
      case 'open':
        return looking.skip()
      case 'fact':
        return store.show({ kind: 'fact', field: fieldOf(''), problem: '' })
      case 'here':
        return sayWhere()
      case 'option':
        return looking.answer(detail)
      case 'fix':
        return mending.choose(Number(detail))
      case 'verify':
        return mending.verify()
      case 'evidence':
        return panes.open('evidence')
      case 'write':
        return write()
      case 'back':
        return back()
      case 'leave':
        return leave()
    }
  }

  function sayWhere() {
    const { prompt } = store.state
    if (prompt.kind === 'vantage') store.dispatch({ type: 'say.where', role: prompt.role })
    store.show({ kind: 'prompt' })
  }

  function chooseResult(id: string, n: number, visit: number) {
    if (id === 'on') return store.show({ kind: 'prompt' })
    if (id === 'output') return panes.open('output')
    store.dispatch({ type: 'back', toVisit: visit })
    store.show({ kind: 'prompt' })
    if (id === 'again') {
      const request = store.state.session.probes.find((probe) => probe.n === n)?.request
      if (store.state.prompt.kind === 'probe') looking.run(request)
    } else store.show({ kind: 'known', ways: world.guide.ways(store.state.session) })
  }

  /** A look was judged: what it said is shown, unless the wizard goes on by itself. */
  function judged(n: number, visit: number) {
    if (!store.state.onItsOwn) return store.show({ kind: 'result', n, visit })
    store.show({ kind: 'prompt' })
    if (store.state.prompt.kind === 'probe') looking.run()
    else store.set({ onItsOwn: false })
  }

  function onItsOwn() {
    if (store.state.screen.kind === 'result') store.show({ kind: 'prompt' })
    if (store.state.screen.kind !== 'prompt' || store.state.prompt.kind !== 'probe') {
      return store.set({ notice: 'This needs you: choose one.' })
    }
    store.set({ onItsOwn: true })
    looking.run()
  }

  /** To the probe or question before; from a result to the probe that it is of. */
  function back() {
    const { session, screen } = store.state
    if (screen.kind === 'result') return backTo(screen.visit)
    if (screen.kind !== 'prompt') return store.show({ kind: 'prompt' })
    const stops = session.visits.filter(
      ({ visit, node, aside }) =>
        !aside &&
        (visit < session.visit || session.here === null) &&
        ['probe', 'ask'].includes(world.library.nodes[node]?.kind ?? ''),
    )
    const last = stops.at(-1)
    if (last) backTo(last.visit)
    else store.set({ notice: 'This is the first step.' })
  }

  function backTo(visit: number) {
    store.dispatch({ type: 'back', toVisit: visit })
    store.show({ kind: 'prompt' }, { done: new Set() })
  }

  function copy() {
    const shown = shownCommand(store.state, world)
    if (shown.length === 0) return store.set({ notice: 'There is no command here.' })
    store.set({ notice: world.copy(commandLine(shown)) })
  }

  function write() {
    try {
      store.set({ notice: `Written to ${world.writeTranscript()}` })
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
      store.set({ notice: `${error.message}. ${error.todo}` })
    }
  }

  /** At the end the session is closed; before it, it stays open to be resumed. */
  function leave() {
    const { session } = store.state
    stop()
    if (session.reached && !session.ended) store.dispatch({ type: 'end', ended: 'complete' })
    store.set({ over: true, overlay: null })
  }

  function cancel() {
    if (store.state.screen.kind === 'running') looking.cancel()
    else mending.cancel()
  }

  function stop() {
    looking.stop()
    mending.stop()
  }
}
