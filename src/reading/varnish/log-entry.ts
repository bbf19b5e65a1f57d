import { memberOf } from '../caddy/view.ts'
import type { GatewayEntry } from '../gateway/entry.ts'
import { pathOnly } from '../nginx/site.ts'
import type { Knowledge } from '../reader.ts'
import { matchSignature, signatureIndex } from '../signatures.ts'
import { visibleLine } from '../visible.ts'
import { recordIn, type Transaction } from './log-groups.ts'

/** A request of a visitor with what became of it. */
export interface VarnishRequest {
  entry: GatewayEntry
  /** failed | synth | hit | passed */
  how: string
  backend: string
  hitOf: number
  hitLeftS: number
}

const LONGEST = 400
const OWN_AGENT = 'triage502/'
const NOWHERE = { host: '', port: 0, socket: '' }

/** Reads one group: a request and its fetch. Undefined for what is no request. */
export function requestOf(group: readonly Transaction[], knowledge: Knowledge): VarnishRequest | undefined {
  const request = group.find(({ kind }) => kind === 'Request')
  if (request === undefined) return undefined
  // A retried fetch stands behind the first one, and is what the visitor got.
  const fetch = group.filter(({ kind }) => kind === 'BeReq').at(-1)
  const at = secondsOf(request, 'Resp') || secondsOf(request, 'Start')
  const status = Number(recordIn(request, 'RespStatus')) || 0
  const errors = fetch?.records.filter(({ tag }) => tag === 'FetchError').map(({ value }) => value) ?? []
  const known = errors.map((text) => ({
    text,
    match: matchSignature(signatureIndex(knowledge.signatures), 'varnish', text, { whole: true }),
  }))
  const telling = known.find(({ match }) => match !== null) ?? known[0]
  const opened = openedOf(fetch)
  const hit = /^(\d{1,19})(?: (-?\d{1,12}(?:\.\d+)?))?/.exec(recordIn(request, 'Hit'))
  const agent = headerOf(request, 'user-agent')
  const synth = request.records.some(({ tag, value }) => tag === 'VCL_call' && value === 'SYNTH')
  return {
    entry: {
      at,
      host: headerOf(request, 'host'),
      path: pathOnly(recordIn(request, 'ReqURL')),
      client: recordIn(request, 'ReqStart').split(' ')[0] ?? '',
      sentByUs: agent === '' ? undefined : agent.startsWith(OWN_AGENT),
      status,
      message: visibleLine(telling?.text ?? recordIn(request, 'VCL_Error'), LONGEST),
      signature: telling?.match?.signature,
      upstream: opened?.upstream ?? NOWHERE,
      name: '',
    },
    how: errors.length > 0 ? 'failed' : hit ? 'hit' : fetch ? 'passed' : synth ? 'synth' : '',
    backend: telling?.match?.holes.backend ?? opened?.backend ?? '',
    hitOf: Number(hit?.[1] ?? 0),
    hitLeftS: Math.trunc(Number(hit?.[2] ?? 0)),
  }
}

/** `BackendOpen 22 shop 127.0.0.1 3000 127.0.0.1 52972 connect`: of a socket, the path stands in place of the address. */
function openedOf(fetch: Transaction | undefined): { backend: string; upstream: GatewayEntry['upstream'] } | undefined {
  const [, backend = '', host = '', port = ''] = recordIn(fetch, 'BackendOpen').split(' ')
  if (backend === '') return undefined
  const told = memberOf(host.startsWith('/') ? `unix/${host}` : `${host.includes(':') ? `[${host}]` : host}:${port}`)
  return { backend, upstream: { host: told.host, port: Number(told.port), socket: told.socket } }
}

/** ms since 1970 of a `Timestamp Resp: 1795256984.929032 …`; 0 where there is none. */
function secondsOf({ records }: Transaction, event: string): number {
  const value = records.find(({ tag, value: text }) => tag === 'Timestamp' && text.startsWith(`${event}:`))?.value ?? ''
  const seconds = Number(value.split(' ')[1])
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : 0
}

function headerOf({ records }: Transaction, name: string): string {
  const line =
    records.find(({ tag, value }) => tag === 'ReqHeader' && value.toLowerCase().startsWith(`${name}:`))?.value ?? ''
  return line.slice(name.length + 1).trim()
}
