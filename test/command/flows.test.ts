import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shippedFolder } from '../../src/command/custom-flows.ts'
import { run } from '../../src/command/flows.ts'
import { digestOf } from '../../src/command/folder-digest.ts'
import { libraryFor } from '../../src/command/libraries.ts'
import { loadShipped } from '../../src/command/library.ts'
import { testIo } from './io.ts'
import { mistakeOf } from './mistake.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'triage502-flows-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const MINE = `flow: mine
title: What our own platform knows
start: state
nodes:
  state:
    title: Is the app up, as uptime tells?
    why: Our own first look.
    probe: { run: "uptime", at: here, read: text, timeout: 5s }
    branches:
      - { id: seen, found: "uptime answered", go: over }
    blind: { go: over }
  over:
    end: inconclusive
    says: "Nothing more is known here"
`

async function flows(...argv: string[]) {
  const io = testIo({}, { cwd: folder })
  const code = await run(argv, io)
  return { code, out: io.printed(), err: io.said() }
}
const mistake = (...argv: string[]) => mistakeOf(() => flows(...argv))

describe('triage502 flows', { timeout: 60_000 }, () => {
  it('lists every flow with its nodes, also when nothing is said', async () => {
    const { code, out } = await flows('list')
    expect(code).toBe(0)
    const { flows: shipped, nodes } = loadShipped()
    for (const flow of Object.values(shipped)) expect(out).toContain(`${flow.name}: ${flow.title}`)
    for (const id of Object.keys(nodes)) expect(out).toContain(id)
    expect((await flows()).out).toBe(out)
  })

  it('lists them as JSON', async () => {
    const { out } = await flows('list', '--json')
    expect(JSON.parse(out)).toMatchObject({ locate: { name: 'locate', start: 'locate/destination' } })
  })

  it('draws the tree as Mermaid', async () => {
    const { code, out } = await flows('graph')
    expect(code).toBe(0)
    expect(out).toMatch(/^(flowchart|graph|stateDiagram)/m)
    expect(out).toContain('destination')
  })

  it('shows one node in words', async () => {
    const { code, out } = await flows('show', 'locate/response')
    expect(code).toBe(0)
    expect(out).toMatch(/^locate\/response — /)
    expect(out).toContain('Asks: GET {url.text}')
  })

  it.each([
    [['show', 'locate/respnse'], 'there is no node "locate/respnse"', 'Did you mean locate/response?'],
    [['show'], 'there is no node ""', 'Nodes are named FLOW/NODE'],
    [['show', 'constructor'], 'there is no node "constructor"', 'Nodes are named FLOW/NODE'],
    [['dance'], 'flows cannot "dance"', 'Use list, check, graph or show NODE'],
    [['list', '--flow', 'x'], 'there is no option --flow', 'Did you mean --flows?'],
  ])('%j is a mistake, and said what to do', async (argv, says, todo) => {
    expect(await mistake(...argv)).toContain(says)
    expect(await mistake(...argv)).toContain(todo)
  })

  it('checks the shipped flows', async () => {
    const { code, out, err } = await flows('check')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toMatch(/^\d+ nodes in \d+ flows: no mistakes\. \d+ verdicts have no recorded case yet\.\n$/)
  })

  it("checks a folder of one's own, each mistake with its place", async () => {
    writeFileSync(join(folder, 'mine.yaml'), MINE.replace('go: over }\n    blind', 'go: ovre }\n    blind'))
    const { code, out, err } = await flows('check', '--flows', '.')
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toMatch(/mine\.yaml:10:\d+ .*ovre/)
    expect(err).toContain('over')
  })
})

describe('--flows DIR', { timeout: 60_000 }, () => {
  const load = (...argv: string[]) => libraryFor(argv, testIo({}, { cwd: folder }))

  it('without it the shipped flows are used, as they were built', async () => {
    expect((await load('https://a.example/')).digest).toBe(loadShipped().digest)
  })

  it("adds a folder's own flows, and changes the digest that sessions keep", async () => {
    writeFileSync(join(folder, 'mine.yaml'), MINE)
    const library = await load('--flows', '.')
    expect(library.nodes['mine/state']?.kind).toBe('probe')
    expect(library.nodes['locate/destination']?.kind).toBe('probe')
    expect(library.digest).not.toBe(loadShipped().digest)
  })

  it.each([
    [['--flows', './nowhere'], 'there is no folder "./nowhere"'],
    [['--flows'], 'there is no folder ""'],
    [['--flows', 'a.yaml'], 'there is no folder "a.yaml"'],
  ])('%j is no folder', async (argv, says) => {
    writeFileSync(join(folder, 'a.yaml'), MINE)
    const told = await mistakeOf(() => load(...argv))
    expect(told).toContain(says)
    expect(told).toContain('Give --flows a folder of YAML flows')
  })

  it('refuses flows with mistakes, and tells the first of them', async () => {
    writeFileSync(join(folder, 'mine.yaml'), MINE.replace('end: inconclusive', 'end: splendid'))
    const told = await mistakeOf(() => load('--flows', '.'))
    expect(told).toMatch(/the flows in \. have \d+ mistakes/)
    expect(told).toContain('mine.yaml:')
  })
})

describe('--trust DIGEST', { timeout: 60_000 }, () => {
  const load = (...argv: string[]) => libraryFor(argv, testIo({}, { cwd: folder }))

  beforeEach(() => {
    mkdirSync(join(folder, 'deep'))
    writeFileSync(join(folder, 'deep', 'mine.yaml'), MINE)
  })

  it('lets exactly those flows through', async () => {
    const library = await load('--flows=.', `--trust=${digestOf(folder)}`)
    expect(library.nodes['mine/state']).toBeDefined()
  })

  it('refuses others, and tells the digest that they have', async () => {
    const told = await mistakeOf(() => load('--flows', '.', '--trust', '0123456789abcdef'))
    expect(told).toContain('the flows are not the ones you trust')
    expect(told).toContain(`give --trust ${digestOf(folder)}`)
  })

  it('sees every change: of content, of a name, of a file more', () => {
    const digests = [digestOf(folder)]
    writeFileSync(join(folder, 'deep', 'mine.yaml'), `${MINE}# a word more\n`)
    digests.push(digestOf(folder))
    writeFileSync(join(folder, 'other.yaml'), MINE)
    digests.push(digestOf(folder))
    rmSync(join(folder, 'other.yaml'))
    writeFileSync(join(folder, 'renamed.yaml'), MINE)
    digests.push(digestOf(folder))
    expect(new Set(digests).size).toBe(4)
    expect(digests.every((digest) => /^[0-9a-f]{16}$/.test(digest))).toBe(true)
  })

  it('is the same wherever the folder lies', () => {
    const copy = mkdtempSync(join(tmpdir(), 'triage502-flows-copy-'))
    try {
      mkdirSync(join(copy, 'deep'))
      writeFileSync(join(copy, 'deep', 'mine.yaml'), MINE)
      expect(digestOf(copy)).toBe(digestOf(folder))
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })

  it('does not mix up what stands in a name and what stands in a file', () => {
    const split = (name: string, content: string) => {
      rmSync(folder, { recursive: true })
      mkdirSync(folder)
      writeFileSync(join(folder, name), content)
      return digestOf(folder)
    }
    expect(split('ab', 'c')).not.toBe(split('a', 'bc'))
  })
})

describe('the shipped folder', { timeout: 60_000 }, () => {
  it('is where the YAML is', () => {
    expect(shippedFolder()).toMatch(/flows$/)
  })
})
