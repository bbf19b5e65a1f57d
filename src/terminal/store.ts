import type { Action } from '../guide/action.ts'
import type { Session } from '../session/session.ts'
import { firstMark } from './menus.ts'
import type { Screen, State } from './state.ts'
import type { World } from './world.ts'

/** The wizard's state, outside React: two keys between two frames never see an old one. */
export interface Store {
  readonly state: State
  set(patch: Partial<State>): void
  /** Journals what an action leads to, then shows it. */
  dispatch(action: Action): Session
  /** Another body: its menu starts at the top. */
  show(screen: Screen, patch?: Partial<State>): void
  subscribe(listener: () => void): () => void
}

/** A store on a session that has begun. */
export function createStore(world: World, size: { columns: number; rows: number }): Store {
  const listeners = new Set<() => void>()
  const { session } = world.engine
  const prompt = world.guide.next(session)
  let state: State = {
    session,
    prompt,
    screen: { kind: 'prompt' },
    overlay: null,
    at: firstMark({ prompt }, world),
    why: false,
    scroll: 0,
    onItsOwn: false,
    notice: '',
    done: new Set(),
    ...size,
    elapsed: elapsedOf(session, world),
    over: false,
  }
  const store: Store = {
    get state() {
      return state
    },
    set(patch) {
      const changed = Object.entries(patch).some(([name, value]) => Reflect.get(state, name) !== value)
      if (!changed) return
      state = { ...state, ...patch }
      for (const listener of listeners) listener()
    },
    dispatch(action) {
      const after = world.engine.dispatch(action)
      store.set({ session: after, prompt: world.guide.next(after) })
      return after
    },
    show(screen, patch = {}) {
      const at = screen.kind === 'prompt' ? firstMark(state, world) : 0
      store.set({ screen, at, scroll: 0, ...patch })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return store
}

/** Milliseconds on the clock of the first ten minutes. */
export function elapsedOf(session: Session, world: World): number {
  return Math.max(0, world.now().getTime() - Date.parse(session.startedAt))
}
