import type { LookOutcome, LookTools } from '../../../src/probe/looks/types.ts'
import { nginxConfigReader } from '../../../src/reading/nginx/config.ts'
import type { NginxConfig } from '../../../src/reading/nginx/types.ts'
import type { ReadContext, Reading } from '../../../src/reading/reader.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

/** A context in which the person's URL is known. */
export function askedFor(url: string): ReadContext {
  const match = /^(https?):\/\/(\[[^\]]+\]|[^:/]*)(?::(\d+))?(\/.*)?$/.exec(url)
  const [, scheme = 'http', host = '', port, path = '/'] = match ?? []
  const facts = new Map<string, Value>([
    ['url.scheme', scheme],
    ['url.host', host],
    ['url.port', BigInt(port ?? (scheme === 'https' ? 443 : 80))],
    ['url.path', path],
  ])
  return { facts, knowledge: { fingerprints: [], signatures: [] }, requests: [], now: new Date('2026-01-01T00:00:00Z') }
}

/** What the prober makes of a configuration in the form of `nginx -T`'s output. */
export function captured(out: string, meta: JsonObject = { unreadable: [], prefix: '/usr/share/nginx' }): Capture {
  return {
    kind: 'look',
    argv: ['cat', '/etc/nginx/nginx.conf'],
    at: 'local',
    outcome: 'ok',
    exit: null,
    ms: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta,
  }
}

export function captureOfLook(outcome: LookOutcome): Capture {
  const { outcome: how, out, meta, argv, cut, timedOut } = outcome
  return { ...captured(out, meta), outcome: how, argv, cut, timedOut }
}

/** One file, or several by path, as a dump. */
export function dump(files: Record<string, string> | string): string {
  const all = typeof files === 'string' ? { '/etc/nginx/nginx.conf': files } : files
  return Object.entries(all)
    .map(([path, text]) => `# configuration file ${path}:\n${text}\n`)
    .join('\n')
}

/** Reads a configuration for a URL, and makes sure that what is kept of it reads the same. */
export function readFor(url: string, out: string, meta?: JsonObject): Reading<NginxConfig> {
  const context = askedFor(url)
  const whole = captured(out, meta)
  const reading = nginxConfigReader.read(whole, context)
  const kept = nginxConfigReader.keep?.(out).out ?? ''
  const again = nginxConfigReader.read({ ...whole, out: kept }, context)
  if (show(again) !== show(reading))
    throw new Error(`what was kept reads otherwise:\n${show(reading)}\n${show(again)}\n${kept}`)
  return reading
}

/** What is read for a URL out of the text of an `http { }`. */
export function inHttp(body: string, url = 'http://a.test/', meta?: JsonObject): NginxConfig {
  return readFor(url, dump(`http { ${body} }`), meta).value
}

/** What is read for a URL out of the text of the only `server { }`, which listens on port 80. */
export function inServer(body: string, url = 'http://a.test/', meta?: JsonObject): NginxConfig {
  return inHttp(`server { listen 80; ${body} }`, url, meta)
}

function show(reading: Reading<NginxConfig>): string {
  return JSON.stringify(reading, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value), 1)
}

export function toolsForLook(over: Partial<LookTools> = {}): LookTools {
  return {
    run: () => Promise.reject(new Error('nothing may be started')),
    signal: new AbortController().signal,
    timeoutMs: 5000,
    env: {},
    now: () => new Date('2026-01-01T00:00:00Z'),
    ...over,
  }
}
