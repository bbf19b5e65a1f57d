import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Mistake } from '../../src/words/mistake.ts'
import { nearest } from '../../src/words/nearest.ts'
import { describeType, NEVER, t, type ValueType } from '../../src/words/value.ts'
import { visible } from '../../src/words/visible.ts'
import * as vocabulary from '../../src/words/vocabulary.ts'

describe('nearest', () => {
  const CAUSES = vocabulary.CAUSES
  test.each<[string, string | null]>([
    ['wrong-prot', 'wrong-port'],
    ['wrongport', 'wrong-port'],
    ['worng-port', 'wrong-port'],
    ['proces-down', 'process-down'],
    ['process-downn', 'process-down'],
    ['oomkilled', 'oom-killed'],
    ['disk-ful', 'disk-full'],
    ['dns-failiure', 'dns-failure'],
    ['tls-handshak', 'tls-handshake'],
    ['fd-exhuasted', 'fd-exhausted'],
    ['rate-limit', 'rate-limited'],
    ['recoverd', 'recovered'],
    ['Blocked', 'blocked'],
    ['something-else', null],
    ['', null],
    ['502', null],
    ['x'.repeat(1000), null],
  ])('%s among the causes: %s', (word, meant) => {
    expect(nearest(word, CAUSES)).toBe(meant)
  })

  test('takes the first of those that are as near', () => {
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat')
    expect(nearest('bat', ['hat', 'cat'])).toBe('hat')
  })

  test('takes the exact word before all others', () => {
    expect(nearest('cat', ['bat', 'cat'])).toBe('cat')
  })

  test('a short word is not taken for another one', () => {
    expect(nearest('go', ['id', 'at'])).toBeNull()
    expect(nearest('at', ['it'])).toBe('it')
    expect(nearest('id', ['when'])).toBeNull()
  })

  test('takes any iterable', () => {
    expect(nearest('whn', new Set(['when']))).toBe('when')
    expect(nearest('whn', new Map([['when', 1]]).keys())).toBe('when')
  })

  test('finds every word with one letter left out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CAUSES), fc.nat(20), (cause, at) => {
        const i = at % cause.length
        const word = cause.slice(0, i) + cause.slice(i + 1)
        expect(nearest(word, [cause])).toBe(cause)
      }),
    )
  })
})

describe('describeType', () => {
  test.each<[ValueType, string]>([
    [t.int, 'int'],
    [t.string, 'string'],
    [t.bool, 'bool'],
    [t.timestamp, 'timestamp'],
    [t.list(t.int), 'list<int>'],
    [t.list(t.list(t.string)), 'list<list<string>>'],
    [t.record({}), '{}'],
    [t.record({ port: t.int }), '{port: int}'],
    [t.record({ b: t.bool, a: t.string }), '{b: bool, a: string}'],
    [t.list(t.record({ at: t.timestamp })), 'list<{at: timestamp}>'],
    [t.record({ ours: t.record({ host: t.string }) }), '{ours: {host: string}}'],
  ])('%j', (type, text) => {
    expect(describeType(type)).toBe(text)
  })

  test('the time that never was is the beginning of all', () => {
    expect(NEVER.toISOString()).toBe('1970-01-01T00:00:00.000Z')
  })
})

describe('a mistake', () => {
  test('says what happened and what to do next', () => {
    const mistake = new Mistake('There is no session "x".', 'See them with `list`.')
    expect(mistake).toBeInstanceOf(Error)
    expect(mistake.name).toBe('Mistake')
    expect(mistake.message).toBe('There is no session "x".')
    expect(mistake.todo).toBe('See them with `list`.')
    expect(mistake.cause).toBeUndefined()
  })

  test('keeps what led to it', () => {
    const cause = new Error('EACCES')
    expect(new Mistake('a', 'b', { cause }).cause).toBe(cause)
  })
})

describe('the vocabulary', () => {
  const lists = Object.entries(vocabulary).filter(([, value]) => Array.isArray(value))

  test.each(lists)('%s: each word once, lower case, joined by hyphens', (_, words) => {
    expect(words.length).toBeGreaterThan(1)
    expect(new Set(words).size).toBe(words.length)
    for (const word of words) expect(word).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  test('the best confidence stands first: the order is the ranking', () => {
    expect(vocabulary.CONFIDENCES).toEqual(['confirmed', 'likely', 'reported'])
  })

  test('the first ten minutes have five steps in their order', () => {
    expect(vocabulary.STEPS).toEqual(['gateway-log', 'upstream-direct', 'upstream-log', 'deploy', 'resources'])
  })

  test('the places go from the visitor to the app', () => {
    expect(vocabulary.PLACES).toEqual(['visitor', 'cdn', 'load-balancer', 'proxy', 'platform', 'app'])
  })
})

describe('visible, with limits and in one line', () => {
  test.each<[string, string, Parameters<typeof visible>[1], string]>([
    ['exactly as long as allowed', 'abcd', { longest: 4 }, 'abcd'],
    ['one too long', 'abcde', { longest: 4 }, 'abc…'],
    ['the shortest there is', 'abc', { longest: 1 }, '…'],
    ['nothing allowed still tells that there was something', 'abc', { longest: 0 }, '…'],
    ['each line by itself', 'abcde\nab\nabcdef', { longest: 4 }, 'abc…\nab\nabc…'],
    ['all lines together as one', 'ab\ncd\nef', { lines: false, longest: 6 }, 'ab cd…'],
    ['empty lines stay', 'a\n\n\nb', {}, 'a\n\n\nb'],
    ['empty lines become blanks', 'a\n\nb', { lines: false }, 'a  b'],
    ['what is hidden takes no room', `${'\u200b'.repeat(100)}abc`, { longest: 3 }, 'abc'],
    ['an escape sequence takes no room', '\u001b[31mabc\u001b[0m', { longest: 3 }, 'abc'],
    ['a wide character is not halved', 'a👍👍', { longest: 3 }, 'a…'],
    ['nothing', '', { longest: 3 }, ''],
    ['only line ends', '\n\n', { lines: false }, '  '],
    ['a lone carriage return is shown', 'a\rb', { lines: false }, 'a␍b'],
    ['a form feed and a vertical tab', 'a\fb\vc', {}, 'a␌b␋c'],
    ['backspaces cannot take back what was said', 'rm\b\bls', {}, 'rm␈␈ls'],
    ['a progress bar of apt', '\r10%\u001b[K\r20%\u001b[K', {}, '␍10%␍20%'],
    ['the colours of systemctl', '\u001b[0;1;32m●\u001b[0m nginx.service', {}, '● nginx.service'],
    ['the link of systemctl', '\u001b]8;;file://h/a\u0007/a\u001b]8;;\u0007', {}, '/a'],
    ['the colours of grep', '\u001b[01;31m\u001b[Kerror\u001b[m\u001b[K', {}, 'error'],
    ['hangul fillers', 'a\u3164b\uffa0c\u115fd', {}, 'abcd'],
    ['a soft hyphen', 'exam\u00adple.com', {}, 'example.com'],
    ['a variation selector of an emoji stays', '❤️', {}, '❤️'],
  ])('%s', (_, text, options, shown) => {
    expect(visible(text, options)).toBe(shown)
  })

  test('one line is one line, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, longest) => {
        const shown = visible(text, { lines: false, longest })
        expect(shown).not.toMatch(/[\n\r]/)
        expect(shown.length).toBeLessThanOrEqual(longest)
        expect(visible(shown, { lines: false, longest })).toBe(shown)
      }),
    )
  })
})
