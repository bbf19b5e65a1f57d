import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  broken,
  cut,
  cutLine,
  lineWidth,
  padEnd,
  span,
  spread,
  widthOf,
  windowed,
  wrapped,
} from '../../src/terminal/text.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('日', 'a', ' ', '👩‍👩‍👧', 'é', '…', '─', '/') }),
)
const width = fc.integer({ min: 1, max: 60 })
const textOf = (line: { text: string }[]) => line.map(({ text }) => text).join('')

describe('widths', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['▰▱✓✗❯', 5],
  ])('%s takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })
})

describe('cut', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['日本語', 6, '日本語'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s to %i columns is %s', (text, columns, shown) => {
    expect(cut(text, columns)).toBe(shown)
  })

  it('never is wider than asked for, and is the text itself where it fits', () => {
    fc.assert(
      fc.property(anyText, width, (text, columns) => {
        const shown = cut(text, columns)
        expect(widthOf(shown)).toBeLessThanOrEqual(columns)
        if (widthOf(text) <= columns) expect(shown).toBe(text)
      }),
    )
  })
})

describe('rows', () => {
  it('of several parts are cut as one', () => {
    expect(textOf(cutLine([span('abc'), span('def', 'bad')], 5))).toBe('abcd…')
    expect(textOf(cutLine([span('abc'), span('def')], 3))).toBe('ab…')
    expect(textOf(cutLine([span('abc'), span('def')], 6))).toBe('abcdef')
  })

  it('never get wider than asked for', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), width, (texts, columns) => {
        const parts = texts.map((text) => span(text))
        expect(lineWidth(cutLine(parts, columns))).toBeLessThanOrEqual(columns)
        expect(lineWidth(spread(parts, [span('right')], columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })

  it('put left and right apart, the left giving way', () => {
    expect(textOf(spread([span('left')], [span('right')], 20))).toBe('left           right')
    expect(textOf(spread([span('a long left side')], [span('right')], 20))).toBe('a long left s… right')
    expect(textOf(spread([span('left')], [span('a right side that leaves no room')], 20))).toBe('left')
  })
})

describe('paragraphs', () => {
  it('break at blanks', () => {
    expect(wrapped('nothing here listens on port 3000', 20).map(textOf)).toEqual([
      'nothing here listens',
      'on port 3000',
    ])
  })

  it('break a word that fits nowhere', () => {
    expect(wrapped('/srv/shop/current/run/shop.sock', 12).map(textOf)).toEqual([
      '/srv/shop/cu',
      'rrent/run/sh',
      'op.sock',
    ])
  })

  it('are indented on each row, and never wider than asked for', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 12, max: 60 }), (text, columns) => {
        for (const line of wrapped(text, columns, 'plain', '   ')) {
          expect(lineWidth(line)).toBeLessThanOrEqual(columns)
          expect(textOf(line).startsWith('   ')).toBe(true)
        }
      }),
    )
  })

  it('hide nothing that could move the cursor', () => {
    expect(wrapped('a\u001b[2Jb\u0007', 20).map(textOf)).toEqual(['ab␇'])
  })
})

describe('output', () => {
  it('is broken only where the page ends, blanks kept', () => {
    expect(broken('  a  b', 10)).toEqual(['  a  b'])
    expect(broken('abcdefgh', 3)).toEqual(['abc', 'def', 'gh'])
  })

  it('is shown from where it is scrolled to, and not beyond its end', () => {
    expect(windowed([1, 2, 3, 4], 1, 2)).toEqual({ shown: [2, 3], from: 1 })
    expect(windowed([1, 2, 3, 4], 9, 2)).toEqual({ shown: [3, 4], from: 2 })
    expect(windowed([1], -4, 3)).toEqual({ shown: [1], from: 0 })
  })

  it('is padded by columns, not by characters', () => {
    expect(padEnd('日本', 6)).toBe('日本  ')
    expect(padEnd('abc', 2)).toBe('abc')
  })
})
