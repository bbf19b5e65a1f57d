import { describe, expect, it } from 'vitest'
import { APP_ERROR, HUNG, SLOW } from './faults.ts'
import { answered, clock, exchange } from './http.ts'
import { blind, processInfo } from './looks.ts'
import { appLog, LOG, waits, written } from './workers.ts'
import { diagnose, type World } from './world.ts'

const PEER = '192.0.2.40:5432'
const REFUSED = 'Error: connect ECONNREFUSED 192.0.2.40:5432'
const HANGS = 'Error: socket hang up'
const bare = processInfo({ unit: '' })

/** The application answers 502 itself, at once, and writes into a file. */
const WRITES: Partial<World> = { ...APP_ERROR, process: bare, written: written(LOG) }
/** The same after two seconds. */
const LATE_ERROR: Partial<World> = {
  ...WRITES,
  direct: exchange(answered(502, 'the payment service is down', { ms: 2000, firstByte: 2000 })),
}
const said = (...lines: [Date, string][]) => appLog(lines.map(([at, says]) => ({ at, says })))

describe('an application that answers an error itself', () => {
  it('wrote for each of our requests that a call failed', async () => {
    const seen = await diagnose({ ...WRITES, appLog: said([clock(0), REFUSED], [clock(0.1), REFUSED]) })
    expect(seen.at('outbound/log')).toMatchObject({ branch: 'each-time', rulesOut: ['app-error'] })
    expect(seen.fact('call.shape')).toBe('unreachable')
    expect(seen.verdict).toMatchObject({
      id: 'outbound/third-party',
      confidence: 'confirmed',
      bornAt: 'app',
      place: 'app',
      says: expect.stringMatching(
        /^The application answers 502 itself, for a call of its own: it wrote: .*ECONNREFUSED/,
      ),
    })
  })

  it('wrote it once: that may be of another request', async () => {
    const seen = await diagnose({ ...WRITES, appLog: said([clock(0.1), HANGS]) })
    expect(seen.at('outbound/log')).toMatchObject({ branch: 'said' })
    expect(seen.verdict).toMatchObject({ cause: 'third-party', confidence: 'likely' })
    expect(seen.fact('call.shape')).toBe('reset')
  })

  it('wrote it long before our request: it explains nothing', async () => {
    const seen = await diagnose({ ...WRITES, appLog: said([clock(-90), REFUSED], [clock(-80), REFUSED]) })
    expect(seen.at('outbound/log')).toMatchObject({ branch: 'quiet' })
    expect(seen.verdict).toMatchObject({ cause: 'app-error', confidence: 'confirmed' })
  })

  it('is not asked again where it answered at once', async () => {
    const seen = await diagnose(WRITES)
    expect(seen.path).not.toContain('outbound/calls')
    expect(seen.verdict).toMatchObject({ cause: 'app-error' })
  })

  it('waited for somebody until right before its answer', async () => {
    const seen = await diagnose({ ...LATE_ERROR, waits: waits({ ms: 2000, status: 502, peer: PEER, waited: 1990 }) })
    expect(seen.at('outbound/calls')).toMatchObject({
      branch: 'waits',
      says: `for 1990 of the 2000 ms that we waited, it waited itself for an answer of ${PEER}`,
      learns: { 'call.peer': PEER, 'call.ms': 1990, 'call.shape': 'slow' },
    })
    expect(seen.verdict).toMatchObject({ cause: 'third-party', confidence: 'confirmed' })
  })

  it.each<[string, Parameters<typeof waits>[0]]>([
    ['for a small part of the time', { peer: PEER, waited: 700 }],
    ['and was answered long before the end', { peer: PEER, waited: 1900, toTheEnd: false }],
    ['for nobody', {}],
  ])('waited %s: that is not why', async (_, seen) => {
    const told = await diagnose({ ...LATE_ERROR, waits: waits({ ms: 2000, status: 502, ...seen }) })
    expect(told.fact('call.peer')).toBeUndefined()
    expect(told.verdict).toMatchObject({ cause: 'app-error' })
  })

  it('what cannot be seen of its calls leaves its own error', async () => {
    for (const part of [
      { waits: blind('no-vantage') },
      { written: blind('no-permission') },
      { process: blind('no-permission') },
    ]) {
      expect((await diagnose({ ...LATE_ERROR, ...part })).verdict).toMatchObject({ cause: 'app-error' })
    }
  })
})

describe('a slow application', () => {
  it('waits for an answer itself', async () => {
    const seen = await diagnose({ ...SLOW, process: bare, waits: waits({ ms: 4000, peer: PEER, waited: 3990 }) })
    expect(seen.verdict).toMatchObject({
      id: 'outbound/slow-dependency',
      confidence: 'confirmed',
      shape: 'slow',
      symptoms: expect.arrayContaining(['slow-app']),
      says: `The application is slow because it waits for ${PEER}: 3990 ms of our request`,
    })
  })

  it('waits for nobody: the time is its own', async () => {
    const seen = await diagnose({ ...SLOW, process: bare, waits: waits({ ms: 4000 }) })
    expect(seen.at('outbound/calls')).toMatchObject({ branch: 'nobody', rulesOut: ['slow-dependency'] })
    expect(seen.verdict).toMatchObject({ cause: 'slow-app' })
  })

  it('is judged as before where its connections cannot be seen', async () => {
    const seen = await diagnose({ ...SLOW, process: bare, waits: waits({ whole: false }) })
    expect(seen.at('outbound/calls')).toMatchObject({ blind: 'no-permission' })
    expect(seen.verdict).toMatchObject({ cause: 'slow-app' })
  })
})

describe('an application with a limit of processor time', () => {
  const held = (throttled: number, periods = 40) => waits({ ms: 4000, cpu: { limit: 100, periods, throttled } })

  it('was held back for most of the request', async () => {
    const seen = await diagnose({ ...SLOW, process: bare, waits: held(38) })
    expect(seen.verdict).toMatchObject({
      id: 'outbound/cpu-starved',
      confidence: 'confirmed',
      shape: 'slow',
      says: expect.stringContaining('100 thousandths of a core'),
    })
  })

  it.each([
    ['now and then', held(4)],
    ['and hardly ran', held(3, 4)],
  ])('was held back %s: the time is its own', async (_, seen) => {
    expect((await diagnose({ ...SLOW, process: bare, waits: seen })).verdict).toMatchObject({ cause: 'slow-app' })
  })
})

describe('an application that never answers', () => {
  it('cannot reach what it calls', async () => {
    const stuck = waits({ ms: 8000, status: 0, peer: PEER, for: 'connecting', waited: 7800 })
    const seen = await diagnose({ ...HUNG, process: bare, waits: stuck })
    expect(seen.verdict).toMatchObject({
      cause: 'slow-dependency',
      confidence: 'confirmed',
      says: expect.stringContaining('and nobody takes its connection'),
    })
  })
})
