import type { App } from '../app.ts'
import type { Key, KeyName } from '../keys.ts'
import { typedKeys } from '../keys.ts'

/** Presses the keys that a line stands for. */
export interface Hands {
  /** Characters, one key each. */
  type(text: string): void
  press(...names: KeyName[]): void
  /** The text of a field as one line; without one, the key that leaves it. */
  giveText(text: string, without: 'enter' | 'escape'): void
  /** Out of the program, whatever is shown. */
  leave(): void
}

/** `chosen` is told after an Enter: what was chosen may have opened a text. */
export function createHands(app: App, chosen: () => void): Hands {
  return { type, press, giveText, leave }

  function type(text: string) {
    send(typedKeys(text))
  }

  function press(...names: KeyName[]) {
    send(names.map((name): Key => ({ name, char: '' })))
  }

  function giveText(text: string, without: 'enter' | 'escape') {
    if (text.trim() === '') return press(without)
    press('ctrl-u')
    app.paste(text)
    press('enter')
  }

  function leave() {
    press('ctrl-c', 'ctrl-c')
  }

  function send(keys: readonly Key[]) {
    app.press(keys, '')
    if (keys.some(({ name }) => name === 'enter')) chosen()
  }
}
