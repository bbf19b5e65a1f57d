import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/flow/problem.ts'
import { type Path, readYaml } from '../../src/flow/yaml-file.ts'
import { folderOf } from './support.ts'

/** A file of this text, read; problems as `line:column what`. */
function read(text: string | Uint8Array) {
  const path = join(folderOf({}), 'a.yaml')
  writeFileSync(path, text)
  const problems: Problem[] = []
  const file = readYaml(path, 'flows/a.yaml', problems)
  const at = (where: Path, what?: 'key' | 'value') => {
    const { line, column } = file.at(where, what)
    return `${line}:${column}`
  }
  const inside = (where: Path, offset: number) => {
    const { line, column } = file.inside(where, offset)
    return `${line}:${column}`
  }
  return { data: file.data, at, inside, told: problems.map((p) => `${p.line}:${p.column} ${p.what}`), problems }
}

const NESTED = `flow: a
nodes:
  look:
    probe: { run: "ss -l", at: here }
    branches:
      - id: one
        learn:
          app.port: out.port
      - { id: two, suspects: [wrong-port, process-down] }
    note: |
      first
      second
    folded: >
      first
      second
    empty:
    'quoted key': 1
`

describe('where a value stands', () => {
  test.each<[string, Path, string]>([
    ['the whole file', [], '1:1'],
    ['a scalar at the top', ['flow'], '1:7'],
    ['a map below', ['nodes', 'look'], '4:5'],
    ['a flow map', ['nodes', 'look', 'probe'], '4:12'],
    ['a quoted text in a flow map', ['nodes', 'look', 'probe', 'run'], '4:19'],
    ['a plain text in a flow map', ['nodes', 'look', 'probe', 'at'], '4:32'],
    ['a list', ['nodes', 'look', 'branches'], '6:7'],
    ['the first item of a list', ['nodes', 'look', 'branches', 0], '6:9'],
    ['a value in an item', ['nodes', 'look', 'branches', 0, 'id'], '6:13'],
    ['a value under a dotted key', ['nodes', 'look', 'branches', 0, 'learn', 'app.port'], '8:21'],
    ['a flow map as an item', ['nodes', 'look', 'branches', 1], '9:9'],
    ['a flow list in it', ['nodes', 'look', 'branches', 1, 'suspects'], '9:30'],
    ['its second item', ['nodes', 'look', 'branches', 1, 'suspects', 1], '9:43'],
    ['a literal block', ['nodes', 'look', 'note'], '10:11'],
    ['a folded block', ['nodes', 'look', 'folded'], '13:13'],
    ['a value under a quoted key', ['nodes', 'look', 'quoted key'], '17:19'],
  ])('%s', (_, path, place) => {
    expect(read(NESTED).at(path)).toBe(place)
  })
})

describe('where a key stands', () => {
  test.each<[string, Path, string]>([
    ['at the top', ['nodes'], '2:1'],
    ['below', ['nodes', 'look'], '3:3'],
    ['in a flow map', ['nodes', 'look', 'probe', 'at'], '4:28'],
    ['with a dot in it', ['nodes', 'look', 'branches', 0, 'learn', 'app.port'], '8:11'],
    ['with quotes', ['nodes', 'look', 'quoted key'], '17:5'],
    ['without a value', ['nodes', 'look', 'empty'], '16:5'],
    ['an item has none: its value', ['nodes', 'look', 'branches', 1], '9:9'],
  ])('%s', (_, path, place) => {
    expect(read(NESTED).at(path, 'key')).toBe(place)
  })
})

describe('what is not there is told by the nearest thing above', () => {
  test.each<[string, Path, string]>([
    ['a missing key of the file', ['nope'], '1:1'],
    ['a missing key of a map', ['nodes', 'look', 'nope'], '4:5'],
    ['an item beyond the end', ['nodes', 'look', 'branches', 7], '6:7'],
    ['a key of a scalar', ['flow', 'deeper', 'still'], '1:7'],
    ['an index of a map', ['nodes', 3], '3:3'],
    ['a word where an index belongs', ['nodes', 'look', 'branches', 'x'], '6:7'],
  ])('%s', (_, path, place) => {
    expect(read(NESTED).at(path)).toBe(place)
  })
})

