import { describe, expect, it } from 'vitest'
import { DOWN, PROXY_DOWN } from './faults.ts'
import { answered, exchange, NOT_TLS, nginxPage, SELF_SIGNED, samples, TLS_ALERT, UNTRUSTED } from './http.ts'
import { blind, cut, destination, late } from './looks.ts'
import { diagnose, SHIPPED, type World } from './world.ts'

/** An nginx on another machine. */
const FAR = destination({ addresses: ['203.0.113.9'], listening: false, bound: '' }, null)

describe('where the URL leads', () => {
  const at = async (parts: Partial<World>) => (await diagnose(parts)).at('locate/destination')

  it('to nobody: the name does not resolve, and the resolver is sure', async () => {
    expect(
      await at({ destination: destination({ addresses: [], unresolved: 'definite', listening: false }, null) }),
    ).toEqual({
      branch: 'no-name',
      says: 'shop.example.com does not resolve here',
      suspects: ['dns-failure'],
      go: 'locate/no-name',
    })
  })

  it('to a container: what stands in the files of this machine is not about it', async () => {
    const inside = { pid: 900, program: 'docker-proxy', cgroup: '0::/system.slice/docker.service\n' }
    expect(await at({ destination: destination({}, inside) })).toEqual({
      branch: 'elsewhere',
      says: "port 80 here belongs to a container behind docker-proxy: its files and sockets are not this machine's",
      learns: { 'proxy.held': 'a container behind docker-proxy' },
      go: 'inner/search',
    })
  })

  it('to another network namespace', async () => {
    expect(await at({ destination: destination({}, { net: 'other' }) })).toEqual({
      branch: 'elsewhere',
      says: "port 80 here belongs to another network namespace (pid 812): its files and sockets are not this machine's",
      learns: { 'proxy.held': 'another network namespace (pid 812)' },
      go: 'inner/search',
    })
  })

  it('to this machine, to a process that can be seen', async () => {
    expect(await at({})).toEqual({
      branch: 'here',
      says: 'port 80 is served here by nginx (pid 812)',
      learns: { 'proxy.listening': true, 'proxy.pid': 812, 'proxy.program': 'nginx' },
      proves: ['proxy'],
      rulesOut: ['proxy-down'],
      aside: ['sight/account'],
      go: 'locate/gateway',
    })
  })

  it('to this machine, to a process of somebody else', async () => {
    expect(await at({ destination: destination({}, { pid: 0 }) })).toEqual({
      branch: 'here-hidden',
      says: 'something here listens on port 80; this account cannot see who',
      learns: { 'proxy.listening': true },
      proves: ['proxy'],
      rulesOut: ['proxy-down'],
      aside: ['sight/account'],
      dark: ['who listens on port 80 belongs to another user'],
      go: 'nginx/config',
    })
  })

  it('to this machine, where nobody listens on the port', async () => {
    expect(await at(PROXY_DOWN)).toEqual({
      branch: 'silent',
      says: 'shop.example.com is this machine, and nothing here listens on port 80',
      learns: { 'proxy.listening': false },
      proves: ['proxy'],
      suspects: ['proxy-down'],
      aside: ['sight/account'],
      go: 'locate/response',
    })
  })

  it('to another machine', async () => {
    expect(await at({ destination: FAR })).toEqual({
      branch: 'far',
      says: 'shop.example.com leads to 203.0.113.9, which is not this machine',
      learns: { 'gateway.sought': 'shop.example.com', 'url.addresses': ['203.0.113.9'] },
      go: 'hops/site',
    })
  })

  it('nobody knows: the resolver did not answer', async () => {
    expect(
      await at({
        destination: destination({ addresses: [], unresolved: 'unsure', error: 'EAI_AGAIN', listening: false }, null),
      }),
    ).toEqual({
      blind: 'unreachable-host',
      says: 'whether shop.example.com resolves is not known: EAI_AGAIN',
      go: 'locate/response',
    })
  })

  it.each([
    ['cut', cut(PROXY_DOWN.destination ?? FAR)],
    ['ended by the time limit', late(PROXY_DOWN.destination ?? FAR)],
    ['tables that could not be read whole', destination({ whole: false, listening: false, bound: '' }, null)],
  ])('a silent port is no finding when the look was partial: %s', async (_, partial) => {
    const seen = await diagnose({ ...PROXY_DOWN, destination: partial })
    expect(seen.at('locate/destination')).toMatchObject({ go: 'locate/response' })
    expect(seen.path).not.toContain('locate/destination.silent')
    expect(seen.fact('proxy.listening')).toBeUndefined()
    expect(seen.short).not.toContain('confirmed')
  })

  it('a listener that was seen counts also in a partial look', async () => {
    expect((await diagnose({ destination: cut(destination()) })).path).toContain('locate/destination.here')
  })
})

