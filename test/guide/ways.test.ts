import { describe, expect, it } from 'vitest'
import { ask, branch, end, fork, library, option, probe, verdict } from './make.ts'
import { Walker } from './walker.ts'

/** A probe with one branch: whatever is seen, the walk goes on to `go`. */
const through = (id: string, go: string, more: Parameters<typeof branch>[2] = {}) =>
  probe(id, { branches: [branch('seen', go, { found: `${id} was seen`, ...more })], blind: go })

const wrongPort = verdict({ id: 'nginx/wrong-port', proof: [['locate/a.seen']], rivals: [] })

describe('forks route on what is known', () => {
  const routed = library([
    fork('locate/which', [
      branch('unit', 'locate/unit', { when: 'has(app.unit)', found: 'a unit is known: {app.unit}' }),
      branch('port', 'locate/port', { when: 'upstream.port == 3000' }),
      branch('none', 'locate/none'),
    ]),
    end('locate/unit'),
    end('locate/port'),
    end('locate/none'),
  ])

  it('are passed without a prompt, by the first branch that holds', () => {
    const walker = new Walker(routed).begin({ 'app.unit': 'shop.service', 'upstream.port': 3000 })
    expect(walker.path).toEqual(['locate/which', 'locate/unit'])
    expect(walker.session.findings).toMatchObject([
      { by: 'fork', probe: null, says: 'a unit is known: shop.service', proven: true },
    ])
  })

  it('take the last branch when nothing holds', () => {
    expect(new Walker(routed).begin({ 'upstream.port': 80 }).path).toEqual(['locate/which', 'locate/none'])
  })

  it('count a condition over an absent fact as not holding', () => {
    expect(new Walker(routed).begin().path).toEqual(['locate/which', 'locate/none'])
  })

  it('may follow each other, and each can learn for the next', () => {
    const chained = library([
      fork('locate/one', [branch('all', 'locate/two', { learn: { 'app.word': '"learnt"' } })]),
      fork('locate/two', [
        branch('knows', 'locate/three', { when: 'has(app.word) && app.word == "learnt"' }),
        branch('no', 'locate/lost'),
      ]),
      fork('locate/three', [branch('all', 'locate/done')]),
      end('locate/done'),
      end('locate/lost'),
    ])
    const walker = new Walker(chained).begin()
    expect(walker.path).toEqual(['locate/one', 'locate/two', 'locate/three', 'locate/done'])
    expect(walker.session.facts.get('app.word')).toEqual({ value: 'learnt', origin: { by: 'tool' }, visit: 1 })
    expect(walker.session.visits.map((visit) => visit.left)).toEqual(['all', 'knows', 'all', null])
  })

  it('that form a circle end the walk with an error, not in an endless loop', () => {
    const circle = library([
      fork('locate/one', [branch('x', 'locate/two')]),
      fork('locate/two', [branch('x', 'locate/one')]),
    ])
    expect(() => new Walker(circle).begin()).toThrow(/circle/)
  })

  it('without a branch that holds are a mistake of the library, and said so', () => {
    const open = library([fork('locate/one', [branch('x', 'locate/two', { when: 'false' })]), end('locate/two')])
    expect(() => new Walker(open).begin()).toThrow(/no branch of locate\/one holds/)
  })

  it('cannot lead to a node that is not there', () => {
    expect(() => new Walker(library([fork('locate/one', [branch('x', 'locate/gone')])])).begin()).toThrow(
      /no node locate\/gone/,
    )
  })
})

describe('asides are visited before a verdict is given', () => {
  const withAsides = library([
    through('locate/a', 'locate/b', { aside: ['deploy/changes'], learn: { 'upstream.port': 'out.port' } }),
    through('locate/b', 'nginx/wrong-port', { aside: ['sight/account', 'deploy/changes'] }),
    through('deploy/changes', 'back', { suspects: ['deploy-without-drain'] }),
    through('sight/account', 'back'),
    wrongPort,
  ])

  it('in the order they were named, once each, and then the verdict', () => {
    const walker = new Walker(withAsides).begin()
    for (let looks = 0; looks < 4; looks++) walker.look('port 3000')
    expect(walker.path).toEqual(['locate/a', 'locate/b', 'deploy/changes', 'sight/account', 'nginx/wrong-port'])
    expect(walker.session.reached).toMatchObject({ node: 'nginx/wrong-port', kind: 'verdict' })
    expect(walker.session.asides).toEqual([])
  })

  it('stand on the aside, with the verdict waiting', () => {
    const walker = new Walker(withAsides).begin()
    walker.look('port 1')
    walker.look('port 1')
    expect(walker.session).toMatchObject({ here: 'deploy/changes', returnTo: 'nginx/wrong-port', reached: null })
    expect(walker.session.visits.at(-1)).toMatchObject({ node: 'deploy/changes', aside: true })
  })

  it('add what they find', () => {
    const walker = new Walker(withAsides).begin()
    for (let looks = 0; looks < 4; looks++) walker.look('port 3000')
    expect(walker.session.findings.map((finding) => finding.node)).toEqual([
      'locate/a',
      'locate/b',
      'deploy/changes',
      'sight/account',
    ])
  })

  it('come back also when they are blind', () => {
    const walker = new Walker(withAsides).begin()
    walker.look('port 1')
    walker.look('port 1')
    walker.do({ type: 'skip', why: 'no-permission', says: 'needs root' })
    walker.do({ type: 'skip', why: 'no-permission', says: 'needs root too' })
    expect(walker.session.reached?.node).toBe('nginx/wrong-port')
    expect(walker.session.blindSpots.map((spot) => spot.node)).toEqual(['deploy/changes', 'sight/account'])
  })

  it('are visited before an honest end too', () => {
    const walker = new Walker(
      library([
        through('locate/a', 'locate/end', { aside: ['deploy/changes'] }),
        through('deploy/changes', 'back'),
        end('locate/end', 'inconclusive', 'nothing was found on {upstream.port}'),
      ]),
    ).begin({ 'upstream.port': 3000 })
    walker.look('x')
    expect(walker.session.here).toBe('deploy/changes')
    walker.look('x')
    expect(walker.session.reached).toEqual({
      node: 'locate/end',
      kind: 'inconclusive',
      says: 'nothing was found on 3000',
    })
  })

  it('may take several steps, questions and forks among them', () => {
    const walker = new Walker(
      library([
        through('locate/a', 'nginx/wrong-port', { aside: ['deploy/which'] }),
        fork('deploy/which', [branch('x', 'deploy/one')]),
        through('deploy/one', 'deploy/who'),
        ask('deploy/who', 'Who deployed?', [option('me', 'deploy/over', { found: 'you did' })]),
        fork('deploy/over', [branch('x', 'back')]),
        wrongPort,
      ]),
    ).begin()
    walker.look('x')
    expect(walker.session.here).toBe('deploy/one')
    walker.look('x')
    walker.answer('me')
    expect(walker.path.slice(1)).toEqual([
      'deploy/which',
      'deploy/one',
      'deploy/who',
      'deploy/over',
      'nginx/wrong-port',
    ])
    expect(walker.session.visits.map((visit) => visit.aside)).toEqual([false, true, true, true, true, false])
    expect(walker.session.reached?.kind).toBe('verdict')
  })

  it('named by an aside are visited as well', () => {
    const walker = new Walker(
      library([
        through('locate/a', 'nginx/wrong-port', { aside: ['deploy/one'] }),
        through('deploy/one', 'back', { aside: ['deploy/two'] }),
        through('deploy/two', 'back'),
        wrongPort,
      ]),
    ).begin()
    walker.look('x')
    walker.look('x')
    expect(walker.session.here).toBe('deploy/two')
    walker.look('x')
    expect(walker.session.reached?.node).toBe('nginx/wrong-port')
  })
})