describe('a character inside a text', () => {
  test.each<[string, string, number, string]>([
    ['a plain text', 'a: out.x == 1\n', 4, '1:8'],
    ['double quotes', 'a: "out.x == 1"\n', 4, '1:9'],
    ['single quotes', "a: 'out.x == 1'\n", 4, '1:9'],
    ['behind an escaped double quote', 'a: "x == \\"y\\" && z"\n', 12, '1:19'],
    ['behind a doubled single quote', "a: 'x == ''y'' && z'\n", 5, '1:10'],
    ['behind two doubled single quotes', "a: 'x == ''y'' && z'\n", 12, '1:19'],
    ['behind a \\u escape', 'a: "\\u0041 z"\n', 2, '1:12'],
    ['behind a \\x escape', 'a: "\\x41 z"\n', 2, '1:10'],
    ['behind leading blanks, which the schema trims', 'a: "   z == 1"\n', 0, '1:8'],
    ['on the second line of a plain text', 'a: one\n  two z\n', 8, '2:7'],
    ['on the second line of a quoted text', 'a: "one\n  two z"\n', 8, '2:7'],
    ['on the second line of a single-quoted text', "a: 'one\n   two z'\n", 8, '2:8'],
    ['on the first line of a literal block', 'a: |\n  one\n  two\n', 0, '2:3'],
    ['on the second line of a literal block', 'a: |\n  one\n  two\n', 4, '3:3'],
    ['at the end of a literal block', 'a: |-\n  one\n  two\n', 6, '3:5'],
    ['in a folded block', 'a: >-\n  one\n  two z\n', 8, '3:7'],
    ['in a literal block of a file with Windows line ends', 'a: |\r\n  one\r\n  two\r\n', 4, '3:3'],
    ['beyond the end: no further than the end', 'a: abc\n', 50, '1:7'],
  ])('%s', (_, text, offset, place) => {
    expect(read(text).inside(['a'], offset)).toBe(place)
  })

  test('points at the beginning of what is no text', () => {
    expect(read('a: 12345\n').inside(['a'], 3)).toBe('1:4')
    expect(read('a: [1, 2]\n').inside(['a'], 3)).toBe('1:4')
    expect(read('a:\n').inside(['a'], 3)).toBe('1:3')
    expect(read('a: x\n').inside(['b'], 3)).toBe('1:1')
  })
})

describe('how a file is written does not matter', () => {
  test('Windows line ends', () => {
    const { data, at, told } = read('flow: a\r\nlist:\r\n  - x\r\n  - { y: 2 }\r\n')
    expect(told).toEqual([])
    expect(data).toEqual({ flow: 'a', list: ['x', { y: 2 }] })
    expect(at(['list', 1, 'y'])).toBe('4:10')
  })

  test('a byte order mark takes no column', () => {
    const { data, at, told } = read('\ufeffflow: a\nb: 2\n')
    expect(told).toEqual([])
    expect(data).toEqual({ flow: 'a', b: 2 })
    expect(at(['flow'])).toBe('1:7')
    expect(at(['flow'], 'key')).toBe('1:1')
  })

  test('no line end at the end', () => {
    expect(read('a: 1').data).toEqual({ a: 1 })
  })

  test('comments and a document start', () => {
    const { data, at, told } = read('# why\n---\na: 1 # because\n')
    expect(told).toEqual([])
    expect(data).toEqual({ a: 1 })
    expect(at(['a'])).toBe('3:4')
  })

  test('a column counts characters, also beyond ASCII', () => {
    expect(read('{ "é": 1, b: 2 }').at(['b'])).toBe('1:14')
  })

  test('numbers as keys are found by their text', () => {
    const { data, at } = read('status:\n  502: bad\n')
    expect(data).toEqual({ status: { 502: 'bad' } })
    expect(at(['status', '502'])).toBe('2:8')
  })
})

