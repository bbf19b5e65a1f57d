import { describe, expect, test } from 'vitest'
import { baseFiles, loadWith, told } from './support.ts'

const HIDDEN =
  '  - { name: gate.pid, type: pid, question: Which pid?, example: "812", discovered: sockets, askable: false }\n'
const LOOK = 'probe: { run: "ss -ltnpH", at: here, read: listeners, timeout: 5s }'

/** A tree whose first node may learn `gate.pid` (nobody can be asked for it); `nodes` follow, `end` is there. */
function tree(nodes: string): string[] {
  const locate = `flow: locate
title: t
start: first
nodes:
  first:
    title: q
    ${LOOK}
    branches:
      - { id: seen, when: size(out.sockets) > 1, found: f, learn: { gate.pid: 'out.sockets[0].pid' }, go: next }
      - { id: one, when: size(out.sockets) > 0, found: f, go: next }
      - { id: none, found: f, go: end }
    blind: { go: end }
${nodes}
  end:
    end: inconclusive
    says: s
`
  const facts = `${baseFiles()['facts.yaml'] ?? ''}${HIDDEN}`
  const files = {
    'locate.yaml': locate,
    'facts.yaml': facts,
    'uncovered.yaml': 'uncovered: {}\n',
    'remedies.yaml': 'remedies: []\n',
  }
  return told(loadWith(files)).filter((line) => !line.startsWith('flows/facts.yaml'))
}

describe('a fact that only one of two ways learns', () => {
  test('cannot be read where they meet', () => {
    const found = tree(`  next:
    title: q
    ${LOOK}
    branches:
      - { id: same, when: 'out.sockets.exists(s, s.pid == gate.pid)', found: f, go: end }
      - { id: other, found: f, go: end }
    blind: { go: end }`)
    expect(found).toEqual([
      'flows/locate.yaml:17:59 "gate.pid" is not known on every way here | write has(gate.pid) && … in front, or learn it on every way here',
    ])
  })

  test('cannot be an argument where they meet, and the message names the way that lacks it', () => {
    const found = tree(`  next:
    title: q
    probe: { look: sockets, with: { pid: gate.pid }, at: here, read: listeners, timeout: 5s }
    branches: [{ id: other, found: f, go: end }]
    blind: { go: end }`)
    expect(found).toEqual([
      'flows/locate.yaml:15:42 "gate.pid" is not known on every way here, and nobody may be asked for it | learn it on every way here (not known on the way from locate/first), or route around with a fork on has(gate.pid)',
    ])
  })

  test('may be an argument that can be left out', () => {
    const found = tree(`  next:
    title: q
    probe: { look: sockets, with: { pid: "gate.pid?" }, at: here, read: listeners, timeout: 5s }
    branches: [{ id: other, found: f, go: end }]
    blind: { go: end }`)
    expect(found).toEqual([])
  })

  test.each([
    ['a guard in front', `has(gate.pid) && out.sockets.exists(s, s.pid == gate.pid)`],
    ['a guard that ends the condition', `!has(gate.pid) || out.sockets.exists(s, s.pid == gate.pid)`],
    ['a guard in a ternary', `has(gate.pid) ? out.sockets.exists(s, s.pid == gate.pid) : out.complete`],
    ['two guards', `(has(gate.pid) && has(app.port)) && (gate.pid > 1 && app.port > 1 && size(out.sockets) > 0)`],
  ])('may be read behind %s', (_, when) => {
    const found = tree(`  next:
    title: q
    ${LOOK}
    branches:
      - { id: same, when: '${when}', found: f, go: end }
      - { id: other, found: f, go: end }
    blind: { go: end }`)
    expect(found).toEqual([])
  })

  test.each([
    ['the wrong side of a guard', `!has(gate.pid) && out.sockets.exists(s, s.pid == gate.pid)`],
    ['a guard of something else', `has(app.port) && out.sockets.exists(s, s.pid == gate.pid)`],
    ['a guard that may be skipped', `(has(gate.pid) || out.complete) && gate.pid > 1`],
  ])('may not be read behind %s', (_, when) => {
    const found = tree(`  next:
    title: q
    ${LOOK}
    branches:
      - { id: same, when: '${when}', found: f, go: end }
      - { id: other, found: f, go: end }
    blind: { go: end }`)
    expect(found).toHaveLength(1)
  })

  test('is known beyond a fork that asked for it', () => {
    const found = tree(`  next:
    fork:
      - { id: known, when: has(gate.pid), go: with }
      - { id: unknown, go: end }
  with:
    title: 'What of {gate.pid}?'
    probe: { look: sockets, with: { pid: gate.pid }, at: here, read: listeners, timeout: 5s }
    branches: [{ id: other, found: 'pid {gate.pid}', go: end }]
    blind: { go: end }`)
    expect(found).toEqual([])
  })

  test('is known beyond a fork that sent away those who lack it', () => {
    const found = tree(`  next:
    fork:
      - { id: unknown, when: '!has(gate.pid)', go: end }
      - { id: known, go: with }
  with:
    title: 'What of {gate.pid}?'
    ${LOOK}
    branches: [{ id: other, found: f, go: end }]
    blind: { go: end }`)
    expect(found).toEqual([])
  })

  test('stands in no sentence where it may be missing, unless the sentence asks', () => {
    const sentence = (title: string) =>
      tree(`  next:
    title: '${title}'
    ${LOOK}
    branches: [{ id: other, found: f, go: end }]
    blind: { go: end }`)
    expect(sentence('What of {gate.pid}?')).toEqual([
      'flows/locate.yaml:14:22 "gate.pid" is not known on every way here | learn it on every way here, or leave it out of the sentence',
    ])
    expect(sentence('What of {has(gate.pid) ? string(gate.pid) : "it"}?')).toEqual([])
  })
})

