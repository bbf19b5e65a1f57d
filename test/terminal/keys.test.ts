import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InkKey, keysOf, typedKeys } from '../../src/terminal/keys.ts'

const NONE: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  meta: false,
  tab: false,
  backspace: false,
  delete: false,
}
const names = (input: string, key: Partial<InkKey> = {}) =>
  keysOf(input, { ...NONE, ...key }).map(({ name, char }) => (name === 'char' ? char : name))

describe('one event of the terminal', () => {
  it.each([
    ['upArrow', 'up'],
    ['downArrow', 'down'],
    ['leftArrow', 'left'],
    ['rightArrow', 'right'],
    ['pageUp', 'page-up'],
    ['pageDown', 'page-down'],
    ['home', 'home'],
    ['end', 'end'],
    ['return', 'enter'],
    ['tab', 'tab'],
    ['backspace', 'backspace'],
    ['delete', 'backspace'],
    ['escape', 'escape'],
  ] as const)('%s is one key', (flag, name) => {
    expect(names('', { [flag]: true })).toEqual([name])
  })

  it.each(['a', 'c', 'd', 'e', 'k', 'l', 'u', 'w', 'z'])('Ctrl with %s is a key of its own', (letter) => {
    expect(names(letter, { ctrl: true })).toEqual([`ctrl-${letter}`])
  })

  it('Ctrl with anything else is nothing, and no letter either', () => {
    expect(names('x', { ctrl: true })).toEqual([])
  })

  it.each([
    ['abc', ['a', 'b', 'c']],
    ['y\r', ['y', 'enter']],
    ['y\n', ['y', 'enter']],
    ['y\r\n', ['y', 'enter']],
    ['\r\r', ['enter', 'enter']],
    ['jj\rw', ['j', 'j', 'enter', 'w']],
    ['ab\u007f', ['a', 'b', 'backspace']],
    ['a\u0003b', ['a', 'ctrl-c', 'b']],
    ['\u0015http', ['ctrl-u', 'h', 't', 't', 'p']],
    ['é日本👩‍👩‍👧', ['é', '日', '本', '👩‍👩‍👧']],
    ['e\u0301x', ['e\u0301', 'x']],
  ])('%j is taken apart: nothing typed fast is lost', (input, keys) => {
    expect(names(input)).toEqual(keys)
  })

  it('control characters that mean nothing here are left out', () => {
    expect(names('a\u0000\u0002\u001c\u0085b')).toEqual(['a', 'b'])
  })

  it('keeps every printable character of any text, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const kept = typedKeys(text)
          .map(({ char }) => char)
          .join('')
        expect(kept).toBe([...text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '')].join(''))
      }),
    )
  })
})
