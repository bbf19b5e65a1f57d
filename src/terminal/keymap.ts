import type { KeyName } from './keys.ts'
import type { State } from './state.ts'

/** What a key does; the one table from which help and footer are made, and keys are looked up. */
export interface Binding {
  command: Command
  keys: readonly (KeyName | `'${string}`)[]
  /** As shown: `⏎`, `↑↓`. */
  shown: string
  /** One word for the footer. */
  word: string
  /** A sentence for the help. */
  says: string
  where: Where
  /** Smaller comes first in the footer; 0: never there. */
  rank: number
}

export type Where = 'body' | 'pane' | 'always'

export type Command =
  | 'choose'
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'page-up'
  | 'page-down'
  | 'why'
  | 'back'
  | 'note'
  | 'moment'
  | 'output'
  | 'map'
  | 'transcript'
  | 'own'
  | 'evidence'
  | 'copy'
  | 'help'
  | 'quit'
  | 'close'
  | 'search'
  | 'next'
  | 'previous'
  | 'redraw'

export const BINDINGS: readonly Binding[] = [
  bind('choose', ['enter'], '⏎', 'choose', 'Do what is marked', 'body', 1),
  bind('up', ['up', "'k"], '↑', '', 'Mark the one above', 'body', 0),
  bind('down', ['down', "'j"], '↑↓', 'move', 'Mark another one; also j and k, or its number', 'body', 2),
  bind('first', ['home', "'g"], 'g', '', 'To the first', 'always', 0),
  bind('last', ['end', "'G"], 'G', '', 'To the last', 'always', 0),
  bind('page-up', ['page-up'], 'PgUp', '', 'A page up', 'always', 0),
  bind('page-down', ['page-down'], 'PgDn', '', 'A page down, where a text is longer than the screen', 'always', 0),
  bind('why', ["'w"], 'w', 'why', 'Why this step, and what its words mean; stays open until pressed again', 'body', 3),
  bind('back', ["'b"], 'b', 'back', 'Back to the step before; what was found since is judged anew', 'body', 4),
  bind('note', ["'n"], 'n', 'note', 'Write a note; it stands in the transcript with its time', 'body', 7),
  bind('output', ["'o"], 'o', 'output', 'The whole output of the last look, with the lines that decided', 'body', 8),
  bind(
    'own',
    ["'a"],
    'a',
    'go on alone',
    'Run what only reads, step after step, until it needs you; Esc stops it',
    'body',
    5,
  ),
  bind('map', ["'m"], 'm', 'map', 'The way taken, what was ruled out, what is left', 'body', 9),
  bind('transcript', ["'t"], 't', 'transcript', 'What has happened so far, with times', 'body', 10),
  bind('moment', ["'f"], 'f', 'flag', 'Mark a moment: customers saw it, it eased, it is over', 'body', 11),
  bind(
    'evidence',
    ["'e"],
    'e',
    'evidence',
    'All that is known so far: what was seen, what changed, what is ruled out',
    'body',
    10,
  ),
  bind(
    'copy',
    ["'c", "'y"],
    'c',
    'copy',
    'Copy the command or the text that is shown (terminals that know OSC 52)',
    'always',
    6,
  ),
  bind('help', ["'?"], '?', 'help', 'This page', 'body', 12),
  bind('quit', ["'q"], 'q', 'quit', 'Leave; the session is kept and can be resumed', 'body', 13),
  bind('up', ['up', "'k"], '↑', '', 'A row up', 'pane', 0),
  bind('down', ['down', "'j"], '↑↓', 'scroll', 'A row down', 'pane', 1),
  bind('search', ["'/"], '/', 'search', 'Search in the text', 'pane', 2),
  bind('next', ["'n"], 'n', 'next', 'The next row that holds it', 'pane', 3),
  bind('previous', ["'N"], 'N', '', 'The one before', 'pane', 0),
  bind('close', ['escape', "'q", 'left'], 'Esc', 'close', 'Back to the step', 'pane', 4),
  bind('redraw', ['ctrl-l'], 'Ctrl-L', '', 'Draw the screen anew', 'always', 0),
]