describe('going back', () => {
  const straight = library([
    through('locate/a', 'locate/b', { learn: { 'upstream.port': 'out.port' }, proves: ['proxy'] }),
    ask('locate/b', 'What is it?', [
      option('unit', 'locate/c', { found: 'a unit', learn: { 'app.unit': '"shop.service"' } }),
      option('container', 'locate/end', { found: 'a container' }),
    ]),
    through('locate/c', 'nginx/wrong-port', { learn: { 'app.port': 'out.port' } }),
    end('locate/end'),
    wrongPort,
  ])

  function walked(): Walker {
    const walker = new Walker(straight).begin({ 'url.host': 'shop.example.com' })
    walker.look('port 3000')
    walker.answer('unit').look('port 3001')
    return walker
  }

  it('stands where it stood, and holds what it held there', () => {
    const walker = walked()
    walker.do({ type: 'back', toVisit: 2 })
    expect(walker.expecting('ask').node).toBe('locate/b')
    expect([...walker.session.facts.keys()]).toEqual(['url.host', 'upstream.port'])
    expect(walker.session.findings.map((finding) => finding.node)).toEqual(['locate/a'])
    expect(walker.session.vantages.proxy).not.toBeNull()
    expect(walker.session.reached).toBeNull()
  })

  it('drops a vantage that was proven later', () => {
    const walker = walked()
    walker.do({ type: 'back', toVisit: 1 })
    expect(walker.session.vantages.proxy).toBeNull()
    expect([...walker.session.facts.keys()]).toEqual(['url.host'])
  })

  it('lets another answer be given, and never uses a finding number twice', () => {
    const walker = walked()
    walker.do({ type: 'back', toVisit: 2 })
    walker.answer('container')
    expect(walker.session.findings.map(({ n, says }) => [n, says])).toEqual([
      [1, 'locate/a was seen'],
      [4, 'a container'],
    ])
    expect(walker.session.reached?.node).toBe('locate/end')
  })

  it('keeps in the journal that something else was held', () => {
    const walker = walked()
    walker.do({ type: 'back', toVisit: 1 })
    expect(walker.entries.some(({ event }) => event.type === 'fact.learned' && event.name === 'app.unit')).toBe(true)
    expect(walker.session.probes).toHaveLength(2)
  })

  it('to a visit that never was changes nothing', () => {
    const walker = walked()
    const { here, visits } = walker.session
    walker.do({ type: 'back', toVisit: 99 })
    expect(walker.session).toMatchObject({ here, visits })
  })

  it('to an aside lands on the main way before it: only from there it can be walked again', () => {
    const walker = new Walker(
      library([
        through('locate/a', 'nginx/wrong-port', { aside: ['deploy/one', 'deploy/two'] }),
        through('deploy/one', 'back'),
        through('deploy/two', 'back'),
        wrongPort,
      ]),
    ).begin()
    for (let looks = 0; looks < 3; looks++) walker.look('x')
    walker.do({ type: 'back', toVisit: 3 })
    expect(walker.session.here).toBe('locate/a')
    for (let looks = 0; looks < 3; looks++) walker.look('x')
    expect(walker.session.reached?.node).toBe('nginx/wrong-port')
  })

  it('to a fork or a verdict lands where something can be done', () => {
    const walker = new Walker(
      library([
        through('locate/a', 'locate/which'),
        fork('locate/which', [branch('x', 'nginx/wrong-port')]),
        wrongPort,
      ]),
    ).begin()
    walker.look('x')
    for (const toVisit of [3, 2]) {
      walker.do({ type: 'back', toVisit })
      expect(walker.expecting('probe').node.id).toBe('locate/a')
      walker.look('x')
    }
  })
})
