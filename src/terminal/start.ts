import { type Field, fieldOf, insert, typed } from './field.ts'
import type { Key } from './keys.ts'
import type { Item } from './menus.ts'

/** What can be begun: a URL that is typed, or one of these. */
export interface Choice extends Item {
  group: 'service' | 'unfinished' | 'recorded'
}

/** The screen before a session stands. */
export interface StartState {
  field: Field
  /** -1: the field; otherwise the marked choice. */
  at: number
  choices: readonly Choice[]
  problem: string
  /** What is being opened, '' otherwise. */
  opening: string
}

/** What a key on the start screen leads to. */
export type StartStep =
  | { kind: 'state'; state: StartState }
  | { kind: 'open'; what: { url: string } | { choice: string } }
  | { kind: 'quit' }

export function startState(choices: readonly Choice[]): StartState {
  return { field: fieldOf(''), at: -1, choices, problem: '', opening: '' }
}

/** One key on the start screen. Characters always go into the field: a URL may begin with any of them. */
export function startKey(state: StartState, key: Key): StartStep {
  const { at, choices, field } = state
  const to = (patch: Partial<StartState>): StartStep => ({ kind: 'state', state: { ...state, problem: '', ...patch } })
  switch (key.name) {
    case 'ctrl-c':
    case 'ctrl-d':
      return { kind: 'quit' }
    case 'escape':
      return field.text === '' && at < 0 ? { kind: 'quit' } : to({ field: fieldOf(''), at: -1 })
    case 'up':
      return to({ at: at < 0 ? choices.length - 1 : at - 1 })
    case 'down':
    case 'tab':
      return to({ at: at + 1 >= choices.length ? -1 : at + 1 })
    case 'page-down':
      return to({ at: Math.min(choices.length - 1, at + 10) })
    case 'page-up':
      return to({ at: Math.max(-1, at - 10) })
    case 'enter': {
      const choice = choices[at]
      if (choice) return { kind: 'open', what: { choice: choice.id } }
      const url = field.text.trim()
      if (url !== '') return { kind: 'open', what: { url } }
      return to({ problem: 'Type a URL, or choose one below with ↓.' })
    }
    default:
      return to({ field: typed(field, key) ?? field, at: -1 })
  }
}

export function startPaste(state: StartState, text: string): StartState {
  return { ...state, field: insert(state.field, text.trim()), at: -1, problem: '' }
}
