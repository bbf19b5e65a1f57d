import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Library } from '../../src/flow/types.ts'
import { createEngine, type Engine } from '../../src/guide/engine.ts'
import { createGuide } from '../../src/guide/guide.ts'
import { walk } from '../../src/guide/headless.ts'
import { createLanguage } from '../../src/guide/language.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import type { Session } from '../../src/session/session.ts'
import type { Json } from '../../src/words/json.ts'
import { blindCapture } from '../../src/words/look.ts'
import { FakeProber, HANGS } from './fake-prober.ts'
import {
  ask,
  asks,
  branch,
  capture,
  end,
  fork,
  library,
  looksAt,
  option,
  probe,
  readsLog,
  runs,
  STARTED,
  verdict,
} from './make.ts'
import { READERS } from './walker.ts'

interface Run {
  library: Library
  prober: FakeProber
  facts?: Record<string, Json>
  vantages?: ('proxy' | 'app')[]
  answers?: Record<string, string>
  sweep?: boolean
  signal?: AbortSignal
  resumed?: Session
}

/** Walks a library headless, on a clock that ticks once an event. */
async function headless(run: Run) {
  const language = createLanguage(run.library)
  const guide = createGuide(run.library, READERS, language)
  const journal: JournalEntry[] = []
  let tick = 0
  const now = () => new Date(Date.UTC(2026, 10, 21, 2, 3, tick++))
  const from = run.resumed ? { resumed: run.resumed } : { start: STARTED }
  const engine: Engine = createEngine(guide, from, { append: (made) => void journal.push(...made) }, now)
  if (!run.resumed) {
    const facts = Object.entries(run.facts ?? {}).map(
      ([name, value]) => ({ name, value, origin: { by: 'flag' } }) as const,
    )
    engine.dispatch({ type: 'begin', facts, vantages: run.vantages ?? [] })
  }
  const steps: string[] = []
  const session = await walk({
    guide,
    language,
    engine,
    prober: run.prober,
    answers: new Map(Object.entries(run.answers ?? {})),
    sweep: run.sweep ?? false,
    signal: run.signal ?? new AbortController().signal,
    onStep: (prompt) => void steps.push(prompt.kind),
  })
  return { session, engine, journal, steps, path: session.visits.map((visit) => visit.node) }
}

/** A probe with one branch for whatever is seen. */
const through = (id: string, go: string, spec = runs(['look', id])) =>
  probe(id, { probe: spec, branches: [branch('seen', go, { found: `${id} was seen` })], blind: go })

afterEach(() => {
  vi.useRealTimers()
})

