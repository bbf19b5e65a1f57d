import { describe, expect, it } from 'vitest'
import type { FlowNode } from '../../src/flow/types.ts'
import { factsOfUrl } from '../../src/guide/url-facts.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { fold } from '../../src/session/evolve.ts'
import { ask, branch, capture, end, entries, library, looksAt, option, probe, REQUEST, runs, session } from './make.ts'
import { Walker } from './walker.ts'

const ENDS = [end('locate/seen'), end('locate/unseen'), end('locate/dark')]

/** A library of one probe, with the ends its branches name. */
function oneProbe(more: Partial<Parameters<typeof probe>[1]> = {}): Walker {
  const branches = [branch('yes', 'locate/seen', { when: 'out.port == 3000' }), branch('no', 'locate/unseen')]
  return new Walker(library([probe('locate/port', { branches, blind: 'locate/dark', ...more }), ...ENDS]))
}

const typesOf = (events: SessionEvent[]) => events.map((event) => event.type)
const taken = (walker: Walker) =>
  walker.entries.flatMap(({ event }) => (event.type === 'branch.taken' ? [`${event.node}.${event.branch}`] : []))

describe('a walk begins', () => {
  it('waits for a beginning while it stands nowhere', () => {
    expect(oneProbe().prompt).toEqual({ kind: 'begin' })
  })

  it('holds what it was given, and enters the first node of `locate`', () => {
    const walker = oneProbe().begin({ 'upstream.port': 3000 }, ['proxy'])
    expect(walker.entries.map(({ event }) => event)).toEqual([
      { type: 'fact.learned', name: 'upstream.port', value: 3000, origin: { by: 'flag' }, visit: 0 },
      { type: 'vantage.proven', role: 'proxy', at: 'local', origin: { by: 'flag' }, visit: 0 },
      { type: 'node.entered', node: 'locate/port', visit: 1, aside: false },
    ])
    expect(walker.session.here).toBe('locate/port')
  })

  it('cannot begin in a library without a beginning', () => {
    const walker = new Walker(library([probe('nginx/log', { branches: [branch('a', 'nginx/x')], blind: 'nginx/x' })]))
    expect(() => walker.begin()).toThrow(/no flow locate/)
  })

  it.each([
    ['http://127.0.0.1:8080/a?b=c', { scheme: 'http', host: '127.0.0.1', port: 8080, path: '/a?b=c' }],
    ['https://shop.example.com/', { scheme: 'https', host: 'shop.example.com', port: 443, path: '/' }],
    ['http://shop.example.com', { scheme: 'http', host: 'shop.example.com', port: 80, path: '/' }],
    ['http://[::1]:81/', { scheme: 'http', host: '[::1]', port: 81, path: '/' }],
  ])('knows from %s its parts', (text, parts) => {
    const facts = factsOfUrl(new URL(text), (shown) => shown)
    for (const [name, value] of Object.entries(parts)) {
      expect(facts).toContainEqual({ name: `url.${name}`, value, origin: { by: 'url' } })
    }
  })
})

describe('the facts of a URL', () => {
  it('are masked where secrets can stand', () => {
    const mask = (text: string) => text.replaceAll('hunter2', '***')
    const facts = factsOfUrl(new URL('https://shop.example.com/a?token=hunter2'), mask)
    expect(JSON.stringify(facts)).not.toContain('hunter2')
    expect(facts).toContainEqual({ name: 'url.path', value: '/a?token=***', origin: { by: 'url' } })
  })
})

