import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import type { Value } from '../../../src/words/value.ts'
import { CAUSES, SHAPES } from '../../../src/words/vocabulary.ts'

const file = z.strictObject({
  signatures: z.array(
    z.strictObject({
      id: z.string(),
      source: z.string(),
      match: z.string(),
      meaning: z.string(),
      shape: z.enum(SHAPES).exactOptional(),
      cause: z.enum(CAUSES).exactOptional(),
      unconfirmed: z.boolean().exactOptional(),
      example: z.string(),
    }),
  ),
})

/** The signatures as they ship. */
export const nginxErrorSignatures: Signature[] = file.parse(
  parse(readFileSync(new URL('../../../flows/signatures/nginx-error.yaml', import.meta.url), 'utf8')),
).signatures

/** What a reader knows, with the shipped signatures and the facts given. */
export function context(facts: Record<string, Value> = {}, more: Partial<ReadContext> = {}): ReadContext {
  return {
    facts: new Map(Object.entries(facts)),
    knowledge: { fingerprints: [], signatures: nginxErrorSignatures },
    requests: [],
    now: new Date('2026-11-21T04:03:10Z'),
    ...more,
  }
}

/** A log captured from nginx 1.22.1, see test/fixtures/nginx-log/README.md. */
export function capturedLog(name: string): string {
  return readFileSync(new URL(`../../fixtures/nginx-log/${name}`, import.meta.url), 'latin1')
}
