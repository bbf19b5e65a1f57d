import { describe, expect, it } from 'vitest'
import type { LookRequest } from '../../src/words/look.ts'
import { CONFIDENCES } from '../../src/words/vocabulary.ts'
import * as faults from './faults.ts'
import { type Answer, exchange } from './http.ts'
import { blind, cut, late } from './looks.ts'
import { diagnose, HEALTHY, type Part, type Seen, type World } from './world.ts'

// Whoever sees less is never surer. Each walk is walked again with each of its looks blinded in turn.

const BLINDED: [string, (answer: Answer) => Answer][] = [
  ['no-permission', () => blind('no-permission')],
  ['timed-out', (answer) => late(answer)],
  ['cut', (answer) => cut(answer)],
]

function give(answer: Answer, request: LookRequest) {
  return typeof answer === 'function' ? answer(request) : answer
}

/** 0 is the surest; a walk without a verdict is surest of nothing. */
const rank = (seen: Seen): number => {
  const { verdict } = seen.judged
  return verdict ? CONFIDENCES.indexOf(verdict.assessment.confidence) : CONFIDENCES.length
}
const cause = (seen: Seen): string => seen.judged.verdict?.node.cause ?? ''

const WALKS: [string, Partial<World>][] = Object.entries(faults)
const sights = new Map<string, Promise<Seen>>()

/** The walk with nothing blinded; walked once for all tests. */
function fullSight(name: string, parts: Partial<World>): Promise<Seen> {
  const known = sights.get(name) ?? diagnose(parts)
  sights.set(name, known)
  return known
}

/** One walk for each cause that can be certain. */
const CERTAIN = WALKS.filter(([name]) =>
  [
    'DOWN',
    'WRONG_PORT',
    'WRONG_INTERFACE',
    'CRASH',
    'STOPPED',
    'OOM',
    'SOCKET_MISSING',
    'SLOW',
    'CLOSES',
    'NOT_HTTP',
    'APP_ERROR',
    'STALE_CONFIG',
    'PROXY_DOWN',
    'POOL_ONE_DOWN',
    'POOL_ONE_502',
    'POOL_ALL_DOWN',
    'HELD_FOR_DOWN',
    'NO_SUCH_NAME',
    'RESOLVER_SILENT',
    'NO_RESOLVER',
    'STALE_ADDRESS',
    'LIMIT_NOT_LOADED',
    'REWRITE_LOOP',
    'TLS_TO_PLAIN',
    'NO_SNI',
    'NO_VERSION',
    'CERT_EXPIRED',
    'CERT_NAME',
    'BIG_HEAD',
    'BAD_HEAD',
    'RESETS_IN_BODY',
    'BLOCKED',
    'REJECTED',
    'LIMITED',
    'NO_FILES',
    'NO_FILES_AT_ALL',
    'NO_CONNECTIONS',
    'NO_CONNECTIONS_AT_ALL',
  ].includes(name),
)

describe.each(CERTAIN)('%s', (name, parts) => {
  it('is no surer with any of its looks blinded, and never sure of something else', async () => {
    const world: World = { ...HEALTHY, ...parts }
    const full = await fullSight(name, parts)
    expect(full.short).toMatch(/ confirmed$/)
    for (const part of new Set(full.asked)) {
      for (const [how, blinded] of BLINDED) {
        const seen = await diagnose({ ...parts, [part]: blinded(world[part]) })
        const told = `${part}, ${how}: ${full.short} became ${seen.short}\n${seen.path.join('\n')}`
        expect(rank(seen), told).toBeGreaterThanOrEqual(rank(full))
        if (rank(seen) === 0) expect(cause(seen), told).toBe(cause(full))
        expect(seen.judged.outcome, told).not.toBe('healthy')
      }
    }
  })
})