describe('at a probe', () => {
  it('prompts for the look, its placeholders filled', () => {
    const walker = oneProbe({ probe: runs(['ss', '-ltn', 'sport = :{upstream.port}']) }).begin({
      'upstream.port': 3000,
    })
    const prompt = walker.expecting('probe')
    expect(prompt.request).toEqual({
      kind: 'run',
      commands: [['ss', '-ltn', 'sport = :3000']],
      at: 'here',
      read: 'tally',
      timeoutMs: 5000,
    })
  })

  it('renders the title with the facts held', () => {
    const walker = oneProbe({ title: 'Is anything on {upstream.port}?' }).begin({ 'upstream.port': 3000 })
    expect(walker.expecting('probe').title).toBe('Is anything on 3000?')
  })

  it('leaves a gap for what a title cannot know yet', () => {
    expect(oneProbe({ title: 'Is anything on {upstream.port}?' }).begin().expecting('probe').title).toBe(
      'Is anything on …?',
    )
  })

  it('names the suspects so far, the heaviest first', () => {
    const first = probe('locate/first', {
      branches: [branch('a', 'locate/second', { suspects: ['wrong-port', 'process-down'], found: 'a' })],
      blind: 'locate/dark',
    })
    const second = probe('locate/second', {
      branches: [branch('b', 'locate/third', { suspects: ['process-down'], found: 'b' })],
      blind: 'locate/dark',
    })
    const third = probe('locate/third', { branches: [branch('c', 'locate/seen')], blind: 'locate/dark' })
    const walker = new Walker(library([first, second, third, ...ENDS])).begin()
    walker.look('x')
    walker.look('x')
    expect(walker.expecting('probe').suspects).toEqual(['process-down', 'wrong-port'])
  })

  it('asks for the fact that a placeholder needs, with its question and example', () => {
    const prompt = oneProbe({ probe: runs(['systemctl', 'show', '{app.unit}']) })
      .begin()
      .expecting('fact')
    expect(prompt).toMatchObject({
      name: 'app.unit',
      question: 'What is app.unit?',
      example: 'an app.unit',
      askable: true,
    })
  })

  it('says of a fact that nobody can be asked for that it is so', () => {
    const prompt = oneProbe({ probe: runs(['kill', '-0', '{app.pid}']) })
      .begin()
      .expecting('fact')
    expect(prompt.askable).toBe(false)
  })

  it('goes on to the look once the fact is given', () => {
    const walker = oneProbe({ probe: runs(['systemctl', 'show', '{app.unit}']) }).begin()
    walker.do({ type: 'give.fact', name: 'app.unit', value: 'shop.service', origin: { by: 'person' } })
    expect(walker.expecting('probe').request).toMatchObject({ commands: [['systemctl', 'show', 'shop.service']] })
    expect(walker.session.facts.get('app.unit')).toEqual({
      value: 'shop.service',
      origin: { by: 'person' },
      visit: 1,
    })
  })

  it('asks one fact after another', () => {
    const walker = oneProbe({ probe: runs(['nc', '{upstream.host}', '{upstream.port}']) }).begin()
    expect(walker.expecting('fact').name).toBe('upstream.host')
    walker.do({ type: 'give.fact', name: 'upstream.host', value: '10.0.0.7', origin: { by: 'person' } })
    expect(walker.expecting('fact').name).toBe('upstream.port')
  })

  it('needs the vantage first, and says whose machine it would be', () => {
    const walker = oneProbe({ probe: runs(['systemctl', 'show', '{app.unit}'], { at: 'app' }) }).begin()
    const prompt = walker.expecting('vantage')
    expect(prompt.role).toBe('app')
    expect(prompt.says).toContain("not proven that this is the upstream's machine")
  })

  it('has the vantage of its role only: the proxy is not the app', () => {
    const walker = oneProbe({ probe: runs(['ss'], { at: 'proxy' }) }).begin({}, ['app'])
    expect(walker.expecting('vantage').says).toContain("the gateway's machine")
    expect(
      oneProbe({ probe: runs(['ss'], { at: 'proxy' }) })
        .begin({}, ['proxy'])
        .expecting('probe').request.at,
    ).toBe('proxy')
  })
})

