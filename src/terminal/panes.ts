import { fieldOf, typed } from './field.ts'
import { commandOf } from './keymap.ts'
import type { Key } from './keys.ts'
import { paneRows } from './pages/panes.ts'
import type { Overlay, PaneName } from './state.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

type Pane = Extract<Overlay, { kind: 'pane' }>

/** Rows of the screen that are not the pane's text: its title, the rule, the footer. */
export const PANE_FRAME = 4

/** What lies over the body and is read: scrolled and searched by the habits of less. */
export interface Panes {
  open(pane: PaneName): void
  press(pane: Pane, key: Key): void
}

export function createPanes(store: Store, world: World): Panes {
  return {
    open(pane) {
      store.set({ overlay: { kind: 'pane', pane, scroll: 0, search: null } })
    },
    press(pane, key) {
      if (pane.search?.typing) return searchKey(pane, pane.search.field, key)
      const height = Math.max(1, store.state.rows - 1 - PANE_FRAME)
      switch (commandOf(key, 'pane')) {
        case 'up':
          return scrollTo(pane, pane.scroll - 1)
        case 'down':
          return scrollTo(pane, pane.scroll + 1)
        case 'page-up':
          return scrollTo(pane, pane.scroll - height)
        case 'page-down':
          return scrollTo(pane, pane.scroll + height)
        case 'first':
          return scrollTo(pane, 0)
        case 'last':
          return scrollTo(pane, Number.POSITIVE_INFINITY)
        case 'search':
          return store.set({ overlay: { ...pane, search: { typing: true, field: fieldOf('') } } })
        case 'next':
          return find(pane, 1)
        case 'previous':
          return find(pane, -1)
        case 'copy':
          return copy(pane)
        case 'close':
          return store.set({ overlay: null })
        default:
          if (key.char === ' ') return scrollTo(pane, pane.scroll + height)
          // The key that opened it closes it again.
          if (OPENS[key.char] === pane.pane) store.set({ overlay: null })
      }
    },
  }

  function scrollTo(pane: Pane, row: number) {
    const height = Math.max(1, store.state.rows - 1 - PANE_FRAME)
    const most = Math.max(0, paneRows(pane.pane, store.state, world).length - height)
    store.set({ overlay: { ...pane, scroll: Math.min(Math.max(0, row), most) } })
  }

  function searchKey(pane: Pane, field: ReturnType<typeof fieldOf>, key: Key) {
    if (key.name === 'escape') return store.set({ overlay: { ...pane, search: null } })
    if (key.name !== 'enter') {
      return store.set({ overlay: { ...pane, search: { typing: true, field: typed(field, key) ?? field } } })
    }
    const search = field.text === '' ? null : { typing: false, field }
    find({ ...pane, search }, 0)
  }

  /** The next (1), the one before (-1), or the first from here on (0) that holds what is searched for. */
  function find(pane: Pane, step: -1 | 0 | 1) {
    const wanted = pane.search?.field.text.toLowerCase() ?? ''
    if (wanted === '') return store.set({ overlay: pane })
    const rows = paneRows(pane.pane, store.state, world)
    const hits = rows.flatMap(({ text }, at) => (text.toLowerCase().includes(wanted) ? [at] : []))
    const here = pane.scroll
    const after = step < 0 ? hits.filter((at) => at < here).at(-1) : hits.find((at) => at >= here + step)
    const hit = after ?? (step < 0 ? hits.at(-1) : hits[0])
    if (hit === undefined) return store.set({ overlay: pane, notice: `Nothing here holds ${pane.search?.field.text}.` })
    const height = Math.max(1, store.state.rows - 1 - PANE_FRAME)
    store.set({ overlay: { ...pane, scroll: Math.min(hit, Math.max(0, rows.length - height)) } })
  }

  function copy(pane: Pane) {
    const rows = paneRows(pane.pane, store.state, world)
    store.set({ notice: world.copy(rows.map(({ text }) => text).join('\n')) })
  }
}

const OPENS: Record<string, PaneName> = { o: 'output', m: 'map', t: 'transcript', e: 'evidence', '?': 'help' }