describe('two looks blinded at once', () => {
  const PAIRS: [Part, Part][] = [
    ['errorLog', 'direct'],
    ['errorLog', 'listeners'],
    ['listeners', 'direct'],
    ['units', 'candidates'],
    ['config', 'errorLog'],
    ['destination', 'errorLog'],
    ['place', 'listeners'],
    ['process', 'gateway'],
    ['kernelJournal', 'dmesg'],
    ['request', 'errorLog'],
  ]

  it.each(PAIRS)('%s and %s', async (one, other) => {
    for (const [name, parts] of CERTAIN) {
      const full = await fullSight(name, parts)
      const seen = await diagnose({ ...parts, [one]: blind('no-permission'), [other]: blind('no-permission') })
      const told = `${name}: ${full.short} became ${seen.short}`
      expect(rank(seen), told).toBeGreaterThanOrEqual(rank(full))
      if (rank(seen) === 0) expect(cause(seen), told).toBe(cause(full))
    }
  })
})

describe('an account that sees nothing of others', () => {
  it.each(WALKS)('%s', async (name, parts) => {
    const full = await fullSight(name, parts)
    const hidden = blind('no-permission', 'it belongs to another user')
    const seen = await diagnose({
      ...parts,
      gateway: hidden,
      process: hidden,
      errorLog: hidden,
      accessLog: hidden,
      journal: hidden,
      kernelJournal: hidden,
      dmesg: hidden,
      gatewayJournal: hidden,
    })
    expect(rank(seen)).toBeGreaterThanOrEqual(rank(full))
    if (rank(seen) === 0) expect(cause(seen)).toBe(cause(full))
    expect(seen.blindSpots.length).toBeGreaterThan(0)
  })
})

describe('without requests of our own', () => {
  it.each(WALKS)('%s', async (name, parts) => {
    const full = await fullSight(name, parts)
    const none = blind('declined', '--no-requests was given')
    const seen = await diagnose({ ...parts, request: none, samples: none, direct: none, tls: none })
    expect(rank(seen)).toBeGreaterThanOrEqual(rank(full))
    if (rank(seen) === 0) expect(cause(seen)).toBe(cause(full))
  })
})

describe('on another machine', () => {
  it.each(WALKS.filter(([name]) => name !== 'PROXY_DOWN'))('%s: nothing is certain from afar', async (_, parts) => {
    const { destination } = await import('./looks.ts')
    const far = destination({ addresses: ['203.0.113.9'], listening: false, bound: '' }, null)
    const seen = await diagnose({ ...parts, destination: far })
    expect(seen.short).not.toContain('confirmed')
    expect(seen.short).not.toContain('likely')
  })
})

describe('nothing at all can be seen', () => {
  it.each(['no-permission', 'missing-tool', 'timed-out', 'no-vantage', 'declined', 'not-understood'] as const)(
    '%s: it ends, and says nothing for sure',
    async (why) => {
      const world = Object.fromEntries(Object.keys(HEALTHY).map((part) => [part, blind(why)]))
      const seen = await diagnose(world)
      expect(seen.end).toMatchObject({ node: 'locate/unknown-gateway', outcome: 'inconclusive' })
      expect(seen.ruledOut).toEqual([])
      expect(seen.blindSpots.length).toBeGreaterThan(0)
    },
  )

  it.each([
    ['nothing', ''],
    ['text', 'command not found\n'],
    ['half of JSON', '{"pid": 42, "exists": tr'],
    ['JSON of another shape', '{"apps": 7, "units": "x", "kills": null, "steps": {}}'],
    ['zeros', '\0\0\0\0'],
    ['a page', '<html><body>It works!</body></html>'],
  ])('every look gives %s', async (_, out) => {
    const garbled = Object.fromEntries(
      Object.entries(HEALTHY).map(([part, answer]) => [
        part,
        (request: LookRequest) => ({ ...give(answer, request), out, exit: 0 }),
      ]),
    )
    const seen = await diagnose({ ...garbled, request: exchange({ exit: 2, errormsg: 'failed to initialise' }) })
    expect(seen.session.reached).not.toBeNull()
    expect(seen.short).not.toContain('confirmed')
  })
})