describe('a look is journaled before it is judged', () => {
  it('starts, ends, and only then leads to a branch', () => {
    const walker = oneProbe().begin()
    const judged = walker.look('port 3000')
    expect(walker.entries.map(({ event }) => event.type)).toEqual([
      'node.entered',
      'probe.started',
      'probe.finished',
      ...typesOf(judged),
    ])
  })

  it('numbers looks from 1 on', () => {
    const walker = oneProbe().begin()
    const { node, request } = walker.expecting('probe')
    expect(walker.do({ type: 'look.starts', node: node.id, request })).toMatchObject([{ n: 1 }])
    expect(walker.do({ type: 'look.starts', node: node.id, request })).toMatchObject([{ n: 2 }])
  })

  it('refuses to judge what has not finished, or was never asked', () => {
    const walker = oneProbe().begin()
    const { node, request } = walker.expecting('probe')
    expect(() => walker.do({ type: 'judge', n: 1 })).toThrow(/no probe 1/)
    walker.do({ type: 'look.starts', node: node.id, request })
    expect(() => walker.do({ type: 'judge', n: 1 })).toThrow(/has not finished/)
  })

  it('keeps a capture that nobody judges yet: a look ahead', () => {
    const walker = oneProbe().begin()
    const { request } = walker.expecting('probe')
    walker.do({ type: 'look.starts', node: 'locate/later', request })
    walker.do({ type: 'look.ends', n: 1, capture: capture('port 1') })
    expect(walker.session.here).toBe('locate/port')
    expect(walker.session.probes[0]).toMatchObject({ n: 1, node: 'locate/later', capture: { out: 'port 1' } })
  })
})

describe('yes, no and blind', () => {
  it('takes the first branch that holds, and not a later one', () => {
    const branches = [
      branch('a', 'locate/unseen', { when: 'out.port == 1' }),
      branch('b', 'locate/seen', { when: 'out.port > 1' }),
      branch('c', 'locate/dark', { when: 'out.port == 3000' }),
      branch('d', 'locate/dark'),
    ]
    const walker = oneProbe({ branches }).begin()
    walker.look('port 3000')
    expect(taken(walker)).toEqual(['locate/port.b'])
  })

  it('counts what is seen in a part of the output', () => {
    const walker = oneProbe().begin()
    walker.look(capture('port 3000', { cut: true, why: 'cut' }))
    expect(taken(walker)).toEqual(['locate/port.yes'])
  })

  it('takes the last branch, which rests on absence, when the reading is complete', () => {
    const walker = oneProbe().begin()
    walker.look('port 4000')
    expect(taken(walker)).toEqual(['locate/port.no'])
    expect(walker.session.reached?.node).toBe('locate/unseen')
  })

  it.each([
    ['cut', { cut: true }, 'the output was cut'],
    ['timed-out', { timedOut: true }, 'the look ended at its time limit'],
    ['not-understood', { exit: 1 }, 'what is absent here proves nothing'],
    ['no-permission', { exit: 1, why: 'no-permission', says: 'half the processes are hidden' }, 'half the processes'],
  ] as const)('is blind (%s) when nothing is seen and the reading is not complete', (why, more, says) => {
    const walker = oneProbe().begin()
    walker.look(capture('port 4000', more))
    expect(taken(walker)).toEqual([])
    expect(walker.session.reached?.node).toBe('locate/dark')
    expect(walker.session.blindSpots).toMatchObject([{ node: 'locate/port', probe: 1, why }])
    expect(walker.session.blindSpots[0]?.says).toContain(says)
  })

  it('gives the reason that the reader knows before the one of the capture', () => {
    const walker = oneProbe().begin()
    walker.look(capture('dark no-permission dmesg needs root', { cut: true }))
    expect(walker.session.blindSpots).toMatchObject([{ why: 'no-permission', says: 'dmesg needs root' }])
  })

  it('is blind for the reason of the look when the look itself saw nothing', () => {
    const walker = oneProbe().begin()
    walker.look(
      capture('port 3000', { outcome: 'blind', why: 'missing-tool', says: 'there is no ss here', exit: null }),
    )
    expect(taken(walker)).toEqual([])
    expect(walker.session.blindSpots).toMatchObject([{ why: 'missing-tool', says: 'there is no ss here' }])
  })

  it('is blind, never false, when an expression fails at run time', () => {
    const branches = [
      branch('named', 'locate/seen', { when: 'out.names[0] == "shop"' }),
      branch('nameless', 'locate/unseen'),
    ]
    const walker = oneProbe({ branches }).begin()
    walker.look('port 3000')
    expect(taken(walker)).toEqual([])
    expect(walker.session.reached?.node).toBe('locate/dark')
    expect(walker.session.blindSpots).toMatchObject([
      { why: 'not-understood', says: 'branch locate/port.named could not be judged' },
    ])
  })

  it('is blind, never false, when an expression reads a fact that is not held', () => {
    const branches = [
      branch('same', 'locate/seen', { when: 'out.port == upstream.port' }),
      branch('other', 'locate/unseen'),
    ]
    const without = oneProbe({ branches }).begin()
    without.look('port 3000')
    expect(without.session.reached?.node).toBe('locate/dark')
    const held = oneProbe({ branches }).begin({ 'upstream.port': 3000 })
    held.look('port 3000')
    expect(held.session.reached?.node).toBe('locate/seen')
  })

  it('still takes an earlier branch that holds before the expression that would fail', () => {
    const branches = [
      branch('port', 'locate/seen', { when: 'out.port == 3000' }),
      branch('named', 'locate/unseen', { when: 'out.names[0] == "shop"' }),
      branch('none', 'locate/unseen'),
    ]
    const walker = oneProbe({ branches }).begin()
    walker.look('port 3000')
    expect(taken(walker)).toEqual(['locate/port.port'])
  })

  it('is blind when the reader breaks, or is not there', () => {
    const broken = oneProbe().begin()
    broken.look('broken')
    expect(broken.session.blindSpots).toMatchObject([{ why: 'not-understood' }])
    const unread = oneProbe({ probe: runs(['ss'], { read: 'nobody' }) }).begin()
    unread.look('port 3000')
    expect(unread.session.blindSpots).toMatchObject([{ why: 'not-understood' }])
  })

  it('lists what stayed dark although a branch held', () => {
    const walker = oneProbe().begin()
    walker.look('port 3000\ndark no-permission dmesg needs root')
    expect(taken(walker)).toEqual(['locate/port.yes'])
    expect(walker.session.blindSpots).toMatchObject([
      { node: 'locate/port', probe: 1, why: 'no-permission', says: 'dmesg needs root' },
    ])
  })
})

