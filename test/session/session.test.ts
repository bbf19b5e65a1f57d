import { describe, expect, it } from 'vitest'
import type { SessionEvent } from '../../src/session/events.ts'
import { begin, evolve, fold } from '../../src/session/evolve.ts'
import { capture, entered, entries, found, REQUEST, session } from '../guide/make.ts'

const learned = (name: string, value: string | number, visit: number): SessionEvent => ({
  type: 'fact.learned',
  name,
  value,
  origin: { by: 'probe', n: 1 },
  visit,
})

describe('a session is the fold of its journal', () => {
  it('begins with what was asked, standing nowhere', () => {
    const s = session()
    expect(s.url).toBe('http://shop.example.com/checkout')
    expect(s.here).toBeNull()
    expect(s.seq).toBe(1)
    expect(s.startedAt).toBe('2026-11-21T02:03:00.000Z')
  })

  it('is nothing without entries', () => {
    expect(fold([])).toBeNull()
  })

  it('refuses a journal that begins in the middle', () => {
    const [, second] = entries(entered('locate/response', 1))
    expect(() => begin(second ?? never())).toThrow(/begins with session.started/)
  })

  it('refuses a second beginning', () => {
    const [first] = entries()
    const s = session()
    expect(() => evolve(s, first ?? never())).toThrow(/only at the beginning/)
  })

  it('stands where it entered last, and remembers how each visit was left', () => {
    const s = session(
      entered('locate/destination', 1),
      found('locate/destination.here', 1),
      entered('locate/response', 2),
    )
    expect(s.here).toBe('locate/response')
    expect(s.visits).toEqual([
      { visit: 1, node: 'locate/destination', aside: false, left: 'here' },
      { visit: 2, node: 'locate/response', aside: false, left: null },
    ])
  })

  it('holds the latest value of a fact, with where it came from', () => {
    const s = session(learned('upstream.port', 3000, 1), learned('upstream.port', 3001, 2))
    expect(s.facts.get('upstream.port')).toEqual({ value: 3001, origin: { by: 'probe', n: 1 }, visit: 2 })
  })

  it('keeps a probe from its start, its capture from its end', () => {
    const running = session({ type: 'probe.started', n: 1, node: 'app/listening', request: REQUEST })
    expect(running.probes[0]?.capture).toBeNull()
    const done = session(
      { type: 'probe.started', n: 1, node: 'app/listening', request: REQUEST },
      { type: 'probe.finished', n: 1, node: 'app/listening', capture: capture('x') },
    )
    expect(done.probes[0]?.capture?.out).toBe('x')
  })

  it('lists a blind spot once, however often it is met', () => {
    const dark: SessionEvent = {
      type: 'blind.spot',
      visit: 1,
      node: 'a/b',
      why: 'no-permission',
      says: 'dmesg needs root',
    }
    expect(session(dark, dark, { ...dark, says: 'another' }).blindSpots).toHaveLength(2)
  })

  it('queues asides once, and takes one off when it is entered', () => {
    const queued = session(
      found('a/b.c', 1, { aside: ['deploy/changes', 'sight/account'] }),
      found('a/d.e', 2, { aside: ['deploy/changes'] }),
    )
    expect(queued.asides).toEqual(['deploy/changes', 'sight/account'])
    const s = session(
      found('a/b.c', 1, { aside: ['deploy/changes', 'sight/account'] }),
      entered('deploy/changes', 2, { aside: true, returnTo: 'app/process-down' }),
    )
    expect(s.asides).toEqual(['sight/account'])
    expect(s.returnTo).toBe('app/process-down')
  })

  it('never changes an earlier session', () => {
    const before = session(entered('locate/response', 1))
    const frozen = JSON.stringify({ ...before, facts: [...before.facts] })
    let s = before
    for (const entry of entries(learned('url.port', 80, 1), found('locate/response.own-page', 1)).slice(1))
      s = evolve(s, entry)
    expect(JSON.stringify({ ...before, facts: [...before.facts] })).toBe(frozen)
    expect(s.findings).toHaveLength(1)
  })

  it('stands nowhere once an end is reached, and says which', () => {
    const s = session({ type: 'end.reached', visit: 3, node: 'nginx/healthy', end: 'healthy', says: 'all is well' })
    expect(s.here).toBeNull()
    expect(s.reached).toEqual({ node: 'nginx/healthy', kind: 'healthy', says: 'all is well' })
  })

  it('is open again after it was resumed', () => {
    const conclusion = { outcome: 'inconclusive', state: 'failing', verdict: null } as const
    const ended = session({ type: 'session.ended', ended: 'interrupted', conclusion })
    expect(ended.ended?.ended).toBe('interrupted')
    expect(
      session({ type: 'session.ended', ended: 'interrupted', conclusion }, { type: 'session.resumed' }).ended,
    ).toBeNull()
  })

  it('keeps notes with their time', () => {
    expect(session({ type: 'note.added', text: 'rolled back' }).notes).toEqual([
      { at: '2026-11-21T02:03:01.000Z', text: 'rolled back' },
    ])
  })
})

