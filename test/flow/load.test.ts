import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadLibrary } from '../../src/flow/load.ts'
import { baseFiles, CATALOGUE, FIXTURES, folderOf, loadWith, readFiles, told } from './support.ts'

/** The example of the language's own description, with its neighbours stubbed. */
function documented() {
  const files = readFiles(join(FIXTURES, 'neighbours'))
  const commands = readFileSync(join(FIXTURES, 'base/commands.yaml'), 'utf8')
  const nginx = readFileSync(join(FIXTURES, 'nginx.yaml'), 'utf8')
  return loadLibrary(folderOf({ ...files, 'commands.yaml': commands, 'nginx.yaml': nginx }), CATALOGUE)
}

describe('the documented example', () => {
  test('is accepted as it stands', () => {
    expect(told(documented())).toEqual([])
  })

  test('becomes typed nodes: a log probe, a command with its alternatives, a verdict', () => {
    const { nodes } = documented().library
    expect(nodes['nginx/error-log']).toMatchObject({
      kind: 'probe',
      step: 'gateway-log',
      probe: {
        kind: 'log',
        path: 'nginx.error_log',
        at: 'proxy',
        read: 'nginx-error-log',
        timeoutMs: 5000,
        leaks: false,
      },
      blind: { go: 'nginx/ask-shape' },
    })
    expect(nodes['nginx/upstream-refused']).toMatchObject({
      probe: {
        kind: 'run',
        commands: [
          ['ss', '-ltnpH'],
          ['lsof', '-nP', '-iTCP', '-sTCP:LISTEN'],
          ['netstat', '-ltnp'],
        ],
      },
    })
    expect(nodes['nginx/wrong-port']).toMatchObject({
      kind: 'verdict',
      cause: 'wrong-port',
      sides: ['proxy', 'app'],
      shapes: ['unreachable'],
      state: 'failing',
      proof: [['nginx/error-log.refused'], ['nginx/upstream-refused.app-elsewhere']],
      verify: ['app/direct', 'locate/response'],
    })
  })

  test('a branch keeps what it learns, suspects, rules out, and where it stands', () => {
    const node = documented().library.nodes['nginx/upstream-refused']
    const branch = node?.kind === 'probe' ? node.branches[2] : undefined
    expect(branch).toEqual({
      id: 'app-elsewhere',
      when: 'has(app.pid) && out.sockets.exists(s, s.pid == app.pid)',
      found: 'the app (pid {app.pid}) listens on {app.port}',
      learn: { 'app.port': 'out.sockets.filter(s, s.pid == app.pid)[0].port' },
      suspects: [],
      rulesOut: ['process-down', 'wrong-interface', 'port-in-use'],
      proves: [],
      unconfirmed: false,
      aside: [],
      forgets: [],
      go: 'nginx/wrong-port',
      at: { file: 'flows/nginx.yaml', line: 38, column: 9 },
    })
  })
})