describe('a finding', () => {
  const found = (more: Parameters<typeof branch>[2]) =>
    oneProbe({ branches: [branch('yes', 'locate/seen', { found: 'port {out.port}', ...more })] })

  it('says what was seen, with the lines that carry it and the probe that saw it', () => {
    const walker = found({ suspects: ['wrong-port'], rulesOut: ['slow-app'] }).begin()
    walker.look('port 3000\nhost 10.0.0.7')
    expect(walker.session.findings).toMatchObject([
      {
        n: 1,
        node: 'locate/port',
        branch: 'yes',
        by: 'probe',
        probe: 1,
        says: 'port 3000',
        lines: ['port 3000', 'host 10.0.0.7'],
        suspects: ['wrong-port'],
        rulesOut: ['slow-app'],
        proven: true,
        unconfirmed: false,
        pasted: false,
      },
    ])
  })

  it('is not made by a branch that only routes', () => {
    const walker = oneProbe().begin()
    walker.look('port 3000')
    expect(walker.session.findings).toEqual([])
  })

  it('is marked when a person pasted the output, or no source confirms the claim', () => {
    const walker = found({ unconfirmed: true }).begin()
    walker.look(capture('port 3000', { pasted: true }))
    expect(walker.session.findings).toMatchObject([{ pasted: true, unconfirmed: true }])
  })

  it('cannot bring escape sequences into its sentence', () => {
    const walker = found({ found: 'from {out.host}' }).begin()
    walker.look('host evil\u001b[2Jhost')
    expect(walker.session.findings[0]?.says).not.toContain('\u001b')
  })

  it('shows the hops that the reading names, and drops those it cannot know', () => {
    const walker = found({ hops: 'out.hops' }).begin()
    walker.look('port 1\nhop proxy nginx made\nhop cdn cloudflare passed\nhop toaster acme made\nhop app x guessed')
    expect(walker.session.findings[0]?.hops).toEqual([
      { kind: 'proxy', vendor: 'nginx', role: 'made' },
      { kind: 'cdn', vendor: 'cloudflare', role: 'passed' },
    ])
  })

  it('has no hops when their expression fails', () => {
    const walker = found({ hops: '[{"kind": "proxy", "vendor": out.names[3], "role": "made"}]' }).begin()
    walker.look('port 1')
    expect(walker.session.findings[0]?.hops).toEqual([])
  })
})

