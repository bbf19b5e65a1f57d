import { describe, expect, it } from 'vitest'
import { APP_ERROR, CLOSES, CUTS, DOWN, DROPPED_UPSTREAM, HUNG, NOT_HTTP, SLOW } from './faults.ts'
import {
  answered,
  EMPTY,
  exchange,
  NO_ROUTE,
  NOT_TLS,
  nginxPage,
  RESET,
  SELF_SIGNED,
  SSH,
  STALLED,
  TLS_ALERT,
} from './http.ts'
import { blind } from './looks.ts'
import { neighbour } from './packets.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const OWN_LINE = errorLog([errorLine(MESSAGES.closed)])
const at = async (parts: Partial<World>) =>
  (await diagnose({ request: exchange(nginxPage(502)), errorLog: OWN_LINE, ...parts })).at('app/direct')

/** The first bytes of a TLS alert, of an HTTP/2 server's settings, and of a FastCGI record. */
const bytes = (hex: string) => exchange({ ...SSH, firstBytes: hex })
const TLS_BYTES = bytes('15030300020246')
const HTTP2_BYTES = bytes('00000604000000000000050000400000')
const FASTCGI_BYTES = bytes('0106000100000000')

describe('the upstream, asked as the gateway asks', () => {
  it('in the words of the gateway: its Host, its version, its TLS', async () => {
    const tls = config(
      'location / { proxy_pass https://127.0.0.1:3000; proxy_ssl_server_name on; proxy_ssl_name app.internal; proxy_ssl_verify on; proxy_http_version 1.1; proxy_set_header Host $host; }',
    )
    const seen = await diagnose({ ...APP_ERROR, config: tls })
    expect(seen.requests.find((request) => request.kind === 'http' && !request.own)).toEqual({
      at: 'proxy',
      read: 'http-response',
      timeoutMs: 75_000,
      kind: 'http',
      url: 'https://127.0.0.1:3000/checkout',
      times: 1,
      redirects: 0,
      own: false,
      host: 'shop.example.com',
      version: '1.1',
      sni: 'app.internal',
      verify: true,
    })
  })

  it('it refuses, although somebody listened a moment ago', async () => {
    const seen = await diagnose({ ...DOWN, listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242)) })
    expect(seen.at('app/direct')).toEqual({
      branch: 'refused',
      says: 'http://127.0.0.1:3000/checkout refuses the connection',
      learns: { 'failure.direct': 'refused', 'failure.shape': 'unreachable' },
      suspects: ['process-down'],
      rulesOut: ['app-hung', 'slow-app', 'host-down', 'app-error'],
      go: 'app/refused',
    })
    expect(seen.path).toContain('app/refused.listened-to')
    expect(seen.path).toContain('way/firewall.none')
    expect(seen.short).toBe('app/unexplained')
  })

  it('it refuses, and who listens could not be seen', async () => {
    const seen = await diagnose({ ...DOWN, listeners: blind('missing-tool') })
    expect(seen.path).toContain('app/refused.search')
    expect(seen.path).toContain('app/unit-search.none')
    expect(seen.verdict).toMatchObject({
      cause: 'process-down',
      confidence: 'likely',
      missing: [['app/listening.nothing', 'app/socket-listening.stale']],
    })
  })

  it('no connection within the limit', async () => {
    expect((await diagnose(DROPPED_UPSTREAM)).at('app/direct')).toEqual({
      branch: 'no-connection',
      says: 'no connection to http://10.0.0.7:3000/checkout: Connection timed out after 75001 milliseconds',
      learns: { 'failure.direct': 'connect-timeout' },
      suspects: ['blocked', 'host-down'],
      go: 'way/queue-who',
    })
  })

  it('no route', async () => {
    const seen = await diagnose({ ...DROPPED_UPSTREAM, direct: exchange(NO_ROUTE), neighbour: neighbour('') })
    expect(seen.at('app/direct')).toMatchObject({ branch: 'no-connection', suspects: ['blocked', 'host-down'] })
    expect(seen.end).toEqual({
      node: 'app/no-connection',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: "No connection from the gateway to 10.0.0.7. Whether the host is down or something blocks it must be seen from the upstream's own machine.",
    })
  })

  it('a TLS alert to a plain question', async () => {
    expect(await at({ direct: TLS_BYTES })).toEqual({
      branch: 'tls-alert',
      says: 'what answers at http://127.0.0.1:3000/checkout speaks TLS, and was asked in plain HTTP',
      learns: { 'failure.direct': 'not-http' },
      suspects: ['protocol-mismatch'],
      rulesOut: ['process-down', 'app-error', 'slow-app', 'app-hung'],
      go: 'process/after-close',
    })
  })

  it('another protocol that a gateway could speak', async () => {
    expect(await at({ direct: HTTP2_BYTES })).toEqual({
      branch: 'other-protocol',
      says: 'what answers at http://127.0.0.1:3000/checkout speaks http2, and was asked in HTTP/1',
      learns: { 'failure.direct': 'not-http', 'upstream.speaks': 'http2' },
      suspects: ['protocol-mismatch'],
      rulesOut: ['process-down', 'app-error', 'slow-app', 'app-hung'],
      go: 'app/other-protocol',
    })
    expect(await at({ direct: FASTCGI_BYTES })).toMatchObject({
      says: 'what answers at http://127.0.0.1:3000/checkout speaks fastcgi, and was asked in HTTP/1',
    })
  })

  it('no HTTP', async () => {
    expect((await diagnose(NOT_HTTP)).at('app/direct')).toEqual({
      branch: 'not-http',
      says: 'what answers at http://127.0.0.1:3000/checkout is not HTTP: SSH-2.0-OpenSSH_9.2p1\\r\\n',
      learns: { 'failure.direct': 'not-http' },
      suspects: ['not-http'],
      rulesOut: ['app-error', 'slow-app', 'app-hung'],
      go: 'app/not-http-who',
    })
  })

  it('closed without an answer', async () => {
    expect(await at({ direct: exchange(EMPTY) })).toEqual({
      branch: 'closed',
      says: 'http://127.0.0.1:3000/checkout took the request and closed without an answer (empty-reply, 12 ms)',
      learns: { 'failure.direct': 'empty-reply' },
      suspects: ['truncated-response', 'crashed-mid-response', 'protocol-mismatch'],
      rulesOut: ['process-down', 'slow-app', 'app-error', 'app-hung'],
      go: 'process/after-close',
    })
  })

  it('reset', async () => {
    expect(await at({ direct: exchange(RESET) })).toMatchObject({
      branch: 'closed',
      says: 'http://127.0.0.1:3000/checkout took the request and closed without an answer (reset, 9 ms)',
    })
  })

  it('cut in the middle', async () => {
    expect((await diagnose(CUTS)).at('app/direct')).toEqual({
      branch: 'truncated',
      says: 'http://127.0.0.1:3000/checkout cut its answer: transfer closed with 984 bytes remaining to read',
      learns: { 'failure.direct': 'truncated' },
      suspects: ['truncated-response', 'crashed-mid-response'],
      rulesOut: ['process-down', 'app-error', 'protocol-mismatch'],
      go: 'process/after-close',
    })
  })

  it('mute in the middle', async () => {
    expect(await at({ direct: exchange(STALLED) })).toMatchObject({
      branch: 'truncated',
      learns: { 'failure.direct': 'stalled' },
    })
  })

  it('silent until the limit', async () => {
    expect((await diagnose(HUNG)).at('app/direct')).toEqual({
      branch: 'silent',
      says: 'http://127.0.0.1:3000/checkout took the connection and was silent for 75001 ms',
      learns: { 'failure.direct': 'silent' },
      suspects: ['app-hung', 'event-loop-blocked', 'slow-app'],
      rulesOut: ['process-down', 'app-error', 'not-http', 'blocked'],
      go: 'process/silent',
    })
  })

  it.each([
    ['an alert', TLS_ALERT, 'tls-alert'],
    ['plain HTTP', NOT_TLS, 'not-tls'],
    ['a certificate that does not hold', SELF_SIGNED, 'cert-self-signed'],
  ])('TLS fails: %s', async (_, asked, failure) => {
    const tls = config('location / { proxy_pass https://127.0.0.1:3000; }')
    const seen = await diagnose({
      request: exchange(nginxPage(502)),
      errorLog: OWN_LINE,
      config: tls,
      direct: exchange(asked),
      plain: exchange(EMPTY),
    })
    expect(seen.at('app/direct')).toEqual({
      branch: 'tls',
      says: `TLS with https://127.0.0.1:3000/checkout fails: ${asked.errormsg}`,
      learns: { 'failure.direct': failure },
      suspects: ['protocol-mismatch', 'tls-handshake', 'cert-invalid'],
      go: 'tls/who',
    })
    expect(seen.end).toMatchObject({ node: 'tls/disagree', outcome: 'inconclusive' })
  })

  it('a page of a gateway behind the gateway', async () => {
    const seen = await diagnose({ ...APP_ERROR, direct: exchange(nginxPage(502)) })
    expect(seen.at('app/direct')).toEqual({
      branch: 'inner-gateway',
      says: "asked directly, the upstream answers 502 with nginx's own page: it is a gateway itself",
      learns: { 'failure.direct': 'status' },
      rulesOut: ['process-down', 'wrong-port', 'app-hung', 'not-http', 'truncated-response'],
      hops: ['proxy nginx made'],
      go: 'app/inner',
    })
    expect(seen.end).toEqual({
      node: 'app/inner-gateway',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: 'The upstream is a gateway itself, and made this error. Ask it: its own URL is http://127.0.0.1:3000/checkout.',
    })
  })

  it('its own error', async () => {
    expect((await diagnose(APP_ERROR)).at('app/direct')).toEqual({
      branch: 'server-error',
      says: 'asked directly, the upstream itself answers 502',
      learns: { 'failure.direct': 'status', 'app.answer_ms': 3 },
      suspects: ['app-error'],
      rulesOut: ['process-down', 'wrong-port', 'slow-app', 'app-hung', 'not-http', 'truncated-response'],
      hops: ['app  made'],
      go: 'outbound/start',
    })
  })

  it('an answer, later than the gateway waits', async () => {
    expect((await diagnose(SLOW)).at('app/direct')).toEqual({
      branch: 'late',
      says: 'the upstream answers 200 after 40010 ms; the gateway waits 30000 ms (/etc/nginx/nginx.conf:5)',
      suspects: ['slow-app'],
      rulesOut: [
        'process-down',
        'app-hung',
        'app-error',
        'not-http',
        'truncated-response',
        'wrong-port',
        'event-loop-blocked',
      ],
      go: 'process/slow',
    })
  })

  it('an answer whose first byte came just in time is not late', async () => {
    const just = exchange(answered(200, 'ok', { ms: 30_005, firstByte: 29_999 }))
    expect((await diagnose({ ...SLOW, direct: just })).at('app/direct')).toMatchObject({ branch: 'well' })
    const late = exchange(answered(200, 'ok', { ms: 30_005, firstByte: 30_000 }))
    expect((await diagnose({ ...SLOW, direct: late })).at('app/direct')).toMatchObject({ branch: 'late' })
  })

  it('a good answer clears only what it can', async () => {
    const seen = await diagnose({ ...CLOSES, direct: exchange(answered(200)) })
    expect(seen.at('app/direct')).toEqual({
      branch: 'well',
      says: 'asked directly, the upstream answers 200 after 3 ms',
      rulesOut: ['process-down', 'wrong-port', 'app-hung', 'not-http'],
      go: 'app/answers-directly',
    })
    expect(seen.end).toEqual({
      node: 'app/sometimes',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: 'Asked directly the upstream answers well. The fault comes and goes, depends on the request, or lies between the two.',
    })
  })

  it('after a timeout of the gateway too', async () => {
    const seen = await diagnose({ ...SLOW, direct: exchange(answered(200)) })
    expect(seen.path).toContain('app/answers-directly.slow-log')
    expect(seen.short).toBe('app/sometimes')
  })

  it('a failure without a name', async () => {
    const seen = await diagnose({
      ...CLOSES,
      direct: exchange({ exit: 61, errormsg: 'Unrecognized content encoding type' }),
    })
    expect(seen.at('app/direct')).toEqual({
      branch: 'other',
      says: 'http://127.0.0.1:3000/checkout: Unrecognized content encoding type',
      go: 'app/unexplained',
    })
    expect(seen.short).toBe('app/unexplained')
  })

  it('it may not be asked', async () => {
    expect(
      (await diagnose({ ...CLOSES, direct: blind('declined', '--no-requests was given') })).at('app/direct'),
    ).toEqual({
      blind: 'declined',
      says: '--no-requests was given',
      go: 'app/direct-dark',
    })
  })
})
