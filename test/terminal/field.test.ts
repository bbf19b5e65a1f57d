import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Field, fieldOf, insert, typed } from '../../src/terminal/field.ts'
import { type KeyName, typedKeys } from '../../src/terminal/keys.ts'
import { graphemesOf } from '../../src/terminal/text.ts'

/** `ab|c`: the bar is the cursor. */
function field(shown: string): Field {
  const at = shown.indexOf('|')
  return { text: shown.replace('|', ''), at: graphemesOf(shown.slice(0, at)).length }
}
function shown({ text, at }: Field): string {
  const parts = graphemesOf(text)
  return `${parts.slice(0, at).join('')}|${parts.slice(at).join('')}`
}
function after(start: string, ...keys: (KeyName | `'${string}`)[]): string {
  let held = field(start)
  for (const key of keys) {
    const next = key.startsWith("'")
      ? typed(held, { name: 'char', char: key.slice(1) })
      : typed(held, { name: key as KeyName, char: '' })
    held = next ?? held
  }
  return shown(held)
}

describe('a line of text being typed', () => {
  it.each([
    ['|', ["'a", "'b"], 'ab|'],
    ['a|c', ["'b"], 'ab|c'],
    ['ab|c', ['backspace'], 'a|c'],
    ['|abc', ['backspace'], '|abc'],
    ['ab|c', ['left', 'left', 'left'], '|abc'],
    ['a|bc', ['right', 'right', 'right'], 'abc|'],
    ['a|bc', ['home'], '|abc'],
    ['a|bc', ['end'], 'abc|'],
    ['ab|c', ['ctrl-a', "'x"], 'x|abc'],
    ['a|bc', ['ctrl-e', "'x"], 'abcx|'],
    ['ab|cd', ['ctrl-u'], '|cd'],
    ['ab|cd', ['ctrl-k'], 'ab|'],
    ['ss -lt np|', ['ctrl-w'], 'ss -lt |'],
    ['ss -lt  |x', ['ctrl-w'], 'ss |x'],
    ['日本|語', ['backspace', "'x"], '日x|語'],
    ['a👩‍👩‍👧|b', ['backspace'], 'a|b'],
  ] as [string, (KeyName | `'${string}`)[], string][])('%s, then %j, is %s', (start, keys, end) => {
    expect(after(start, ...keys)).toBe(end)
  })

  it('leaves other keys to whoever holds the field', () => {
    for (const name of ['enter', 'escape', 'up', 'down', 'tab', 'ctrl-c'] as const) {
      expect(typed(fieldOf('x'), { name, char: '' })).toBeNull()
    }
  })

  it('makes one line of what is pasted', () => {
    expect(shown(insert(field('a|d'), 'b\r\nc\t\u0007'))).toBe('ab c |d')
  })

  it('holds whatever is typed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const end = typedKeys(text)
          .filter(({ name }) => name === 'char')
          .reduce((held, key) => typed(held, key) ?? held, fieldOf(''))
        expect(end.text).toBe(text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ''))
        expect(end.at).toBe(graphemesOf(end.text).length)
      }),
    )
  })
})