describe('what a branch teaches', () => {
  const teaching = (learn: Record<string, string>) =>
    oneProbe({ branches: [branch('yes', 'locate/seen', { learn, found: 'sends to {upstream.port}' })] }).begin()

  it('is held with the probe it came from, before the finding is told', () => {
    const walker = teaching({ 'upstream.port': 'out.port', 'upstream.host': 'out.host' })
    walker.look('port 3000\nhost 10.0.0.7')
    expect(walker.session.facts.get('upstream.port')).toEqual({ value: 3000, origin: { by: 'probe', n: 1 }, visit: 1 })
    expect(walker.session.facts.get('upstream.host')?.value).toBe('10.0.0.7')
    expect(walker.session.findings[0]?.says).toBe('sends to 3000')
  })

  it.each([
    ['a host that is an option', 'upstream.host', 'host -oProxyCommand=id', 'begins with a dash'],
    ['a host with a command in it', 'upstream.host', 'host $(id).example.com', 'is not a host'],
    ['a host with an escape sequence', 'upstream.host', 'host \u001b]0;x\u0007a', 'holds control characters'],
    ['a unit that is a path', 'app.unit', 'host ../../etc/passwd', 'is not a systemd unit'],
    ['a container with a space', 'app.container', 'host shop --rm', 'is not a container'],
    ['a path that is not absolute', 'proxy.log', 'host logs/error.log', 'is not an absolute path'],
  ])('is not taken, and said so, when it is %s', (_, fact, line, says) => {
    const walker = teaching({ [fact]: 'out.host' })
    walker.look(line)
    expect(walker.session.facts.has(fact)).toBe(false)
    expect(walker.session.blindSpots).toMatchObject([{ why: 'not-understood' }])
    expect(walker.session.blindSpots[0]?.says).toContain(`${fact} ${says}`)
    expect(taken(walker)).toEqual(['locate/port.yes'])
  })

  it('does not let a port out of range through', () => {
    const walker = teaching({ 'upstream.port': 'out.port' })
    walker.look('port 70000')
    expect(walker.session.facts.size).toBe(0)
    expect(walker.session.blindSpots[0]?.says).toContain('is not a port from 1 to 65535')
  })

  it('is nothing where the reading has nothing: no fact and no blind spot', () => {
    const walker = teaching({ 'upstream.host': 'out.host', 'app.names': 'out.names', 'onset.first': 'out.at' })
    walker.look('port 3000')
    expect(walker.session.facts.size).toBe(0)
    expect(walker.session.blindSpots).toEqual([])
  })

  it('is nothing when its expression fails, and the branch holds all the same', () => {
    const walker = teaching({ 'app.word': 'out.names[5]' })
    walker.look('port 3000')
    expect(walker.session.facts.size).toBe(0)
    expect(taken(walker)).toEqual(['locate/port.yes'])
  })

  it('is kept in the JSON form of its type', () => {
    const walker = teaching({ 'onset.first': 'out.at', 'app.names': 'out.names', 'app.pid': 'out.port' })
    walker.look('at 2026-11-21T02:03:12Z\nname shop\nname shop.example.com\nport 4242')
    expect(walker.session.facts.get('onset.first')?.value).toBe('2026-11-21T02:03:12.000Z')
    expect(walker.session.facts.get('app.names')?.value).toEqual(['shop', 'shop.example.com'])
    expect(walker.session.facts.get('app.pid')?.value).toBe(4242)
  })

  it('replaces what was held before', () => {
    const walker = oneProbe({ branches: [branch('yes', 'locate/seen', { learn: { 'upstream.port': 'out.port' } })] })
    walker.begin({ 'upstream.port': 80 }).look('port 3000')
    expect(walker.session.facts.get('upstream.port')).toMatchObject({ value: 3000, origin: { by: 'probe', n: 1 } })
  })
})

