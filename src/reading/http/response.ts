import type { Capture } from '../../words/look.ts'
import { type Fingerprint, type Judgement, judgeFingerprints, matchFingerprints } from '../fingerprints.ts'
import { roundTime } from '../layers.ts'
import { type Dark, type Knowledge, type ReadContext, reader } from '../reader.ts'
import { visibleBytes, visibleLine, visibleText } from '../visible.ts'
import { readCurlText } from './curl-text.ts'
import { classifyFailure, type Failure } from './failure.ts'
import { headerValue, parseHead, type ResponseHead } from './head.ts'
import { type HttpMeta, type Measured, parseHttpMeta, tookMs } from './measured.ts'
import { type PastedPage, readPage } from './page.ts'
import { unverbose } from './pasted.ts'
import { speaks } from './speaks.ts'
import { type HttpResponse, httpResponse } from './types.ts'

const BODY_SHOWN = 4096
const LINE_SHOWN = 1024
const FIRST_BYTES = 256

/** One response of `curl -i`, of the tool's own client, or pasted. `meta` is documented in measured.ts. */
export const responseReader = reader({
  name: 'http-response',
  output: httpResponse,
  consults: ['gateway.name'],
  read(capture, context) {
    const seen = measuredOf(capture)
    const out = capture.pasted ? unverbose(capture.out) : capture.out
    const head = parseHead(out)
    const page =
      capture.pasted && head === null && seen.exitcode <= 0 ? readPage(out, context.knowledge.fingerprints) : null
    // Who pastes only the head, without the blank line behind it, has not seen a head that was cut.
    const pastedHead = capture.pasted === true && head !== null && seen.exitcode <= 0
    const headWhole = pastedHead || page !== null || (head?.whole ?? false)
    const failure = classifyFailure(seen, { headWhole, anything: out !== '' })
    const value = describe(capture, seen, head, failure, out)
    Object.assign(value, page ? ofPage(page) : judge(head, context.knowledge))
    Object.assign(value, roundOf(value, context))
    return { value, dark: darkOf(capture), lines: linesOf(value) }
  },
})

function describe(
  capture: Capture,
  seen: HttpMeta,
  head: ResponseHead | null,
  { failure, phase }: Failure,
  out: string,
): HttpResponse {
  const headers = head?.headers ?? []
  const foreign = firstBytes(seen, head, out, failure)
  const body = head ? head.body : failure === 'not-http' || capture.pasted ? out : ''
  return {
    complete: capture.outcome === 'ok' && !seen.timed_out && !seen.flood && !unknowable(capture, head, seen),
    connected: seen.connected || head !== null,
    failure,
    phase,
    error: failure === '' ? '' : visibleLine(seen.errormsg || capture.says || '', LINE_SHOWN),
    status: BigInt(head?.status ?? seen.status),
    reason: visibleLine(head?.reason ?? '', LINE_SHOWN),
    version: head?.version ?? seen.http_version,
    server: visibleLine(headerValue(headers, 'server'), LINE_SHOWN),
    content_type: visibleLine(headerValue(headers, 'content-type'), LINE_SHOWN),
    location: visibleLine(headerValue(headers, 'location'), LINE_SHOWN),
    headers: headers.map(({ name, value }) => ({
      name: visibleLine(name, LINE_SHOWN),
      value: visibleLine(value, LINE_SHOWN),
    })),
    body: visibleText(body, BODY_SHOWN),
    body_bytes: BigInt(Math.max(seen.body_bytes, 0) || Buffer.byteLength(body)),
    head_bytes: BigInt(seen.head_bytes),
    content_length: contentLength(headerValue(headers, 'content-length')),
    redirects: seen.redirects.map((hop) => visibleLine(hop.url, LINE_SHOWN)),
    address: visibleLine(seen.remote_ip, LINE_SHOWN),
    port: BigInt(seen.remote_port),
    ms: BigInt(tookMs(seen, capture.ms)),
    connect_ms: BigInt(seen.phases.connect),
    first_byte_ms: BigInt(seen.phases.first_byte),
    limit_ms: BigInt(seen.limit_ms),
    round_ms: 0n,
    round_whose: '',
    speaks: speaks(foreign),
    first_bytes: visibleBytes(foreign),
    fingerprints: [],
    made_kind: '',
    made_vendor: '',
    own_page: false,
    made_says: '',
    made_shape: '',
    made_cause: '',
    hops: [],
  }
}

