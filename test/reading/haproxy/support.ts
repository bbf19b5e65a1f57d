import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { haproxyConfigReader } from '../../../src/reading/haproxy/config.ts'
import type { HaproxyConfig } from '../../../src/reading/haproxy/types.ts'
import type { ReadContext, Reading } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

/** The shipped signatures of HAProxy's lines. */
const file = new URL('../../../flows/signatures/haproxy.yaml', import.meta.url)
const { signatures } = parse(readFileSync(file, 'utf8')) as { signatures: Signature[] }

/** A context in which the URL is known, with more facts. */
export function asked(url: string, more: Record<string, Value> = {}): ReadContext {
  const parsed = new URL(url)
  const port = parsed.port === '' ? (parsed.protocol === 'https:' ? 443 : 80) : Number(parsed.port)
  const facts = new Map<string, Value>([
    ['url.scheme', parsed.protocol.slice(0, -1)],
    ['url.host', parsed.hostname],
    ['url.port', BigInt(port)],
    ['url.path', parsed.pathname],
    ...Object.entries(more),
  ])
  return { facts, knowledge: { fingerprints: [], signatures }, requests: [], now: new Date('2026-11-21T09:40:00Z') }
}

/** What a prober makes of a look's output. */
export function look(out: string, meta: JsonObject = {}, more: Partial<Capture> = {}): Capture {
  return {
    kind: 'look',
    argv: [],
    at: 'local',
    outcome: 'ok',
    exit: null,
    ms: 1,
    startedAt: '2026-11-21T09:40:00.000Z',
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta,
    ...more,
  }
}

/** Reads a configuration of one file as it is kept. */
export function config(
  text: string,
  url = 'http://127.0.0.1/cart',
  more: Record<string, Value> = {},
): Reading<HaproxyConfig> {
  const dump = `# configuration file /etc/haproxy/haproxy.cfg:\n${text}`
  const kept = haproxyConfigReader.keep?.(dump).out ?? ''
  const meta = {
    conf: '/etc/haproxy/haproxy.cfg',
    files: [{ path: '/etc/haproxy/haproxy.cfg', mtime: '2026-11-20T10:00:00.000Z' }],
  }
  return haproxyConfigReader.read(look(kept, meta), asked(url, more))
}