describe('a walk without a person', () => {
  const straight = library([
    probe('locate/a', {
      branches: [
        branch('found', 'locate/b', { when: 'out.port > 0', learn: { 'upstream.port': 'out.port' } }),
        branch('none', 'locate/none'),
      ],
      blind: 'locate/none',
    }),
    through('locate/b', 'nginx/wrong-port', runs(['ss', '{upstream.port}'])),
    end('locate/none'),
    verdict({ id: 'nginx/wrong-port', proof: [['locate/b.seen']], rivals: [] }),
  ])

  it('looks, judges, and stops at the verdict', async () => {
    const prober = new FakeProber({ 'look locate/a': 'port 3000', 'ss 3000': 'x' })
    const { session, path, steps } = await headless({ library: straight, prober })
    expect(prober.asked).toEqual(['look locate/a', 'ss 3000'])
    expect(path).toEqual(['locate/a', 'locate/b', 'nginx/wrong-port'])
    expect(session.reached).toMatchObject({ node: 'nginx/wrong-port', kind: 'verdict' })
    expect(steps).toEqual(['probe', 'probe', 'reached'])
  })

  it('does not end the session: only the caller knows why it ended', async () => {
    const { session } = await headless({ library: straight, prober: new FakeProber({}) })
    expect(session.reached?.node).toBe('locate/none')
    expect(session.ended).toBeNull()
  })

  it('writes every look before it is made, and its journal folds to the same session', async () => {
    const prober = new FakeProber({ 'look locate/a': 'port 3000', 'ss 3000': 'x' })
    const { session, journal } = await headless({ library: straight, prober })
    expect(fold(journal)).toEqual(session)
    const types = journal.map(({ event }) => event.type)
    expect(types.indexOf('probe.started')).toBeLessThan(types.indexOf('probe.finished'))
    expect(journal.map((entry) => entry.seq)).toEqual(journal.map((_, at) => at + 1))
  })

  it('passes a look by whose fact nobody knows, and says which it was', async () => {
    const needy = library([through('locate/a', 'locate/end', runs(['systemctl', '{app.unit}'])), end('locate/end')])
    const prober = new FakeProber({})
    const { session } = await headless({ library: needy, prober })
    expect(prober.asked).toEqual([])
    expect(session.blindSpots).toMatchObject([
      { node: 'locate/a', why: 'declined', says: 'locate/a needs app.unit, which is not known' },
    ])
  })

  it('passes a look by whose vantage is not proven', async () => {
    const remote = library([through('locate/a', 'locate/end', runs(['ss'], { at: 'proxy' })), end('locate/end')])
    const without = new FakeProber({ ss: 'x' })
    expect((await headless({ library: remote, prober: without })).session.blindSpots).toMatchObject([
      { why: 'no-vantage' },
    ])
    expect(without.asked).toEqual([])
    const proven = new FakeProber({ ss: 'x' })
    expect((await headless({ library: remote, prober: proven, vantages: ['proxy'] })).session.blindSpots).toEqual([])
    expect(proven.asked).toEqual(['ss'])
  })

  it('replays to the same journal, to the letter', async () => {
    const answers = { 'look locate/a': 'port 3000', 'ss 3000': 'x' }
    const once = await headless({ library: straight, prober: new FakeProber(answers) })
    const twice = await headless({ library: straight, prober: new FakeProber(answers) })
    expect(JSON.stringify(twice.journal)).toBe(JSON.stringify(once.journal))
  })

  it('ends after so many steps, whatever the library is', async () => {
    const endless = library([through('locate/a', 'locate/b'), through('locate/b', 'locate/a')])
    const prober = new FakeProber({ 'look locate/a': 'x', 'look locate/b': 'x' })
    const { session } = await headless({ library: endless, prober })
    expect(session.reached).toBeNull()
    expect(prober.asked).toHaveLength(2)
  })
})

