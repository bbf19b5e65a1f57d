import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ReadContext } from '../../../src/reading/reader.ts'
import type { Signature } from '../../../src/reading/signatures.ts'
import { varnishLogReader } from '../../../src/reading/varnish/log.ts'
import { logGroups } from '../../../src/reading/varnish/log-groups.ts'
import type { Capture } from '../../../src/words/look.ts'
import type { Value } from '../../../src/words/value.ts'

const { signatures } = parse(
  readFileSync(new URL('../../../flows/signatures/varnish.yaml', import.meta.url), 'utf8'),
) as {
  signatures: Signature[]
}
const NOW = new Date('2026-11-21T02:00:00Z')
const stamp = (offset: number) => (NOW.getTime() / 1000 + offset).toFixed(6)

interface Asked {
  offset?: number
  agent?: string
  host?: string
  url?: string
  status?: number
  /** Records of the request beside those that every one has. */
  request?: string[]
  /** Records of the fetch; without any, nobody was asked. */
  fetch?: string[]
}

/** A group as varnishlog of Varnish 7.1.1 prints it. */
function group({
  offset = 0.15,
  agent = 'triage502/0.1.0',
  host = '127.0.0.1:8080',
  url = '/checkout?token=7',
  status = 503,
  request = [],
  fetch,
}: Asked): string {
  const lines = [
    '*   << Request  >> 2         ',
    '-   Begin          req 1 rxreq',
    `-   Timestamp      Start: ${stamp(offset - 0.001)} 0.000000 0.000000`,
    '-   ReqStart       127.0.0.1 40856 a0',
    `-   ReqURL         ${url}`,
    `-   ReqHeader      Host: ${host}`,
    `-   ReqHeader      User-Agent: ${agent}`,
    '-   ReqHeader      Cookie: cart=s3cret',
    '-   VCL_call       RECV',
    ...request.map((each) => `-   ${each}`),
    `-   RespStatus     ${status}`,
    `-   Timestamp      Resp: ${stamp(offset)} 0.000332 0.000026`,
    '-   End            ',
  ]
  const asked = fetch && [
    '**  << BeReq    >> 3         ',
    '--  Begin          bereq 2 pass',
    ...fetch.map((each) => `--  ${each}`),
    '--  End            ',
  ]
  return [...lines, ...(asked ?? []), '', ''].join('\n')
}

const OPENED = 'BackendOpen    22 shop 127.0.0.1 3000 127.0.0.1 52972 connect'
const REFUSED = ['FetchError     backend shop: fail errno 111 (Connection refused)']

function read(out: string, more: Partial<Capture> = {}, facts: Record<string, Value> = {}) {
  const capture: Capture = {
    kind: 'run',
    argv: [],
    at: 'local',
    outcome: 'ok',
    exit: 0,
    ms: 1,
    startedAt: NOW.toISOString(),
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta: {},
    ...more,
  }
  const all: Record<string, Value> = {
    'url.host': '127.0.0.1',
    'url.port': 8080n,
    'url.path': '/checkout',
    'window.seconds': 900n,
    ...facts,
  }
  const at = (offset: number) => new Date(NOW.getTime() + offset * 1000)
  const context: ReadContext = {
    facts: new Map(Object.entries(all)),
    knowledge: { fingerprints: [], signatures },
    requests: [{ startedAt: at(0.1), endedAt: at(0.2), status: 503 }],
    now: NOW,
  }
  const reading = varnishLogReader.read(capture, context)
  const kept = varnishLogReader.keep?.(out).out ?? ''
  expect(varnishLogReader.read({ ...capture, out: kept }, context)).toEqual(reading)
  return reading
}

describe('our own request', () => {
  it('failed at a backend that is named', () => {
    const { value, dark } = read(group({ fetch: REFUSED }))
    expect(value).toMatchObject({ complete: true, how: 'failed', backend: 'shop', count: 0n })
    expect(value.ours).toMatchObject({
      found: true,
      signature: 'connect-refused',
      shape: 'unreachable',
      host: '',
      port: 0n,
      status: 503n,
      path: '/checkout',
    })
    expect(dark).toEqual([])
  })

  it('failed on a connection, whose address the log tells', () => {
    const { value } = read(group({ fetch: [OPENED, 'FetchError     HTC eof (-1)'] }))
    expect(value).toMatchObject({
      how: 'failed',
      backend: 'shop',
      ours: { signature: 'premature-close', host: '127.0.0.1', port: 3000n, upstream: '127.0.0.1:3000' },
    })
  })

  it('got what a backend answered', () => {
    const { value } = read(group({ status: 502, fetch: [OPENED, 'BerespStatus   502'] }))
    expect(value).toMatchObject({ how: 'passed', backend: 'shop', ours: { found: false }, count: 0n })
  })

  it('was answered from the cache', () => {
    const { value } = read(group({ status: 502, request: ['Hit            32786 59.837 10.000 0.000'] }))
    expect(value).toMatchObject({ how: 'hit', hit_of: 32_786n, hit_left_s: 59n, ours: { found: false } })
  })

  it('was answered by the VCL', () => {
    expect(read(group({ request: ['VCL_call       SYNTH'] })).value).toMatchObject({
      how: 'synth',
      ours: { found: false },
    })
  })

  it('is known by our name', () => {
    const { value } = read(
      group({ fetch: REFUSED }) + group({ agent: 'curl/8', fetch: [OPENED, 'FetchError     first byte timeout'] }),
    )
    expect(value.ours.signature).toBe('connect-refused')
    expect(value).toMatchObject({ count: 1n, latest: { signature: 'read-timeout' } })
  })

  it('takes what its last fetch said, and of that what is known', () => {
    const twice = group({
      fetch: [OPENED, 'FetchError     Connection reset by peer', 'FetchError     straight insufficient bytes'],
    })
    expect(read(twice).value.ours.signature).toBe('reset-in-body')
    const unknown = group({ fetch: ['FetchError     something new', ...REFUSED] })
    expect(read(unknown).value.ours.signature).toBe('connect-refused')
  })
})

