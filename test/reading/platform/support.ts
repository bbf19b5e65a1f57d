import { READERS } from '../../../src/reading/index.ts'
import type { OwnRequest, ReadContext } from '../../../src/reading/reader.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import { capture, NOW } from '../../flows/http.ts'
import { SHIPPED } from '../../flows/world.ts'

/** The context of a session that began at NOW and asked /checkout just then. */
export function contextOf(facts: Record<string, Value> = {}, requests: readonly OwnRequest[] = OURS): ReadContext {
  const { fingerprints, signatures } = SHIPPED.library
  const base: Record<string, Value> = {
    'url.host': 'shop.example.com',
    'url.path': '/checkout',
    'window.seconds': 900n,
  }
  return {
    facts: new Map(Object.entries({ ...base, ...facts })),
    knowledge: { fingerprints, signatures },
    requests,
    now: NOW,
  }
}

const OURS: OwnRequest[] = [{ startedAt: NOW, endedAt: new Date(NOW.getTime() + 500), status: 503 }]

/** Reads what a client printed, by the reader's name; what is kept of it gives the same. */
export function read(name: string, out: string, more: Partial<Capture> = {}, context = contextOf()) {
  const reader = READERS[name]
  if (!reader) throw new Error(`no reader ${name}`)
  const whole = reader.read(capture('run', out, more), context)
  const kept = reader.keep?.(out).out ?? out
  const again = reader.read(capture('run', kept, more), context)
  if (String(JSON.stringify(whole, plain)) !== JSON.stringify(again, plain))
    throw new Error(`${name} reads what it kept otherwise: ${kept}`)
  return whole
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

/** Whatever comes, a reader answers in its own form and claims nothing. */
export const HOSTILE: readonly string[] = [
  '',
  '\u0000\u001b[31m',
  '[',
  '[{',
  '{"a":',
  '[1,2,"x",null]',
  '{"a":{"b":[]}}',
  '[[[[]]]]',
  'null',
  '"text"',
  '[{"state":5,"type":[],"events":{},"config":"x","checks":[1]}]',
  '{"status":{"conditions":"x"},"metadata":7}',
  `${'['.repeat(2000)}`,
  'a\n'.repeat(5000),
]
