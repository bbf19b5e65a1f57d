import type { ASTNode } from '@marcbachmann/cel-js'
import { describe, expect, test } from 'vitest'
import { createExpressions } from '../../src/flow/cel.ts'
import { boundBy, factsOf, knownBy, outFieldsOf, unguarded } from '../../src/flow/cel-tree.ts'
import { celName, factGroups, fieldsOf, friendlyType, hopsTypes } from '../../src/flow/cel-types.ts'
import { t, type ValueType } from '../../src/words/value.ts'

const cel = createExpressions({}, 'any')
const GROUPS = new Set(['a', 'b'])

function tree(expression: string): ASTNode {
  const parsed = cel.parse(expression)
  if (parsed === null) throw new Error(`cannot be parsed: ${expression}`)
  return parsed
}

describe('the facts that an expression reads and asks for', () => {
  test.each<[string, string[], string[]]>([
    ['1 + 1 == 2', [], []],
    ['a.x', ['a.x@0'], []],
    ['a.x == b.y', ['a.x@0', 'b.y@7'], []],
    ['has(a.x)', [], ['a.x@4']],
    ['has(a.x) && a.x > 1', ['a.x@12'], ['a.x@4']],
    ['out.list.exists(s, s.p == a.x)', ['a.x@26'], []],
    ['[a.x, b.y]', ['a.x@1', 'b.y@6'], []],
    ['{"k": a.x}', ['a.x@6'], []],
    ['a.x ? b.y : b.z', ['a.x@0', 'b.y@6', 'b.z@12'], []],
    ['!a.x', ['a.x@1'], []],
    ['-a.x', ['a.x@1'], []],
    ['size(a.x)', ['a.x@5'], []],
    ['a.x.startsWith(b.y)', ['a.x@0', 'b.y@15'], []],
    ['a.x[0]', ['a.x@0'], []],
    ['"a.x"', [], []],
    ['c.x', [], []],
  ])('%s', (expression, read, guarded) => {
    const found = factsOf(tree(expression), GROUPS)
    expect(found.read.map((use) => `${use.name}@${use.start}`)).toEqual(read)
    expect(found.guarded.map((use) => `${use.name}@${use.start}`)).toEqual(guarded)
  })
})

describe('the fields of out', () => {
  test.each<[string, string[]]>([
    ['out', ['']],
    ['out.a', ['a']],
    ['out.a.b.c', ['a.b.c']],
    ['out.a == out.b', ['a', 'b']],
    ['out.list[0].p', ['list']],
    ['out.list.exists(s, s.p == out.q)', ['list', 'q']],
    ['a.x', []],
  ])('%s', (expression, fields) => {
    expect(outFieldsOf(tree(expression))).toEqual(fields)
  })
})

test.each<[string, string | null]>([
  ['out.l.exists(s, true)', 's'],
  ['out.l.exists_one(s, true)', 's'],
  ['out.l.all(x, true)', 'x'],
  ['out.l.filter(y, true)', 'y'],
  ['out.l.map(z, z)', 'z'],
  ['out.l.size()', null],
  ['a.x', null],
])('%s binds %s', (expression, variable) => {
  expect(boundBy(tree(expression))).toBe(variable)
})

describe('what is surely known', () => {
  test.each<[string, string[], string[]]>([
    ['has(a.x)', ['a.x'], []],
    ['!has(a.x)', [], ['a.x']],
    ['!!has(a.x)', ['a.x'], []],
    ['has(a.x) && has(b.y)', ['a.x', 'b.y'], []],
    ['has(a.x) || has(b.y)', [], []],
    ['has(a.x) || has(a.x)', ['a.x'], []],
    ['!(has(a.x) && has(b.y))', [], ['a.x', 'b.y']],
    ['!has(a.x) || !has(b.y)', [], ['a.x', 'b.y']],
    ['!has(a.x) && !has(b.y)', [], []],
    ['has(a.x) && (has(b.y) || has(b.z))', ['a.x'], []],
    ['(has(a.x) && has(b.y)) || (has(a.x) && has(b.z))', ['a.x'], []],
    ['has(a.x) && a.x > 1', ['a.x'], []],
    ['a.x > 1', [], []],
    ['true', [], []],
  ])('%s', (expression, whenTrue, whenFalse) => {
    const known = knownBy(tree(expression), GROUPS)
    expect([...known.whenTrue].sort()).toEqual(whenTrue)
    expect([...known.whenFalse].sort()).toEqual(whenFalse)
  })
})

