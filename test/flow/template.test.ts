import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplate, showValue } from '../../src/flow/template.ts'
import type { Value } from '../../src/words/value.ts'

/** Holes as `<expression@offset>`. */
function parts(template: string): string[] {
  return parseTemplate(template).parts.map((part) =>
    part.kind === 'text' ? part.text : `<${part.expression}@${part.offset}>`,
  )
}

describe('parseTemplate', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['text alone', 'a b', ['a b']],
    ['a hole alone', '{a.b}', ['<a.b@1>']],
    ['text around a hole', 'x {a.b} y', ['x ', '<a.b@3>', ' y']],
    ['two holes that touch', '{a.b}{c.d}', ['<a.b@1>', '<c.d@6>']],
    ['host and port', '{a.host}:{a.port}', ['<a.host@1>', ':', '<a.port@10>']],
    ['doubled braces', '{{a}}', ['{a}']],
    ['a hole within doubled braces', '{{{a.b}}}', ['{', '<a.b@3>', '}']],
    ['a lone closing brace', 'a } b', ['a } b']],
    ['a closing brace in double quotes', '{a == "}" ? 1 : 2}', ['<a == "}" ? 1 : 2@1>']],
    ['a closing brace in single quotes', "{a == '}'}", ["<a == '}'@1>"]],
    ['an opening brace in quotes', '{a == "{"}', ['<a == "{"@1>']],
    ['an escaped quote in quotes', '{a == "\\"}"}', ['<a == "\\"}"@1>']],
    ['a map in a hole', '{ {"a": "b"}["a"] }', ['< {"a": "b"}["a"] @1>']],
    ['a map in a map in a hole', '{ {"a": {"b": 1}} }', ['< {"a": {"b": 1}} @1>']],
    ['an empty hole', '{}', ['<@1>']],
    ['an apostrophe outside of holes', "it's {a.b}, isn't it", ["it's ", '<a.b@6>', ", isn't it"]],
    ['letters beyond ASCII before a hole', 'é👍{a.b}', ['é👍', '<a.b@4>']],
  ])('%s', (_, template, expected) => {
    expect(parts(template)).toEqual(expected)
    expect(parseTemplate(template).unclosed).toBeNull()
  })

  test.each<[string, number]>([
    ['{', 0],
    ['{a', 0],
    ['ab {c', 3],
    ['{a.b} {c', 6],
    ['{"}', 0],
    ["{'a}", 0],
    ['{ { }', 0],
    ['{{ {', 3],
    ['{"a\\"}', 0],
  ])('%s: the hole at %i never ends', (template, unclosed) => {
    expect(parseTemplate(template).unclosed).toBe(unclosed)
  })

  test('loses and invents no character', () => {
    const piece = fc.constantFrom('{', '}', '"', "'", 'a', ' ', '\\', '.')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { parts, unclosed } = parseTemplate(pieces.join(''))
        if (unclosed !== null) return
        for (const part of parts) {
          if (part.kind === 'hole') expect(pieces.join('').slice(part.offset)).toMatch(/./)
          else expect(part.text).not.toBe('')
        }
        const length = parts.reduce((n, p) => n + (p.kind === 'hole' ? p.expression.length + 2 : p.text.length), 0)
        expect(length).toBeLessThanOrEqual(pieces.length)
      }),
    )
  })

  test('is linear in a long template', () => {
    expect(parseTemplate('{a.b} '.repeat(50_000)).parts).toHaveLength(100_000)
    expect(parseTemplate('{'.repeat(100_001)).unclosed).toBe(100_000)
  })
})

describe('showValue', () => {
  test.each<[string, Value, string]>([
    ['text', 'refused', 'refused'],
    ['empty text', '', ''],
    ['a number', 502n, '502'],
    ['a negative number', -1n, '-1'],
    ['a number beyond doubles', 9_223_372_036_854_775_807n, '9223372036854775807'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['a time', new Date('2026-11-21T02:03:12.999Z'), '02:03:12Z'],
    ['midnight', new Date('2026-11-21T00:00:00Z'), '00:00:00Z'],
    ['a time that never was', new Date(0), 'never'],
    ['a time that is none', new Date(Number.NaN), 'never'],
    ['an empty list', [], ''],
    ['one of a list', ['a'], 'a'],
    ['a list of texts', ['a', 'b'], 'a, b'],
    ['a list of numbers', [80n, 443n], '80, 443'],
    ['a list of times', [new Date(0), new Date('2026-11-21T02:03:12Z')], 'never, 02:03:12Z'],
    ['a list of lists', [['a', 'b'], ['c']], 'a, b, c'],
    ['a record', { a: 1n }, '…'],
    ['a list of records', [{ a: 1n }, { a: 2n }], '…, …'],
    ['lines', 'a\nb\r\nc', 'a b c'],
    ['runs of blanks', '  a   b  ', ' a b '],
    ['tabs', 'a\t\tb', 'a b'],
    ['escape sequences', '\u001b[1;31mred\u001b[0m', 'red'],
    ['braces', '{a.b} {{c}}', '{a.b} {{c}}'],
    ['quotes and backslashes', `"a" 'b' \\`, `"a" 'b' \\`],
    ['hidden characters', 'a\u200b\u2066b', 'ab'],
  ])('%s', (_, value, text) => {
    expect(showValue(value)).toBe(text)
  })

  test('is at most 200 characters long', () => {
    expect(showValue('x'.repeat(200))).toBe('x'.repeat(200))
    expect(showValue('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
    expect([...showValue(Array.from({ length: 100_000 }, () => 'a'))]).toHaveLength(200)
    expect([...showValue('👍'.repeat(300))]).toHaveLength(200)
  })
})