describe('which gateway it is', () => {
  it.each([
    ['nginx', 'locate/gateway.nginx', 'nginx/process'],
    ['openresty', 'locate/gateway.nginx', 'nginx/process'],
    ['haproxy', 'locate/gateway.haproxy', 'haproxy/process'],
    ['apache2', 'locate/gateway.apache', 'apache/process'],
    ['httpd', 'locate/gateway.apache', 'apache/process'],
  ])('%s', async (program, left, next) => {
    const { path } = await diagnose({ destination: destination({}, { program }) })
    expect(path[1]).toBe(left)
    expect(path[2]).toMatch(new RegExp(`^${next}\\.`))
  })
})

describe('which log is read', () => {
  const left = async (parts: Partial<World>) =>
    (await diagnose(parts)).path.find((step) => step.startsWith('locate/log.'))

  it('the one that the configuration names', async () => {
    expect(await left(DOWN)).toBe('locate/log.nginx-here')
  })

  it("nginx's usual one, where its program owns the port and its files are closed to us", async () => {
    expect(await left({ ...DOWN, config: blind('no-permission') })).toBe('locate/log.nginx-by-program')
  })

  it("nginx's usual one, where only the page tells of nginx", async () => {
    expect(await left({ destination: FAR, request: exchange(nginxPage(502)) })).toBe('locate/log.nginx-by-page')
  })

  it('none, when another machine answers well', async () => {
    expect(await left({ destination: FAR })).toBe('locate/log.well')
  })

  it('none, when nobody knows who answered', async () => {
    expect(await left({ destination: FAR, request: exchange(answered(502, 'oops')) })).toBe('locate/log.behind-a-name')
    const request = exchange(answered(502, 'oops'))
    expect((await diagnose({ destination: FAR, request }, { url: 'http://192.0.2.7/' })).path).toContain(
      'locate/log.unknown',
    )
  })

  it('a load balancer of AWS, when its page or the name says so', async () => {
    const page = answered(503, '<center><h1>503 Service Temporarily Unavailable</h1></center>')
    const out = page.out?.replace('Content-Type', 'Server: awselb/2.0\r\nContent-Type')
    expect(await left({ destination: FAR, request: exchange({ ...page, out: out ?? '' }) })).toBe('locate/log.balancer')
  })
})

describe('a site on another machine that answers well', () => {
  it('every time: still no proof of health, its logs are far away', async () => {
    const seen = await diagnose({ destination: FAR })
    expect(seen.at('locate/samples-only')).toEqual({
      branch: 'well',
      says: "5 of 5 requests were answered well; the gateway's logs could not be read",
      learns: { 'state.observed': 'well' },
      go: 'locate/still',
    })
    expect(seen.end).toEqual({
      node: 'locate/well-but-dark',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'well',
      says: "It answers well now. The gateway's logs could not be read, so what was reported before stays open.",
    })
  })

  it('not every time', async () => {
    const seen = await diagnose({ destination: FAR, samples: samples(answered(200), answered(200), nginxPage(502)) })
    expect(seen.at('locate/samples-only')).toEqual({
      branch: 'fails',
      says: '1 of 3 requests failed',
      learns: { 'state.observed': 'intermittent' },
      go: 'sampler/begin',
    })
    expect(seen.end).toEqual({
      node: 'locate/unknown-gateway',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'intermittent',
      says: "The answer's maker or its logs could not be reached from here. Run it on the gateway's machine, or paste that log.",
    })
  })

  it('and may not be asked again', async () => {
    const seen = await diagnose({ destination: FAR, samples: blind('declined') })
    expect(seen.at('locate/samples-only')).toEqual({
      blind: 'declined',
      says: 'declined here',
      go: 'locate/well-but-dark',
    })
    expect(seen.end.node).toBe('locate/well-but-dark')
  })
})

