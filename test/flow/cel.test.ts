import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createExpressions } from '../../src/flow/cel.ts'
import { absenceIn } from '../../src/flow/checks/absence.ts'
import type { FactSpec, FactType } from '../../src/flow/types.ts'
import { t, type Value } from '../../src/words/value.ts'

function fact(name: string, type: FactType): [string, FactSpec] {
  return [name, { name, type, question: '', example: '', discovered: '', askable: true }]
}

const facts = Object.fromEntries([
  fact('upstream.host', 'host'),
  fact('upstream.port', 'port'),
  fact('app.pid', 'pid'),
  fact('app.started', 'timestamp'),
  fact('config.members', 'strings'),
  fact('config.read_timeout', 'duration-ms'),
  fact('proxy.listening', 'bool'),
])

const output = t.record({
  complete: t.bool,
  count: t.int,
  first: t.timestamp,
  failure: t.string,
  well: t.bool,
  ours: t.record({ found: t.bool, host: t.string, port: t.int }),
  sockets: t.list(t.record({ address: t.string, port: t.int, pid: t.int })),
  hops: t.list(t.record({ kind: t.string, vendor: t.string, role: t.string })),
})

const cel = createExpressions(facts, output)

const out: Record<string, Value> = {
  complete: true,
  count: 3n,
  first: new Date('2026-11-21T02:03:12.345Z'),
  failure: 'refused',
  well: false,
  ours: { found: true, host: '127.0.0.1', port: 3000n },
  sockets: [
    { address: '127.0.0.1', port: 3001n, pid: 4242n },
    { address: '*', port: 80n, pid: 812n },
  ],
  hops: [{ kind: 'proxy', vendor: 'nginx', role: 'made' }],
}

const held = new Map<string, Value>([
  ['upstream.host', '127.0.0.1'],
  ['upstream.port', 80n],
  ['app.started', new Date('2026-11-21T02:03:00Z')],
  ['config.members', ['127.0.0.1:3000']],
])

const run = (expression: string) => cel.evaluate(expression, { facts: held, out })

describe('check', () => {
  test.each([
    ['out.count > 0 && out.failure == "refused"', 'bool'],
    ['has(app.pid) && out.sockets.exists(s, s.pid == app.pid)', 'bool'],
    ['out.sockets.filter(s, s.port == upstream.port && covers(s.address, upstream.host))[0].pid', 'int'],
    ['out.first > app.started', 'bool'],
    ['out.first - app.started < duration("5s")', 'bool'],
    ['out.failure in ["reset", "empty-reply"]', 'bool'],
    ['out.sockets.map(s, hostPort(s.address, s.port))', 'list<string>'],
    ['urlOf("http", upstream.host, upstream.port, "/")', 'string'],
    ['out.count > 0 ? out.first : app.started', 'google.protobuf.Timestamp'],
    ['proxy.listening', 'bool'],
    ['[{"kind": "app", "vendor": out.failure, "role": "made"}]', 'list<map<string, string>>'],
  ])('%s is %s', (expression, type) => {
    expect(cel.check(expression)).toEqual({ ok: true, type })
  })

  test.each([
    ['out.conut > 0', 'there is no field "conut"', 'did you mean "count"?', 4],
    ['out.ours.prot == 1', 'there is no field "prot"', 'did you mean "port"?', 9],
    ['out.sockets.exists(s, s.prt == 1)', 'there is no field "prt"', 'did you mean "port"?', 24],
    ['upstream.prot == 1', 'there is no fact "upstream.prot"', 'did you mean "upstream.port"?', 0],
    ['has(upstream.prot)', 'there is no fact "upstream.prot"', 'did you mean "upstream.port"?', 0],
    ['has(upstraem.port)', 'there is no fact "upstraem.port"', 'did you mean "upstream.port"?', 0],
    ['upstraem.port == 1', 'nothing is called "upstraem"', 'did you mean "upstream"?', 0],
    ['has(out.count)', 'has() asks for a fact, group.name', 'leave it out: the fields of out are always there', 0],
    ['has(upstream)', 'has() asks for a fact, group.name', 'leave it out: the fields of out are always there', 0],
    ['out.count == 1.0', 'there are no doubles', 'use whole numbers: milliseconds, bytes, per mille', 13],
    ['out.failure == null', 'there is no null', 'compare with "", 0 or []; has() asks for a fact', 15],
    ['out.count == "3"', 'there is no int == string', expect.stringContaining('like and like'), 0],
    ['dyn(out.count) == 1', 'dyn() is not used in flows', expect.stringContaining('use one of has'), 0],
    ['type(out.count) == int', 'type() is not used in flows', expect.anything(), 0],
    ['out.failure.matches("(a+)+b")', 'matches() is not used in flows', expect.anything(), 0],
    ['out.failure.startWith("a")', 'startWith() is not used in flows', 'did you mean startsWith()?', 0],
    ['out.sockets.exists(out, out.port == 1)', '"out" already means something', expect.anything(), 0],
    ['out.count > 3u', 'only text, whole numbers, true and false can be written', undefined, 12],
    ['out.count >', 'Unexpected token: EOF', undefined, 11],
    ['[]', 'its type is not known', undefined, 0],
  ])('%s: %s', (expression, says, mend, offset) => {
    expect(cel.check(expression)).toEqual({ ok: false, says, offset, ...(mend === undefined ? {} : { mend }) })
  })

  test('holds an expression to the type that is wanted', () => {
    expect(cel.check('out.count', ['bool'])).toEqual({ ok: false, says: 'it is int, and must be bool', offset: 0 })
    expect(cel.check('out.first', ['int', 'string'])).toMatchObject({
      says: 'it is timestamp, and must be int or string',
    })
    expect(cel.check('out.count', ['int'])).toEqual({ ok: true, type: 'int' })
  })

  test('knows no out where nothing was looked at', () => {
    expect(createExpressions(facts, null).check('out.count > 0')).toMatchObject({
      ok: false,
      says: 'there is no out here: nothing was looked at',
    })
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void cel.check(text)))
    const piece = fc.constantFrom(
      'out',
      '.',
      'count',
      '(',
      ')',
      '[',
      ']',
      '&&',
      '!',
      ' ',
      '"',
      '1',
      'has',
      'app.pid',
      ',',
      '{',
      '?',
      ':',
    )
    fc.assert(fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => void cel.check(pieces.join(''))))
  })

  test('refuses what is nested without end', () => {
    expect(cel.check(`${'('.repeat(500)}1${')'.repeat(500)}`).ok).toBe(false)
  })
})