function bind(
  command: Command,
  keys: Binding['keys'],
  shown: string,
  word: string,
  says: string,
  where: Where,
  rank: number,
): Binding {
  return { command, keys, shown, word, says, where, rank }
}

/** What a key does here, or null. */
export function commandOf(key: { name: KeyName | 'char'; char: string }, where: 'body' | 'pane'): Command | null {
  const wanted = key.name === 'char' ? `'${key.char}` : key.name
  const found = BINDINGS.find(
    (one) => (one.where === where || one.where === 'always') && one.keys.some((k) => k === wanted),
  )
  return found?.command ?? null
}

/** The footer's keys for what is shown, most needed first. */
export function footerKeys(state: State, items: number): { shown: string; word: string }[] {
  const { overlay, screen } = state
  if (overlay?.kind === 'pane') {
    if (overlay.search?.typing) return keysSaid(['⏎ find', 'Esc stop searching'])
    return ranked('pane')
  }
  if (overlay?.kind === 'note') return keysSaid(['⏎ keep it', 'Esc throw it away'])
  if (overlay?.kind === 'quit') return keysSaid(['y leave', 'Esc stay'])
  if (overlay) return keysSaid(['⏎ choose', '↑↓ move', 'Esc stay'])
  switch (screen.kind) {
    case 'edit':
      return keysSaid(['⏎ run', 'Ctrl-U empty', 'Esc leave as it was'])
    case 'fact':
      return keysSaid(['⏎ take it', 'Ctrl-U empty', 'Esc leave it'])
    case 'paste':
      return keysSaid(['⏎ read it', 'Ctrl-U empty', 'Esc leave it'])
    case 'running':
    case 'fixing':
    case 'verifying':
      return keysSaid(['Esc stop', 'w why', 'm map', 't transcript', '? help', 'q quit'])
    default:
      return atStep(state)
        .filter(({ word }) => items > 0 || (word !== 'choose' && word !== 'move'))
        .filter(({ word }) => word !== 'copy' || hasCommand(state))
        .filter(({ word }) => word !== 'go on alone' || canGoOn(state))
  }
}

/** At the end there is nothing to go on to: the fix's command and the evidence come sooner. */
const AT_END: readonly Command[] = [
  'choose',
  'down',
  'copy',
  'evidence',
  'why',
  'back',
  'note',
  'output',
  'map',
  'transcript',
  'moment',
  'help',
  'quit',
]

function atStep({ screen, prompt }: State): { shown: string; word: string }[] {
  const atEnd = screen.kind === 'prompt' && (prompt.kind === 'reached' || prompt.kind === 'ended')
  if (!atEnd) return ranked('body')
  const named = BINDINGS.filter(({ word, where }) => word !== '' && where !== 'pane')
  return said(AT_END.flatMap((command) => named.filter((one) => one.command === command)))
}

function hasCommand({ screen, prompt, session }: State): boolean {
  if (screen.kind === 'verified') return false
  if (screen.kind !== 'prompt') return true
  return prompt.kind === 'reached' ? session.reached?.kind === 'verdict' : prompt.kind !== 'ask'
}

/** Going on alone begins at a look, or right behind one. */
const canGoOn = ({ screen, prompt }: State): boolean =>
  prompt.kind === 'probe' && (screen.kind === 'prompt' || screen.kind === 'result')

const byRank = (bindings: readonly Binding[]) => [...bindings].sort((a, b) => a.rank - b.rank)
const said = (bindings: readonly Binding[]) => bindings.map(({ shown, word }) => ({ shown, word }))

function ranked(where: Where): { shown: string; word: string }[] {
  return said(byRank(BINDINGS.filter((one) => (one.where === where || one.where === 'always') && one.rank > 0)))
}

function keysSaid(texts: string[]): { shown: string; word: string }[] {
  return texts.map((text) => {
    const at = text.indexOf(' ')
    return { shown: text.slice(0, at), word: text.slice(at + 1) }
  })
}
