import { describe, expect, it } from 'vitest'
import { STEPS } from '../../src/words/vocabulary.ts'
import * as faults from './faults.ts'
import { answered, samples } from './http.ts'
import { blind } from './looks.ts'
import { diagnose, type Part, type Seen, SHIPPED, type World } from './world.ts'

// The first ten minutes: the gateway's log, then the upstream asked directly, then its own log, what changed, and the
// machine's memory, disk and time.

const WALKS: [string, Partial<World>][] = [['HEALTHY', {}], ...Object.entries(faults)]

const sights = new Map<string, Promise<Seen>>()

/** Each walk is walked once for all tests but those that want it again. */
function walked(name: string, parts: Partial<World>): Promise<Seen> {
  const known = sights.get(name) ?? diagnose(parts)
  sights.set(name, known)
  return known
}

/** The steps of a walk in the order in which its nodes were entered; asides are made before a verdict is told. */
const stepsOf = (seen: Seen) =>
  seen.session.visits.flatMap(({ node, aside }) => {
    const step = SHIPPED.library.nodes[node]?.step
    return step === undefined || aside ? [] : [{ node, step }]
  })

describe.each(WALKS)('%s', (name, parts) => {
  it('reads the gateway’s log before it asks the upstream', async () => {
    const steps = stepsOf(await walked(name, parts)).map(({ step }) => step)
    const upstream = steps.findIndex((step) => step !== 'gateway-log')
    expect(steps.slice(0, upstream < 0 ? undefined : upstream).every((step) => step === 'gateway-log')).toBe(true)
    expect(upstream < 0 ? [] : steps.slice(upstream).filter((step) => step === 'gateway-log')).toEqual([])
  })

  it('asks the upstream before it reads the upstream’s log', async () => {
    const steps = stepsOf(await walked(name, parts))
    const log = steps.findIndex(({ step }) => step === 'upstream-log')
    if (log < 0) return
    expect(steps.slice(0, log).some(({ step }) => step === 'upstream-direct')).toBe(true)
  })

  it('looks at the machine’s resources after the upstream’s own words', async () => {
    const steps = stepsOf(await walked(name, parts)).map(({ step }) => step)
    const resources = steps.indexOf('resources')
    if (resources < 0) return
    expect(steps.slice(0, resources)).toContain('upstream-log')
  })

  it('asks what changed last of all, on the way to what it tells', async () => {
    const { visits } = (await walked(name, parts)).session
    const deploy = visits.findIndex(({ node }) => node === 'deploy/changes')
    if (deploy < 0) return
    expect(visits[deploy]?.aside).toBe(true)
    expect(visits.slice(deploy + 1).map(({ node }) => SHIPPED.library.nodes[node]?.kind)).toEqual([
      expect.stringMatching(/^(verdict|end)$/),
    ])
  })

  it('makes no look twice', async () => {
    const seen = await walked(name, parts)
    const made = seen.requests.map((request) => JSON.stringify({ ...request, timeoutMs: 0 }))
    expect(new Set(made).size).toBe(made.length)
  })

  it('enters no probe twice', async () => {
    const probes = (await walked(name, parts)).session.visits.map(({ node }) => node)
    const twice = probes.filter(
      (node, at) => SHIPPED.library.nodes[node]?.kind === 'probe' && probes.indexOf(node) !== at,
    )
    expect(twice).toEqual([])
  })

  it('sends our own request first, and once', async () => {
    const { requests } = await walked(name, parts)
    expect(requests[0]).toMatchObject({ kind: 'http', own: true, times: 1 })
    expect(requests.filter((request) => request.kind === 'http' && request.own && request.times === 1)).toHaveLength(1)
  })

  it('is told the same way twice', async () => {
    const [one, two] = [await walked(name, parts), await diagnose(parts)]
    expect(JSON.stringify(two.entries)).toBe(JSON.stringify(one.entries))
  })

  it('comes to the same in a full sweep', async () => {
    const seen = await diagnose(parts, { sweep: true })
    expect(seen.short).toBe((await walked(name, parts)).short)
  })

  it('ends, with everything that stayed dark in words', async () => {
    const seen = await walked(name, parts)
    expect(seen.session.reached).not.toBeNull()
    for (const spot of seen.session.blindSpots) expect(spot.says.length).toBeGreaterThan(5)
    for (const finding of seen.session.findings)
      expect(finding.says).not.toMatch(/\?(?![\w=])|undefined|NaN|1970|\bnever\b/)
  })
})

describe('what is asked of a healthy site', () => {
  it('is little: who holds the upstream’s port; nobody asks it anything, and nobody’s kernel', async () => {
    const unasked: Part[] = [
      'direct',
      'tls',
      'candidates',
      'unit',
      'journal',
      'kernelJournal',
      'dmesg',
      'load',
      'path',
      'unixSockets',
    ]
    const { asked } = await diagnose()
    expect(asked.filter((part) => unasked.includes(part))).toEqual([])
    expect([...new Set(asked)].sort()).toEqual([
      'accessLog',
      'changes',
      'config',
      'destination',
      'errorLog',
      'gateway',
      // Who is busy behind the port: looked at beside the rest, as it costs no question.
      'listenerWorkers',
      'listeners',
      'place',
      'process',
      'request',
      'samples',
      'sight',
      'units',
    ])
  })

  it('is at most six requests', async () => {
    const { requests } = await diagnose({ samples: samples(...Array.from({ length: 5 }, () => answered(200))) })
    const times = requests.flatMap((request) => (request.kind === 'http' ? [request.times] : []))
    expect(times).toEqual([1, 5])
  })
})

describe('steps', () => {
  it('are the five of the first ten minutes, and every flow but the first has them', () => {
    const seen = new Set(Object.values(SHIPPED.library.nodes).flatMap((node) => node.step ?? []))
    expect(seen).toEqual(new Set(STEPS))
  })

  it('a dark log does not stop the walk: the next step is taken', async () => {
    const { path } = await diagnose({ ...faults.DOWN, errorLog: blind('no-permission') })
    expect(path).toContain('app/listening.nothing')
    expect(path).toContain('app/direct-nothing.refused')
  })
})
