import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fingerprint, judgeFingerprints, matchFingerprints } from '../../../src/reading/fingerprints.ts'
import { SHIPPED_FINGERPRINTS as fingerprints, judge } from './shipped.ts'

const NGINX_PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n'

describe('who made it', () => {
  it("nginx's own page, not merely its header", () => {
    expect(judge(`HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n${NGINX_PAGE}`)).toMatchObject({
      made: { kind: 'proxy', vendor: 'nginx' },
      ownPage: true,
      hops: [{ kind: 'proxy', vendor: 'nginx', role: 'made' }],
    })
    expect(judge('HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n{"error":"payment"}')).toMatchObject({
      made: null,
      ownPage: false,
      hops: [{ kind: 'proxy', vendor: 'nginx', role: 'passed' }],
    })
  })

  it("a body beats headers: an origin's nginx page through Cloudflare was made by nginx", () => {
    const seen = judge(
      `HTTP/1.1 503 Service Unavailable\r\nServer: cloudflare\r\nCF-RAY: 8f2a-FRA\r\n\r\n${NGINX_PAGE}`,
    )
    expect(seen).toMatchObject({
      made: { kind: 'proxy', vendor: 'nginx' },
      ownPage: true,
      hops: [
        { kind: 'cdn', vendor: 'cloudflare', role: 'passed' },
        { kind: 'proxy', vendor: 'nginx', role: 'made' },
      ],
    })
  })

  it('a load balancer known by its header only stands in front of the page that it passed on', () => {
    const seen = judge(`HTTP/1.1 502 Bad Gateway\r\nServer: awselb/2.0\r\n\r\n${NGINX_PAGE}`)
    expect(seen.made).toEqual({ kind: 'proxy', vendor: 'nginx' })
    expect(seen.hops.map(({ vendor, role }) => `${vendor} ${role}`)).toEqual(['aws-alb passed', 'nginx made'])
  })

  it('hops come from the outside in, the maker last', () => {
    const seen = judge(
      'HTTP/1.1 500 Internal Server Error\r\nServer: gunicorn\r\nX-Varnish: 3\r\nVia: 1.1 google\r\nX-Amz-Cf-Id: x\r\n\r\noops',
    )
    expect(seen.hops.map(({ kind, vendor, role }) => `${kind} ${vendor} ${role}`)).toEqual([
      'cdn cloudfront passed',
      'load-balancer google-lb passed',
      'proxy varnish passed',
      'app gunicorn made',
    ])
  })

  it('one header of several with the same name is enough', () => {
    const seen = judge('HTTP/1.1 502 Bad Gateway\r\nVia: 1.1 varnish\r\nvia: 1.1 Caddy\r\n\r\nx')
    expect(seen.hops).toEqual([{ kind: 'proxy', vendor: 'caddy', role: 'passed' }])
  })

  it('a healthy page that merely mentions a server is not an error page of it', () => {
    expect(
      judge('HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n<p>What does 502 Bad Gateway nginx mean?</p>').made,
    ).toBeNull()
  })
})

describe('the engine', () => {
  const any: Fingerprint = { id: 'x', kind: 'app', vendor: 'x', role: 'made', example: '' }
  const response = { status: 502, headers: [{ name: 'X-A', value: 'one two' }], body: 'alpha\r\nbeta' }
  const fits = (more: Partial<Fingerprint>) => matchFingerprints(response, [{ ...any, ...more }]).length === 1

  it('wants every given part', () => {
    expect(fits({ status: [502, 504] })).toBe(true)
    expect(fits({ status: [504] })).toBe(false)
    expect(fits({ headers: { 'x-a': '*' } })).toBe(true)
    expect(fits({ headers: { 'x-a': 'one {rest:rest}' } })).toBe(true)
    expect(fits({ headers: { 'x-a': 'one' } })).toBe(false)
    expect(fits({ headers: { 'x-b': '*' } })).toBe(false)
    expect(fits({ absent: ['X-B'] })).toBe(true)
    expect(fits({ absent: ['X-A'] })).toBe(false)
    expect(fits({ body: ['alpha\nbeta'] })).toBe(true)
    expect(fits({ body: ['alpha', 'gamma'] })).toBe(false)
    expect(fits({ status: [502], headers: { 'x-a': '*' }, body: ['gamma'] })).toBe(false)
  })

  it('never throws, whatever came', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.record({ name: fc.string(), value: fc.string() })), (body, headers) => {
        const found = matchFingerprints({ status: 502, headers, body }, fingerprints)
        expect(judgeFingerprints(found).hops.length).toBeLessThanOrEqual(found.length)
      }),
    )
  })
})
