import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import type { Json } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import { CAUSES, SHAPES } from '../../../src/words/vocabulary.ts'

const FLOWS = new URL('../../../flows/signatures/', import.meta.url)

const file = z.strictObject({
  signatures: z.array(
    z.strictObject({
      id: z.string(),
      source: z.string(),
      match: z.string(),
      codes: z.array(z.string()).exactOptional(),
      meaning: z.string(),
      next: z.string().exactOptional(),
      shape: z.enum(SHAPES).exactOptional(),
      cause: z.enum(CAUSES).exactOptional(),
      unconfirmed: z.boolean().exactOptional(),
      example: z.string(),
    }),
  ),
})

/** Every signature as it ships. */
export const SIGNATURES: Signature[] = readdirSync(FLOWS).flatMap(
  (name) => file.parse(parse(readFileSync(new URL(name, FLOWS), 'utf8'))).signatures,
)

/** When the fixtures were captured, a little later. */
export const NOW = new Date('2026-11-21T04:24:00.000Z')

export function context(now = NOW): ReadContext {
  return { facts: new Map(), knowledge: { fingerprints: [], signatures: SIGNATURES }, requests: [], now }
}

/** A real capture from `test/fixtures`. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
}

const NOTHING: Capture = {
  ...{ kind: 'run', argv: [], at: 'local', outcome: 'ok', exit: 0, ms: 3, startedAt: NOW.toISOString() },
  ...{ out: '', err: '', cut: false, timedOut: false, leftOut: '', meta: {} },
}

/** What a command printed. */
export function printed(command: string, out: string, more: Partial<Capture> = {}): Capture {
  return { ...NOTHING, argv: command.split(' '), out, ...more }
}

/** What one of the tool's own looks found. */
export function looked(findings: Json, more: Partial<Capture> = {}): Capture {
  return { ...NOTHING, kind: 'look', exit: null, ...more, out: JSON.stringify(findings) }
}
