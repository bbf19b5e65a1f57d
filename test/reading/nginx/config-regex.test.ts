import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tryRegex } from '../../../src/reading/nginx/config-regex.ts'

describe('expressions as configurations have them', () => {
  it.each([
    [String.raw`\.php$`, '/index.php', 'match'],
    [String.raw`\.(jpg|png|gif)$`, '/x.png', 'match'],
    [String.raw`^(.+\.php)(/.*)?$`, '/index.php/x', 'match'],
    [String.raw`/\.(?!well-known)`, '/.git/config', 'match'],
    [String.raw`/\.(?!well-known)`, '/.well-known/x', 'no'],
    [String.raw`^/v\d{1,2}/`, '/v12/', 'match'],
    ['(?i)^/API', '/api/x', 'match'],
    ['^/API', '/api/x', 'no'],
    [String.raw`^(?P<user>\w+)\.example\.com$`, 'joe.example.com', 'match'],
  ])('%s on %s: %s', (pattern, subject, kind) => {
    expect(tryRegex(pattern, subject, false).kind).toBe(kind)
  })

  it('give their groups', () => {
    expect(tryRegex('^/(?<a>[^/]+)/(x)?', '/one/', false)).toEqual({
      kind: 'match',
      groups: ['/one/', 'one', ''],
      named: { a: 'one' },
    })
  })
})

describe('refused', () => {
  it.each([
    ['a repeated repetition', '(a+)+$'],
    ['a repeated choice', '(a|a)*$'],
    ['a repeated option', '(a?)*$'],
    ['nesting further in', '((a+)b)*$'],
    ['a large count of a repetition', '(a*){50}$'],
    ['hidden behind a class', String.raw`[\\](a+)+$`],
    ['a back reference', String.raw`(a)\1`],
    ['possessive repetitions', 'a++'],
    ['atomic groups', '(?>a)'],
    ['named classes of POSIX', '[[:alpha:]]'],
    ['what JavaScript cannot read', '(a'],
    ['long patterns', 'a'.repeat(301)],
  ])('%s', (_, pattern) => {
    expect(tryRegex(pattern, 'a'.repeat(40), false).kind).toBe('refused')
  })

  it('subjects too long for the number of repetitions', () => {
    expect(tryRegex('a*a*a*a*b', 'a'.repeat(40), false).kind).toBe('refused')
    expect(tryRegex('^/.*$', `/${'a'.repeat(4000)}`, false).kind).toBe('match')
  })
})

it('never throws and never hangs', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '*',
    '+',
    '?',
    '{2,}',
    '{3}',
    '|',
    '[',
    ']',
    '^',
    '$',
    'a',
    'b',
    '\\',
    '.',
    '?:',
  )
  const patterns = fc.array(pieces, { maxLength: 25 }).map((all) => all.join(''))
  fc.assert(
    fc.property(patterns, (pattern) => {
      expect(['match', 'no', 'refused']).toContain(tryRegex(pattern, 'a'.repeat(30), false).kind)
    }),
    { numRuns: 2000 },
  )
}, 5000)
