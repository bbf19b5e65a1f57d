import { commandLine } from '../report/shown.ts'
import { Mistake } from '../words/mistake.ts'
import { MOMENTS } from '../words/vocabulary.ts'
import { fieldOf, insert, typed } from './field.ts'
import { type Command, commandOf } from './keymap.ts'
import type { Key } from './keys.ts'
import { createLooking } from './looking.ts'
import { createMending } from './mending.ts'
import { menuOf } from './menus.ts'
import { createPanes } from './panes.ts'
import type { State } from './state.ts'
import { createStore, elapsedOf } from './store.ts'
import type { World } from './world.ts'

/** The wizard as its screens see it: a state, and what happens when keys are pressed. */
export interface Wizard {
  readonly state: State
  readonly world: World
  subscribe(listener: () => void): () => void
  /** The keys of one event of the terminal, in order. `raw` is its text as it came. */
  press(keys: readonly Key[], raw?: string): void
  /** Bracketed paste. */
  paste(text: string): void
  resize(columns: number, rows: number): void
  /** A second has gone by. */
  tick(): void
  /** Ends whatever runs; nothing is journaled any more. */
  stop(): void
}

/** Binds keys to what they do. Everything that a person does goes through here, whatever draws the screens. */
export function createWizard(world: World, size: { columns: number; rows: number }): Wizard {
  const store = createStore(world, size)
  const looking = createLooking(store, world, judged)
  const mending = createMending(store, world)
  const panes = createPanes(store, world)

  return {
    get state() {
      return store.state
    },
    world,
    subscribe: store.subscribe,
    press(keys, raw = '') {
      if (store.state.over) return
      // Several characters at once on the paste screen are a paste of a terminal that does not mark it.
      if (raw.length > 1 && store.state.screen.kind === 'paste' && !store.state.overlay && !raw.startsWith('\u001b')) {
        pasted(raw)
        return
      }
      for (const key of keys) {
        if (store.state.over) return
        pressOne(key)
      }
    },
    paste: pasted,
    resize: (columns, rows) => store.set({ columns, rows }),
    tick: () => store.set({ elapsed: elapsedOf(store.state.session, world) }),
    stop,
  }

  function pressOne(key: Key) {
    const { overlay, notice, screen } = store.state
    if (notice !== '') store.set({ notice: '' })
    if (key.name === 'ctrl-c') return interrupt()
    if (overlay?.kind === 'pane') return panes.press(overlay, key)
    if (overlay?.kind === 'note') return noteKey(overlay.field, key)
    if (overlay?.kind === 'moment') return momentKey(overlay.at, key)
    if (overlay?.kind === 'quit') return quitKey(key)
    switch (screen.kind) {
      case 'edit':
      case 'fact':
        return fieldKey(screen, key)
      case 'paste':
        return pasteKey(screen.text, key)
      case 'running':
      case 'fixing':
      case 'verifying':
        if (key.name === 'escape') {
          if (screen.kind === 'running') looking.cancel()
          else mending.cancel()
          return
        }
        return command(commandOf(key, 'body'), key)
      default:
        if (key.name === 'escape') {
          store.set({ onItsOwn: false })
          if (['known', 'confirm', 'fixed', 'verified'].includes(screen.kind)) store.show({ kind: 'prompt' })
          return
        }
        if (key.name === 'char' && /^[1-9]$/.test(key.char)) return chooseAt(Number(key.char) - 1)
        return command(commandOf(key, 'body'), key)
    }
  }

  function command(what: Command | null, key: Key) {
    const { state } = store
    const items = menuOf(state, world)
    const busy = ['running', 'fixing', 'verifying'].includes(state.screen.kind)
    switch (what) {
      case 'choose':
        return chooseAt(state.at)
      case 'up':
        return store.set({ at: items.length === 0 ? 0 : (state.at + items.length - 1) % items.length })
      case 'down':
        return store.set({ at: items.length === 0 ? 0 : (state.at + 1) % items.length })
      case 'first':
        return store.set({ at: 0 })
      case 'last':
        return store.set({ at: Math.max(0, items.length - 1) })
      case 'page-up':
        return store.set({ scroll: Math.max(0, state.scroll - pageOf(state)) })
      case 'page-down':
        return store.set({ scroll: state.scroll + pageOf(state) })
      case 'why':
        return store.set({ why: !state.why, scroll: 0 })
      case 'back':
        return busy ? undefined : back()
      case 'note':
        return store.set({ overlay: { kind: 'note', field: fieldOf('') } })
      case 'moment':
        return store.set({ overlay: { kind: 'moment', at: 0 } })
      case 'own':
        return busy ? undefined : onItsOwn()
      case 'output':
        return panes.open('output')
      case 'map':
        return panes.open('map')
      case 'transcript':
        return panes.open('transcript')
      case 'help':
        return panes.open('help')
      case 'copy':
        return copy()
      case 'quit':
        return store.set({ overlay: { kind: 'quit' } })
      case 'redraw':
      case 'close':
      case 'search':
      case 'next':
      case 'previous':
        return
      case null:
        if (key.name === 'char') store.set({ notice: `${key.char} does nothing here. ? shows the keys.` })
    }
  }

  function chooseAt(at: number) {
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
      case 'here': {
        const { prompt } = store.state
        if (prompt.kind === 'vantage') store.dispatch({ type: 'say.where', role: prompt.role })
        return store.show({ kind: 'prompt' })
      }
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
    if (store.state.prompt.kind !== 'probe') return store.set({ notice: 'This needs you: choose one.' })
    store.set({ onItsOwn: true })
    looking.run()
  }

  function back() {
    const { session, screen } = store.state
    if (screen.kind === 'result') {
      store.dispatch({ type: 'back', toVisit: screen.visit })
      return store.show({ kind: 'prompt' }, { done: new Set() })
    }
    if (screen.kind !== 'prompt') return store.show({ kind: 'prompt' })
    const stops = session.visits.filter(
      ({ visit, node, aside }) =>
        !aside && (visit < session.visit || session.here === null) && isStop(world.library.nodes[node]?.kind),
    )
    const last = stops.at(-1)
    if (!last) return store.set({ notice: 'This is the first step.' })
    store.dispatch({ type: 'back', toVisit: last.visit })
    store.show({ kind: 'prompt' }, { done: new Set() })
  }

  function noteKey(field: ReturnType<typeof fieldOf>, key: Key) {
    if (key.name === 'escape') return store.set({ overlay: null })
    if (key.name === 'enter') {
      const text = field.text.trim()
      if (text !== '') store.dispatch({ type: 'note', text: world.mask(text) })
      return store.set({ overlay: null, notice: text === '' ? '' : 'Noted.' })
    }
    store.set({ overlay: { kind: 'note', field: typed(field, key) ?? field } })
  }

  function momentKey(at: number, key: Key) {
    const count = MOMENTS.length
    if (key.name === 'char' && /^[1-9]$/.test(key.char)) return mark(Number(key.char) - 1)
    switch (commandOf(key, 'body')) {
      case 'up':
        return store.set({ overlay: { kind: 'moment', at: (at + count - 1) % count } })
      case 'down':
        return store.set({ overlay: { kind: 'moment', at: (at + 1) % count } })
      case 'choose':
        return mark(at)
      default:
        if (key.name === 'escape' || key.char === 'q') store.set({ overlay: null })
    }
  }

  function mark(at: number) {
    const moment = MOMENTS[at]
    if (!moment) return
    store.dispatch({ type: 'mark', moment })
    store.set({ overlay: null, notice: 'Marked, with the time.' })
  }

  function quitKey(key: Key) {
    if (key.char === 'y' || key.char === 'q' || key.name === 'enter') leave()
    else if (key.name === 'escape' || key.char === 'n') store.set({ overlay: null })
  }

  /** Once asks, twice leaves. */
  function interrupt() {
    if (store.state.overlay?.kind === 'quit') leave()
    else store.set({ overlay: { kind: 'quit' } })
  }

  function fieldKey(screen: Extract<State['screen'], { kind: 'edit' | 'fact' }>, key: Key) {
    if (key.name === 'escape') return store.show({ kind: 'prompt' })
    if (key.name === 'enter') {
      if (screen.kind === 'edit') looking.runEdited(screen.field.text)
      else looking.giveFact(screen.field.text)
      return
    }
    store.set({ screen: { ...screen, field: typed(screen.field, key) ?? screen.field, problem: '' } })
  }

  function pasteKey(text: string, key: Key) {
    if (key.name === 'escape') return store.show({ kind: 'prompt' })
    if (key.name === 'enter' || key.name === 'ctrl-d') return looking.paste(text)
    if (key.name === 'ctrl-u') return store.set({ screen: { kind: 'paste', text: '', problem: '' } })
    if (key.name === 'backspace') return store.set({ screen: { kind: 'paste', text: text.slice(0, -1), problem: '' } })
    if (key.name === 'char') pasted(key.char)
  }

  function pasted(text: string) {
    const { overlay, screen } = store.state
    if (overlay?.kind === 'note') return store.set({ overlay: { kind: 'note', field: insert(overlay.field, text) } })
    if (overlay) return
    if (screen.kind === 'edit' || screen.kind === 'fact') {
      return store.set({ screen: { ...screen, field: insert(screen.field, text), problem: '' } })
    }
    const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
    if (screen.kind === 'paste') return store.set({ screen: { kind: 'paste', text: screen.text + lines, problem: '' } })
    const { prompt } = store.state
    if (screen.kind !== 'prompt' || !['probe', 'vantage', 'fact'].includes(prompt.kind)) {
      return store.set({ notice: 'There is nothing to paste into here.' })
    }
    // Pasted right at the question: it is meant as the output.
    store.show({ kind: 'paste', text: lines, problem: '' })
  }

  function copy() {
    const { prompt } = store.state
    const request = prompt.kind === 'probe' ? prompt.request : 'pattern' in prompt ? prompt.pattern : null
    if (!request) return
    world.copy(commandLine(world.equivalent(request)))
    store.set({ notice: 'Copied, if your terminal allows that.' })
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

  function stop() {
    looking.stop()
    mending.stop()
  }
}

const isStop = (kind: string | undefined) => kind === 'probe' || kind === 'ask'

const pageOf = (state: State) => Math.max(1, state.rows - 12)
