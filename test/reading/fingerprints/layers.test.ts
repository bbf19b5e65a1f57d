import { describe, expect, it } from 'vitest'
import type { Fingerprint } from '../../../src/reading/fingerprints.ts'
import { fitting, judge, SHIPPED_FINGERPRINTS } from './shipped.ts'

// The same answers, passed on by others: the maker stays, and whoever passed it on is seen as that.

type Header = [name: string, value: string]

/** What a hop does to the head of what it passes on. */
interface Layer {
  vendor: string
  /** Put in the place of those that came, or added. */
  sets: Header[]
  adds: Header[]
}

const LAYERS: Layer[] = [
  {
    vendor: 'cloudflare',
    sets: [
      ['Server', 'cloudflare'],
      ['CF-RAY', '8f2a1b3c4d5e6f70-FRA'],
    ],
    adds: [],
  },
  { vendor: 'aws-alb', sets: [], adds: [['Set-Cookie', 'AWSALB=k3vQ0mN1xQ; Path=/']] },
  { vendor: 'nginx', sets: [['Server', 'nginx/1.22.1']], adds: [] },
  {
    vendor: 'varnish',
    sets: [],
    adds: [
      ['X-Varnish', '32770'],
      ['Age', '0'],
      ['Via', '1.1 varnish (Varnish/7.1)'],
    ],
  },
]

/** Hop-by-hop headers do not come through: RFC 9110, section 7.6.1. */
const DROPPED = ['connection', 'keep-alive']

function through({ sets, adds }: Layer, raw: string): string {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const [status = '', ...headers] = head.split('\r\n')
  const replaced = new Set([...DROPPED, ...sets.map(([name]) => name.toLowerCase())])
  const kept = headers.filter((line) => !replaced.has(line.slice(0, line.indexOf(':')).toLowerCase()))
  const lines = [...sets, ...adds].map(([name, value]) => `${name}: ${value}`)
  return [[status, ...kept, ...lines].join('\r\n'), ...body].join('\r\n\r\n')
}

/** Does a fingerprint rest on what this layer takes away: a Server header, or that there is none? */
function restsOn(fingerprint: Fingerprint, layer: Layer): boolean {
  const touched = [
    ...DROPPED,
    ...layer.sets.map(([name]) => name.toLowerCase()),
    ...layer.adds.map(([name]) => name.toLowerCase()),
  ]
  const named = Object.keys(fingerprint.headers ?? {}).some((name) => touched.includes(name))
  return named || (fingerprint.absent ?? []).some((name) => touched.includes(name.toLowerCase()))
}

const MADE = SHIPPED_FINGERPRINTS.filter(({ role }) => role === 'made')

describe.each(LAYERS)('through $vendor', (layer) => {
  const kept = MADE.filter((fingerprint) => !restsOn(fingerprint, layer) && fingerprint.vendor !== layer.vendor)
  const lost = MADE.filter((fingerprint) => restsOn(fingerprint, layer) && fingerprint.vendor !== layer.vendor)

  it.each(kept)('$id is still told', (fingerprint) => {
    const { made, hops } = judge(through(layer, fingerprint.example))
    expect(made).toEqual({ kind: fingerprint.kind, vendor: fingerprint.vendor })
    expect(hops.map(({ vendor, role }) => `${vendor} ${role}`)).toContain(`${layer.vendor} passed`)
  })

  it.each(lost)('$id loses its mark, and nobody else is named in its place', (fingerprint) => {
    const { made } = judge(through(layer, fingerprint.example))
    expect([null, fingerprint.vendor]).toContain(made?.vendor ?? null)
  })

  it('is not taken for a maker by what it passed on', () => {
    const answered = through(
      layer,
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\n\r\n{"error":"payment"}',
    )
    expect(judge(answered)).toMatchObject({ made: null, hops: [{ vendor: layer.vendor, role: 'passed' }] })
  })
})

describe('what makes no error page', () => {
  const OWN: [what: string, raw: string][] = [
    ['a healthy page', 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Shop</h1>'],
    [
      'a healthy page about 502',
      'HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n<h1>What 502 Bad Gateway means</h1><p>nginx, HAProxy: No server is available</p>',
    ],
    [
      'JSON of an application',
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\n\r\n{"message":"Bad Gateway"}',
    ],
    [
      'JSON with a code',
      'HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\r\n{"status":"error","code":503,"message":"busy"}',
    ],
    [
      'a page of one’s own',
      'HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\nRetry-After: 3600\r\n\r\n<h1>We are closed for an hour</h1>',
    ],
    ['a word', 'HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\nInternal Server Error'],
    [
      'a word with a line end, as Go’s http.Error has it',
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: 12\r\n\r\nBad Gateway\n',
    ],
    [
      'the same word of an Express that hides its name',
      'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 11\r\nETag: W/"b-FEHf78Vtp5PKyYpamsYZRti5SW0"\r\n\r\nBad Gateway',
    ],
    ['nothing at all', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n'],
    [
      'a page that names Cloudflare',
      'HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html\r\n\r\n<p>We are behind Cloudflare. Ray ID: unknown</p>',
    ],
    [
      'Next.js and its data',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<div id="__next"><h2 style="x">Internal Server Error</h2>',
    ],
  ]
  it.each(OWN)('%s has no maker', (_, raw) => {
    expect(judge(raw).made).toBeNull()
  })

  it('a browser’s 200 with an application’s header has that application', () => {
    expect(judge('HTTP/1.1 502 Bad Gateway\r\nServer: uvicorn\r\n\r\n{"error":"payment"}').made).toEqual({
      kind: 'app',
      vendor: 'uvicorn',
    })
  })
})

describe('the shipped fingerprints', () => {
  it('tell more than sixty makers, each with its source', () => {
    expect(new Set(MADE.map(({ vendor }) => vendor)).size).toBeGreaterThanOrEqual(60)
    expect(SHIPPED_FINGERPRINTS.filter(({ source }) => source === undefined)).toEqual([])
    const ids = SHIPPED_FINGERPRINTS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('call one vendor always the same, at one place', () => {
    const kinds = new Map<string, Set<string>>()
    for (const { vendor, kind } of SHIPPED_FINGERPRINTS) kinds.set(vendor, (kinds.get(vendor) ?? new Set()).add(kind))
    expect([...kinds].filter(([, places]) => places.size > 1)).toEqual([])
  })

  it('say of a shape or a cause what it means', () => {
    expect(SHIPPED_FINGERPRINTS.filter(({ means, shape, cause }) => means === undefined && (shape ?? cause))).toEqual(
      [],
    )
  })

  it.each(SHIPPED_FINGERPRINTS.filter(({ role }) => role === 'passed'))(
    '$id shows a hop, and no maker',
    ({ example, vendor }) => {
      expect(judge(example).hops.at(-1)).toMatchObject({ vendor, role: 'passed' })
      expect(fitting(example).every(({ role }) => role === 'passed')).toBe(true)
    },
  )
})