describe('a library', () => {
  test('is JSON: what the build ships is what was loaded', () => {
    const { library } = loadWith({})
    expect(JSON.parse(JSON.stringify(library))).toEqual(library)
  })

  test('has flows that begin at a full id and list their nodes in the order written', () => {
    expect(loadWith({}).library.flows.locate).toEqual({
      name: 'locate',
      title: 'Who answered?',
      start: 'locate/look',
      nodes: ['locate/look', 'locate/down', 'locate/unknown'],
    })
  })

  test('has a digest that changes with what it says and not with where it stands', () => {
    const digest = (files: Record<string, string>) => loadWith(files).library.digest
    const locate = baseFiles()['locate.yaml'] ?? ''
    expect(digest({})).toMatch(/^[0-9a-f]{64}$/)
    expect(digest({ 'locate.yaml': `# a comment\n\n${locate}` })).toBe(digest({}))
    expect(digest({ 'locate.yaml': locate.replace('timeout: 5s', 'timeout: 5000ms') })).toBe(digest({}))
    expect(digest({ 'locate.yaml': locate.replace('timeout: 5s', 'timeout: 6s') })).not.toBe(digest({}))
  })

  test('takes flows from folders within: folders only sort them', () => {
    const { 'locate.yaml': locate = '', ...data } = baseFiles()
    const loaded = loadLibrary(folderOf({ ...data, 'front/locate.yaml': locate }), CATALOGUE)
    expect(told(loaded)).toEqual([])
    expect(loaded.library.nodes['locate/look']).toBeDefined()
  })

  test('tells every mistake of every file at once', () => {
    const locate = (baseFiles()['locate.yaml'] ?? '')
      .replace('at: here', 'at: her')
      .replace('timeout: 5s', 'timeout: 5')
    const remedies = (baseFiles()['remedies.yaml'] ?? '').replace('says:', 'say:')
    expect(told(loadWith({ 'locate.yaml': locate, 'remedies.yaml': remedies }))).toEqual([
      'flows/locate.yaml:8:36 "her" cannot be "at" | did you mean "here"?',
      'flows/locate.yaml:8:67 "timeout" must be text | put it in quotes',
      'flows/remedies.yaml:2:18 unknown key "say" | did you mean "says"?',
    ])
  })

  test('does not blame those who name a flow that could not be read', () => {
    const locate = (baseFiles()['locate.yaml'] ?? '').replace('blind: { go: unknown }', 'blind: { go: app/direct }')
    expect(told(loadWith({ 'locate.yaml': locate, 'app.yaml': 'flow: app\n  title: x' }))).toEqual([
      expect.stringContaining('flows/app.yaml:1:7 not valid YAML'),
    ])
  })

  test('takes recordings as proof that a verdict is reached, and then wants no entry', () => {
    const reached = { ...CATALOGUE, recorded: new Set(['locate/down']) }
    expect(told(loadWith({ 'uncovered.yaml': 'uncovered: {}\n' }, reached))).toEqual([])
    expect(told(loadWith({}, reached))).toEqual([
      'flows/uncovered.yaml:2:3 a recorded case reaches "locate/down" | remove this entry',
    ])
    expect(told(loadWith({ 'uncovered.yaml': 'uncovered: {}\n' }, { ...CATALOGUE, recorded: null }))).toEqual([])
  })

  test('never throws, whatever stands in a flow file', () => {
    const locate = baseFiles()['locate.yaml'] ?? ''
    const folder = folderOf(baseFiles())
    const mutated = fc
      .tuple(fc.nat(locate.length), fc.nat(12), fc.string({ unit: 'binary', maxLength: 12 }))
      .map(([at, gone, put]) => locate.slice(0, at) + put + locate.slice(at + gone))
    fc.assert(
      fc.property(mutated, (text) => {
        const loaded = loadLibrary(folderOfText(folder, text), CATALOGUE)
        for (const problem of loaded.problems) {
          expect(problem.line).toBeGreaterThan(0)
          expect(problem.column).toBeGreaterThan(0)
          expect(problem.what).not.toBe('')
          expect(problem.mend).not.toBe('')
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('a custom folder', () => {
  const own = `flow: own
title: Our own way to look
start: note
nodes:
  note:
    title: Does our note say anything?
    why: We leave notes.
    probe: { run: "ourtool status --json", at: here, read: text, timeout: 5s }
    branches:
      - { id: maintenance, when: 'out.text.contains("maintenance")', found: "our note says so", go: done }
      - { id: other, found: "our note says nothing", go: locate/look }
    blind: { go: locate/look }
  done:
    verdict: deliberate
    place: app
    shape: none
    proof: [note.maintenance]
    rivals: { none: "the note is ours" }
    says: "It is maintenance"
    fix: [{ say: "Wait" }]
    verify: [locate/look]
`
  const load = (files: Record<string, string>) => {
    const custom = folderOf(files, 'ours')
    const loaded = loadLibrary(folderOf(baseFiles()), CATALOGUE, { custom })
    return { loaded, told: told(loaded).map((line) => line.replaceAll(custom, 'ours')) }
  }

  test('adds flows and its own reading commands, and needs no recordings', () => {
    const { loaded, told } = load({ 'own.yaml': own, 'reads.yaml': 'reads: ["ourtool status --json"]\n' })
    expect(told).toEqual([])
    expect(loaded.library.flows.own?.start).toBe('own/note')
    expect(loaded.library.flows.locate).toBeDefined()
  })

  test('may not run what nobody listed', () => {
    expect(load({ 'own.yaml': own }).told).toEqual([
      expect.stringMatching(/^ours\/own\.yaml:8:19 `ourtool status --json` is not known to only read/),
    ])
  })

  test('may not loosen what the shipped rules say of a program, nor name a path', () => {
    expect(load({ 'reads.yaml': 'reads: ["ss -K", "/tmp/evil status", "a | b"]\n' }).told).toEqual([
      'ours/reads.yaml:1:9 the shipped rules already say what ss may do | name a program of your own, without a path',
      'ours/reads.yaml:1:18 "/tmp/evil" is a path | name a program of your own, without a path',
      'ours/reads.yaml:1:38 a command may not hold "|" | there is never a shell: a reader does what the pipe would do',
    ])
  })

  test('may not bring its own commands.yaml', () => {
    const commands = 'commands: [{ program: rm, operands: true }]\n'
    const { loaded, told } = load({ 'commands.yaml': commands })
    expect(told).toEqual([
      'ours/commands.yaml:1:1 a custom folder cannot change what counts as only reading | list own commands in reads.yaml, each as the exact beginning of a command',
    ])
    expect(loaded.library.commands.map((rule) => rule.program)).not.toContain('rm')
  })

  test('may not take the place of a shipped flow, fact or remedy', () => {
    const { 'locate.yaml': locate = '' } = baseFiles()
    const facts = 'facts: [{ name: url.port, type: string, question: q, example: e, discovered: d }]\n'
    const { loaded, told } = load({ 'locate.yaml': locate.replace('Nobody', 'Evil'), 'facts.yaml': facts })
    expect(told).toEqual([
      'ours/facts.yaml:1:17 fact "url.port" is already in flows/facts.yaml:3 | rename or remove one of the two',
      'ours/locate.yaml:1:7 flow "locate" is already in flows/locate.yaml | give it another name: a flow adds to what is there and never replaces it',
    ])
    expect(loaded.library.facts['url.port']?.type).toBe('port')
    expect(loaded.library.nodes['locate/look']).toMatchObject({ why: 'Nobody there means down.' })
  })
})

function folderOfText(folder: string, text: string): string {
  writeFileSync(join(folder, 'locate.yaml'), text)
  return folder
}
