import { MOMENTS } from '../words/vocabulary.ts'
import { createDeeds } from './deeds.ts'
import { type Command, commandOf } from './keymap.ts'
import type { Key } from './keys.ts'
import { textRoom } from './layout.ts'
import { menuOf } from './menus.ts'
import { createPanes } from './panes.ts'
import type { State } from './state.ts'
import { createStore, elapsedOf } from './store.ts'
import { createTyping, emptyNote } from './typing.ts'
import type { World } from './world.ts'

/** The wizard as its screens see it: a state, and what happens when keys are pressed. */
export interface Wizard {
  readonly state: State
  readonly world: World
  subscribe(listener: () => void): () => void
  /** The keys of one event of the terminal, in order. `raw` is its text as it came, `runsOn`: right behind the last. */
  press(keys: readonly Key[], raw?: string, runsOn?: boolean): void
  /** Bracketed paste. */
  paste(text: string): void
  resize(columns: number, rows: number): void
  /** A second has gone by. */
  tick(): void
  /** One sentence at the foot, until the next key. */
  say(text: string): void
  /** Ends whatever runs; nothing is journaled any more. */
  stop(): void
}

/** While one of these is shown, something runs that Esc stops. */
const BUSY: ReadonlySet<string> = new Set(['running', 'fixing', 'verifying'])
/** From these Esc leads back to the step. */
const ASIDE: ReadonlySet<string> = new Set(['known', 'confirm', 'fixed', 'verified'])

/** Binds keys to what they do. Everything that a person does goes through here, whatever draws the screens. */
export function createWizard(world: World, size: { columns: number; rows: number }): Wizard {
  const store = createStore(world, size)
  const panes = createPanes(store, world)
  const deeds = createDeeds(store, world, panes)
  const typing = createTyping(store, world, deeds.looking)
  /** Was the last that came a piece of an unmarked paste? */
  let pasting = false

  return {
    get state() {
      return store.state
    },
    world,
    subscribe: store.subscribe,
    press(keys, raw = '', runsOn = false) {
      pasting = isUnmarkedPaste(raw, runsOn)
      if (pasting) return typing.pasted(raw)
      for (const key of keys) {
        if (store.state.over) return
        pressOne(key)
      }
    },
    paste: typing.pasted,
    resize: (columns, rows) => store.set({ columns, rows }),
    say: (notice) => store.set({ notice }),
    tick: () => store.set({ elapsed: elapsedOf(store.state.session, world) }),
    stop: deeds.stop,
  }

  /** Several characters at once on the paste screen, or one right behind them: a terminal that does not mark its pastes. */
  function isUnmarkedPaste(raw: string, runsOn: boolean): boolean {
    const { screen, overlay, over } = store.state
    if (over || overlay || screen.kind !== 'paste' || raw.startsWith('\u001b')) return false
    return raw.length > 1 || (raw.length === 1 && runsOn && pasting)
  }

  function pressOne(key: Key) {
    const { overlay, notice, screen } = store.state
    if (notice !== '') store.set({ notice: '' })
    if (key.name === 'ctrl-c') return interrupt()
    switch (overlay?.kind) {
      case 'pane':
        return panes.press(overlay, key)
      case 'note':
        return typing.note(overlay.field, key)
      case 'moment':
        return momentKey(overlay.at, key)
      case 'quit':
        return quitKey(key)
    }
    if (screen.kind === 'edit' || screen.kind === 'fact') return typing.field(screen, key)
    if (screen.kind === 'paste') return typing.paste(screen.text, key)
    if (key.name === 'escape') return escapeFrom(screen.kind)
    if (key.name === 'char' && /^[1-9]$/.test(key.char) && !BUSY.has(screen.kind)) {
      return deeds.choose(Number(key.char) - 1)
    }
    command(commandOf(key, 'body'), key)
  }

  function escapeFrom(kind: State['screen']['kind']) {
    if (BUSY.has(kind)) return deeds.cancel()
    store.set({ onItsOwn: false })
    if (ASIDE.has(kind)) store.show({ kind: 'prompt' })
  }

  function command(what: Command | null, key: Key) {
    const { state } = store
    const count = menuOf(state, world).length
    const busy = BUSY.has(state.screen.kind)
    switch (what) {
      case 'choose':
        return deeds.choose(state.at)
      case 'up':
        return store.set({ at: count === 0 ? 0 : (state.at + count - 1) % count })
      case 'down':
        return store.set({ at: count === 0 ? 0 : (state.at + 1) % count })
      case 'first':
        return store.set({ at: 0 })
      case 'last':
        return store.set({ at: Math.max(0, count - 1) })
      case 'page-up':
        return scroll(-1)
      case 'page-down':
        return scroll(1)
      case 'why':
        return store.set({ why: !state.why, scroll: 0 })
      case 'back':
        return busy ? undefined : deeds.back()
      case 'own':
        return busy ? undefined : deeds.onItsOwn()
      case 'note':
        return store.set({ overlay: emptyNote() })
      case 'moment':
        return store.set({ overlay: { kind: 'moment', at: 0 } })
      case 'output':
      case 'map':
      case 'transcript':
      case 'evidence':
      case 'help':
        return panes.open(what)
      case 'copy':
        return deeds.copy()
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

  /** A page of the body's text; one row of the page before stays in sight. */
  function scroll(pages: 1 | -1) {
    const { seen, rows } = textRoom(store.state, world)
    const most = Math.max(0, rows - seen)
    const to = store.state.scroll + pages * Math.max(1, seen - 1)
    store.set({ scroll: Math.min(Math.max(0, to), most) })
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
    if (key.char === 'y' || key.char === 'q' || key.name === 'enter') deeds.leave()
    else if (key.name === 'escape' || key.char === 'n') store.set({ overlay: null })
  }

  /** Once asks, twice leaves. */
  function interrupt() {
    if (store.state.overlay?.kind === 'quit') deeds.leave()
    else store.set({ overlay: { kind: 'quit' } })
  }
}