describe('a vantage', () => {
  const proving = (branches: Parameters<typeof probe>[1]['branches'], at: 'here' | 'proxy' = 'here') =>
    oneProbe({ probe: looksAt('destination', { at }), branches })

  it('is proven by the branch that says so, with the probe as its origin', () => {
    const walker = proving([branch('ours', 'locate/seen', { proves: ['proxy'] })]).begin()
    walker.look('port 80')
    expect(walker.session.vantages).toEqual({
      proxy: { at: 'local', origin: { by: 'probe', n: 1 }, visit: 1 },
      app: null,
    })
  })

  it('that nobody proved makes a finding unproven, unless the look itself proves it: a paste proves no machine', () => {
    const seen = (proves: 'proxy'[], pasted: boolean) => {
      const walker = proving([branch('ours', 'locate/seen', { found: 'seen', proves })], 'proxy').begin()
      const { node } = walker.expecting('vantage')
      walker.do({ type: 'look.starts', node: node.id, request: REQUEST })
      walker.do({ type: 'look.ends', n: 1, capture: capture('port 80', { pasted }) })
      walker.do({ type: 'judge', n: 1 })
      return [walker.session.findings[0]?.proven, walker.session.vantages.proxy !== null]
    }
    expect(seen([], false)).toEqual([false, false])
    expect(seen(['proxy'], false)).toEqual([true, true])
    expect(seen(['proxy'], true)).toEqual([false, false])
  })

  it('is not proven again when a flag has said it already', () => {
    const walker = proving([branch('ours', 'locate/seen', { proves: ['proxy'] })]).begin({}, ['proxy'])
    walker.look('port 80')
    expect(walker.session.vantages.proxy?.origin).toEqual({ by: 'flag' })
  })
})

describe('a look that is not made', () => {
  it('goes the blind way with the reason it was given', () => {
    const walker = oneProbe().begin()
    walker.do({ type: 'skip', why: 'declined', says: 'not on this machine' })
    expect(walker.session.reached?.node).toBe('locate/dark')
    expect(walker.session.blindSpots).toMatchObject([
      { node: 'locate/port', probe: null, why: 'declined', says: 'not on this machine' },
    ])
    expect(walker.session.visits[0]?.left).toBe('blind')
  })

  it('is for probes only', () => {
    const walker = new Walker(library([ask('locate/who', 'Who?', [option('a', 'locate/seen')]), ...ENDS])).begin()
    expect(() => walker.do({ type: 'skip', why: 'declined', says: '' })).toThrow(/is not a probe/)
  })
})

describe('at a question', () => {
  const QUESTION: FlowNode[] = [
    ask('locate/what', 'What runs behind {upstream.port}?', [
      option('unit', 'locate/seen', { label: 'a unit', when: 'has(app.unit)', found: 'it is a unit' }),
      option('container', 'locate/unseen', {
        label: 'the container {app.container}',
        when: 'has(app.container)',
        found: 'it is {app.container}',
        suspects: ['image-pull'],
        rulesOut: ['port-in-use'],
      }),
      option('other', 'locate/dark', { label: 'something else', learn: { 'app.word': '"other"' } }),
    ]),
    ...ENDS,
  ]
  const question = (facts: Record<string, string | number> = {}) => new Walker(library(QUESTION)).begin(facts)

  it('prompts with title and options rendered, in the order of the flow', () => {
    const prompt = question({ 'upstream.port': 3000, 'app.word': 'x' }).expecting('ask')
    expect(prompt).toMatchObject({ node: 'locate/what', title: 'What runs behind 3000?', why: 'nothing else can tell' })
    expect(prompt.options.map((offered) => offered.option.id)).toEqual(['unit', 'container', 'other'])
    expect(prompt.options.every((offered) => !offered.supported)).toBe(true)
  })

  it('puts an option first that the evidence supports, and marks it', () => {
    const prompt = question({ 'app.container': 'shop_1' }).expecting('ask')
    expect(prompt.options.map(({ option: { id }, supported }) => [id, supported])).toEqual([
      ['container', true],
      ['unit', false],
      ['other', false],
    ])
    expect(prompt.options[0]?.label).toBe('the container shop_1')
  })

  it('does not support an option whose condition fails', () => {
    const walker = new Walker(
      library([ask('locate/what', '?', [option('a', 'locate/seen', { when: 'app.port == 80' })]), ...ENDS]),
    ).begin()
    expect(walker.expecting('ask').options[0]?.supported).toBe(false)
  })

  it.each([
    ['person', { by: 'person' }],
    ['flag', { by: 'flag' }],
    ['evidence', { by: 'tool' }],
  ] as const)('takes the answer of %s: a finding and facts that say where they come from', (by, origin) => {
    const walker = question({ 'app.container': 'shop_1' }).answer('container', by)
    expect(walker.session.findings).toMatchObject([
      { n: 1, by, probe: null, says: 'it is shop_1', suspects: ['image-pull'], rulesOut: ['port-in-use'], lines: [] },
    ])
    expect(walker.session.reached?.node).toBe('locate/unseen')
    const other = question().answer('other', by)
    expect(other.session.facts.get('app.word')).toEqual({ value: 'other', origin, visit: 1 })
    expect(other.session.findings).toEqual([])
  })

  it('refuses an option that the question does not have', () => {
    expect(() => question().answer('maybe')).toThrow(/locate\/what has no option maybe/)
  })

  it('refuses an answer where nothing is asked', () => {
    expect(() => oneProbe().begin().answer('unit')).toThrow(/no option unit/)
    expect(() => oneProbe().answer('unit')).toThrow(/no question here/)
    expect(() => oneProbe().begin().do({ type: 'leave.open' })).toThrow(/no question here/)
  })

  it('ends the walk honestly when it is left open', () => {
    const walker = question({ 'upstream.port': 3000 })
    walker.do({ type: 'leave.open' })
    expect(walker.session.openQuestions).toEqual([{ node: 'locate/what', says: 'What runs behind 3000?' }])
    expect(walker.session.reached).toEqual({
      node: 'locate/what',
      kind: 'inconclusive',
      says: 'Left open: What runs behind 3000?',
    })
    expect(walker.session.visits[0]?.left).toBe('open')
    expect(walker.prompt).toEqual({ kind: 'reached' })
  })
})

