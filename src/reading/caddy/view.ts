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
  const members = (proxy?.members ?? []).map(memberOf)
  const own = new Set(members.map(({ text }) => text))
  const others = proxiesOf(model).flatMap((each) => each.members.map((text) => memberOf(text).text))
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

/** How two configurations differ on this URL, as a sentence about the second; '' where they do not. */
export function difference(runs: View, file: View): string {
  const told = (view: View) => {
    const { handler, status } = view.fate
    if (handler === 'return') return `answers ${status} by itself`
    if (handler === 'proxy' || handler === 'fastcgi')
      return `sends to ${view.members.map(({ text }) => text).join(', ')}`
    return handler === 'static'
      ? 'serves files'
      : handler === 'abort'
        ? 'closes the connection'
        : 'has nothing for this URL'
  }
  const [was, is] = [told(runs), told(file)]
  if (was !== is) return `the file ${is}; what runs ${was}`
  if (runs.fate.proxy === undefined || file.fate.proxy === undefined) return ''
  if (runs.scheme !== file.scheme)
    return `the file speaks ${file.scheme} to the upstream; what runs speaks ${runs.scheme}`
  const wait = ({ waits }: View) => (waits[0] === undefined ? 'without a limit' : `${waits[0]} ms`)
  if (wait(runs) !== wait(file))
    return `the file lets it wait ${wait(file)} for an answer; what runs waits ${wait(runs)}`
  const check = ({ fate: { proxy } }: View) =>
    JSON.stringify([proxy?.health.uri, proxy?.health.port, proxy?.health.status])
  if (check(runs) !== check(file))
    return `the file's health check asks ${file.fate.proxy.health.uri || 'nothing'}; what runs asks ${runs.fate.proxy.health.uri || 'nothing'}`
  const verify = ({ fate: { proxy } }: View) => JSON.stringify([proxy?.verify, proxy?.serverName, proxy?.trusted])
  return verify(runs) === verify(file) ? '' : 'the file checks the upstream’s certificate otherwise than what runs'
}
