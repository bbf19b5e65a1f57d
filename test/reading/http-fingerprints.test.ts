import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Fingerprint, judgeFingerprints, matchFingerprints } from '../../src/reading/fingerprints.ts'
import { parseHead } from '../../src/reading/http/head.ts'

const FILE = join(import.meta.dirname, '../../flows/fingerprints.yaml')
const { fingerprints } = parse(readFileSync(FILE, 'utf8')) as { fingerprints: Fingerprint[] }

function fitting(raw: string): Fingerprint[] {
  const head = parseHead(raw)
  if (head === null) throw new Error(`no response: ${raw}`)
  return matchFingerprints(head, fingerprints)
}

const judge = (raw: string) => judgeFingerprints(fitting(raw))
const NGINX_PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n'

describe('the shipped fingerprints', () => {
  it('have an id each', () => {
    const ids = fingerprints.map(({ id }) => id)
    expect(ids.length).toBeGreaterThanOrEqual(20)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(fingerprints)("$id fits its own example, and nobody else's maker does", (fingerprint) => {
    const found = fitting(fingerprint.example)
    expect(found.map(({ id }) => id)).toContain(fingerprint.id)
    const makers = new Set(found.filter(({ role }) => role === 'made').map(({ vendor }) => vendor))
    expect([...makers]).toEqual(fingerprint.role === 'made' ? [fingerprint.vendor] : [])
    const { made, hops, ownPage } = judgeFingerprints(found)
    expect(hops.at(-1)).toMatchObject({ kind: fingerprint.kind, vendor: fingerprint.vendor, role: fingerprint.role })
    if (fingerprint.role === 'made') expect(made).toEqual({ kind: fingerprint.kind, vendor: fingerprint.vendor })
    if (fingerprint.role === 'made' && fingerprint.body) expect(ownPage).toBe(true)
  })
})

describe('who made it', () => {
  it("nginx's own page, not merely its header", () => {
    expect(judge(`HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n${NGINX_PAGE}`)).toEqual({
      made: { kind: 'proxy', vendor: 'nginx' },
      ownPage: true,
      hops: [{ kind: 'proxy', vendor: 'nginx', role: 'made' }],
    })
    expect(judge('HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n{"error":"payment"}')).toEqual({
      made: null,
      ownPage: false,
      hops: [{ kind: 'proxy', vendor: 'nginx', role: 'passed' }],
    })
  })

  it("a body beats headers: an origin's nginx page through Cloudflare was made by nginx", () => {
    const seen = judge(
      `HTTP/1.1 503 Service Unavailable\r\nServer: cloudflare\r\nCF-RAY: 8f2a-FRA\r\n\r\n${NGINX_PAGE}`,
    )
    expect(seen).toEqual({
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
