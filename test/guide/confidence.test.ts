import { describe, expect, it } from 'vitest'
import { assess, compareConfidence, ruledOut, suspects } from '../../src/guide/confidence.ts'
import { found, session, verdict } from './make.ts'

const refused = found('nginx/error-log.refused', 1, { suspects: ['process-down', 'wrong-port'] })
const elsewhere = found('app/listening.elsewhere', 2, { suspects: ['wrong-port'], rulesOut: ['process-down'] })

describe('confidence is computed', () => {
  it('is confirmed when every proof is a probe at a proven vantage and every rival is ruled out', () => {
    const assessment = assess(verdict(), session(refused, elsewhere))
    expect(assessment.confidence).toBe('confirmed')
    expect(assessment.proofs.map((proof) => proof.n)).toEqual([1, 2])
    expect(assessment.missing).toEqual([])
    expect(assessment.openRivals).toEqual([])
  })

  it('is likely while a rival is open', () => {
    const assessment = assess(verdict({ rivals: ['process-down', 'port-in-use'] }), session(refused, elsewhere))
    expect(assessment.confidence).toBe('likely')
    expect(assessment.openRivals).toEqual(['port-in-use'])
  })

  it('is likely while a proof is missing', () => {
    const assessment = assess(verdict({ rivals: [] }), session(refused))
    expect(assessment.confidence).toBe('likely')
    expect(assessment.missing).toEqual([['app/listening.elsewhere']])
  })

  it('takes any of the alternatives of one proof', () => {
    const node = verdict({ proof: [['nginx/error-log.refused', 'app/direct.refused'], ['app/listening.elsewhere']] })
    expect(assess(node, session(found('app/direct.refused', 1), elsewhere)).confidence).toBe('confirmed')
  })

  it('is likely when a proof was seen from an unproven vantage', () => {
    expect(assess(verdict(), session({ ...refused, proven: false }, elsewhere)).confidence).toBe('likely')
  })

  it('is likely when a proof rests on a fact that no source confirms', () => {
    expect(assess(verdict(), session({ ...refused, unconfirmed: true }, elsewhere)).confidence).toBe('likely')
  })

  it('prefers the stronger of two findings of the same proof', () => {
    const weak = { ...refused, proven: false }
    const strong = found('nginx/error-log.refused', 3)
    expect(assess(verdict(), session(weak, elsewhere, strong)).confidence).toBe('confirmed')
  })

  it('counts a fork as much as the facts that it joins', () => {
    const fork = { ...refused, by: 'fork' } as const
    const from = (by: 'probe' | 'flag') =>
      ({
        type: 'fact.learned',
        name: 'config.newest',
        value: '2026-11-21T02:03:12Z',
        origin: by === 'probe' ? { by, n: 1 } : { by },
        visit: 1,
      }) as const
    expect(assess(verdict(), session(from('probe'), fork, elsewhere)).confidence).toBe('confirmed')
    expect(assess(verdict(), session(from('flag'), fork, elsewhere)).confidence).toBe('likely')
  })

  it('counts pasted output as a probe', () => {
    expect(assess(verdict(), session({ ...refused, pasted: true }, elsewhere)).confidence).toBe('confirmed')
  })

  it('is reported when a needed proof came from a person', () => {
    expect(assess(verdict(), session({ ...refused, by: 'person' }, elsewhere)).confidence).toBe('reported')
  })

  it('is reported when nothing at all speaks for it', () => {
    expect(assess(verdict(), session()).confidence).toBe('reported')
  })

  it('is at most reported when a proof could not be looked for: no vantage', () => {
    const dark = { type: 'blind.spot', visit: 2, node: 'app/listening', why: 'no-vantage', says: 'elsewhere' } as const
    expect(assess(verdict({ rivals: [] }), session(refused, dark)).confidence).toBe('reported')
  })

  it('is at most reported when one way to prove it had no vantage, and no other way was gone', () => {
    const dark = { type: 'blind.spot', visit: 2, node: 'app/listening', why: 'no-vantage', says: 'elsewhere' } as const
    const node = verdict({
      rivals: [],
      proof: [['nginx/error-log.refused'], ['app/listening.elsewhere', 'app/socket.stale']],
    })
    expect(assess(node, session(refused, dark)).confidence).toBe('reported')
    expect(assess(node, session(refused, dark, found('app/socket.stale', 3))).confidence).toBe('confirmed')
  })

  it('is never confirmed when a finding excludes the cause itself', () => {
    const contradiction = found('app/direct.well', 3, { rulesOut: ['wrong-port'] })
    expect(assess(verdict(), session(refused, elsewhere, contradiction)).confidence).toBe('likely')
  })

  it('gets no more confident by seeing less', () => {
    const node = verdict({ rivals: ['process-down', 'port-in-use'] })
    const all = [refused, elsewhere, found('app/x.y', 3, { rulesOut: ['port-in-use'] })]
    const full = assess(node, session(...all)).confidence
    for (let without = 0; without < all.length; without++) {
      const less = assess(node, session(...all.filter((_, at) => at !== without))).confidence
      expect(compareConfidence(full, less)).toBeLessThanOrEqual(0)
    }
  })
})

describe('suspects and ruled out', () => {
  it('name the first finding that excludes a cause', () => {
    const s = session(elsewhere, found('app/a.b', 5, { rulesOut: ['process-down', 'slow-app'] }))
    expect(ruledOut(s)).toEqual([
      { cause: 'process-down', because: 2 },
      { cause: 'slow-app', because: 5 },
    ])
  })

  it('weigh a suspect by how many findings point at it, without the excluded ones', () => {
    expect(suspects(session(refused, elsewhere))).toEqual([{ cause: 'wrong-port', weight: 2 }])
  })

  it('are empty before anything is found', () => {
    expect(suspects(session())).toEqual([])
    expect(ruledOut(session())).toEqual([])
  })

  it('order confidences best first', () => {
    expect(compareConfidence('confirmed', 'likely')).toBeLessThan(0)
    expect(compareConfidence('reported', 'likely')).toBeGreaterThan(0)
    expect(compareConfidence('likely', 'likely')).toBe(0)
  })
})
