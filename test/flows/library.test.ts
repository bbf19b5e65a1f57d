import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { factToValue, parseFact } from '../../src/flow/fact-value.ts'
import type { Branch, FlowNode, Option, ProbeNode, VerdictNode } from '../../src/flow/types.ts'
import { READERS } from '../../src/reading/index.ts'
import { CAUSES, PLACES, STEPS } from '../../src/words/vocabulary.ts'
import { SHIPPED } from './world.ts'

const { library } = SHIPPED
const nodes = Object.values(library.nodes)
const ofKind = <K extends FlowNode['kind']>(kind: K) =>
  nodes.filter((node): node is Extract<FlowNode, { kind: K }> => node.kind === kind)
const verdicts: VerdictNode[] = ofKind('verdict')
const probes: ProbeNode[] = ofKind('probe')
const branches: (Branch | Option)[] = [
  ...[...probes, ...ofKind('fork')].flatMap((node) => node.branches),
  ...ofKind('ask').flatMap((node) => node.options),
]
const waysOf = (node: FlowNode): (Branch | Option)[] =>
  'branches' in node ? node.branches : 'options' in node ? node.options : []
const text = (name: string) => readFileSync(new URL(`../../flows/${name}`, import.meta.url), 'utf8')

describe('facts', () => {
  const learned = new Set(branches.flatMap((branch) => Object.keys(branch.learn)))
  /** What every walk begins with: src/command/diagnose.ts. */
  const given = new Set([
    'url.text',
    'url.scheme',
    'url.host',
    'url.port',
    'url.path',
    'url.address',
    'window.now',
    'window.seconds',
  ])

  it.each(Object.values(library.facts))('$name is learned or given, and its example is one', (fact) => {
    expect(learned.has(fact.name) || given.has(fact.name)).toBe(true)
    const parsed = parseFact(fact.type, fact.example)
    expect(parsed).toMatchObject({ ok: true })
    if (parsed.ok) expect(() => factToValue(fact.type, parsed.value)).not.toThrow()
  })

  it.each(Object.values(library.facts))('$name is explained: a question, and how it is found', (fact) => {
    expect(fact.question).toMatch(/^[A-Zh].*\?$/)
    expect(fact.discovered.length).toBeGreaterThan(3)
  })

  it('are read somewhere: in an expression, a look, a sentence or a reader', () => {
    const flows = [...Object.keys(library.flows), 'steps'].map((name) => text(`${name}.yaml`)).join('\n')
    const consulted = new Set(Object.values(READERS).flatMap((reader) => reader.consults))
    /** For reports alone. */
    const told =
      /^(sight|onset|was|answer|config\.(pass|pass_at|connect_timeout|connect_at|connect_tries|keeps_ms|keeps_at)|app\.(started|address|port|keeps_how|script|limit_ms)|proxy\.(unit|reloaded)|failure|state|url\.address)/
    for (const name of Object.keys(library.facts)) {
      const uses = flows.split(new RegExp(`\\b${name.replace('.', '\\.')}\\b`)).length - 1
      const learns = flows.split(new RegExp(`\\b${name.replace('.', '\\.')}: `)).length - 1
      expect([name, uses > learns || consulted.has(name) || told.test(name)]).toEqual([name, true])
    }
  })

  it('that may be asked for are asked in words of their own', () => {
    const questions = Object.values(library.facts)
      .filter((fact) => fact.askable)
      .map((fact) => fact.question)
    expect(new Set(questions).size).toBe(questions.length)
  })
})

describe('remedies', () => {
  it.each(Object.keys(library.remedies))('%s prevents something', (id) => {
    expect(verdicts.some((verdict) => verdict.prevent.includes(id))).toBe(true)
  })

  it('that verdicts name are there', () => {
    for (const verdict of verdicts)
      for (const id of verdict.prevent) expect(Object.keys(library.remedies)).toContain(id)
  })
})

