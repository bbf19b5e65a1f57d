import { createMasker } from '../../../src/probe/mask/index.ts'
import { seal } from '../../../src/probe/seal.ts'
import { READERS } from '../../../src/reading/index.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import { NOW } from '../../documented/kubernetes/objects.ts'

/** What kubectl printed, as a capture. */
export function printed(out: string, more: Partial<Capture> = {}): Capture {
  return {
    kind: 'run',
    argv: ['kubectl'],
    at: 'local',
    outcome: 'ok',
    exit: 0,
    ms: 1,
    startedAt: NOW.toISOString(),
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    ...more,
  }
}

/** `kubectl get … -o json` of these objects. */
export const listed = (...items: JsonObject[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })

/** The reading of what is sealed, as every reader gets it. */
export function reading(name: string, capture: Capture, facts: Record<string, Value> = {}) {
  const reader = READERS[name]
  if (!reader) throw new Error(`no reader ${name}`)
  return reader.read(seal(capture, reader, createMasker()), {
    facts: new Map(Object.entries(facts)),
    knowledge: { fingerprints: [], signatures: [] },
    requests: [],
    now: NOW,
  })
}
