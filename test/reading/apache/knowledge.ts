import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { OwnRequest, ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import { logCapture, WHOLE } from '../nginx/captures.ts'

const parsed: { signatures: Signature[] } = parse(
  readFileSync(new URL('../../../flows/signatures/apache-error.yaml', import.meta.url), 'utf8'),
)
/** The signatures as they ship. */
export const SIGNATURES = parsed.signatures

export const SHOP: Record<string, Value> = {
  'url.host': 'shop.example.com',
  'url.port': 80n,
  'url.path': '/checkout',
  'config.members': ['127.0.0.1:3000'],
  'config.error_log_level': 'warn',
}

/** What a reader knows, with the shipped signatures and the facts given. */
export function context(facts: Record<string, Value> = SHOP, requests: OwnRequest[] = []): ReadContext {
  return {
    facts: new Map(Object.entries(facts)),
    knowledge: { fingerprints: [], signatures: SIGNATURES },
    requests,
    now: new Date('2026-11-21T09:48:00Z'),
  }
}

/** A log captured from Apache 2.4.71, see test/fixtures/apache-log/README.md. */
export function capturedLog(name: string): string {
  return readFileSync(new URL(`../../fixtures/apache-log/${name}`, import.meta.url), 'utf8')
}

export function errorCapture(out: string, meta: JsonObject = {}, more: Partial<Capture> = {}): Capture {
  return logCapture(out, { ...WHOLE, path: '/var/log/apache2/error.log', ...meta }, more)
}

/** One of our own requests, from one moment to another, from a port. */
export function asked(from: string, to: string, ...clientPorts: number[]): OwnRequest {
  const request = { startedAt: new Date(`2026-11-21T${from}Z`), endedAt: new Date(`2026-11-21T${to}Z`), status: 502 }
  return clientPorts.length === 0 ? request : { ...request, clientPorts }
}
