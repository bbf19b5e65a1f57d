import { describe, expect, test } from 'vitest'
import { describeNode } from '../../src/flow/describe.ts'
import { drawFlows } from '../../src/flow/draw.ts'
import { baseFiles, loadWith, told } from './support.ts'

const LOOK = 'title: q, probe: { run: "ss -ltnpH", at: here, read: listeners, timeout: 5s }'

/** A tree of these nodes that begins at `a`; `end` is there. */
function load(nodes: string) {
  const locate = `flow: locate\ntitle: t\nstart: a\nnodes:\n${nodes}\n  end: { end: inconclusive, says: s }\n`
  return loadWith({ 'locate.yaml': locate, 'uncovered.yaml': 'uncovered: {}\n', 'remedies.yaml': 'remedies: []\n' })
}
const problems = (nodes: string) => told(load(nodes)).filter((line) => !line.startsWith('flows/facts.yaml'))
const node = (name: string, ways: string, blind = 'end') =>
  `  ${name}: { ${LOOK}, branches: [${ways}], blind: { go: ${blind} } }`
const SEEN = 'when: size(out.sockets) > 0, found: f'

describe('ways through the tree', () => {
  test.each<[string, string[], string[]]>([
    ['one look that ends', [node('a', '{ id: x, found: f, go: end }')], []],
    [
      'a look that comes back to itself and may end',
      [node('a', `{ id: x, ${SEEN}, go: a }, { id: y, found: f, go: end }`)],
      [],
    ],
    [
      'a node that only the blind way reaches',
      [node('a', '{ id: x, found: f, go: end }', 'b'), node('b', '{ id: x, found: f, go: end }')],
      [],
    ],
    [
      'a node that nothing reaches',
      [node('a', '{ id: x, found: f, go: end }'), node('b', '{ id: x, found: f, go: end }')],
      ['flows/locate.yaml:6:3 no way leads to "locate/b"'],
    ],
    [
      'an island of two',
      [
        node('a', '{ id: x, found: f, go: end }'),
        node('b', '{ id: x, found: f, go: c }'),
        node('c', '{ id: x, found: f, go: b }'),
      ],
      ['flows/locate.yaml:6:3 no way leads to "locate/b"', 'flows/locate.yaml:7:3 no way leads to "locate/c"'],
    ],
    [
      'two forks that send each other on',
      [
        '  a: { fork: [{ id: x, when: has(app.port), go: b }, { id: y, go: end }] }',
        '  b: { fork: [{ id: x, when: has(app.unit), go: a }, { id: y, go: end }] }',
      ],
      ['flows/locate.yaml:5:3 forks lead in a circle', 'flows/locate.yaml:6:3 forks lead in a circle'],
    ],
    [
      'a fork that comes back by way of a look',
      [
        '  a: { fork: [{ id: x, when: has(app.port), go: b }, { id: y, go: end }] }',
        node('b', '{ id: x, found: f, go: a }'),
      ],
      [],
    ],
    [
      'an aside of two looks that comes back',
      [
        node('a', `{ id: x, ${SEEN}, aside: [b], go: end }, { id: y, found: f, go: end }`),
        node('b', '{ id: x, found: f, go: c }', 'back'),
        node('c', '{ id: x, found: f, go: back }', 'back'),
      ],
      [],
    ],
    [
      'an aside whose blind way ends the walk',
      [
        node('a', `{ id: x, ${SEEN}, aside: [b], go: end }, { id: y, found: f, go: end }`),
        node('b', '{ id: x, found: f, go: back }'),
      ],
      ['the aside "locate/b" can end'],
    ],
    ['back from the main way', [node('a', '{ id: x, found: f, go: back }')], ['there is nothing to go back to']],
  ])('%s', (_, nodes, expected) => {
    const found = problems(nodes.join('\n'))
    for (const what of expected) expect(found.join('\n')).toContain(what)
    if (expected.length === 0)
      expect(found.filter((line) => /way|circle|aside|back/.test(line) && !/not known/.test(line))).toEqual([])
  })
})

describe('the digest', () => {
  const digest = (files: Record<string, string>) => loadWith(files).library.digest
  const { 'locate.yaml': locate = '', 'facts.yaml': facts = '' } = baseFiles()
  const lines = facts.trimEnd().split('\n')

  test.each<[string, Record<string, string>]>([
    ['facts stand in another order', { 'facts.yaml': [lines[0], ...lines.slice(1).reverse(), ''].join('\n') }],
    ['a comment was added', { 'locate.yaml': `${locate}# done\n` }],
    ['lines end as on Windows', { 'locate.yaml': locate.replaceAll('\n', '\r\n') }],
    ['quotes were left out', { 'locate.yaml': locate.replace('"It is not known"', 'It is not known') }],
    ['a default was written out', { 'locate.yaml': locate.replace('place: app', 'place: app\n    sides: [app]') }],
  ])('stays when %s', (_, files) => {
    expect(digest(files)).toBe(digest({}))
  })

  test.each<[string, string, string]>([
    ['a condition', 'out.sockets.exists(s, s.port == url.port)', 'out.sockets.exists(s, s.port != url.port)'],
    ['a sentence', 'It is not known', 'It is unknown'],
    ['a vantage', 'at: here', 'at: proxy'],
    ['a title', 'Who answered?', 'Who?'],
    ['a rival', 'rivals: [wrong-port]', 'rivals: [dns-failure]'],
    ['a fix', 'Start it', 'Stop it'],
    ['what is ruled out', 'rules-out: [wrong-port]', 'rules-out: []'],
    ['where a blind look leads', 'blind: { go: unknown }', 'blind: { go: down }'],
  ])('changes with %s', (_, before, after) => {
    expect(locate).toContain(before)
    expect(digest({ 'locate.yaml': locate.replace(before, after) })).not.toBe(digest({}))
  })
})

describe('drawing', () => {
  test('a question, a fork and an aside', () => {
    const drawn = drawFlows(
      load(`  a: { ask: 'Which "one"?', why: w, options: [{ id: x, label: l, go: b }] }
  b: { fork: [{ id: x, when: has(app.port), aside: [c], go: end }, { id: y, go: end }] }
  c: { ${LOOK}, branches: [{ id: x, found: f, go: back }], blind: { go: back } }`).library,
    )
    expect(drawn).toBe(`flowchart TD
  subgraph f_locate["locate: t"]
    n0[/"a: Which #34;one#34;?"/]
    n1{"b"}
    n2["c: q"]
    n3(["inconclusive"])
  end
  n0 -->|"x"| n1
  n1 -->|"x"| n3
  n1 ==>|"x, aside"| n2
  n1 -->|"y"| n3
  classDef probe fill:#eef,stroke:#446
  class n2 probe
  classDef ask fill:#ffe,stroke:#664
  class n0 ask
  classDef fork fill:#fff,stroke:#999
  class n1 fork
  classDef end fill:#eee,stroke:#666
  class n3 end
`)
  })
})

test('a command is shown so that a shell would take it as the words it is', () => {
  const { library } = load(
    `  a: { title: q, probe: { run: "cat \\"it's\\" '/a b' ''", at: here, read: text, timeout: 5s }, branches: [{ id: x, found: f, go: end }], blind: { go: end } }`,
  )
  const shown = library.nodes['locate/a']
  expect(shown && describeNode(shown, library)).toContain(`Runs: cat 'it'\\''s' '/a b' ''\n`)
})
