import type { Value } from '../../words/value.ts'
import { askedRequest } from '../nginx/config-asked.ts'
import { networkAddress } from './address.ts'
import type { CaddyModel } from './model.ts'
import { type Fate, fateOf, proxiesOf } from './route.ts'
import type { CaddyConfig } from './types.ts'

type Member = CaddyConfig['members'][number]

/** What one configuration says about the URL, in the reading's own words. */
export interface View {
  fate: Fate
  members: Member[]
  scheme: string
  hostHeader: string
  waits: bigint[]
  claimed: string[]
}

/** Follows the URL of the session through a configuration. */
export function viewOf(model: CaddyModel, facts: ReadonlyMap<string, Value>): View {
  const asked = askedRequest(facts)
  const fate = fateOf(model, { host: asked.host, port: asked.port, path: asked.rawPath })
  const proxy = fate.proxy
  const members = (proxy?.members ?? []).flatMap(eachPort).map(memberOf)
  const own = new Set(members.map(({ text }) => text))
  const others = proxiesOf(model).flatMap((each) => each.members.flatMap(eachPort).map((text) => memberOf(text).text))
  const wait = proxy?.headerMs || proxy?.readMs || 0
  const usual = asked.port === (asked.scheme === 'https' ? 443 : 80)
  return {
    fate,
    members,
    scheme: proxy?.scheme === 'https' ? 'https' : 'http',
    hostHeader: hostHeader(
      proxy?.hostHeader ?? '',
      members[0]?.text ?? '',
      usual ? asked.host : `${asked.host}:${asked.port}`,
    ),
    waits: wait > 0 ? [BigInt(wait)] : [],
    claimed: [...new Set(others)].filter((text) => !own.has(text)).slice(0, 200),
  }
}

const MAX_RANGE = 64

/** `app:3000-3002` stands for three upstreams, in versions that know ranges. */
function eachPort(dial: string): string[] {
  const { host, from, to } = networkAddress(dial)
  if (to <= from) return [dial]
  const name = host.includes(':') ? `[${host}]` : host
  return Array.from({ length: Math.min(to - from + 1, MAX_RANGE) }, (_, at) => `${name}:${from + at}`)
}

/** A dial address as the flow writes one: `127.0.0.1:3000`, `[::1]:3000`, `/run/app.sock`. */
export function memberOf(dial: string): Member {
  const { host, from, socket } = networkAddress(dial)
  if (socket !== '') return { host: '', port: 0n, socket, text: socket }
  // A port without a host is one of this machine's.
  const name = host === '' ? 'localhost' : host
  return { host: name, port: BigInt(from), socket: '', text: `${name.includes(':') ? `[${name}]` : name}:${from}` }
}

/** Is the member's host a name, that has to be looked up? */
export function isNamed({ host }: Member): boolean {
  return /[a-z]/i.test(host) && !host.includes(':') && host !== 'localhost' && !host.includes('{')
}

/** By default the visitor's own Host goes on. */
function hostHeader(configured: string, member: string, visitors: string): string {
  if (configured === '') return visitors
  const filled = configured
    .replace(/\{(?:upstream_hostport|http\.reverse_proxy\.upstream\.hostport)\}/g, member)
    .replace(/\{(?:host|http\.request\.host)\}/g, visitors.replace(/:\d+$/, ''))
    .replace(/\{(?:hostport|http\.request\.hostport)\}/g, visitors)
  return filled.includes('{') ? visitors : filled
}

/** In what two configurations differ on this URL, the second being the file. */
export interface Difference {
  /** upstream | handler | scheme | timeout | health | tls; '' where they do not. */
  kind: string
  says: string
}

const NONE: Difference = { kind: '', says: '' }

/** Compares what decides how a request is answered; only what this URL meets. */
export function difference(runs: View, file: View): Difference {
  const [was, is] = [deed(runs), deed(file)]
  if (was !== is) {
    const kind = runs.fate.handler === file.fate.handler ? 'upstream' : 'handler'
    return { kind, says: `the file ${is}; what runs ${was}` }
  }
  const [running, written] = [runs.fate.proxy, file.fate.proxy]
  if (running === undefined || written === undefined) return NONE
  const differ = (kind: string, told: (view: View) => string, before: string): Difference =>
    told(runs) === told(file) ? NONE : { kind, says: `the file ${before} ${told(file)}; what runs ${told(runs)}` }
  const checks = ({ fate: { proxy } }: View) =>
    proxy && (proxy.health.uri !== '' || proxy.health.port > 0)
      ? `${proxy.health.uri || '/'}${proxy.health.port > 0 ? ` on port ${proxy.health.port}` : ''} for ${proxy.health.status || '2xx'}`
      : 'nothing'
  const trusts = ({ fate: { proxy } }: View) =>
    proxy?.verify
      ? `for ${proxy.serverName || 'its host'}, by ${proxy.trusted || 'the system’s authorities'}`
      : 'not at all'
  const found = [
    differ('scheme', ({ scheme }) => scheme, 'speaks'),
    differ('timeout', ({ waits: [ms] }) => (ms === undefined ? 'without a limit' : `${ms} ms`), 'waits for an answer'),
    differ('health', checks, 'lets the health check ask'),
    differ('tls', trusts, 'checks the certificate'),
  ]
  return found.find(({ kind }) => kind !== '') ?? NONE
}

function deed({ fate: { handler, status }, members }: View): string {
  if (handler === 'return') return `answers ${status} by itself`
  if (handler === 'proxy' || handler === 'fastcgi') return `sends to ${members.map(({ text }) => text).join(', ')}`
  return handler === 'static'
    ? 'serves files'
    : handler === 'abort'
      ? 'closes the connection'
      : 'has nothing for this URL'
}