describe('what is read unguarded', () => {
  test.each<[string, string[]]>([
    ['a.x', ['a.x']],
    ['has(a.x)', []],
    ['has(a.x) && a.x', []],
    ['a.x && has(a.x)', ['a.x']],
    ['!has(a.x) || a.x', []],
    ['has(a.x) || a.x', ['a.x']],
    ['has(a.x) ? a.x : b.y', ['b.y']],
    ['!has(a.x) ? b.y : a.x', ['b.y']],
    ['has(a.x) && out.l.exists(s, s.p == a.x)', []],
    ['has(a.x) && (a.x || b.y)', ['b.y']],
    ['(has(a.x) && a.x) || a.x', ['a.x']],
    ['has(a.x) && has(b.y) && a.x == b.y', []],
    ['!(has(a.x) && a.x)', []],
    ['!(!has(a.x) || b.y)', ['b.y']],
    ['[a.x, a.x]', ['a.x', 'a.x']],
  ])('%s', (expression, names) => {
    expect(unguarded(tree(expression), new Set(), GROUPS).map((use) => use.name)).toEqual(names)
  })

  test('what is known already needs no guard', () => {
    expect(unguarded(tree('a.x == b.y'), new Set(['a.x']), GROUPS).map((use) => use.name)).toEqual(['b.y'])
  })
})

describe('types', () => {
  test.each<[ValueType, string]>([
    [t.int, 'int'],
    [t.string, 'string'],
    [t.bool, 'bool'],
    [t.timestamp, 'google.protobuf.Timestamp'],
    [t.list(t.string), 'list<string>'],
    [t.list(t.timestamp), 'list<google.protobuf.Timestamp>'],
  ])('CEL calls %j %s', (type, name) => {
    expect(celName(type)).toBe(name)
  })

  test.each([
    ['google.protobuf.Timestamp', 'timestamp'],
    ['list<google.protobuf.Timestamp>', 'list<timestamp>'],
    ['google.protobuf.Duration', 'duration'],
    ['Out', 'out'],
    ['Out_sockets', 'out.sockets'],
    ['list<Out_ours_hops>', 'list<out.ours.hops>'],
    ['Facts_app', 'facts'],
    ['Outer', 'Outer'],
    ['int', 'int'],
  ])('%s reads as %s', (type, text) => {
    expect(friendlyType(type)).toBe(text)
  })

  test('a record has its fields and those of what is in it', () => {
    const type = t.record({ a: t.int, b: t.record({ c: t.int }), d: t.list(t.record({ e: t.int })), f: t.list(t.int) })
    expect(fieldsOf(type)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  test('hops are lists of exactly kind, vendor and role, all text', () => {
    const hop = { kind: t.string, vendor: t.string, role: t.string }
    const type = t.record({
      hops: t.list(t.record(hop)),
      more: t.list(t.record({ ...hop, x: t.int })),
      less: t.list(t.record({ kind: t.string, vendor: t.string })),
      other: t.list(t.record({ ...hop, role: t.int })),
      one: t.record(hop),
    })
    expect(hopsTypes(type)).toEqual(['list<map<string, string>>', 'list<Out_hops>'])
  })

  test('facts are grouped by what stands before the dot', () => {
    const spec = { question: '', example: '', discovered: '', askable: true }
    const groups = factGroups({
      'a.x': { ...spec, name: 'a.x', type: 'port' },
      'a.y': { ...spec, name: 'a.y', type: 'strings' },
      'b.z': { ...spec, name: 'b.z', type: 'timestamp' },
    })
    expect([...groups]).toEqual([
      ['a', { x: t.int, y: t.list(t.string) }],
      ['b', { z: t.timestamp }],
    ])
  })
})