describe('YAML 1.2: what stands there is what is meant', () => {
  test.each<[string, unknown]>([
    ['yes', 'yes'],
    ['no', 'no'],
    ['on', 'on'],
    ['off', 'off'],
    ['true', true],
    ['False', false],
    ['null', null],
    ['~', null],
    ['1_000', '1_000'],
    ['012', 12],
    ['0o17', 15],
    ['0x1f', 31],
    ['1e3', 1000],
    ['5s', '5s'],
    ['22:22', '22:22'],
    ['2026-11-21', '2026-11-21'],
    ['2026-11-21T02:03:12Z', '2026-11-21T02:03:12Z'],
    ['"on"', 'on'],
    ["'1'", '1'],
    ['"a\\tb"', 'a\tb'],
  ])('%s', (written, value) => {
    expect(read(`a: ${written}\n`).data).toEqual({ a: value })
  })

  test('a key that objects have by themselves is a key like any other', () => {
    const { data } = read('__proto__: { polluted: 1 }\nconstructor: 2\n')
    expect(Object.keys(data ?? {})).toEqual(['__proto__', 'constructor'])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

describe('what is no YAML is told by its line', () => {
  test.each<[string, string, string[]]>([
    ['an open list', 'a: [1, 2\n', ['2:1']],
    ['an open map', 'a: { b: 1\n', ['2:1']],
    ['an open quote', 'a: "b\n', ['2:1']],
    ['a tab before a key', 'a:\n\tb: 1\n', ['2:1']],
    ['a colon in a plain text', 'a: b: c\n', ['1:4']],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', ['3:1']],
    ['a key twice, deep down', 'x:\n  y: { a: 1, a: 2 }\n', ['2:14']],
    ['a second document', 'a: 1\n---\nb: 2\n', ['2:1']],
    ['a tag nobody knows', 'a: !!js/function "x"\n', ['1:4']],
    ['an own tag', 'a: !own b\n', ['1:4']],
    ['wrong indentation', 'a:\n   b: 1\n  c: 2\n', ['3:1']],
  ])('%s', (_, text, places) => {
    const { told } = read(text)
    expect(told.map((line) => line.split(' ')[0])).toEqual(places)
    expect(told.join()).toContain('not valid YAML')
  })

  test('nothing of a broken file is used', () => {
    expect(read('a: 1\nb: [\n').data).toBeNull()
  })

  test.each<[string, string]>([
    ['a: 1\na: 2\n', 'give each key once: the second would silently replace the first'],
    ['a: 1\n---\nb: 2\n', 'one file holds one flow: remove the --- line'],
    ['a: !x 1\n', 'leave the tag out'],
    ['a:\n\tb: 1\n', 'indent with spaces'],
    ['a: b: c\n', 'put text that holds ": ", "#", "{" or quotes between quotes'],
  ])('%j is mended so: %s', (text, mend) => {
    expect(read(text).problems[0]?.mend).toBe(mend)
  })
})

describe('what is hostile', () => {
  test('an alias, even a single one, and nothing of the file is used', () => {
    const { data, told } = read('a: &x 1\nb: *x\n')
    expect(told).toEqual(['2:4 aliases are not used in flows'])
    expect(data).toBeNull()
  })

  test('a billion laughs ends at the first alias', () => {
    const laughs = ['a: &a [lol, lol]', 'b: &b [*a, *a, *a]', 'c: &c [*b, *b, *b]', 'd: [*c, *c, *c]']
    const { told } = read(laughs.join('\n'))
    expect(told).toEqual(['2:8 aliases are not used in flows'])
  })

  test('a merge key merges nothing', () => {
    expect(read('a: 1\n<<: { b: 2 }\n').data).toEqual({ a: 1, '<<': { b: 2 } })
  })

  test('more than a million characters', () => {
    const { data, told } = read(`a: "${'x'.repeat(1_000_001)}"\n`)
    expect(told).toEqual(['1:1 the file is larger than 1 MB'])
    expect(data).toBeNull()
  })

  test.each(['[', '{ a: ', '- '])('brackets without end: %s', (open) => {
    const { data, told } = read(open.repeat(20_000))
    expect(data).toBeNull()
    expect(told.length).toBeGreaterThan(0)
  })

  test('bytes that are no UTF-8 become replacement characters', () => {
    expect(read(new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a])).data).toEqual({ a: '\ufffd\ufffd' })
  })

  test.each(['', '\n\n', '# only a comment\n', '---\n', '~', 'null', '\ufeff'])('an empty file says so: %j', (text) => {
    const { data, told } = read(text)
    expect(told).toEqual(['1:1 the file is empty'])
    expect(data).toBeNull()
  })
})
