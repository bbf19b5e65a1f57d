import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleBytes, visibleLine, visibleText } from '../../src/reading/visible.ts'

const ESC = '\u001b'

describe('text from elsewhere', () => {
  it.each([
    ['plain', 'plain'],
    ['ümläut 日本 🙂', 'ümläut 日本 🙂'],
    ['a\tb\nc', 'a\tb\nc'],
    ['a\r\nb', 'a\nb'],
    ['a\rb', 'ab'],
    [`${ESC}[31mred${ESC}[0m`, 'red'],
    [`${ESC}[2J${ESC}[1;1Hgone`, 'gone'],
    [`${ESC}]0;title\u0007text`, 'text'],
    [`${ESC}]8;;http://x${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
    [`${ESC}(Bx`, 'x'],
    [`${ESC}c`, ''],
    ['\u009b31mred', 'red'],
    [`cut ${ESC}[`, 'cut '],
    ['bell\u0007', 'bell'],
    ['nul\u0000', 'nul'],
    ['back\u0008space', 'backspace'],
    ['del\u007f', 'del'],
    ['abc\u202edef', 'abcdef'],
    ['zero\u200bwidth', 'zerowidth'],
    ['soft\u00adhyphen', 'softhyphen'],
    ['\ufeffmark', 'mark'],
    ['half \ud83d', 'half \ufffd'],
    ['half \ude00 b', 'half \ufffd b'],
    ['line\u2028end', 'lineend'],
  ])('%j shows as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it('on one line', () => {
    expect(visibleLine('a\nb\tc\r\nd')).toBe('a b c d')
  })

  it('is cut where the limit is, and not before', () => {
    expect(visibleText('x'.repeat(10), 10)).toBe('x'.repeat(10))
    expect(visibleText('x'.repeat(11), 10)).toBe('x'.repeat(10))
    expect(visibleText('x'.repeat(10_000))).toHaveLength(4096)
    expect(visibleText('🙂🙂', 3)).toBe('🙂\ufffd')
  })

  it('holds nothing that a terminal obeys', () => {
    const unit = fc.constantFrom(
      ESC,
      '[',
      ']',
      'm',
      '3',
      ';',
      '\u0007',
      '\\',
      '\u009b',
      '\u202e',
      'a',
      '\n',
      '\t',
      '\r',
      '(',
      ' ',
    )
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        expect(visibleText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/)
        expect(visibleLine(text)).not.toMatch(/[\n\t]/)
      }),
    )
  })
})

describe('bytes', () => {
  it.each([
    ['GET / HTTP/1.1\r\n', String.raw`GET / HTTP/1.1\r\n`],
    ['\u0016\u0003\u0001', String.raw`\x16\x03\x01`],
    ['é', String.raw`\xc3\xa9`],
    [' ~', ' ~'],
    ['\u007f\u0000\t', String.raw`\x7f\x00\x09`],
    ['', ''],
  ])('%j are seen as %s', (text, shown) => {
    expect(visibleBytes(Buffer.from(text))).toBe(shown)
  })
})