it.each([
  ['backend shop: fail errno 111 (Connection refused)', 'connect-refused'],
  ['backend shop: fail errno 110 (Connection timed out)', 'connect-timeout'],
  ['backend shop: fail errno 113 (No route to host)', 'host-unreachable'],
  ['backend shop: fail errno 2 (No such file or directory)', 'socket-missing'],
  ['backend shop: fail errno 0 (Success)', 'connect-not-tried'],
  ['backend shop: fail errno 99 (Cannot assign requested address)', 'connect-failed'],
  ['backend shop: unhealthy', 'no-live-upstreams'],
  ['Director pool returned no backend', 'no-live-upstreams-director'],
  ['first byte timeout', 'read-timeout'],
  ['HTC eof (-1)', 'premature-close'],
  ['http format error', 'invalid-header'],
  ['overflow', 'header-too-big'],
  ['chunked read err', 'cut-in-chunk'],
  ['straight insufficient bytes', 'cut-in-body'],
  ['words that nobody knows', ''],
])('%s is %s', (words, signature) => {
  expect(read(group({ fetch: [OPENED, `FetchError     ${words}`] })).value.ours).toMatchObject({
    found: true,
    signature,
    message: words,
  })
})

describe('others', () => {
  it('count in the window, of the same site', () => {
    const agent = 'Mozilla/5.0'
    const out = [
      group({ agent, offset: -10, fetch: REFUSED }),
      group({ agent, offset: -5, url: '/other', fetch: REFUSED }),
      group({ agent, offset: -4, host: 'blog.example.com', fetch: REFUSED }),
      group({ agent, offset: -3000, fetch: REFUSED }),
      group({ agent, offset: -2, status: 502, fetch: [OPENED] }),
    ].join('')
    const { value } = read(out)
    expect(value).toMatchObject({
      count: 2n,
      how: '',
      first: new Date(NOW.getTime() - 10_000),
      last: new Date(NOW.getTime() - 5000),
    })
    expect(value.kinds).toHaveLength(1)
  })
})

describe('an empty log', () => {
  it('proves that nothing failed where it could be read', () => {
    expect(read('').value).toMatchObject({ complete: true, count: 0n, how: '' })
  })

  it.each<[string, Partial<Capture>]>([
    ['it could not be opened', { exit: 1, err: 'VSM: Could not get hold of varnishd, is it running?\n' }],
    ['it was cut', { cut: true }],
    ['it took too long', { timedOut: true }],
    ['it was pasted', { pasted: true }],
    ['nobody could look', { outcome: 'blind', why: 'missing-tool', says: 'there is no varnishlog here' }],
  ])('proves nothing where %s', (_, more) => {
    const { value, dark } = read('', more)
    expect(value.complete).toBe(false)
    expect(dark).toHaveLength(1)
  })
})

describe('what is kept', () => {
  it('holds no visitor’s secrets', () => {
    const kept = varnishLogReader.keep?.(group({ agent: 'Mozilla/5.0 of Jane', fetch: REFUSED }))
    expect(kept?.out).not.toMatch(/s3cret|token=7|Jane/)
    expect(kept?.leftOut).toContain('left out')
  })
})

describe('whatever is printed', () => {
  it('groups are told apart', () => {
    const groups = logGroups(group({ fetch: REFUSED }) + group({}))
    expect(groups.map((each) => each.map(({ kind }) => kind))).toEqual([['Request', 'BeReq'], ['Request']])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom(
              '*   << Request  >> 2',
              '**  << BeReq    >> 3',
              '-   ReqURL',
              '-   Timestamp Resp: x',
              '--  FetchError',
              '--  BackendOpen 1',
              '',
            ),
          ),
        ),
        (lines) => {
          expect(() => read(lines.join('\n'))).not.toThrow()
        },
      ),
    )
  })
})
