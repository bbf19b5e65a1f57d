import { Mistake } from '../words/mistake.ts'
import type { Key } from './keys.ts'
import { isSmall } from './small.ts'
import { type Choice, type StartState, startKey, startPaste, startState } from './start.ts'
import { createWizard, type Wizard } from './wizard.ts'
import type { World } from './world.ts'

/** What is on the screen: the start, or a wizard. */
export type View =
  | { kind: 'start'; start: StartState; columns: number; rows: number }
  | { kind: 'wizard'; wizard: Wizard; state: Wizard['state'] }

/** The whole program as its screens see it. */
export interface App {
  readonly view: View
  readonly over: boolean
  subscribe(listener: () => void): () => void
  /** The keys of one event; `runsOn`: it came right behind the one before. */
  press(keys: readonly Key[], raw: string, runsOn?: boolean): void
  paste(text: string): void
  resize(columns: number, rows: number): void
  tick(): void
  /** One sentence at the foot of the wizard, until the next key. */
  say(text: string): void
  /** Ends whatever runs. */
  stop(): void
  /** The wizard, once there is one. */
  readonly wizard: Wizard | null
}

export type Begin =
  | { world: World }
  | { choices: readonly Choice[]; open: (what: { url: string } | { choice: string }) => Promise<World> }

/** How long a window that has grown is looked at before its keys count, in milliseconds. */
const SEEN_AFTER_MS = 150

/**
 * Begins on a world, or on the start screen that leads to one.
 * @param now milliseconds that only grow
 */
export function createApp(
  begin: Begin,
  size: { columns: number; rows: number },
  now: () => number = () => performance.now(),
): App {
  const listeners = new Set<() => void>()
  let { columns, rows } = size
  /** When a window that was too small last changed its size. */
  let smallUntil = Number.NEGATIVE_INFINITY
  let quit = false
  /** Typed while a session opens: it belongs to that session. */
  const ahead: Key[] = []
  let wizard: Wizard | null = null
  let start = startState('choices' in begin ? begin.choices : [])
  let view: View = { kind: 'start', start, columns, rows }
  if ('world' in begin) enter(begin.world)

  return {
    get view() {
      return view
    },
    get over() {
      return quit || (wizard?.state.over ?? false)
    },
    get wizard() {
      return wizard
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    press(keys, raw, runsOn) {
      if (quit) return
      if (unseen()) return pressUnseen(keys)
      if (wizard) return wizard.press(keys, raw, runsOn)
      for (const key of keys) pressStart(key)
    },
    paste(text) {
      if (unseen()) return
      if (wizard) wizard.paste(text)
      else showStart(startPaste(start, text))
    },
    resize(newColumns, newRows) {
      if (isSmall({ columns, rows })) smallUntil = now()
      columns = newColumns
      rows = newRows
      if (wizard) wizard.resize(columns, rows)
      else showStart(start)
    },
    tick: () => wizard?.tick(),
    say: (text) => wizard?.say(text),
    stop: () => wizard?.stop(),
  }

  /** Keys typed in a small window may arrive after the news that it has grown: nobody has read the screen by then. */
  function unseen(): boolean {
    return isSmall({ columns, rows }) || now() - smallUntil < SEEN_AFTER_MS
  }

  /** What cannot be seen is not chosen: in a window that is too small one can only leave. */
  function pressUnseen(keys: readonly Key[]): void {
    if (!keys.some(({ name, char }) => name === 'ctrl-c' || char === 'q')) return
    const leave: Key = { name: 'ctrl-c', char: '' }
    if (wizard) wizard.press([leave, leave])
    else pressStart(leave)
  }

  function pressStart(key: Key): void {
    if (start.opening !== '' && key.name !== 'ctrl-c') {
      ahead.push(key)
      return
    }
    const step = startKey(start, key)
    if (step.kind === 'state') showStart(step.state)
    else if (step.kind === 'quit') {
      quit = true
      tell()
    } else void open(step.what)
  }

  async function open(what: { url: string } | { choice: string }): Promise<void> {
    if (!('open' in begin)) return
    showStart({ ...start, opening: 'url' in what ? what.url : what.choice, problem: '' })
    try {
      const world = await begin.open(what)
      if (quit) return
      enter(world)
      wizard?.press(ahead.splice(0))
    } catch (error) {
      if (!(error instanceof Mistake)) throw error
      ahead.length = 0
      showStart({ ...start, opening: '', problem: `${error.message}. ${error.todo}` })
    }
  }

  function enter(world: World): void {
    wizard = createWizard(world, { columns, rows })
    const entered = wizard
    view = { kind: 'wizard', wizard, state: wizard.state }
    wizard.subscribe(() => {
      view = { kind: 'wizard', wizard: entered, state: entered.state }
      tell()
    })
    tell()
  }

  function showStart(next: StartState): void {
    start = next
    view = { kind: 'start', start, columns, rows }
    tell()
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }
}
