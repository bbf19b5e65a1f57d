import { type Field, fieldOf, insert, typed } from './field.ts'
import { matching, meantBy } from './found.ts'
import type { Key } from './keys.ts'
import type { Item } from './menus.ts'

/** What can be begun: a URL that is typed, or one of these. */
export interface Choice extends Item {
  group: 'service' | 'unfinished' | 'recorded'
  /** One or two words before it, where they say more than its group. */
  kind?: string
  /** A sentence about it, shown while it is marked. */
  about?: string
  /** Words that find it besides those that are shown. */
  words?: string
}

/** The screen before a session stands. */
export interface StartState {
  field: Field
  /** -1: the field; otherwise the marked one of those that are shown. */
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

/** Rows that PgUp and PgDn go. */
const PAGE = 10

export function startState(choices: readonly Choice[]): StartState {
  return { field: fieldOf(''), at: -1, choices, problem: '', opening: '' }
}

/** The choices that what is typed leaves. */
export function shownOf({ choices, field }: StartState): readonly Choice[] {
  return matching(choices, field.text)
}

/** One key on the start screen. Characters always go into the field: a URL may begin with any of them. */
export function startKey(state: StartState, key: Key): StartStep {
  const { at, field } = state
  const shown = shownOf(state)
  const to = (patch: Partial<StartState>): StartStep => ({ kind: 'state', state: { ...state, problem: '', ...patch } })
  switch (key.name) {
    case 'ctrl-c':
    case 'ctrl-d':
      return { kind: 'quit' }
    case 'escape':
      return field.text === '' && at < 0 ? { kind: 'quit' } : to({ field: fieldOf(''), at: -1 })
    case 'up':
      return to({ at: at < 0 ? shown.length - 1 : at - 1 })
    case 'down':
    case 'tab':
      return to({ at: at + 1 >= shown.length ? -1 : at + 1 })
    case 'page-down':
      return to({ at: Math.min(shown.length - 1, at + PAGE) })
    case 'page-up':
      return to({ at: Math.max(-1, at - PAGE) })
    case 'enter': {
      const choice = shown[at]
      if (choice) return { kind: 'open', what: { choice: choice.id } }
      const url = field.text.trim()
      if (url !== '') return { kind: 'open', what: { url } }
      return to({ problem: 'Type a URL, or choose one below with ↓.' })
    }
    default: {
      const after = typed(field, key)
      if (after === null || after === field) return to({})
      return to({ field: after, at: after.text === field.text && field.text !== '' ? at : markFor(state, after.text) })
    }
  }
}

/** Words mark the first that holds them, so that Enter opens it; a URL is asked itself. */
function markFor({ choices }: StartState, text: string): number {
  return meantBy(text) === 'words' && matching(choices, text).length > 0 ? 0 : -1
}

export function startPaste(state: StartState, text: string): StartState {
  const field = insert(state.field, text.trim())
  return { ...state, field, at: markFor(state, field.text), problem: '' }
}