/** What the capture measured; for pasted text, what can be read out of curl's own lines in it. */
export function measuredOf(capture: Capture): HttpMeta {
  const meta = parseHttpMeta(capture.meta)
  if (!capture.pasted && meta.client !== '') return meta
  const { ip, port, ...said } = readCurlText(`${capture.err}\n${capture.pasted ? capture.out : ''}`)
  return { ...meta, ...said, remote_ip: ip, remote_port: port }
}

/** Text without a head and without curl's own words says nothing about what is absent. */
function unknowable(capture: Capture, head: ResponseHead | null, seen: Measured): boolean {
  return (capture.pasted === true || seen.client === '') && !head?.whole && seen.exitcode <= 0
}

function judge(head: ResponseHead | null, knowledge: Knowledge): Partial<HttpResponse> {
  if (!head) return {}
  const fitting = matchFingerprints(head, knowledge.fingerprints)
  return judged(fitting, judgeFingerprints(fitting))
}

function ofPage({ status, fitting, judgement }: PastedPage): Partial<HttpResponse> {
  return { ...judged(fitting, judgement), status: BigInt(status) }
}

function judged(fitting: readonly Fingerprint[], { made, ownPage, message, hops }: Judgement): Partial<HttpResponse> {
  return {
    fingerprints: fitting.map((each) => each.id),
    made_kind: made?.kind ?? '',
    made_vendor: made?.vendor ?? '',
    own_page: ownPage,
    made_says: message?.means ?? '',
    made_shape: message?.shape ?? '',
    made_cause: message?.cause ?? '',
    hops,
  }
}

/** Whose default does a failure's duration fit? Layers that are known to be on the path are asked first. */
function roundOf(value: HttpResponse, { knowledge, facts }: ReadContext): Partial<HttpResponse> {
  const failed = value.status >= 500n || value.failure === 'empty-reply' || value.failure === 'reset'
  if (!failed || knowledge.layers === undefined) return {}
  const gateway = facts.get('gateway.name')
  const path = [
    ...value.hops.map(({ vendor }) => vendor),
    value.made_vendor,
    ...(typeof gateway === 'string' ? [gateway] : []),
  ]
  const { ms, whose } = roundTime(knowledge.layers, Number(value.ms), path)
  return { round_ms: BigInt(ms), round_whose: whose }
}

function firstBytes(seen: Measured, head: ResponseHead | null, out: string, failure: string): Uint8Array {
  if (failure !== 'not-http' && seen.first_bytes === '') return new Uint8Array()
  if (/^(?:[0-9a-f]{2})+$/.test(seen.first_bytes.slice(0, FIRST_BYTES * 2))) {
    return Buffer.from(seen.first_bytes.slice(0, FIRST_BYTES * 2), 'hex')
  }
  return head ? new Uint8Array() : Buffer.from(out.slice(0, FIRST_BYTES)).subarray(0, FIRST_BYTES)
}

function contentLength(value: string): bigint {
  return /^[0-9]{1,18}$/.test(value) ? BigInt(value) : -1n
}

/** What could not be seen of a capture, for the list of what stayed dark. */
export function darkOf(capture: Capture): Dark[] {
  return capture.why === undefined ? [] : [{ why: capture.why, says: capture.says ?? '' }]
}

function linesOf(value: HttpResponse): string[] {
  const status = value.status > 0n ? [`HTTP/${value.version} ${value.status} ${value.reason}`.trim()] : []
  const server = value.server === '' ? [] : [`server: ${value.server}`]
  const failed = value.failure === '' ? [] : [value.error || value.failure]
  const bytes = value.first_bytes === '' ? [] : [value.first_bytes.slice(0, 200)]
  return [...status, ...server, ...failed, ...bytes].slice(0, 5)
}
