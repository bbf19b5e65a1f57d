import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { narrowWidth } from '../../src/terminal/narrow.ts'

describe('the short way to a width', () => {
  it('agrees with the tables of Unicode for every character it takes', () => {
    const taken: number[] = []
    for (let code = 0; code < 0x30000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue
      const char = String.fromCodePoint(code)
      if (narrowWidth(char) === null) continue
      taken.push(code)
      expect(stringWidth(char), code.toString(16)).toBe(1)
    }
    expect(taken.length).toBeGreaterThan(500)
  })

  it('agrees for whole texts, of whatever they are made', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.constantFrom(
        '✓',
        '✗',
        '❯',
        '─',
        '▰▱',
        '●○',
        '\u001b[1m',
        '\u001b[38;5;14m',
        '日本',
        '👩‍👩‍👧',
        'e\u0301',
        '©',
        '®',
        '1\u20e3',
      ),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = parts.join('')
        const narrow = narrowWidth(text)
        if (narrow !== null) expect(narrow).toBe(stringWidth(text))
      }),
    )
  })

  it.each(['✓️', '日本', 'e\u0301', '👍', '\t', '\u200b', '⌚', '\u001b]0;x\u0007', '\u00ad'])(
    'leaves %j to them',
    (text) => {
      expect(narrowWidth(text)).toBeNull()
    },
  )

  it('counts no colours', () => {
    expect(narrowWidth('\u001b[1m\u001b[36m ❯ \u001b[39m\u001b[22m')).toBe(3)
  })
})