describe('signatures', () => {
  it('name causes of the vocabulary', () => {
    const unknown = library.signatures.filter(({ cause }) => cause !== undefined && !CAUSES.includes(cause))
    expect(unknown).toEqual([])
  })

  it('that expressions compare with are there', () => {
    const ids = new Set(library.signatures.map((signature) => signature.id))
    const compared = branches.flatMap((branch) => {
      const when = branch.when ?? ''
      const lists = [...when.matchAll(/signature(?: ==|\s+in) (\[[^\]]*\]|"[^"]*")/g)].map((match) => match[1] ?? '')
      return lists.flatMap((list) => [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''))
    })
    expect(compared.length).toBeGreaterThan(15)
    expect(compared.filter((id) => !ids.has(id))).toEqual([])
  })

  it('whose causes journals are judged by exist', () => {
    const causes = new Set(library.signatures.flatMap(({ cause }) => cause ?? []))
    const compared = branches.flatMap((branch) =>
      [...(branch.when ?? '').matchAll(/reason_cause == "([^"]+)"/g)].map((match) => match[1] ?? ''),
    )
    expect(new Set(compared)).toEqual(
      new Set(['port-in-use', 'oom-killed', 'crash-on-start', 'crashed-mid-response', 'third-party', 'disk-full']),
    )
    for (const cause of compared) expect([...causes]).toContain(cause)
  })
})

describe('verdicts', () => {
  it.each(verdicts)('$id is whole', (verdict) => {
    expect(verdict.says.length).toBeGreaterThan(20)
    expect(PLACES).toContain(verdict.place)
    expect(verdict.sides).toContain(verdict.place)
    expect(verdict.shapes.length).toBeGreaterThan(0)
    expect(verdict.proof.length).toBeGreaterThan(0)
    expect(verdict.fix.length).toBeGreaterThan(0)
    expect(verdict.verify.length).toBeGreaterThan(0)
    expect(verdict.prevent.length).toBeGreaterThan(0)
    expect(verdict.sources.length).toBeGreaterThan(0)
    expect(verdict.rivals.length > 0 || (verdict.noRivals ?? '').length > 0).toBe(true)
    expect(verdict.rivals).not.toContain(verdict.cause)
    expect(verdict.symptoms).not.toContain(verdict.cause)
  })

  it.each(verdicts)('$id: a fix never runs what changes something without saying so', (verdict) => {
    for (const step of verdict.fix) {
      if (step.run) expect(step.effect).toMatch(/^(reads|changes)$/)
      else expect(step.say?.length).toBeGreaterThan(10)
    }
  })

  it.each(verdicts.filter((verdict) => verdict.state === 'failing'))(
    '$id: something suspects its cause',
    ({ cause }) => {
      expect(branches.some((branch) => branch.suspects.includes(cause))).toBe(true)
    },
  )

  it('every rival can be excluded by something, or keeps the verdict from being certain for good', () => {
    const excluded = new Set(branches.flatMap((branch) => branch.rulesOut))
    const open = verdicts.flatMap((verdict) =>
      verdict.rivals.filter((rival) => !excluded.has(rival)).map((rival) => `${verdict.id}: ${rival}`),
    )
    expect(open).toEqual([])
  })

  it('no proof excludes the very cause it proves', () => {
    for (const verdict of verdicts) {
      for (const proof of verdict.proof.flat()) {
        const at = proof.lastIndexOf('.')
        const node = library.nodes[proof.slice(0, at)]
        const branch = node && waysOf(node).find((each) => each.id === proof.slice(at + 1))
        expect([verdict.id, proof, branch === undefined]).toEqual([verdict.id, proof, false])
        expect([verdict.id, proof, branch?.rulesOut.includes(verdict.cause)]).toEqual([verdict.id, proof, false])
      }
    }
  })

  it('no branch suspects what it excludes', () => {
    for (const branch of branches) for (const cause of branch.suspects) expect(branch.rulesOut).not.toContain(cause)
  })
})

describe('looks', () => {
  it.each(probes)('$id: a limit, a reader and a reason', ({ probe, why, title }) => {
    expect(probe.timeoutMs).toBeGreaterThanOrEqual(1000)
    expect(probe.timeoutMs).toBeLessThanOrEqual(75_000)
    expect(Object.keys(READERS)).toContain(probe.read)
    expect(why.length).toBeGreaterThan(20)
    expect(title).toMatch(/\?$/)
  })

  it.each(probes.filter(({ probe }) => probe.kind === 'http'))(
    '$id asks with GET, and our own question goes out once or to count',
    ({ probe }) => {
      if (probe.kind !== 'http') return
      expect(probe.times === 1 || probe.own).toBe(true)
      expect(probe.url).toMatch(
        /^\{(url\.text|upstream\.url|upstream\.tls_url|upstream\.plain_url|file\.url|health\.url|gateway\.url|gateway\.named_url|upstream\.new_url)\}$/,
      )
    },
  )

  it('configurations, environments and arguments are kept by allow-list', () => {
    const leaking = probes.filter(({ probe }) =>
      ['nginx-config', 'haproxy-config', 'haproxy-runtime', 'process', 'candidates', 'journal'].includes(probe.read),
    )
    expect(leaking.filter(({ probe }) => !probe.leaks).map(({ id }) => id)).toEqual([])
  })

  it('steps are those of the first ten minutes', () => {
    for (const node of probes) if (node.step !== undefined) expect(STEPS).toContain(node.step)
  })
})

describe('sentences', () => {
  const found = branches.flatMap((branch) => branch.found ?? [])
  const says = [...verdicts, ...ofKind('end')].map((node) => node.says)

  it('of findings are one clause without a full stop: they stand in lists', () => {
    expect(found.filter((sentence) => sentence.endsWith('.') || /^[A-Z][a-z]/.test(sentence))).toEqual([])
  })

  it('of ends are whole', () => {
    const open = ofKind('end').filter(({ end, says: sentence }) => end === 'inconclusive' && !/[.}]$/.test(sentence))
    expect(open.map(({ id }) => id)).toEqual(['app/unknown', 'nginx/unexplained'])
  })

  it('begin with a capital, a name or a hole', () => {
    expect(says.filter((sentence) => !/^[A-Z{]|^nginx/.test(sentence))).toEqual([])
  })
})
