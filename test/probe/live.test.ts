import { describe, expect, it } from 'vitest'
import { createLiveProber, type LiveOptions } from '../../src/probe/live.ts'
import type { LookRequest } from '../../src/words/look.ts'

const never = new AbortController().signal
const options: LiveOptions = {
  commands: [{ program: 'echo', words: [], flags: [], operands: true }],
  url: 'http://127.0.0.1/',
  userAgent: 'triage502/test',
  headers: [],
  resolve: [],
  insecure: false,
  sudo: false,
  noRequests: false,
  env: { PATH: '/usr/bin:/bin' },
  where: () => 'local',
  now: () => new Date('2026-11-21T02:03:12.345Z'),
  context: () => ({
    facts: new Map(),
    knowledge: { fingerprints: [], signatures: [] },
    requests: [],
    now: new Date(0),
  }),
  timeoutMs: null,
}
const echo: LookRequest = { kind: 'run', at: 'proxy', read: 'text', timeoutMs: 5000, commands: [['echo', 'seen']] }

describe('the live prober and places', () => {
  it.each(['ssh:deploy@10.0.0.5', 'docker:shop', 'kubectl:shop-7d9f', 'local pid:7', ''])(
    'never looks at this machine in place of %j',
    async (place) => {
      const capture = await createLiveProber({ ...options, where: () => place }).look(echo, never)
      expect(capture).toMatchObject({ outcome: 'blind', why: 'no-vantage', out: '' })
    },
  )

  it('asks for the vantage that the look names', async () => {
    const prober = createLiveProber({ ...options, where: (vantage) => (vantage === 'app' ? 'unknown' : 'local') })
    expect(await prober.look(echo, never)).toMatchObject({ outcome: 'ok', out: 'seen\n', at: 'local' })
    expect(await prober.look({ ...echo, at: 'app' }, never)).toMatchObject({ why: 'no-vantage', out: '' })
  })
})

describe('the live prober and its limits', () => {
  it('is blind, and starts nothing, once it was stopped', async () => {
    expect(await createLiveProber(options).look(echo, AbortSignal.abort())).toMatchObject({
      outcome: 'blind',
      why: 'timed-out',
      out: '',
    })
  })

  it('judges every command of a look before the first one runs', async () => {
    const mixed = {
      ...echo,
      commands: [
        ['echo', 'seen'],
        ['rm', '-rf', '/nonexistent'],
      ],
    }
    expect(await createLiveProber(options).look(mixed, never)).toMatchObject({ why: 'declined', out: '' })
  })

  it('answers all of many looks asked at once', async () => {
    const prober = createLiveProber(options)
    const asked = Array.from({ length: 12 }, (_, n) => ({ ...echo, commands: [['echo', String(n)]] }))
    const captures = await Promise.all(asked.map((request) => prober.look(request, never)))
    expect(captures.map(({ out }) => Number(out))).toEqual(asked.map((_, n) => n))
  })
})

describe('the live prober and a gateway in a container', () => {
  const inside: LiveOptions = {
    ...options,
    context: () => ({ ...options.context(), facts: new Map([['proxy.container', 'shop-nginx-1']]) }),
  }
  const ask = (url: string, more: Partial<LookRequest> = {}): LookRequest => {
    const common = { kind: 'http', at: 'proxy', read: 'http-response', timeoutMs: 300 } as const
    return { ...common, url, times: 1, redirects: 0, own: false, ...more } as LookRequest
  }

  it.each([
    ['its loopback', ask('http://127.0.0.1:9/')],
    ['its loopback of IPv6', ask('http://[::1]:9/')],
    ['a name of its networks', ask('http://web:9/')],
    ['what it calls localhost', ask('http://localhost:9/')],
    ['a socket among its files', ask('http://localhost/', { socket: '/run/shop/shop.sock' })],
    ['an address given for a name', ask('http://web:9/', { address: '127.0.0.1' })],
  ])('never asks this machine in place of %s', async (_, request) => {
    const capture = await createLiveProber(inside).look(request, never)
    expect(capture).toMatchObject({ outcome: 'blind', why: 'no-vantage' })
    expect(capture.says).toContain('inside container shop-nginx-1')
  })

  it('asks by address, asks the person’s own URL, and asks as ever where it lives in none', async () => {
    const asked = [
      createLiveProber(inside).look(ask('http://127.0.0.1:9/', { own: true }), never),
      createLiveProber(inside).look(ask('http://127.0.0.1:9/', { at: 'here' }), never),
      createLiveProber(options).look(ask('http://127.0.0.1:9/'), never),
      createLiveProber(inside).look(ask('http://web:9/', { address: '192.0.2.1' }), never),
    ]
    for (const capture of await Promise.all(asked)) expect(capture.why).not.toBe('no-vantage')
  })
})