describe('going back', () => {
  const walked = [
    entered('locate/response', 1),
    learned('answer.status', 502, 1),
    found('locate/response.own-page', 1, { suspects: ['process-down'] }),
    entered('nginx/error-log', 2),
    learned('upstream.port', 3000, 2),
    { type: 'vantage.proven', role: 'app', at: 'local', origin: { by: 'probe', n: 2 }, visit: 2 } as const,
    found('nginx/error-log.refused', 2),
    entered('app/listening', 3),
    { type: 'blind.spot', visit: 3, node: 'app/listening', why: 'cut', says: 'cut' } as const,
  ] satisfies SessionEvent[]

  it('drops what rested on the changed answer, and what rested on that', () => {
    const s = session(...walked, { type: 'went.back', toVisit: 2 })
    expect(s.here).toBe('nginx/error-log')
    expect([...s.facts.keys()]).toEqual(['answer.status'])
    expect(s.findings.map((finding) => finding.n)).toEqual([1])
    expect(s.vantages.app).toBeNull()
    expect(s.blindSpots).toEqual([])
    expect(s.visits.map((visit) => visit.node)).toEqual(['locate/response', 'nginx/error-log'])
    expect(s.visits.at(-1)?.left).toBeNull()
  })

  it('keeps the probes: what was looked at need not be looked at again', () => {
    const s = session(
      { type: 'probe.started', n: 1, node: 'nginx/error-log', request: REQUEST },
      { type: 'probe.finished', n: 1, node: 'nginx/error-log', capture: capture('line') },
      ...walked,
      { type: 'went.back', toVisit: 1 },
    )
    expect(s.probes).toHaveLength(1)
  })

  it('never gives a finding number twice', () => {
    expect(session(...walked, { type: 'went.back', toVisit: 1 }).findingsEver).toBe(2)
  })

  it('to a visit that never was changes nothing', () => {
    const before = session(...walked)
    const after = session(...walked, { type: 'went.back', toVisit: 99 })
    expect(after.visits).toEqual(before.visits)
    expect(after.facts.size).toBe(before.facts.size)
  })

  it('asks again for the asides that an earlier branch asked for and nobody came by', () => {
    const asked = [
      entered('nginx/error-log', 1),
      found('nginx/error-log.refused', 1, { aside: ['deploy/changes', 'sight/account'] }),
      entered('app/listening', 2),
      found('app/listening.nothing', 2, { aside: ['resources/memory'] }),
      entered('deploy/changes', 3, { aside: true, returnTo: 'app/process-down' }),
    ] satisfies SessionEvent[]
    expect(session(...asked, { type: 'went.back', toVisit: 2 }).asides).toEqual(['deploy/changes', 'sight/account'])
    expect(session(...asked, { type: 'went.back', toVisit: 1 }).asides).toEqual([])
  })

  it('undoes an end that was reached', () => {
    const s = session(
      ...walked,
      { type: 'verdict.reached', visit: 4, node: 'app/process-down' },
      { type: 'went.back', toVisit: 3 },
    )
    expect(s.reached).toBeNull()
    expect(s.here).toBe('app/listening')
  })
})

function never(): never {
  throw new Error('the fixture has no such entry')
}