test('what a branch learns may stand in its own finding, not in its own condition', () => {
  expect(
    tree(`  next:
    title: q
    ${LOOK}
    branches:
      - { id: a, when: size(out.sockets) > 0, found: 'pid {gate.pid}', learn: { gate.pid: 'out.sockets[0].pid' }, go: end }
      - { id: b, when: gate.pid > 1, found: f, learn: { gate.pid: 'out.sockets[0].pid' }, go: end }
      - { id: other, found: f, go: end }
    blind: { go: end }`),
  ).toEqual([expect.stringContaining('flows/locate.yaml:18:24 "gate.pid" is not known on every way here')])
})

test('a person may take an option whose condition does not hold: it proves nothing', () => {
  expect(
    tree(`  next:
    ask: 'Which?'
    why: w
    options:
      - { id: a, label: 'A', when: has(gate.pid), go: with }
      - { id: b, label: 'B', go: end }
  with:
    title: 'What of {gate.pid}?'
    ${LOOK}
    branches: [{ id: other, found: f, go: end }]
    blind: { go: end }`),
  ).toEqual([expect.stringContaining('flows/locate.yaml:20:22 "gate.pid" is not known')])
})

test('an aside knows what the branch learned that sends to it, and its end is what the branch says', () => {
  const aside = (title: string) =>
    tree(`  next:
    title: q
    ${LOOK}
    branches:
      - { id: a, when: size(out.sockets) > 0, found: f, learn: { gate.pid: 'out.sockets[0].pid' }, aside: [extra], go: end }
      - { id: other, found: f, go: end }
    blind: { go: end }
  extra:
    title: '${title}'
    ${LOOK}
    branches: [{ id: other, found: f, go: back }]
    blind: { go: back }`)
  expect(aside('What of {gate.pid}?')).toEqual([])
  expect(aside('What of {app.port}?')).toEqual([])
})

test('a verdict verifies only with what is known when it is given', () => {
  const verdict = (go: string) =>
    tree(`  next:
    fork:
      - { id: known, when: has(gate.pid), go: with }
      - { id: unknown, go: ${go} }
  with:
    title: q
    probe: { look: sockets, with: { pid: gate.pid }, at: here, read: listeners, timeout: 5s }
    branches: [{ id: other, found: f, go: down }]
    blind: { go: end }
  down:
    verdict: process-down
    place: app
    shape: unreachable
    proof: [first.one]
    rivals: [wrong-port]
    says: s
    fix: [{ say: s }]
    verify: [with]`).filter((line) => !line.includes('no recorded case'))
  expect(verdict('end')).toEqual([])
  expect(verdict('down')).toEqual([
    'flows/locate.yaml:30:14 "locate/with" needs "gate.pid", which is not known on every way to this verdict | verify with a node that needs less',
  ])
})
