import type { AnyCase } from '../case.ts'
import type { Told } from '../diagnosis.ts'
import type { Truth } from '../truth.ts'
import type { Ran } from './ran.ts'

// Made-up diagnoses, for the tests of what counts them.

const TRUTH: Truth = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'process-down',
  place: ['app'],
  shape: 'unreachable',
  cites: ['127.0.0.1:3000'],
}

export const HEALTHY: Truth = { outcome: 'healthy', state: 'well', cause: null }

export function caseOf(name: string, truth: Partial<Truth> = {}): AnyCase {
  return { name, says: `${name} is broken`, truth: { ...TRUTH, ...truth }, start: async () => ({ url: 'http://x/' }) }
}

export const wellCase = (name: string): AnyCase => ({ ...caseOf(name), truth: HEALTHY })

interface Said {
  cause?: string
  place?: string
  shape?: string
  confidence?: string
  finding?: string
  seconds?: number
  probes?: number
}

/** What a diagnosis said: right for `caseOf` unless told otherwise. */
export function ranOf(said: Said = {}): Ran {
  const told = toldOf({ outcome: 'diagnosed', state: 'failing' }, said)
  told.verdict = {
    id: 'app/process-down',
    bornAt: 'proxy',
    place: said.place ?? 'app',
    sides: [],
    shape: said.shape ?? 'unreachable',
    cause: said.cause ?? 'process-down',
    says: 'Nothing listens',
    confidence: said.confidence ?? 'confirmed',
    findings: [1],
    symptoms: [],
  }
  return { told, seconds: said.seconds ?? 1, cites: [], servers: {} }
}

/** It said that all is well. */
export const ranWell = (said: Said = {}): Ran => ({
  told: toldOf({ outcome: 'healthy', state: 'well' }, said),
  seconds: said.seconds ?? 1,
  cites: [],
  servers: {},
})

function toldOf(how: { outcome: string; state: string }, said: Said): Told {
  const probe = { n: 1, kind: 'run', at: 'here', argv: [], outcome: 'ok', ms: 1 }
  return {
    ...how,
    ended: 'complete',
    answer: { status: 502, class: 'gateway-error' },
    verdict: null,
    alternatives: [],
    ruledOut: [],
    blindSpots: [{ probe: null, why: 'no-vantage', says: 'the kernel log' }],
    sight: {},
    hops: [],
    facts: {},
    findings: [{ n: 1, node: 'app/listening', branch: 'none', says: said.finding ?? '127.0.0.1:3000 refuses' }],
    probes: Array.from({ length: said.probes ?? 10 }, () => probe),
    onset: { firstError: null, lastChange: null },
  }
}
