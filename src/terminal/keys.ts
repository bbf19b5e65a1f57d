import { graphemesOf } from './text.ts'

/** A key by its name, or one character by itself. */
export type Key =
  | { name: KeyName; char: '' }
  /** One grapheme that was typed. */
  | { name: 'char'; char: string }

export type KeyName =
  | 'enter'
  | 'escape'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'tab'
  | 'backspace'
  | 'ctrl-a'
  | 'ctrl-c'
  | 'ctrl-d'
  | 'ctrl-e'
  | 'ctrl-k'
  | 'ctrl-l'
  | 'ctrl-u'
  | 'ctrl-w'
  | 'ctrl-z'

/** What the terminal told of one event: Ink's flags beside the text. */
export interface InkKey {
  upArrow: boolean
  downArrow: boolean
  leftArrow: boolean
  rightArrow: boolean
  pageDown: boolean
  pageUp: boolean
  home: boolean
  end: boolean
  return: boolean
  escape: boolean
  ctrl: boolean
  meta: boolean
  tab: boolean
  backspace: boolean
  delete: boolean
}

const FLAGS: readonly (readonly [keyof InkKey, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['backspace', 'backspace'],
  // Terminals differ in what the Backspace key sends; forward delete is not offered.
  ['delete', 'backspace'],
]

const CONTROLS: Record<string, KeyName> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0001': 'ctrl-a',
  '\u0003': 'ctrl-c',
  '\u0004': 'ctrl-d',
  '\u0005': 'ctrl-e',
  '\u000b': 'ctrl-k',
  '\f': 'ctrl-l',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
  '\u001a': 'ctrl-z',
}

const CTRL: Record<string, KeyName> = {
  a: 'ctrl-a',
  c: 'ctrl-c',
  d: 'ctrl-d',
  e: 'ctrl-e',
  k: 'ctrl-k',
  l: 'ctrl-l',
  u: 'ctrl-u',
  w: 'ctrl-w',
  z: 'ctrl-z',
}

/**
 * The keys of one event. Typing fast, ssh and paste put several keys into one event (`y` and Enter as
 * `y\r`): nothing of it may be lost, so it is taken apart by graphemes.
 */
export function keysOf(input: string, key: InkKey): Key[] {
  for (const [flag, name] of FLAGS) if (key[flag]) return [named(name)]
  if (key.return) return [named('enter')]
  if (key.tab) return [named('tab')]
  if (key.escape && input === '') return [named('escape')]
  if (key.ctrl) {
    const name = CTRL[input]
    return name === undefined ? [] : [named(name)]
  }
  // Esc and a character in one piece look like the character with Alt, which means nothing here: both were pressed.
  if (key.meta) return [named('escape'), ...typedKeys(input)]
  return typedKeys(input)
}

/** A run of characters as keys; control characters that mean nothing here are left out. */
export function typedKeys(input: string): Key[] {
  return graphemesOf(input.replaceAll('\r\n', '\r')).flatMap((char): Key[] => {
    const control = CONTROLS[char]
    if (control !== undefined) return [named(control)]
    return /^[\u0000-\u001f\u007f-\u009f]/.test(char) ? [] : [{ name: 'char', char }]
  })
}

function named(name: KeyName): Key {
  return { name, char: '' }
}