describe('notes, an end, and going on', () => {
  it('keeps a note with its time, wherever the walk stands', () => {
    const walker = oneProbe().begin()
    walker.do({ type: 'note', text: 'called the hoster' })
    expect(walker.session.notes).toMatchObject([{ text: 'called the hoster' }])
    expect(walker.session.here).toBe('locate/port')
  })

  it('writes how it ended, with what was concluded', () => {
    const walker = oneProbe().begin()
    walker.do({ type: 'end', ended: 'interrupted' })
    expect(walker.session.ended).toMatchObject({
      ended: 'interrupted',
      conclusion: { outcome: 'inconclusive', state: 'failing', verdict: null },
    })
    expect(walker.prompt).toEqual({ kind: 'ended' })
  })

  it('goes on where it stopped when it is resumed', () => {
    const walker = oneProbe().begin()
    walker.do({ type: 'end', ended: 'interrupted' })
    walker.do({ type: 'resume' })
    expect(walker.expecting('probe').node.id).toBe('locate/port')
    walker.look('port 3000')
    expect(walker.session.reached?.node).toBe('locate/seen')
  })

  it('can be resumed from its journal alone', () => {
    const walker = oneProbe().begin({ 'upstream.port': 3000 })
    const first = entries()
    const again = fold([...first, ...walker.entries])
    expect(again).toEqual(walker.session)
  })
})

describe('decide is pure', () => {
  it('gives the same events for the same session and action, every time', () => {
    const walker = oneProbe({ branches: [branch('yes', 'locate/seen', { learn: { 'upstream.port': 'out.port' } })] })
    walker.begin()
    const { node, request } = walker.expecting('probe')
    walker.do({ type: 'look.starts', node: node.id, request })
    walker.do({ type: 'look.ends', n: 1, capture: capture('port 3000') })
    const before = walker.session
    const once = walker.guide.decide(before, { type: 'judge', n: 1 })
    const twice = walker.guide.decide(before, { type: 'judge', n: 1 })
    expect(twice).toEqual(once)
    expect(walker.session).toBe(before)
    expect(before.facts.size).toBe(0)
  })

  it('prompts the same for two sessions folded from one journal', () => {
    const one = oneProbe().begin()
    const other = new Walker(one.library, fold([...entries(), ...one.entries]) ?? session())
    expect(other.prompt).toEqual(one.prompt)
  })
})
