import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { luaBlockEnd } from '../../../src/reading/nginx/lua-block.ts'
import { type Directive, parseConfig } from '../../../src/reading/nginx/parse-config.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/nginx-config/${name}`, import.meta.url), 'utf8')

/** `name(args){children}` without positions. */
function sketch(directives: readonly Directive[]): unknown[] {
  return directives.map(({ name, args, block }) =>
    block === undefined ? [name, ...args] : [name, ...args, sketch(block)],
  )
}

const parsed = (text: string): unknown[] => sketch(parseConfig(text, 'f').directives)
const problems = (text: string): string[] => parseConfig(text, 'f').problems.map(({ line, says }) => `${line}: ${says}`)

describe('words', () => {
  it('ends directives at ";" and blocks at "{" and "}"', () => {
    expect(parsed('user www-data;http{server{listen 80;}}')).toEqual([
      ['user', 'www-data'],
      ['http', [['server', [['listen', '80']]]]],
    ])
  })

  it('takes quotes only at the start of a word', () => {
    expect(parsed(`a "b c" 'd;e' f"g{;`)).toEqual([['a', 'b c', 'd;e', 'f"g', []]])
    expect(parsed(`a 'it"s' "it's";`)).toEqual([['a', 'it"s', "it's"]])
  })

  it('resolves the escapes that nginx knows, and leaves the others to regular expressions', () => {
    expect(parsed(String.raw`a "x\"y" x\\y \d+ x\ty \;z;`)).toEqual([['a', 'x"y', 'x\\y', '\\d+', 'x\ty', '\\;z']])
  })

  it('knows that ${ opens no block', () => {
    const target = ['http://$', '{up}/x$y'].join('')
    expect(parsed(`proxy_pass ${target};`)).toEqual([['proxy_pass', target]])
  })

  it('takes comments between words only', () => {
    expect(parsed('# all\na b#c # d ; e\n f; # g')).toEqual([['a', 'b#c', 'f']])
  })

  it('keeps a closing parenthesis after a quote as a word', () => {
    expect(parsed('if ($x = "y") { }')).toEqual([['if', '($x', '=', 'y', ')', []]])
  })

  it('says where each directive begins and each block ends', () => {
    const [http] = parseConfig('\n\nhttp\n{\n  a\n  b;\n}\n', '/x').directives
    expect(http).toMatchObject({ file: '/x', line: 3, endLine: 7, block: [{ name: 'a', args: ['b'], line: 5 }] })
  })

  it('counts lines inside quotes', () => {
    const [, second] = parseConfig('a "1\n2\\\n3";\nb;', 'f').directives
    expect(second).toMatchObject({ name: 'b', line: 4 })
  })
})

describe('blocks of Lua', () => {
  it('are skipped whole, with their strings and comments', () => {
    const { directives, problems: none } = parseConfig(fixture('openresty.conf'), 'f')
    expect(none).toEqual([])
    const http = directives[1]?.block ?? []
    expect(http.map(({ name }) => name)).toEqual(['init_by_lua_block', 'server'])
    const locations = http[1]?.block?.filter(({ name }) => name === 'location') ?? []
    expect(locations.map(({ line }) => line)).toEqual([12, 13])
    expect(sketch(locations[1]?.block ?? [])).toEqual([
      ['access_by_lua_block'],
      ['proxy_pass', 'http://127.0.0.1:9000'],
    ])
  })

  it.each([
    ['}x', 1],
    ['{}}x', 3],
    ['"}"}x', 4],
    [`'\\'}'}x`, 6],
    ['[[}]]}x', 6],
    ['[=[ ]] } ]=]}x', 13],
    ['--}\n}x', 5],
    ['--[[ }\n} ]]}x', 12],
  ])('end where Lua says: %s', (text, end) => {
    expect(luaBlockEnd(text, 0)).toBe(end)
  })

  it.each(['', '{}', '"}', '[[}', '--}'])('have no end in %j', (text) => {
    expect(luaBlockEnd(text, 0)).toBe(-1)
  })

  it('without an end are a problem', () => {
    expect(problems('content_by_lua_block { x = "')).toEqual(['1: a Lua block has no end'])
  })
})

// The words are those of nginx 1.22.1.
describe('problems', () => {
  it.each([
    ['a {\n', '1: unexpected end of file, expecting "}"'],
    ['a b\n\n', '1: unexpected end of file, expecting ";" or "}"'],
    ['a;\n}', '2: unexpected "}"'],
    ['a { b }', '1: unexpected "}"'],
    [';', '1: unexpected ";"'],
    ['{}', '1: unexpected "{"'],
    ['a "b"c;', '1: unexpected character after a closing quote'],
    ['a "b', '1: unexpected end of file, expecting ";" or "}"'],
  ])('%j', (text, problem) => {
    expect(problems(text)).toEqual([problem])
  })

  it('do not end the reading', () => {
    expect(parsed('a { b } c; } d;')).toEqual([['a', [['b']]], ['c'], ['d']])
  })

  it('are at most 20', () => {
    expect(problems('}'.repeat(1000))).toHaveLength(20)
  })
})

describe('whatever the text', () => {
  it('never throws', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      ';',
      '"',
      "'",
      '\\',
      '$',
      '#',
      '\n',
      ' ',
      'a',
      '_by_lua_block {',
      '[[',
      '--',
      '\0',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
        ),
        (text) => {
          const { directives, problems: found } = parseConfig(text, 'f')
          expect(Array.isArray(directives)).toBe(true)
          expect(found.length).toBeLessThanOrEqual(20)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each(['{', '}', 'a{', '"', "a '", '\\', '#', ';', '[[', 'a_by_lua_block{--[[', '$', 'a_by_lua_block{}'])(
    'takes a megabyte of %j in one pass',
    (piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length))
      expect(() => parseConfig(text, 'f')).not.toThrow()
    },
    // A second way through the text for each piece of it would take many minutes.
    30_000,
  )
})
