import { describe, expect, it } from 'vitest'
import { parseEnvoyLine } from '../../../src/reading/envoy/line.ts'

// The forms are those of Envoy's and Istio's documentation.
const DEFAULT =
  '[2026-11-21T05:11:02.345Z] "GET /cart?x=1 HTTP/1.1" 503 UF 0 91 12 - "10.0.0.9, 10.0.0.2" "curl/7.88.1" "5f0c2d1e-8a7b" "shop.example.com" "10.0.0.7:3000"'
const istio = (flags: string, details: string, why = '-') =>
  `[2026-11-21T05:11:02.345Z] "GET /cart HTTP/1.1" 503 ${flags} ${details} - "${why}" 0 91 12 - "-" "triage502/0.1.0" "5f0c2d1e" "shop.example.com" "10.0.0.7:3000" outbound|80||shop.default.svc.cluster.local 10.0.0.2:40112 10.0.0.2:8080 10.0.0.9:5000 - default`
const REFUSED = 'upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111}'

describe('a line of Envoy’s access log', () => {
  it('of the default form', () => {
    expect(parseEnvoyLine(DEFAULT)).toEqual({
      at: Date.parse('2026-11-21T05:11:02.357Z'),
      client: '10.0.0.9',
      host: 'shop.example.com',
      path: '/cart?x=1',
      agent: 'curl/7.88.1',
      status: 503,
      failure: 'envoy-uf',
      message: 'UF',
      upstream: '10.0.0.7:3000',
    })
  })

  it.each([
    ['UF', REFUSED, '-', 'connect-refused'],
    ['UF,URX', REFUSED, '-', 'connect-refused'],
    ['UF', 'upstream_reset_before_response_started{connection_timeout}', '-', 'connect-timeout'],
    ['UF', '-', 'TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED', 'cert-verify'],
    ['UF', '-', 'TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER', 'tls-handshake'],
    ['UC', 'upstream_reset_before_response_started{connection_termination}', '-', 'premature-close'],
    ['UR', '-', '-', 'reset-before-head'],
    ['UT', 'response_timeout', '-', 'read-timeout'],
    ['UH', 'no_healthy_upstream', '-', 'no-live-upstreams'],
    ['UPE', '-', '-', 'invalid-header'],
    ['NR', 'route_not_found', '-', 'envoy-nr'],
    ['UO', '-', '-', 'envoy-uo'],
  ])('%s %s %s is %s', (flags, details, why, failure) => {
    expect(parseEnvoyLine(istio(flags, details, why))).toMatchObject({
      failure,
      host: 'shop.example.com',
      upstream: '10.0.0.7:3000',
      agent: 'triage502/0.1.0',
    })
  })

  it('an answer that it passed on tells of no failure', () => {
    expect(parseEnvoyLine(DEFAULT.replace('503 UF', '502 -'))).toMatchObject({ status: 502, failure: '', message: '' })
    expect(parseEnvoyLine(DEFAULT.replace('503 UF', '0 DC'))).toMatchObject({ failure: '', message: 'DC' })
  })

  it('out of the journal', () => {
    const entry = JSON.stringify({ __REALTIME_TIMESTAMP: '1', MESSAGE: DEFAULT })
    expect(parseEnvoyLine(entry)).toEqual(parseEnvoyLine(DEFAULT))
  })

  it.each(['', '{', '{"a":1}', '[2026-11-21T05:11:02.345Z] "GET', DEFAULT.slice(0, 90), 'x'.repeat(100_000)])(
    '%.40j is none',
    (line) => {
      expect(parseEnvoyLine(line)).toBeUndefined()
    },
  )
})
