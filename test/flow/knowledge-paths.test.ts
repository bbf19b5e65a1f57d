import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadLibrary } from '../../src/flow/load.ts'
import { baseFiles, CATALOGUE, folderOf, loadWith, told } from './support.ts'

const HIDDEN = '  - { name: gate.pid, type: pid, question: q, example: "8", discovered: d, askable: false }\n'
const PROBE = 'title: q, probe: { run: "ss -ltnpH", at: here, read: listeners, timeout: 5s }'
const LEARN = "learn: { gate.pid: 'out.sockets[0].pid' }"

/** Is `gate.pid`, which nobody can be asked for, known on every way to the node `use`? */
function knownAtUse(nodes: string[]): boolean {
  const use = `  use: { title: 'Pid {gate.pid}?', probe: { run: "ss -ltnpH", at: here, read: listeners, timeout: 5s }, branches: [{ id: x, found: f, go: end }], blind: { go: end } }`
  const text = `flow: locate\ntitle: t\nstart: a\nnodes:\n${[...nodes, use].join('\n')}\n  end: { end: inconclusive, says: s }\n`
  const found = told(
    loadWith({
      'locate.yaml': text,
      'facts.yaml': `${baseFiles()['facts.yaml'] ?? ''}${HIDDEN}`,
      'uncovered.yaml': 'uncovered: {}\n',
      'remedies.yaml': 'remedies: []\n',
    }),
  ).filter((line) => line.startsWith('flows/locate.yaml'))
  expect(found.filter((line) => !line.includes('"gate.pid" is not known'))).toEqual([])
  return found.length === 0
}

const probe = (name: string, ways: string, blind = 'end') =>
  `  ${name}: { ${PROBE}, branches: [${ways}], blind: { go: ${blind} } }`

describe('a fact is known where every way has learned it', () => {
  test.each<[string, string[]]>([
    ['the only way', [probe('a', `{ id: x, found: f, ${LEARN}, go: use }`)]],
    [
      'two branches that both learn it',
      [
        probe(
          'a',
          `{ id: x, when: size(out.sockets) > 1, found: f, ${LEARN}, go: use }, { id: y, found: f, ${LEARN}, go: use }`,
        ),
      ],
    ],
    [
      'a way over another look, blind or not',
      [probe('a', `{ id: x, found: f, ${LEARN}, go: b }`), probe('b', '{ id: x, found: f, go: use }', 'use')],
    ],
    [
      'a question in between',
      [
        probe('a', `{ id: x, found: f, ${LEARN}, go: b }`),
        '  b: { ask: q, why: w, options: [{ id: x, label: l, go: use }, { id: y, label: m, go: end }] }',
      ],
    ],
    [
      'an answer that teaches it',
      [`  a: { ask: q, why: w, options: [{ id: x, label: l, learn: { gate.pid: '8' }, go: use }] }`],
    ],
    [
      'a circle that learns it before it goes round',
      [
        probe('a', `{ id: x, found: f, ${LEARN}, go: b }`),
        probe('b', '{ id: x, when: out.complete, found: f, go: b }, { id: y, found: f, go: use }'),
      ],
    ],
  ])('%s', (_, nodes) => {
    expect(knownAtUse(nodes)).toBe(true)
  })

  test.each<[string, string[]]>([
    ['a blind way: nothing was seen', [probe('a', `{ id: x, found: f, ${LEARN}, go: use }`, 'use')]],
    ['a branch that does not learn it', [probe('a', '{ id: x, found: f, go: use }')]],
    [
      'one answer of two that teaches it',
      [
        `  a: { ask: q, why: w, options: [{ id: x, label: l, learn: { gate.pid: '8' }, go: use }, { id: y, label: m, go: use }] }`,
      ],
    ],
    [
      'the wrong side of a fork',
      [
        `  a: { fork: [{ id: x, when: '!has(gate.pid)', go: use }, { id: y, go: b }] }`,
        probe('b', `{ id: x, found: f, ${LEARN}, go: end }`),
      ],
    ],
    [
      'an aside that learns it: what it finds may be nothing',
      [
        probe('a', `{ id: x, found: f, aside: [b], go: use }`),
        probe('b', `{ id: x, found: f, ${LEARN}, go: back }`, 'back'),
      ],
    ],
  ])('but not by %s', (_, nodes) => {
    expect(knownAtUse(nodes)).toBe(false)
  })
})

describe('a folder of flows', () => {
  test('links, hidden files and other files are not read', () => {
    const folder = folderOf({
      ...baseFiles(),
      '.hidden.yaml': 'a: [',
      'README.md': '# a',
      'node_modules/x.yaml': 'a: [',
    })
    writeFileSync(join(folder, '..', 'outside.yaml'), 'a: [')
    symlinkSync(join(folder, '..', 'outside.yaml'), join(folder, 'link.yaml'))
    expect(told(loadLibrary(folder, CATALOGUE))).toEqual([])
  })

  test('that is not there throws', () => {
    expect(() => loadLibrary(join(folderOf({}), 'nowhere'), CATALOGUE)).toThrow(/ENOENT/)
  })

  test.each(['null\n', '---\n', '~\n', ''])('with an empty file %j says so', (text) => {
    expect(told(loadWith({ 'more.yaml': text }))).toContain(
      'flows/more.yaml:1:1 the file is empty | fill it or remove it',
    )
  })

  test.each(['5\n', '[]\n', 'text\n', 'true\n'])('with a file that is no map %j says so', (text) => {
    expect(told(loadWith({ 'more.yaml': text }))).toContain('flows/more.yaml:1:1 the file must be a map | write a map')
  })

  test('a fact whose name objects have by themselves is no fact', () => {
    const text = (baseFiles()['locate.yaml'] ?? '').replace(
      'learn: { app.port: url.port }',
      'learn: { constructor: url.port }',
    )
    expect(told(loadWith({ 'locate.yaml': text })).join()).toContain(
      '"constructor" cannot stand here: a fact is named group.name | rename it',
    )
  })
})