describe('evaluate', () => {
  test.each<[string, Value]>([
    ['out.count + 1', 4n],
    ['has(app.pid)', false],
    ['has(upstream.port) && upstream.port == 80', true],
    ['has(app.pid) && app.pid == 4242', false],
    ['out.sockets.filter(s, s.pid == 4242)[0].port', 3001n],
    ['out.sockets.exists(s, s.port == upstream.port && covers(s.address, upstream.host))', true],
    ['hostPort("127.0.0.1", 3000) in config.members', true],
    ['hostPort("::1", 80)', '[::1]:80'],
    ['urlOf("https", "[::1]", 443, "x")', 'https://[::1]:443/x'],
    ['urlOf("http", "", 80, "/")', ''],
    ['out.first > app.started', true],
    ['out.count > 0 ? out.first : app.started', new Date('2026-11-21T02:03:12.345Z')],
    ['size(out.sockets)', 2n],
  ])('%s', (expression, value) => {
    expect(run(expression)).toEqual(value)
  })

  test.each([
    ['an absent fact', 'app.pid > 0'],
    ['an index beyond the end', 'out.sockets[9].port'],
    ['a number that is none', 'int(out.failure)'],
    ['a division by zero', '1 / 0 == 1'],
  ])('throws for %s, so that the node goes blind', (_, expression) => {
    expect(() => run(expression)).toThrow()
  })

  test('an absent out throws too', () => {
    expect(() => cel.evaluate('out.count > 0', { facts: held })).toThrow()
  })

  test('does at run time, without types, what was checked with them', () => {
    const running = createExpressions(facts, null)
    expect(running.evaluate('[{"kind": "app", "vendor": out.failure}]', { facts: held, out })).toEqual([
      { kind: 'app', vendor: 'refused' },
    ])
  })

  test('a fact cannot smuggle in fields that objects have by themselves', () => {
    expect(() => run('upstream.constructor')).toThrow()
    expect(() => run('out.__proto__')).toThrow()
  })
})

describe('references', () => {
  test('tells facts that are read, facts that are asked for, and fields of out', () => {
    expect(
      cel.references('has(app.pid) && upstream.port == out.ours.port && out.sockets.exists(s, s.pid == app.pid)'),
    ).toEqual({
      facts: ['upstream.port', 'app.pid'],
      guarded: ['app.pid'],
      out: ['ours.port', 'sockets'],
    })
  })

  test('is empty for what cannot be parsed', () => {
    expect(cel.references('out.')).toEqual({ facts: [], guarded: [], out: [] })
  })
})

