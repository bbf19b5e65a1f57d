import { describe, expect, it } from 'vitest'
import { assess, ruledOut, suspects } from '../../src/guide/confidence.ts'
import type { SessionEvent } from '../../src/session/events.ts'
import { findingsHere } from '../../src/session/session.ts'
import { branch, end, entered, fork, found, library, session, verdict } from './make.ts'
import { Walker } from './walker.ts'

// One gateway behind another: what is known of the first says nothing of the second.

const learned = (name: string, value: string | number, visit: number): SessionEvent => ({
  type: 'fact.learned',
  name,
  value,
  origin: { by: 'probe', n: visit },
  visit,
})

const OUTER = [
  entered('nginx/error-log', 1),
  learned('upstream.port', 8081, 1),
  learned('gateway.name', 'HAProxy', 1),
  found('nginx/error-log.refused', 1, { suspects: ['wrong-port'], rulesOut: ['process-down'] }),
  entered('app/inner', 2),
] satisfies SessionEvent[]
const DEEPER: SessionEvent = { type: 'went.deeper', visit: 2, forgets: ['upstream.port'] }
const INNER = [
  learned('proxy.pid', 20, 2),
  found('app/inner.known', 2),
  entered('nginx/process', 3),
] satisfies SessionEvent[]

describe('the next hop', () => {
  it('its facts are forgotten by name, and others stay', () => {
    const s = session(...OUTER, DEEPER, ...INNER)
    expect([...s.facts.keys()]).toEqual(['gateway.name', 'proxy.pid'])
  })

  it('what findings about the hop in front excluded or suspected counts no more', () => {
    expect(ruledOut(session(...OUTER)).map(({ cause }) => cause)).toEqual(['process-down'])
    const s = session(...OUTER, DEEPER, ...INNER)
    expect(ruledOut(s)).toEqual([])
    expect(suspects(s)).toEqual([])
    expect(findingsHere(s).map(({ branch: id }) => id)).toEqual(['known'])
    // They are still told.
    expect(s.findings.map(({ branch: id }) => id)).toEqual(['refused', 'known'])
  })

  it('nor do they prove a verdict about this one', () => {
    const elsewhere = found('app/listening.elsewhere', 3, { rulesOut: ['process-down'] })
    const { missing, confidence } = assess(verdict(), session(...OUTER, DEEPER, ...INNER, elsewhere))
    expect(missing).toEqual([['nginx/error-log.refused']])
    expect(confidence).toBe('likely')
    const again = found('nginx/error-log.refused', 4, { suspects: ['wrong-port'] })
    expect(assess(verdict(), session(...OUTER, DEEPER, ...INNER, elsewhere, again)).confidence).toBe('confirmed')
  })

  it('going back to the hop in front brings its facts back', () => {
    const s = session(...OUTER, DEEPER, ...INNER, { type: 'went.back', toVisit: 2 })
    expect([...s.facts.keys()].sort()).toEqual(['gateway.name', 'upstream.port'])
    expect(s.deeper).toEqual([])
    expect(ruledOut(s).map(({ cause }) => cause)).toEqual(['process-down'])
  })

  it('going back to a later visit stays at this hop', () => {
    const s = session(...OUTER, DEEPER, ...INNER, learned('upstream.port', 3000, 3), { type: 'went.back', toVisit: 3 })
    expect([...s.facts.keys()]).toEqual(['gateway.name', 'proxy.pid'])
    expect(s.deeper).toHaveLength(1)
  })

  it('a branch that forgets may learn from what it forgets', () => {
    const deeper = branch('deeper', 'locate/next', {
      when: 'has(upstream.port)',
      forgets: ['upstream'],
      learn: { 'app.port': 'upstream.port' },
    })
    const nodes = [fork('locate/inner', [deeper, branch('no', 'locate/next')]), end('locate/next')]
    const walker = new Walker(library(nodes)).begin({ 'upstream.port': 8081 })
    const types = walker.entries.map(({ event }) => event.type)
    expect(types.filter((type) => type === 'went.deeper')).toHaveLength(1)
    expect(types.indexOf('went.deeper')).toBeLessThan(types.lastIndexOf('fact.learned'))
    expect(walker.session.facts.get('upstream.port')).toBeUndefined()
    expect(walker.session.facts.get('app.port')?.value).toBe(8081)
  })
})
