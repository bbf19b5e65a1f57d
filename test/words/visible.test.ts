import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible } from '../../src/words/visible.ts'
import { cpuNow } from '../cpu.ts'

const ESC = '\u001b'

describe('visible', () => {
  it.each([
    ['colours', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['colours in the C1 form', '\u009b31mred\u009b0m', 'red'],
    ['sub-parameters and intermediates', `${ESC}[38:2:1:2:3m${ESC}[1 qx`, 'x'],
    ['clear screen and cursor home', `${ESC}[2J${ESC}[Hgone`, 'gone'],
    ['the alternate screen', `${ESC}[?1049hx`, 'x'],
    ['a window title', `${ESC}]0;evil\u0007log`, 'log'],
    ['a window title ended by ST', `${ESC}]2;evil${ESC}\\log`, 'log'],
    ['a link', `${ESC}]8;;http://evil/${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['the clipboard', `${ESC}]52;c;ZXZpbA==\u0007x`, 'x'],
    ['a C1 OSC', '\u009d0;evil\u009cx', 'x'],
    ['a device control string', `${ESC}P+q544e${ESC}\\x`, 'x'],
    ['a full reset', `${ESC}cx`, 'x'],
    ['a charset switch', `${ESC}(0lqk`, 'lqk'],
    ['an escape and nothing more', `x${ESC}`, 'x\u241b'],
    ['a bell and a backspace', 'a\u0007b\b\bc', 'a\u2407b\u2408\u2408c'],
    ['NUL and DEL', 'a\0b\u007f', 'a\u2400b\u2421'],
    ['a carriage return that would overwrite the line', 'error: all broken\rfine', 'error: all broken\u240dfine'],
    ['Windows line ends', 'a\r\nb', 'a\nb'],
    ['tabs', 'a\tb', 'a b'],
    ['a next-line control', 'a\u0085b', 'a\ufffdb'],
    ['bidirectional overrides', 'user\u202egnp.exe', 'usergnp.exe'],
    ['bidirectional isolates and marks', '\u2066a\u2069\u200fb', 'ab'],
    ['zero-width characters', 'sh\u200bop\u2060.\ufeffcom\u00ad', 'shop.com'],
    ['tag characters', 'a\u{e0041}\u{e007f}b', 'ab'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['lone surrogates', 'a\ud800b\udfffc', 'a\ufffdb\ufffdc'],
    ['marks piled on a letter', `e${'\u0301'.repeat(200)}x`, `e${'\u0301'.repeat(4)}x`],
  ])('takes the danger out of %s', (_, hostile, shown) => {
    expect(visible(hostile)).toBe(shown)
  })

  it('does not let a sequence without an end swallow what follows it', () => {
    expect(visible(`${ESC}]0;title connect() failed\nnext line`)).toBe('0;title connect() failed\nnext line')
    expect(visible(`${ESC}[31`)).toBe('31')
    expect(visible(`${ESC}Pabc\u001b[1mdef`)).toBe('abcdef')
  })

  it('leaves people’s writing alone', () => {
    for (const text of ['naïve café', '日本語のログ', 'Привет', 'שלום', 'مرحبا', '👍🏽 🚀', 'e\u0301', 'a  b', '']) {
      expect(visible(text)).toBe(text)
    }
  })

  it('keeps lines, or makes one of them', () => {
    expect(visible('a\nb')).toBe('a\nb')
    expect(visible('a\nb\r\nc', { lines: false })).toBe('a b c')
  })

  it('cuts each over-long line by itself and never through a character', () => {
    expect(visible(`${'x'.repeat(10_000)}\nshort`)).toBe(`${'x'.repeat(4095)}…\nshort`)
    expect(visible('abcdef', { longest: 4 })).toBe('abc…')
    expect(visible('ab👍cd', { longest: 4 })).toBe('ab…')
  })

  it('gives text without a control, without a hidden character, and only once, for any input', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        ESC,
        '[',
        ']',
        '\u009b',
        '\u009d',
        '\u0007',
        '\u009c',
        '\\',
        ';',
        '3',
        'm',
        'P',
        '\n',
        '\r',
        '\u202e',
        '\ud83d',
        '\udc4d',
        'é',
        'x',
        '\u0301',
      ),
      maxLength: 60,
    })
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (text) => {
        const shown = visible(text)
        expect(shown).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
        )
        expect(shown.isWellFormed()).toBe(true)
        expect(visible(shown)).toBe(shown)
        expect(shown.length).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    `${ESC}]`,
    `${ESC}[`,
    `${ESC}[1;`,
    `${ESC}P0`,
    ESC,
    '\u009d',
    '1;2;3;',
    'é\u0301',
    `${ESC} `,
    '\u0090\u0098',
    '\u0301',
    '\ufe0f',
  ])('is linear on a megabyte of %j', (unit) => {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length))
    const began = cpuNow()
    visible(`${ESC}]${text}`)
    visible(text)
    expect(cpuNow() - began).toBeLessThan(1500)
  })
})
