import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLiteral } from '../../src/reading/literal.ts'
import { matchLiteral } from '../../src/reading/literal-match.ts'
import { cpuNow } from '../cpu.ts'

const anywhere = (pattern: string, input: string) => matchLiteral(compileLiteral(pattern), input)
const whole = (pattern: string, input: string) => matchLiteral(compileLiteral(pattern), input, { whole: true })

describe('a literal without holes', () => {
  it('fits anywhere in the input', () => {
    expect(anywhere('refused', 'connection refused by peer')).toEqual({})
    expect(anywhere('refused', 'connection reset')).toBeNull()
  })

  it('must be all of the input when asked for the whole', () => {
    expect(whole('refused', 'refused')).toEqual({})
    expect(whole('refused', 'refused!')).toBeNull()
    expect(whole('refused', 'was refused')).toBeNull()
  })

  it('takes every character as it is, and {{ }} as braces', () => {
    expect(anywhere('a.*b', 'aXXb')).toBeNull()
    expect(anywhere('{{"message":"{text}"}}', '{"message":"no route"}')).toEqual({ text: 'no route' })
  })
})

describe('holes', () => {
  it('int: optional sign and digits, all of them', () => {
    expect(anywhere('failed ({errno:int}: ', 'connect() failed (111: Connection refused)')).toEqual({ errno: '111' })
    expect(anywhere('code {n:int}', 'code -1')).toEqual({ n: '-1' })
    expect(anywhere('code {n:int}', 'code x')).toBeNull()
    expect(anywhere('code {n:int}.', 'code 12x.')).toBeNull()
  })

  it('text: the shortest run, not empty', () => {
    expect(anywhere('"{name}"', 'say "a" and "b"')).toEqual({ name: 'a' })
    expect(anywhere('"{name}"', 'say ""')).toBeNull()
    expect(anywhere('"{name}"', 'say """')).toEqual({ name: '"' })
  })

  it('text at the end takes the rest, and needs some', () => {
    expect(anywhere('reason: {why}', 'reason: no port')).toEqual({ why: 'no port' })
    expect(anywhere('reason: {why}', 'reason: ')).toBeNull()
    expect(anywhere('reason: {why:rest}', 'reason: ')).toEqual({ why: '' })
  })

  it('word: no whitespace; path: no quotes either', () => {
    expect(anywhere('unit {u:word} failed', 'unit a.service failed')).toEqual({ u: 'a.service' })
    expect(anywhere('unit {u:word} failed', 'unit a b failed')).toBeNull()
    expect(anywhere('open {p:path} now', 'open "/x" now')).toBeNull()
    expect(anywhere('exec {p:path}', 'exec /usr/bin/node --x')).toEqual({ p: '/usr/bin/node' })
  })

  it('looks for a later beginning when a word breaks off', () => {
    expect(anywhere('port {p:word};', 'port one two; port 3000;')).toEqual({ p: '3000' })
    expect(anywhere('port {p:int};', 'port x; port 3000;')).toEqual({ p: '3000' })
  })

  it('a hole in front begins with the input', () => {
    expect(anywhere('{host} could not be resolved', 'shop.invalid could not be resolved (3)')).toEqual({
      host: 'shop.invalid',
    })
    expect(anywhere('{n:int} connections', 'has 5 connections')).toBeNull()
    expect(anywhere('{unit:word}: exited', 'see shop.service: exited')).toBeNull()
    expect(anywhere('{host} could', ' could')).toBeNull()
  })

  it('whole: the last piece is the last one of the input', () => {
    expect(whole('"{text}"', '"say "hi" twice"')).toEqual({ text: 'say "hi" twice' })
    expect(whole('({n:int}: {text})', '(2: No such file (really))')).toEqual({ n: '2', text: 'No such file (really)' })
    expect(whole('{host}:{port:int}', '::1:3000')).toEqual({ host: '::1', port: '3000' })
    expect(whole('{a:word}', 'two words')).toBeNull()
  })
})

describe('bad literals are refused with a reason', () => {
  it.each([
    ['', 'it is empty'],
    ['a {b', 'a { without its }'],
    ['a } b', 'a lone }'],
    ['{a}{b}', 'touch'],
    ['{a:int}{b}', 'touch'],
    ['{a} {a}', 'two holes are called a'],
    ['{a:number}', 'unknown type'],
    ['{a:int:word}', 'unknown type'],
    ['{A}', 'is no hole'],
    ['{"x":1}', 'is no hole'],
    ['{rest:rest} x', 'must be the last'],
    ['{n:int}0', 'can never fit'],
    ['{n:int}0{x}', 'can never fit'],
  ])('%s', (pattern, why) => {
    expect(() => compileLiteral(pattern)).toThrow(why)
  })
})

describe('any input', () => {
  const holeType = fc.constantFrom('', ':int', ':word', ':path')
  const part = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"'), minLength: 1, maxLength: 3 })
  const input = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '1', '-'), maxLength: 30 })

  /** The same meaning as a backtracking regular expression: only for checking, on short inputs. */
  function reference(parts: string[], types: string[]): RegExp {
    const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const classes: Record<string, string> = {
      '': '[^]+?',
      ':int': '[-+]?\\d+(?!\\d)',
      ':word': '\\S+?',
      ':path': '[^\\s"\'`]+?',
    }
    return new RegExp(
      parts.map((text, i) => escaped(text) + (i < types.length ? classes[types[i] ?? ''] : '')).join(''),
    )
  }

  it('never fits where a regular expression of the same meaning would not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(part, holeType), { minLength: 1, maxLength: 3 }),
        part,
        input,
        (holes, end, text) => {
          const parts = [...holes.map(([literal]) => literal), end]
          const types = holes.map(([, type]) => type)
          const pattern = holes.map(([literal, type], i) => `${literal}{h${i}${type}}`).join('') + end
          const found = anywhere(pattern, text)
          if (found) expect(text).toMatch(reference(parts, types))
          else if (types.every((type) => type === '' || type === ':int'))
            expect(text).not.toMatch(reference(parts, types))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('what was put into the holes comes out of them', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => !text.includes('<'))
    fc.assert(
      fc.property(value, fc.integer(), value, (a, n, b) => {
        expect(whole('[{a}<>{n:int}<>{b}]', `[${a}<>${n}<>${b}]`)).toEqual({ a, n: String(n), b })
      }),
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, all) => {
        for (const pattern of ['{a}: {b:word} x{n:int}', '{n:int} {a:path}', 'x{r:rest}']) {
          matchLiteral(compileLiteral(pattern), text, { whole: all })
        }
      }),
    )
  })

  it('is linear: 400,000 characters made to provoke retries, in the time of a few passes', () => {
    const hostile = [
      ['a{x:word}b{y:word}c', 'ab'.repeat(200_000)],
      ['a{x}a{n:int}b', 'a'.repeat(400_000)],
      ['a{n:int}b', 'a1'.repeat(200_000)],
      ['1{n:int}x', '1'.repeat(400_000)],
      ['a{x:word} b{y:word}c', `${'a'.repeat(200_000)} ${'b'.repeat(200_000)}`],
      ['{x}aa{y:path}aab', 'a'.repeat(400_000)],
    ] as const
    for (const [pattern, text] of hostile) {
      const started = cpuNow()
      for (const all of [true, false]) matchLiteral(compileLiteral(pattern), text, { whole: all })
      // A quadratic matcher needs minutes for this; the limit is far from both.
      expect(cpuNow() - started).toBeLessThan(2000)
    }
  })
})
