import { readFileSync } from 'node:fs'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Json } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

/** A real capture from `test/fixtures/process`. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/process/${name}`, import.meta.url), 'utf8')
}

const NOTHING: Capture = {
  kind: 'run',
  argv: [],
  at: 'local',
  outcome: 'ok',
  exit: 0,
  ms: 3,
  startedAt: '2026-11-21T04:00:00.000Z',
  out: '',
  err: '',
  cut: false,
  timedOut: false,
  leftOut: '',
  meta: {},
}

/** What a command printed. */
export function printed(command: string, out: string, more: Partial<Capture> = {}): Capture {
  return { ...NOTHING, argv: command.split(' '), out, ...more }
}

/** What one of the tool's own looks found. */
export function looked(findings: Json, more: Partial<Capture> = {}): Capture {
  return { ...NOTHING, kind: 'look', exit: null, out: JSON.stringify(findings), ...more }
}

export const NOW = new Date('2026-11-21T04:00:00.000Z')

export function context(facts: Record<string, Value> = {}): ReadContext {
  return {
    facts: new Map(Object.entries(facts)),
    knowledge: { fingerprints: [], signatures: [] },
    requests: [],
    now: NOW,
  }
}