describe('render', () => {
  const render = (template: string, more: Record<string, Value> = {}) =>
    cel.render(template, { facts: held, out: { ...out, ...more } })

  test.each([
    ['{out.count} times since {out.first}', '3 times since 02:03:12Z'],
    ['{upstream.host}:{upstream.port}', '127.0.0.1:80'],
    ['pids {out.sockets.map(s, s.pid)}', 'pids 4242, 812'],
    ['{out.well}', 'false'],
    ['{app.pid} is not known', '… is not known'],
    ['{out.sockets[7].port}', '…'],
    ['{{not a hole}} {out.count}', '{not a hole} 3'],
    ['{out.failure == "}" ? "a" : "b"}', 'b'],
    ['no holes', 'no holes'],
    ['{unclosed', '{unclosed'],
  ])('%s', (template, text) => {
    expect(render(template)).toBe(text)
  })

  test('a time that never was is never', () => {
    expect(render('{out.first}', { first: new Date(0) })).toBe('never')
  })

  test.each([
    ['escape sequences', '\u001b[31mred\u001b[0m \u001b]0;title\u0007x', 'red x'],
    ['line ends and tabs', 'a\r\nb\tc', 'a b c'],
    ['bidirectional overrides', 'user\u202egnp.exe', 'usergnp.exe'],
    ['NUL and C1', 'a\u0000b\u009bc', /^ab/],
    ['holes of their own', '{out.count}', '{out.count}'],
    ['a template in a value', '{{x}}', '{{x}}'],
  ])('makes %s harmless', (_, failure, text) => {
    const shown = render('{out.failure}', { failure })
    if (typeof text === 'string') expect(shown).toBe(text)
    else expect(shown).toMatch(text)
  })

  test('bounds a value at 200 characters, whole ones', () => {
    expect(render('{out.failure}', { failure: 'x'.repeat(5000) })).toBe(`${'x'.repeat(199)}…`)
    expect([...render('{out.failure}', { failure: '🙂'.repeat(5000) })]).toHaveLength(200)
  })

  test('gives one visible line, whatever was found', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (failure) => {
        const text = render('{out.failure}', { failure })
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
        expect([...text].length).toBeLessThanOrEqual(200)
      }),
    )
  })
})

describe('checkTemplate', () => {
  test.each([
    ['{out.ours}', 'out.ours cannot stand in a sentence', 1],
    ['x {out.sockets}', 'list<out.sockets> cannot stand in a sentence', 3],
    ['x {out.conut}', 'there is no field "conut"', 7],
    ['x {out.count', 'a { without its }', 2],
  ])('%s: %s', (template, says, offset) => {
    expect(cel.checkTemplate(template)).toMatchObject({ ok: false, says, offset })
  })

  test.each(['{out.count} {out.first} {out.well} {config.members} {out.failure}', '{{x}}', 'plain'])(
    '%s',
    (template) => {
      expect(cel.checkTemplate(template).ok).toBe(true)
    },
  )
})

describe('a claim that rests on absence', () => {
  const rests = (expression: string) => {
    const tree = cel.parse(expression)
    if (tree === null) throw new Error(expression)
    return absenceIn(tree) !== null
  }

  test.each([
    '!out.well',
    '!out.sockets.exists(s, s.port == 80)',
    'out.count == 0',
    '0 == out.count',
    'out.count < 1',
    '1 > out.count',
    'out.count <= 0',
    '!(out.count > 0)',
    'size(out.sockets) == 0',
    'out.sockets.size() == 0',
    'out.sockets == []',
    'out.well == false',
    'out.well != true',
    'out.sockets.all(s, s.port != 80)',
    'out.sockets.exists_one(s, s.port == 80)',
    '!(80 in out.sockets.map(s, s.port))',
    '!out.failure.startsWith("tls")',
    'out.failure == "x" || !out.well',
    'out.complete || out.count == 0',
    'out.count > 3 ? !out.well : out.well',
    '(out.complete && out.well) || out.count == 0',
    '!(out.well || out.count > 0)',
  ])('%s', (expression) => {
    expect(cel.check(expression, ['bool']).ok).toBe(true)
    expect(rests(expression)).toBe(true)
  })

  test.each([
    'out.complete && !out.well',
    '!out.well && out.complete',
    'out.complete && (out.count == 0 || !out.well)',
    'out.complete && out.failure == "" && out.sockets.all(s, s.port != 80)',
    'out.count > 0',
    'out.count == 3',
    'out.failure != "refused"',
    'out.failure == ""',
    '!(out.count == 0)',
    '!!out.well',
    'out.well == true',
    '!out.complete',
    'out.sockets.exists(s, s.port != 80)',
    'out.sockets.exists(s, !(s.pid == 0))',
    '!out.sockets.all(s, s.port == 80)',
    '!proxy.listening',
    '!has(app.pid)',
    'upstream.port == 0',
    '!(out.failure in ["a", "b"])',
  ])('but not: %s', (expression) => {
    expect(cel.check(expression, ['bool']).ok).toBe(true)
    expect(rests(expression)).toBe(false)
  })
})
