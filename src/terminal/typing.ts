import { type Field, fieldOf, insert, typed } from './field.ts'
import type { Key } from './keys.ts'
import type { Looking } from './looking.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'
import type { World } from './world.ts'

/** Keys and pastes that go into a text: a command, a fact, an output, a note. */
export interface Typing {
  field(screen: Extract<State['screen'], { kind: 'edit' | 'fact' }>, key: Key): void
  paste(text: string, key: Key): void
  note(field: Field, key: Key): void
  /** A whole text at once, wherever the person is. */
  pasted(text: string): void
}

export function createTyping(store: Store, world: World, looking: Looking): Typing {
  return { field, paste, note, pasted }

  function field(screen: Extract<State['screen'], { kind: 'edit' | 'fact' }>, key: Key) {
    if (key.name === 'escape') return store.show({ kind: 'prompt' })
    if (key.name === 'enter') {
      if (screen.kind === 'edit') looking.runEdited(screen.field.text)
      else looking.giveFact(screen.field.text)
      return
    }
    store.set({ screen: { ...screen, field: typed(screen.field, key) ?? screen.field, problem: '' } })
  }

  function paste(text: string, key: Key) {
    const to = (changed: string) => store.set({ screen: { kind: 'paste', text: changed, problem: '' } })
    if (key.name === 'escape') return store.show({ kind: 'prompt' })
    if (key.name === 'enter' || key.name === 'ctrl-d') return looking.paste(text)
    if (key.name === 'ctrl-u') return to('')
    if (key.name === 'backspace') return to(text.slice(0, -1))
    if (key.name === 'char') to(text + key.char)
  }

  function note(held: Field, key: Key) {
    if (key.name === 'escape') return store.set({ overlay: null })
    if (key.name === 'enter') {
      const text = held.text.trim()
      if (text !== '') store.dispatch({ type: 'note', text: world.mask(text) })
      return store.set({ overlay: null, notice: text === '' ? '' : 'Noted.' })
    }
    store.set({ overlay: { kind: 'note', field: typed(held, key) ?? held } })
  }

  function pasted(text: string) {
    const { overlay, screen, prompt } = store.state
    if (overlay?.kind === 'note') return store.set({ overlay: { kind: 'note', field: insert(overlay.field, text) } })
    if (overlay) return
    if (screen.kind === 'edit' || screen.kind === 'fact') {
      return store.set({ screen: { ...screen, field: insert(screen.field, text), problem: '' } })
    }
    const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
    if (screen.kind === 'paste') return store.set({ screen: { kind: 'paste', text: screen.text + lines, problem: '' } })
    if (screen.kind !== 'prompt' || !['probe', 'vantage', 'fact'].includes(prompt.kind)) {
      return store.set({ notice: 'There is nothing to paste into here.' })
    }
    // Pasted right at the question: it is meant as the output.
    store.show({ kind: 'paste', text: lines, problem: '' })
  }
}

/** An empty note, to be typed into. */
export const emptyNote = () => ({ kind: 'note', field: fieldOf('') }) as const
