import { describe, expect, it } from 'vitest'
import { branch, capture, end, library, probe, runs } from './make.ts'
import { Walker } from './walker.ts'

const ENDS = [end('locate/seen'), end('locate/unseen')]

/** One probe on the gateway's machine whose branches tell what the look would have shown. */
function atProxy(): Walker {
  const branches = [
    branch('refused', 'locate/seen', {
      when: 'out.port == 3000',
      found: 'refused by {upstream.port}, {out.count} times',
      learn: { 'app.port': 'out.port', 'failure.shape': '"unreachable"' },
      suspects: ['process-down'],
      proves: ['app'],
    }),
    branch('by-name', 'locate/unseen'),
  ]
  const spec = runs(['ss', 'sport = :{upstream.port}'], { at: 'proxy' })
  return new Walker(library([probe('locate/port', { branches, blind: 'locate/unseen', probe: spec }), ...ENDS]))
}

describe('what a person knows without looking', () => {
  it('is offered as the findings it would make, with gaps for what only the look could tell', () => {
    const walker = atProxy().begin({ 'upstream.port': 3000 })
    expect(walker.guide.ways(walker.session)).toEqual([
      { id: 'refused', label: 'refused by 3000, … times' },
      { id: 'by-name', label: 'by name' },
    ])
  })

  it('is a finding by the person, teaches what needs no look, and proves no vantage', () => {
    const walker = atProxy().begin({ 'upstream.port': 3000 })
    walker.do({ type: 'answer', option: 'refused', by: 'person' })
    expect(walker.session.findings).toMatchObject([
      { by: 'person', says: 'refused by 3000, … times', suspects: ['process-down'], lines: [] },
    ])
    expect(walker.session.facts.get('failure.shape')).toMatchObject({ value: 'unreachable', origin: { by: 'person' } })
    expect(walker.session.facts.has('app.port')).toBe(false)
    expect(walker.session.vantages.app).toBeNull()
    expect(walker.session.reached?.node).toBe('locate/seen')
  })

  it('is offered nowhere else', () => {
    const walker = atProxy()
    expect(walker.guide.ways(walker.session)).toEqual([])
    walker.begin().do({ type: 'answer', option: 'by-name', by: 'person' })
    expect(walker.guide.ways(walker.session)).toEqual([])
  })
})

describe('a machine that nobody proved', () => {
  it('is waited for with the look as far as it is known', () => {
    const prompt = atProxy().begin().expecting('vantage')
    expect(prompt.pattern).toMatchObject({ kind: 'run', commands: [['ss', 'sport = :{upstream.port}']], at: 'proxy' })
  })

  it('is this one when the person says so', () => {
    const walker = atProxy().begin({ 'upstream.port': 3000 })
    walker.do({ type: 'say.where', role: 'proxy' })
    expect(walker.session.vantages.proxy).toEqual({ at: 'local', origin: { by: 'person' }, visit: 1 })
    expect(walker.expecting('probe').request).toMatchObject({ commands: [['ss', 'sport = :3000']] })
  })

  it('needs no proof for an output that was pasted', () => {
    const walker = atProxy().begin()
    const { node, pattern } = walker.expecting('vantage')
    walker.do({ type: 'look.starts', node: node.id, request: pattern })
    walker.do({ type: 'look.ends', n: 1, capture: capture('port 3000', { pasted: true }) })
    walker.do({ type: 'judge', n: 1 })
    expect(walker.session.findings).toMatchObject([{ branch: 'refused', by: 'probe', pasted: true, proven: false }])
  })
})

describe('the incident beside the search', () => {
  it('keeps the moments that the person marks', () => {
    const walker = atProxy().begin()
    walker.do({ type: 'mark', moment: 'onset' })
    walker.do({ type: 'mark', moment: 'resolved' })
    expect(walker.session.moments.map(({ moment }) => moment)).toEqual(['onset', 'resolved'])
  })

  it('keeps a fix before it starts and after it ended', () => {
    const walker = atProxy().begin()
    const argv = ['systemctl', 'start', 'shop']
    walker.do({ type: 'fix.starts', verdict: 'app/process-down', step: 1, argv })
    expect(walker.session.fixes).toMatchObject([{ n: 1, argv, done: null }])
    walker.do({ type: 'fix.starts', verdict: 'app/process-down', step: 2, argv: ['true'] })
    walker.do({ type: 'fix.ends', n: 1, exit: 0, ms: 40, out: 'ok' })
    expect(walker.session.fixes.map(({ done }) => done)).toEqual([{ exit: 0, ms: 40, out: 'ok' }, null])
  })

  it('keeps a verification with the moment of recovery', () => {
    const walker = atProxy().begin()
    walker.do({ type: 'verify.starts', wanted: 5 })
    expect(walker.session.verifications).toMatchObject([{ n: 1, wanted: 5, done: null }])
    const wellSince = '2026-11-21T03:00:02.000Z'
    walker.do({ type: 'verify.ends', n: 1, result: 'recovered', asked: 6, well: 5, wellSince })
    expect(walker.session.verifications[0]?.done).toMatchObject({ result: 'recovered', asked: 6, wellSince })
  })
})
