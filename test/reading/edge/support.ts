import { edgeConfigReader } from '../../../src/reading/edge/config.ts'
import { type EdgePart, writtenPart } from '../../../src/reading/edge/sections.ts'
import type { EdgeConfig } from '../../../src/reading/edge/types.ts'
import type { Reading } from '../../../src/reading/reader.ts'
import type { Json, JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'
import type { Answers } from '../../documented/edge/stand-in.ts'
import { capture } from '../../flows/http.ts'

/** The parts that a look writes of what an admin port answered. */
export const asked = (port: number, answers: Answers): EdgePart[] =>
  Object.entries(answers).map(([path, answer]) => ({
    kind: 'asked',
    of: `http://127.0.0.1:${port}${path}`,
    json: asObject(answer),
  }))

const asObject = (answer: Json): JsonObject =>
  Array.isArray(answer) ? { list: answer } : typeof answer === 'object' && answer !== null ? answer : {}

/** What the look `edge-config` gave. */
export const edgeCapture = (parts: readonly EdgePart[], more: Partial<Capture> = {}): Capture =>
  capture('look', parts.map(writtenPart).join(''), {
    meta: { conf: '/etc/edge/edge.yaml', files: [], unreadable: [], gaps: [] },
    ...more,
  })

/** Reads them for a URL; also what was kept of them, which must be the same. */
export function readEdge(
  parts: readonly EdgePart[] | string,
  url = 'http://shop.example.com/checkout',
  more: Partial<Capture> = {},
): Reading<EdgeConfig> {
  const given = typeof parts === 'string' ? capture('look', parts, more) : edgeCapture(parts, more)
  const { protocol, hostname, port, pathname } = new URL(url)
  const facts = new Map<string, Value>([
    ['url.scheme', protocol.slice(0, -1)],
    ['url.host', hostname],
    ['url.port', BigInt(port || (protocol === 'https:' ? 443 : 80))],
    ['url.path', pathname],
  ])
  const context = { facts, knowledge: { fingerprints: [], signatures: [] }, requests: [], now: new Date() }
  const kept = edgeConfigReader.keep?.(given.out).out ?? ''
  const whole = edgeConfigReader.read(given, context)
  const again = edgeConfigReader.read({ ...given, out: kept }, context)
  if (JSON.stringify(shown(again)) !== JSON.stringify(shown(whole))) throw new Error('what was kept reads otherwise')
  return whole
}

const shown = ({ value, dark }: Reading<EdgeConfig>) =>
  JSON.parse(JSON.stringify({ value, dark }, (_, each: unknown) => (typeof each === 'bigint' ? `${each}` : each)))
