import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/words/json.ts'
import type { Capture } from '../../src/words/look.ts'
import * as documented from '../documented/edge/envoy.ts'
import { asked, edgeCapture } from '../reading/edge/support.ts'
import { answered, capture, clock, exchange, REFUSED } from './http.ts'
import { blind, destination, gatewayProcess } from './looks.ts'
import { namesNow } from './pools.ts'
import { ss, tcp } from './text.ts'
import { written } from './workers.ts'
import { diagnose, type World } from './world.ts'

// Envoy and Traefik: their lines are of the documented form; what they lead to is looked at as behind any gateway.

/** What a log holds, as the prober hands it on. */
const log = (path: string, lines: readonly string[]): Capture =>
  capture('log', lines.map((line) => `${line}\n`).join(''), {
    meta: { path, held: 'yes', moved: false, reached: true, records: lines.length, full: false, gaps: [], left: [] },
  })
const own = (error: number, body: string) => exchange(answered(error, body))
const EMPTY = ss(tcp('0.0.0.0', 80, 'envoy', 100))

describe('Envoy', () => {
  const LOG = '/var/log/envoy/access.log'
  const line = (status: number, flags: string, more = '') =>
    `[${clock(0.05).toISOString()}] "GET /checkout HTTP/1.1" ${status} ${flags} ${more}0 91 2 - "-" "triage502/0.1.0" "5f0c" "shop.example.com" "127.0.0.1:3000"`
  const istio = (details: string) => `${details} - "-" `
  const envoy = (entry: string, more: Partial<World> = {}): Partial<World> => ({
    destination: destination({}, { program: 'envoy' }),
    gateway: gatewayProcess({ exe: '/usr/bin/envoy', unit: 'envoy.service' }),
    written: written(LOG),
    errorLog: log(LOG, [entry]),
    request: own(
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
    ),
    ...more,
  })

  it('is refused: nothing listens where it sends', async () => {
    const refused = istio(
      'upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111}',
    )
    const seen = await diagnose(envoy(line(503, 'UF', refused), { listeners: EMPTY, direct: exchange(REFUSED) }))
    expect(seen.at('edge/log')).toMatchObject({ branch: 'ours', learns: { 'upstream.port': 3000 } })
    expect(seen.at('gateway/saw')).toMatchObject({ branch: 'refused' })
    expect(seen.verdict).toMatchObject({ cause: 'process-down', bornAt: 'proxy', place: 'app' })
  })

  it('in its default form it gives no reason: what it leads to is looked at all the same', async () => {
    const seen = await diagnose(envoy(line(503, 'UF'), { listeners: EMPTY, direct: exchange(REFUSED) }))
    expect(seen.verdict).toMatchObject({ cause: 'process-down' })
  })

  it('passed on what the application answered', async () => {
    const words = 'the payment service is down'
    const seen = await diagnose(
      envoy(line(502, '-'), { request: own(502, words), direct: exchange(answered(502, words)) }),
    )
    expect(seen.at('edge/log')).toMatchObject({ branch: 'passed', learns: { 'upstream.port': 3000 } })
    expect(seen.verdict).toMatchObject({ cause: 'app-error', bornAt: 'app' })
  })

  it.each([
    ['UO', 503, 'connections-exhausted'],
    ['NC', 503, 'proxy-config'],
    ['FI', 503, 'deliberate'],
    ['RL', 503, 'rate-limited'],
  ])('%s: of its own, and likely at most', async (flag, status, cause) => {
    const seen = await diagnose(envoy(line(status, flag)))
    expect(seen.verdict).toMatchObject({ cause, confidence: 'likely', bornAt: 'proxy' })
  })

  it('writes nowhere that can be read', async () => {
    const seen = await diagnose(
      envoy('', { written: written(), gateway: gatewayProcess({ exe: '/usr/bin/envoy', unit: '' }) }),
    )
    expect(seen.path).not.toContain('edge/log')
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it('a log of another form tells nothing, and is said to', async () => {
    const seen = await diagnose(envoy('{"status":503}'))
    expect(seen.blindSpots.join('\n')).toContain('usual forms')
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it('its log may not be read', async () => {
    const seen = await diagnose(envoy('', { errorLog: blind('no-permission') }))
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})

describe('what Envoy tells while it runs', () => {
  const LOG = '/var/log/envoy/access.log'
  const told = (parts: { hosts?: JsonObject[]; cluster?: JsonObject; routes?: JsonObject; state?: string }) => {
    const dump = documented.configDump({
      listeners: [documented.listener(80, { route_config: parts.routes ?? documented.TO_SHOP })],
      clusters: [documented.cluster([['127.0.0.1', 3000]], parts.cluster)],
    })
    return edgeCapture(asked(9901, documented.admin({ dump, hosts: [documented.host('127.0.0.1', 3000)], ...parts })))
  }
  const envoy = (more: Partial<World>): Partial<World> => ({
    destination: destination({}, { program: 'envoy' }),
    gateway: gatewayProcess({ exe: '/usr/bin/envoy', unit: '' }),
    written: written(),
    ...more,
  })
  const page = (name: keyof typeof documented.PAGES, status = 503) => exchange(answered(status, documented.PAGES[name]))

  it('its own page and its own word lead to the port, without any log', async () => {
    const seen = await diagnose(
      envoy({ otherConfig: told({}), request: page('refused'), listeners: EMPTY, direct: exchange(REFUSED) }),
    )
    expect(seen.at('edge/config')).toMatchObject({ branch: 'passes', learns: { 'config.upstream_name': 'shop' } })
    expect(seen.at('envoy/page')).toMatchObject({ branch: 'unreachable' })
    expect(seen.verdict).toMatchObject({ cause: 'process-down', bornAt: 'proxy', place: 'app' })
  })

  it('a cluster of names that do not resolve', async () => {
    const seen = await diagnose(
      envoy({
        otherConfig: told({ hosts: [], cluster: documented.cluster([['app.internal', 3000]], { type: 'STRICT_DNS' }) }),
        request: page('nobody'),
        names: namesNow({ 'app.internal': null }),
      }),
    )
    expect(seen.at('edge/config')).toMatchObject({ branch: 'nobody' })
    expect(seen.verdict).toMatchObject({ id: 'envoy/no-such-name', confidence: 'likely' })
  })

  it('what it speaks HTTP/2 to is not asked in HTTP/1: no protocol is blamed', async () => {
    const cluster = documented.cluster([['127.0.0.1', 3000]], { http2_protocol_options: {} })
    const seen = await diagnose(envoy({ otherConfig: told({ cluster }), request: page('closed') }))
    expect(seen.fact('upstream.version')).toBe('2')
    expect(seen.fact('upstream.url')).toBeUndefined()
    expect(seen.verdict?.cause).not.toBe('protocol-mismatch')
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it('what runs was told by itself: a file that was changed since is not what its log is held against', async () => {
    const seen = await diagnose(envoy({ otherConfig: told({}), request: page('refused'), direct: exchange(REFUSED) }))
    expect(seen.fact('config.newest')).toBeUndefined()
    expect(seen.verdict?.cause).not.toBe('config-not-loaded')
  })

  it('a log in which our own request does not stand yet proves nothing', async () => {
    const old = `[${clock(-60).toISOString()}] "GET /other HTTP/1.1" 200 - 0 91 2 2 "-" "curl/8" "5f0c" "shop.example.com" "127.0.0.1:3000"`
    const seen = await diagnose(
      envoy({
        otherConfig: told({}),
        request: page('refused'),
        written: written(LOG),
        errorLog: log(LOG, [old]),
        listeners: EMPTY,
        direct: exchange(REFUSED),
      }),
    )
    expect(seen.at('edge/log')).toMatchObject({ blind: 'cut', go: 'edge/whose-page' })
    expect(seen.verdict).toMatchObject({ cause: 'process-down' })
  })

  it('a stream that stood still, with 504: slow', async () => {
    const line = `[${clock(0.05).toISOString()}] "GET /checkout HTTP/1.1" 504 SI 0 24 2 - "-" "triage502/0.1.0" "5f0c" "shop.example.com" "127.0.0.1:3000"`
    const seen = await diagnose(
      envoy({
        otherConfig: told({}),
        request: page('timeout', 504),
        written: written(LOG),
        errorLog: log(LOG, [line]),
      }),
    )
    expect(seen.at('gateway/saw')).toMatchObject({ branch: 'timed-out' })
  })

  it('a route that answers by itself', async () => {
    const routes = documented.routes(['*'], [{ match: { prefix: '/' }, direct_response: { status: 503 } }])
    const seen = await diagnose(envoy({ otherConfig: told({ routes }), request: own(503, 'sorry') }))
    expect(seen.verdict).toMatchObject({ cause: 'deliberate', place: 'proxy' })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it('another answer of 404 than its own is not told of as a missing route', async () => {
    const seen = await diagnose(envoy({ otherConfig: told({}), request: own(404, 'no such cart') }))
    expect(seen.verdict?.id).not.toBe('envoy/no-route')
  })
})

describe('Traefik', () => {
  const LOG = '/var/log/traefik/access.log'
  const record = (fields: object) =>
    JSON.stringify({
      ClientHost: '10.0.0.9',
      DownstreamStatus: 502,
      Duration: 3_000_000,
      OriginStatus: 0,
      RequestHost: 'shop.example.com',
      RequestPath: '/checkout',
      ServiceURL: 'http://127.0.0.1:3000',
      StartUTC: clock(0.05).toISOString(),
      'request_User-Agent': 'triage502/0.1.0',
      ...fields,
    })
  const traefik = (entry: string, more: Partial<World> = {}): Partial<World> => ({
    destination: destination({}, { program: 'traefik' }),
    gateway: gatewayProcess({ exe: '/usr/bin/traefik', unit: 'traefik.service' }),
    written: written(LOG),
    errorLog: log(LOG, [entry]),
    request: own(502, 'Bad Gateway'),
    ...more,
  })

  it('got no answer: nothing listens where it sends', async () => {
    const seen = await diagnose(traefik(record({}), { listeners: EMPTY, direct: exchange(REFUSED) }))
    expect(seen.at('edge/log')).toMatchObject({ branch: 'ours' })
    expect(seen.verdict).toMatchObject({ cause: 'process-down', place: 'app' })
  })

  it('passed on what the application answered', async () => {
    const words = 'the payment service is down'
    const seen = await diagnose(
      traefik(record({ OriginStatus: 502 }), { request: own(502, words), direct: exchange(answered(502, words)) }),
    )
    expect(seen.verdict).toMatchObject({ cause: 'app-error', bornAt: 'app' })
  })

  it('has no server', async () => {
    const none = record({ DownstreamStatus: 503, ServiceURL: undefined })
    const seen = await diagnose(traefik(none, { request: own(503, 'no available server') }))
    expect(seen.verdict).toMatchObject({ id: 'traefik/no-server', confidence: 'likely' })
  })
})