describe('looks ahead', () => {
  const own = asks('http://shop.example.com/', { own: true })

  it("send the person's own request first, before the walk comes to it", async () => {
    const tree = library([
      through('locate/a', 'locate/b'),
      through('locate/b', 'locate/request'),
      through('locate/request', 'locate/end', own),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x', 'look locate/b': 'x', 'http://shop.example.com/': 'x' })
    await headless({ library: tree, prober })
    expect(prober.asked).toEqual(['http://shop.example.com/', 'look locate/a', 'look locate/b'])
    expect(prober.beside.get('look locate/a')).toEqual(['http://shop.example.com/'])
  })

  it('do not send it when no fact gives its URL yet, nor several samples of it', async () => {
    const tree = library([
      through('locate/a', 'locate/one'),
      through('locate/one', 'locate/many', asks('http://{upstream.host}/', { own: true })),
      through('locate/many', 'locate/end', asks('http://shop.example.com/', { own: true, times: 5 })),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x' })
    await headless({ library: tree, prober })
    expect(prober.asked).toEqual(['look locate/a', 'http://shop.example.com/'])
  })

  it('run near looks side by side, through forks and along every way', async () => {
    const tree = library([
      probe('locate/a', {
        branches: [branch('x', 'locate/b', { when: 'out.port == 1' }), branch('y', 'locate/which')],
        blind: 'locate/dark',
      }),
      through('locate/b', 'locate/end'),
      fork('locate/which', [branch('c', 'locate/c', { when: 'has(app.unit)' }), branch('d', 'locate/d')]),
      through('locate/c', 'locate/end', looksAt('process')),
      through('locate/d', 'locate/end'),
      through('locate/dark', 'locate/end'),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x' })
    await headless({ library: tree, prober })
    expect(new Set(prober.beside.get('look locate/dark'))).toContain('look locate/a')
    expect([...prober.asked].sort()).toEqual([
      'look locate/a',
      'look locate/b',
      'look locate/d',
      'look locate/dark',
      'process',
    ])
  })

  it('reach one step and no further: most of what lies beyond is never needed', async () => {
    const tree = library([
      through('locate/a', 'locate/b'),
      probe('locate/b', { branches: [branch('x', 'locate/end', { when: 'true' })], blind: 'locate/c' }),
      through('locate/c', 'locate/end'),
      end('locate/end'),
    ])
    let beyond: string[] = []
    const prober = new FakeProber({
      'look locate/a': async () => {
        await new Promise((resolve) => setImmediate(resolve))
        beyond = [...prober.asked]
        return capture('x')
      },
      'look locate/b': 'x',
    })
    await headless({ library: tree, prober })
    expect(beyond).toEqual(['look locate/a', 'look locate/b'])
  })

  it('take pending asides along', async () => {
    const tree = library([
      probe('locate/a', { branches: [branch('x', 'locate/b', { aside: ['deploy/changes'] })], blind: 'locate/b' }),
      through('locate/b', 'locate/end', asks('http://other/')),
      through('deploy/changes', 'back'),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x', 'http://other/': 'x', 'look deploy/changes': 'x' })
    await headless({ library: tree, prober })
    expect(prober.asked.filter((label) => label === 'look deploy/changes')).toHaveLength(1)
    expect(prober.asked.indexOf('look deploy/changes')).toBeLessThan(3)
  })

  it('never read a log ahead: our own request is about to write its line', async () => {
    const tree = library([
      through('locate/a', 'locate/log'),
      through('locate/log', 'locate/end', readsLog('proxy.log')),
      end('locate/end'),
    ])
    const slow = new FakeProber({ 'look locate/a': 'x', '/var/log/error.log': 'x' })
    await headless({ library: tree, prober: slow, facts: { 'proxy.log': '/var/log/error.log' } })
    expect(slow.asked).toEqual(['look locate/a', '/var/log/error.log'])
    expect(slow.beside.get('/var/log/error.log')).toEqual([])
  })

  it('do not ask anybody before it is needed', async () => {
    const tree = library([
      through('locate/a', 'locate/b'),
      through('locate/b', 'locate/end', looksAt('ask-candidates')),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x', 'ask-candidates': 'x' })
    await headless({ library: tree, prober })
    expect(prober.beside.get('ask-candidates')).toEqual([])
  })

  it('need their vantage: nothing is looked at from an unproven place', async () => {
    const tree = library([
      through('locate/a', 'locate/b'),
      through('locate/b', 'locate/end', runs(['ss'], { at: 'app' })),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x' })
    await headless({ library: tree, prober })
    expect(prober.asked).toEqual(['look locate/a'])
  })

  it('ask the upstream too while a request hangs for a second', async () => {
    vi.useFakeTimers()
    const tree = library([
      through('locate/request', 'app/direct', own),
      through('app/direct', 'locate/end', asks('http://127.0.0.1:3000/')),
      end('locate/end'),
    ])
    let answer = (_: string) => {}
    const prober = new FakeProber({
      'http://shop.example.com/': () =>
        new Promise((resolve) => {
          answer = (out) => resolve(capture(out, { kind: 'http' }))
        }),
      'http://127.0.0.1:3000/': 'x',
    })
    const running = headless({ library: tree, prober })
    await vi.advanceTimersByTimeAsync(999)
    expect(prober.asked).toEqual(['http://shop.example.com/'])
    await vi.advanceTimersByTimeAsync(1)
    expect(prober.asked).toEqual(['http://shop.example.com/', 'http://127.0.0.1:3000/'])
    answer('x')
    expect((await running).session.reached?.node).toBe('locate/end')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the same look is made once', () => {
  it('when the walk comes to it twice', async () => {
    const tree = library([
      through('locate/a', 'locate/b', runs(['ss'])),
      through('locate/b', 'locate/end', runs(['ss'], { timeoutMs: 9000 })),
      end('locate/end'),
    ])
    const prober = new FakeProber({ ss: 'x' })
    const { session } = await headless({ library: tree, prober })
    expect(prober.asked).toEqual(['ss'])
    expect(session.findings.map(({ node, probe: n }) => [node, n])).toEqual([
      ['locate/a', 1],
      ['locate/b', 1],
    ])
  })

  it('when a session is resumed: what it saw is known', async () => {
    const tree = library([through('locate/a', 'locate/b'), through('locate/b', 'locate/end'), end('locate/end')])
    const first = await headless({
      library: tree,
      prober: new FakeProber({ 'look locate/a': 'x', 'look locate/b': 'x' }),
    })
    const half = fold(
      first.journal.slice(
        0,
        first.journal.findIndex(({ event }) => event.type === 'branch.taken'),
      ),
    )
    if (!half) throw new Error('no journal')
    expect(half.here).toBe('locate/a')
    const prober = new FakeProber({})
    const { session } = await headless({ library: tree, prober, resumed: half })
    expect(prober.asked).toEqual([])
    expect(session.reached?.node).toBe('locate/end')
  })

  it('but again for one that had not come back when its session broke off', async () => {
    const tree = library([through('locate/a', 'locate/end'), end('locate/end')])
    const first = await headless({ library: tree, prober: new FakeProber({ 'look locate/a': 'x' }) })
    const half = fold(
      first.journal.slice(
        0,
        first.journal.findIndex(({ event }) => event.type === 'probe.finished'),
      ),
    )
    if (!half) throw new Error('no journal')
    const prober = new FakeProber({ 'look locate/a': 'x' })
    const { session } = await headless({ library: tree, prober, resumed: half })
    expect(prober.asked).toEqual(['look locate/a'])
    expect(session.probes.map(({ n, capture: seen }) => [n, seen !== null])).toEqual([
      [1, false],
      [2, true],
    ])
  })

  it('but again for one that had no vantage: once it is proven, it may see', async () => {
    let proven = false
    const tree = library([
      through('locate/a', 'locate/b', looksAt('sight')),
      probe('locate/b', {
        probe: runs(['prove']),
        branches: [branch('ours', 'locate/c', { proves: ['proxy'] })],
        blind: 'locate/end',
      }),
      through('locate/c', 'locate/end', looksAt('sight')),
      end('locate/end'),
    ])
    const prober = new FakeProber({
      prove: async () => {
        proven = true
        return capture('x')
      },
      sight: async (request) => (proven ? capture('x') : blindCapture(request, 'no-vantage', 'not proven')),
    })
    const { session } = await headless({ library: tree, prober })
    expect(prober.asked.filter((label) => label === 'sight')).toHaveLength(2)
    expect(session.findings.map((finding) => finding.node)).toContain('locate/c')
  })
})

describe('an abort', () => {
  const tree = library([
    through('locate/a', 'locate/b'),
    through('locate/b', 'nginx/wrong-port'),
    verdict({ id: 'nginx/wrong-port', proof: [['locate/b.seen']], rivals: [] }),
  ])

  it('ends the walk though a look hangs, and judges nothing it did not see', async () => {
    const controller = new AbortController()
    const prober = new FakeProber({ 'look locate/a': 'x', 'look locate/b': HANGS })
    const running = headless({ library: tree, prober, signal: controller.signal })
    await vi.waitFor(() => expect(prober.running).toEqual(new Set(['look locate/b'])))
    controller.abort()
    const { session } = await running
    expect(session.here).toBe('locate/b')
    expect(session.findings.map((finding) => finding.node)).toEqual(['locate/a'])
    expect(session.probes.at(-1)?.capture).toBeNull()
  })

  it('is told to the looks that run', async () => {
    const controller = new AbortController()
    const prober = new FakeProber({ 'look locate/a': HANGS, 'look locate/b': HANGS })
    const running = headless({ library: tree, prober, signal: controller.signal })
    await vi.waitFor(() => expect(prober.running.size).toBe(2))
    controller.abort()
    await running
    expect(prober.signals.every((signal) => signal.aborted)).toBe(true)
  })

  it('before the beginning looks at nothing', async () => {
    const prober = new FakeProber({ 'look locate/a': 'x' })
    const { session } = await headless({ library: tree, prober, signal: AbortSignal.abort() })
    expect(session.findings).toEqual([])
    expect(session.reached).toBeNull()
  })

  it('writes nothing more: what comes back late belongs to no session', async () => {
    const controller = new AbortController()
    let late = () => {}
    const prober = new FakeProber({
      'look locate/a': () =>
        new Promise((resolve) => {
          late = () => resolve(capture('x'))
        }),
      'look locate/b': HANGS,
    })
    const running = headless({ library: tree, prober, signal: controller.signal })
    await vi.waitFor(() => expect(prober.running.size).toBe(2))
    controller.abort()
    const { journal, engine } = await running
    engine.dispatch({ type: 'end', ended: 'interrupted' })
    late()
    await new Promise((resolve) => setImmediate(resolve))
    expect(journal.at(-1)?.event.type).toBe('session.ended')
  })
})

describe('a verdict does not wait', () => {
  const tree = library([
    through('locate/request', 'locate/end', asks('http://shop.example.com/', { own: true })),
    through('locate/start', 'nginx/wrong-port'),
    verdict({ id: 'nginx/wrong-port', proof: [['locate/start.seen']], rivals: [] }),
    end('locate/end'),
  ])
  const begun: Library = {
    ...tree,
    nodes: {
      ...tree.nodes,
      'locate/start': probe('locate/start', {
        branches: [branch('seen', 'nginx/wrong-port', { when: 'out.port > 0' }), branch('no', 'locate/request')],
        blind: 'locate/request',
      }),
    },
    flows: { ...tree.flows, locate: { name: 'locate', title: 'locate', start: 'locate/start', nodes: [] } },
  }

  it('for a request that still hangs, and ends that request', async () => {
    const prober = new FakeProber({ 'http://shop.example.com/': HANGS, 'look locate/start': 'port 1' })
    const { session } = await headless({ library: begun, prober })
    expect(session.reached?.node).toBe('nginx/wrong-port')
    expect(prober.running).toEqual(new Set(['http://shop.example.com/']))
    expect(prober.signals.every((signal) => signal.aborted)).toBe(true)
  })
})

describe('a prober that breaks its promise never to throw', () => {
  const breaking = async () => {
    throw new Error('a bug in a prober')
  }

  it('fails the walk that needs the look', async () => {
    const tree = library([through('locate/a', 'locate/end'), end('locate/end')])
    await expect(headless({ library: tree, prober: new FakeProber({ 'look locate/a': breaking }) })).rejects.toThrow(
      'a bug in a prober',
    )
  })

  it('harms nobody where the look was only asked ahead', async () => {
    const tree = library([
      probe('locate/a', { branches: [branch('x', 'locate/end')], blind: 'locate/b' }),
      through('locate/b', 'locate/end'),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look locate/a': 'x', 'look locate/b': breaking })
    const { session } = await headless({ library: tree, prober })
    await new Promise((resolve) => setImmediate(resolve))
    expect(session.reached?.node).toBe('locate/end')
  })
})

describe('questions without a person', () => {
  const questions = (more: { whenUnit?: string; whenContainer?: string } = {}) =>
    library([
      ask('locate/what', 'What runs it?', [
        option('unit', 'systemd/unit', {
          found: 'a unit runs it',
          ...(more.whenUnit === undefined ? {} : { when: more.whenUnit }),
        }),
        option('container', 'docker/container', {
          found: 'a container runs it',
          ...(more.whenContainer === undefined ? {} : { when: more.whenContainer }),
        }),
        option('unknown', 'locate/end'),
      ]),
      probe('systemd/unit', {
        branches: [
          branch('down', 'systemd/down', { when: 'out.port == 1', found: 'down' }),
          branch('up', 'locate/end'),
        ],
        blind: 'locate/end',
      }),
      probe('docker/container', {
        branches: [branch('down', 'docker/down', { when: 'out.port == 1', found: 'down' }), branch('up', 'locate/end')],
        blind: 'locate/end',
      }),
      verdict({ id: 'systemd/down', cause: 'process-down', proof: [['systemd/unit.down']], rivals: [] }),
      verdict({ id: 'docker/down', cause: 'crash-loop', proof: [['docker/container.down']], rivals: [] }),
      end('locate/end'),
    ])

  const answering = (unit: string, container: string) =>
    new FakeProber({ 'look systemd/unit': unit, 'look docker/container': container })

  it('are answered by --answer before anything else', async () => {
    const { session } = await headless({
      library: questions({ whenUnit: 'true' }),
      prober: answering('port 1', 'port 1'),
      answers: { 'locate/what': 'container' },
    })
    expect(session.findings[0]).toMatchObject({ branch: 'container', by: 'flag' })
    expect(session.reached?.node).toBe('docker/down')
  })

  it('are answered by the one option whose condition holds, without trying others', async () => {
    const prober = answering('port 1', 'port 1')
    const { session } = await headless({
      library: questions({ whenUnit: 'has(app.unit)', whenContainer: 'has(app.container)' }),
      prober,
      facts: { 'app.unit': 'shop.service' },
    })
    expect(session.findings[0]).toMatchObject({ branch: 'unit', by: 'evidence', probe: null })
    expect(prober.asked).toEqual(['look systemd/unit'])
  })

  it('are answered by the only option that leads to a verdict at least likely, its looks made once', async () => {
    const prober = answering('port 0', 'port 1')
    const { session } = await headless({ library: questions(), prober })
    expect(session.findings.map(({ branch: taken, by }) => [taken, by])).toEqual([
      ['container', 'evidence'],
      ['down', 'probe'],
    ])
    expect(session.reached?.node).toBe('docker/down')
    expect(prober.asked).toEqual(['look systemd/unit', 'look docker/container'])
  })

  it('stay open when several options lead to a verdict', async () => {
    const { session } = await headless({ library: questions(), prober: answering('port 1', 'port 1') })
    expect(session.openQuestions).toEqual([{ node: 'locate/what', says: 'What runs it?' }])
    expect(session.reached).toMatchObject({ kind: 'inconclusive', says: 'Left open: What runs it?' })
    expect(session.findings).toEqual([])
  })

  it('stay open when none does, also when several conditions hold', async () => {
    const { session } = await headless({
      library: questions({ whenUnit: 'true', whenContainer: 'true' }),
      prober: answering('port 0', 'port 0'),
    })
    expect(session.openQuestions).toHaveLength(1)
  })

  it('leave no trace of the ways that were only tried', async () => {
    const { journal, session } = await headless({ library: questions(), prober: answering('port 1', 'port 1') })
    expect(session.visits.map((visit) => visit.node)).toEqual(['locate/what'])
    expect(journal.filter(({ event }) => event.type === 'node.entered')).toHaveLength(1)
    expect(session.probes.map(({ node }) => node)).toEqual(['systemd/unit', 'docker/container'])
  })

  it('do not count a verdict that is only reported', async () => {
    const tree = questions()
    const weak = { ...tree.nodes, 'docker/down': verdict({ id: 'docker/down', proof: [['nowhere/x.y']], rivals: [] }) }
    const { session } = await headless({ library: { ...tree, nodes: weak }, prober: answering('port 0', 'port 1') })
    expect(session.openQuestions).toHaveLength(1)
  })

  it('within questions are not tried out: the ways would multiply', async () => {
    const nested = library([
      ask('locate/one', 'First?', [option('a', 'locate/two'), option('b', 'locate/end')]),
      ask('locate/two', 'Second?', [option('c', 'systemd/unit'), option('d', 'locate/end')]),
      probe('systemd/unit', { branches: [branch('down', 'systemd/down', { found: 'x' })], blind: 'locate/end' }),
      verdict({ id: 'systemd/down', proof: [['systemd/unit.down']], rivals: [] }),
      end('locate/end'),
    ])
    const prober = new FakeProber({ 'look systemd/unit': 'x' })
    const { session } = await headless({ library: nested, prober })
    expect(session.openQuestions).toEqual([{ node: 'locate/one', says: 'First?' }])
    expect(prober.asked).toEqual([])
  })

  it('end with the abort while options are tried', async () => {
    const controller = new AbortController()
    const prober = new FakeProber({ 'look systemd/unit': HANGS, 'look docker/container': HANGS })
    const running = headless({ library: questions(), prober, signal: controller.signal })
    await vi.waitFor(() => expect(prober.running.size).toBe(1))
    controller.abort()
    const { session } = await running
    expect(session.here).toBe('locate/what')
    expect(session.openQuestions).toEqual([])
  })
})

describe('a sweep', () => {
  const tree = library([
    through('locate/a', 'locate/end'),
    through('nginx/known', 'locate/end', runs(['nginx', '-v'])),
    through('nginx/needs', 'locate/end', runs(['stat', '{proxy.log}'])),
    through('nginx/there', 'locate/end', runs(['ss'], { at: 'proxy' })),
    through('app/there', 'locate/end', runs(['ps'], { at: 'app' })),
    ask('app/who', 'Who?', [option('x', 'locate/end')]),
    end('locate/end'),
  ])
  const answers = { 'look locate/a': 'x', 'nginx -v': 'x', 'stat /var/log/x.log': 'x', ss: 'x', ps: 'x' }

  it('makes every look that applies, also those off the path', async () => {
    const prober = new FakeProber(answers)
    const facts = { 'proxy.log': '/var/log/x.log' }
    const { session } = await headless({ library: tree, prober, sweep: true, facts, vantages: ['proxy'] })
    expect(prober.asked).toEqual(['look locate/a', 'nginx -v', 'stat /var/log/x.log', 'ss'])
    expect(session.reached?.node).toBe('locate/end')
    expect(session.findings.map((finding) => finding.node)).toEqual(['locate/a'])
    expect(session.probes.every((made) => made.capture !== null)).toBe(true)
  })

  it('waits for what was asked ahead and has not come back', async () => {
    let answer = () => {}
    const ahead = library([
      probe('locate/a', {
        branches: [branch('known', 'locate/end', { when: 'out.port > 0', learn: { 'upstream.port': 'out.port' } })],
        blind: 'locate/b',
      }),
      through('locate/b', 'locate/end', runs(['ss', '{upstream.port}'])),
      end('locate/end'),
    ])
    const prober = new FakeProber({
      'look locate/a': 'port 3000',
      'ss 80': () =>
        new Promise((resolve) => {
          answer = () => resolve(capture('x'))
        }),
      'ss 3000': async () => {
        setImmediate(answer)
        return capture('x')
      },
    })
    const { session } = await headless({ library: ahead, prober, sweep: true, facts: { 'upstream.port': 80 } })
    expect(prober.asked).toEqual(['look locate/a', 'ss 80', 'ss 3000'])
    expect(session.probes.every((made) => made.capture !== null)).toBe(true)
  })

  it('passes by what lacks a fact or a vantage', async () => {
    const prober = new FakeProber(answers)
    await headless({ library: tree, prober, sweep: true })
    expect(prober.asked).toEqual(['look locate/a', 'nginx -v'])
  })

  it('ends with the abort', async () => {
    const controller = new AbortController()
    const prober = new FakeProber({ ...answers, 'nginx -v': HANGS })
    const running = headless({ library: tree, prober, sweep: true, signal: controller.signal, vantages: ['proxy'] })
    await vi.waitFor(() => expect(prober.running).toEqual(new Set(['nginx -v'])))
    controller.abort()
    await running
    expect(prober.asked).not.toContain('ss')
  })
})
