import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

/** When our request began; what the lines below are relative to. */
export const NOW = new Date('2026-11-21T02:00:00.100Z')
export const FRONT = '10.77.1.2'
export const OWN = 'triage502/0.1.0'

export type Log = 'haproxy' | 'apache' | 'caddy' | 'varnish' | 'envoy' | 'traefik'

/** One request in a log; by default our own, through the front. */
export interface Line {
  /** Seconds after `NOW`. */
  offset?: number
  client?: string
  status?: number
  path?: string
  agent?: string
  /** Caddy's. */
  logger?: string
}

const pad = (number: number) => String(number).padStart(2, '0')

/** `21/Nov/2026:02:00:00` in UTC. */
function day(at: Date): string {
  const month = at.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' })
  return `${pad(at.getUTCDate())}/${month}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)}`
}

const timeOf = ({ offset = 0.05 }: Line) => new Date(NOW.getTime() + offset * 1000)

/** A line as each of them writes it: HAProxy 2.6, Apache 2.4, Caddy 2.6 and Varnish 7.1 of Debian 12; Envoy's and Traefik's as documented. */
export const LINES: Readonly<Record<Log, (line: Line) => string>> = {
  haproxy(line) {
    const { client = FRONT, status = 200, path = '/checkout' } = line
    const at = timeOf(line)
    const stamp = `${day(at)}.${String(at.getUTCMilliseconds()).padStart(3, '0')}`
    const state = status >= 500 ? 'SC--' : '----'
    return `Nov 21 02:00:00 web-1 haproxy[22]: ${client}:50944 [${stamp}] web shop/app1 0/0/0/3/3 ${status} 198 - - ${state} 1/1/0/0/0 0/0 "GET ${path} HTTP/1.1"\n`
  },
  apache(line) {
    const { client = FRONT, status = 200, path = '/checkout', agent = OWN } = line
    return `shop.example.com:8080 ${client} - - [${day(timeOf(line))} +0000] "GET ${path} HTTP/1.1" ${status} 512 "-" "${agent}"\n`
  },
  caddy(line) {
    const { client = FRONT, status = 200, path = '/checkout', agent = OWN, logger = 'http.log.access.log0' } = line
    const request = {
      remote_ip: client,
      method: 'GET',
      host: 'shop.example.com',
      uri: path,
      headers: { 'User-Agent': [agent] },
    }
    const msg = logger.endsWith('error') ? 'dial tcp 127.0.0.1:3000: connect: connection refused' : 'handled request'
    return `${JSON.stringify({ level: 'info', ts: timeOf(line).getTime() / 1000, logger, msg, request, status })}\n`
  },
  envoy(line) {
    const { client = FRONT, status = 200, path = '/checkout', agent = OWN } = line
    const flags = status >= 500 ? 'UF' : '-'
    return `[${timeOf(line).toISOString()}] "GET ${path} HTTP/1.1" ${status} ${flags} 0 91 3 2 "${client}" "${agent}" "5f0c" "shop.example.com" "127.0.0.1:3000"\n`
  },
  traefik(line) {
    const { client = FRONT, status = 200, path = '/checkout', agent = OWN } = line
    const fields = {
      ...{
        ClientHost: client,
        DownstreamStatus: status,
        Duration: 3_000_000,
        OriginStatus: status >= 500 ? 0 : status,
      },
      ...{ RequestHost: 'shop.example.com', RequestPath: path, ServiceURL: 'http://127.0.0.1:3000' },
      ...{ StartUTC: timeOf(line).toISOString(), 'request_User-Agent': agent },
    }
    return `${JSON.stringify(fields)}\n`
  },
  varnish(line) {
    const { client = FRONT, status = 200, path = '/checkout', agent = OWN } = line
    const seconds = (timeOf(line).getTime() / 1000).toFixed(6)
    return [
      '*   << Request  >> 3         ',
      '-   Begin          req 2 rxreq',
      `-   Timestamp      Start: ${seconds} 0.000000 0.000000`,
      `-   ReqStart       ${client} 50944 a0`,
      `-   ReqURL         ${path}`,
      '-   ReqHeader      host: shop.example.com',
      `-   ReqHeader      user-agent: ${agent}`,
      `-   RespStatus     ${status}`,
      `-   Timestamp      Resp: ${seconds} 0.001133 0.000074`,
      '',
      '',
    ].join('\n')
  },
}

const NOTHING: Capture = {
  ...{ kind: 'log', argv: ['tail'], at: 'local', outcome: 'ok', exit: null, ms: 1, startedAt: NOW.toISOString() },
  ...{ out: '', err: '', cut: false, timedOut: false, leftOut: '', meta: {} },
}
const SEEN: JsonObject = {
  ...{ path: '/var/log/gateway.log', held: 'yes', moved: false, reached: true, records: 1, full: false },
  ...{ zone_minutes: 0, zone_from: 'env', zone_sure: true, gaps: [], left: [] },
}

/** What the prober gives of a log file. */
export const capture = (out: string, { meta, ...more }: Partial<Capture> = {}): Capture => ({
  ...NOTHING,
  out,
  meta: { ...SEEN, ...meta },
  ...more,
})

/** What a command printed. */
export const run = (out: string, more: Partial<Capture> = {}): Capture => ({
  ...NOTHING,
  kind: 'run',
  argv: ['varnishlog'],
  exit: 0,
  out,
  ...more,
})

const { signatures } = parse(
  readFileSync(new URL('../../../flows/signatures/caddy.yaml', import.meta.url), 'utf8'),
) as { signatures: Signature[] }

const FORMAT =
  '$server_name:$server_port $remote_addr - - [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent"'

/** The session's facts while such a log is read: the URL, and what its configuration told. */
export function context(log: Log, facts: Record<string, Value> = {}): ReadContext {
  const all: Record<string, Value> = {
    ...{ 'url.host': 'shop.example.com', 'url.port': 80n, 'url.path': '/checkout', 'window.seconds': 7200n },
    ...(log === 'haproxy' ? { 'config.frontend': 'web' } : {}),
    ...(log === 'apache' ? { 'config.access_log_format': FORMAT, 'config.server_name': 'shop.example.com' } : {}),
    ...facts,
  }
  const endedAt = new Date(NOW.getTime() + 120)
  return {
    facts: new Map(Object.entries(all)),
    knowledge: { fingerprints: [], signatures },
    requests: [{ startedAt: NOW, endedAt, status: 502 }],
    now: NOW,
  }
}