describe('verdicts', () => {
  const NO_NAME = destination({ addresses: [], unresolved: 'definite', listening: false }, null)

  it('dns-failure: nothing else can have failed before the name', async () => {
    const seen = await diagnose({ destination: NO_NAME })
    expect(seen.verdict).toEqual({
      id: 'locate/no-name',
      cause: 'dns-failure',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['visitor', 'proxy'],
      bornAt: 'visitor',
      shape: 'unreachable',
      says: 'shop.example.com does not resolve from here, so no request reaches any server',
      proofs: ['locate/destination.no-name'],
    })
    expect(seen.path).toEqual(['locate/destination.no-name', 'locate/no-name'])
  })

  it('no dns-failure while the resolver is not sure', async () => {
    const seen = await diagnose({
      destination: destination({ addresses: [], unresolved: 'unsure', error: 'EAI_AGAIN', listening: false }, null),
      request: exchange({ exit: 6, errormsg: 'Could not resolve host: shop.example.com', connected: false }),
    })
    expect(seen.short).toBe('locate/unknown-gateway')
    expect(seen.blindSpots).toEqual([
      'locate/destination unreachable-host: whether shop.example.com resolves is not known: EAI_AGAIN',
    ])
  })

  it('cert-invalid: a certificate that nobody could trust is certain', async () => {
    const seen = await diagnose(
      { destination: FAR, request: exchange(SELF_SIGNED) },
      { url: 'https://shop.example.com/' },
    )
    expect(seen.verdict).toEqual({
      id: 'locate/tls-in-front',
      cause: 'cert-invalid',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['visitor', 'proxy'],
      bornAt: 'visitor',
      shape: 'reset',
      says: "The site's own TLS fails before any request: see the finding for the reason",
      proofs: ['locate/response.certificate'],
    })
  })

  it('cert-invalid is only likely where this machine may not know the authority', async () => {
    const seen = await diagnose(
      { destination: FAR, request: exchange(UNTRUSTED) },
      { url: 'https://shop.example.com/' },
    )
    expect(seen.verdict).toEqual({
      id: 'locate/tls-in-front',
      cause: 'cert-invalid',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['visitor', 'proxy'],
      bornAt: 'visitor',
      shape: 'reset',
      says: "The site's own TLS fails before any request: see the finding for the reason",
      proofs: ['locate/response.untrusted'],
      open: ['tls-handshake'],
    })
  })

  it.each([
    ['an alert', TLS_ALERT],
    ['plain HTTP', NOT_TLS],
  ])('no verdict about a certificate that was never seen: %s', async (_, asked) => {
    const seen = await diagnose({ destination: FAR, request: exchange(asked) }, { url: 'https://shop.example.com/' })
    expect(seen.verdict).toBeNull()
    expect(seen.end).toMatchObject({ node: 'locate/tls-fails', outcome: 'inconclusive', state: 'failing' })
  })

  it('an error page of an nginx far away: its log must be read there', async () => {
    const seen = await diagnose({ destination: FAR, request: exchange(nginxPage(502)) })
    expect(seen.end).toEqual({
      node: 'nginx/dark-failing',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: "nginx answered with an error, and its log could not be read. Run this on the gateway's machine with an account that may read it, or paste the log.",
    })
    expect(seen.blindSpots).toEqual([
      "nginx/error-log no-vantage: What did nginx write about our request? It is not proven that this is the gateway's machine.",
    ])
    // Whether a gateway here serves the name is asked; none does.
    expect(seen.asked).toEqual(['request', 'destination', 'sight', 'configOnDisk', 'listeners'])
  })

  it('nothing of another machine is ever looked at here', async () => {
    const seen = await diagnose({ destination: FAR, request: exchange(nginxPage(502)) }, { sweep: true })
    for (const part of ['config', 'errorLog', 'accessLog', 'process', 'candidates', 'dmesg'] as const) {
      expect(seen.asked).not.toContain(part)
    }
    // Who listens here is only asked to see whether a gateway does.
    expect(seen.session.probes.filter(({ request }) => request.read === 'listeners')).toEqual([])
  })
})

describe('the flows that ship', () => {
  it('are without mistakes', () => {
    expect(SHIPPED.problems).toEqual([])
  })
})
