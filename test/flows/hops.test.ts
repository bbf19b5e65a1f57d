import { describe, expect, it } from 'vitest'
import {
  BALANCER,
  balancer,
  behind,
  came,
  cloudflare,
  direct,
  here,
  logs,
  page,
  stopped,
  stopping,
} from './hops-world.ts'
import { answered, clock, exchange, REFUSED, samples } from './http.ts'
import { blind, NGINX_PID } from './looks.ts'
import { rules } from './packets.ts'
import { accessLine, errorLine, errorLog } from './text.ts'
import { diagnose, type World } from './world.ts'

const told = async (parts: Partial<World>) => {
  const { judged, session } = await diagnose(parts)
  const { verdict, outcome, state } = judged
  const { reached } = session
  return verdict
    ? {
        cause: verdict.node.cause,
        place: verdict.node.place,
        bornAt: verdict.bornAt,
        how: verdict.assessment.confidence,
      }
    : { end: reached?.node, outcome, state }
}

/** An earlier visitor through the balancer. */
const BEFORE = accessLine({ at: clock(-60) })
const NEVER = logs([BEFORE])

describe('which gateway of this machine', () => {
  const at = async (parts: Partial<World>) => (await diagnose(parts)).at('hops/site')

  it('the one that has a server of that name, on whatever port', async () => {
    expect(await at(behind(cloudflare(502)))).toMatchObject({
      branch: 'served',
      says: 'shop.example.com leads elsewhere, and nginx on this machine (pid 812) has a server of that name, on port 8080',
      proves: ['proxy'],
      go: 'between/doors',
    })
  })

  it('none runs, and its files name the site', async () => {
    expect(await at(stopped(cloudflare(521)))).toMatchObject({ branch: 'stopped', suspects: ['proxy-down'] })
  })

  it.each([
    [
      'one runs, and has no server of that name',
      { ...here({ running: 1 }), out: 'http { server { listen 8080; server_name blog.example.com; } }' },
    ],
    ['whether one runs cannot be seen', here({ running: -1 })],
  ])('%s', async (_, configOnDisk) => {
    expect(await at(behind(cloudflare(502), { configOnDisk }))).toEqual({
      branch: 'other',
      says: 'no nginx on this machine has a server of the name shop.example.com',
      go: 'behind/doors',
    })
  })
})

describe('did our request come through', () => {
  const at = async (parts: Partial<World>) => (await diagnose(parts)).at('hops/arrived')

  it('and nginx answered it with an error: that was passed on', async () => {
    const seen = await diagnose(behind(cloudflare(502), { accessLog: logs([BEFORE, came(502)]) }))
    expect(seen.at('hops/arrived')).toMatchObject({
      branch: 'failed',
      says: `our request came to nginx here from ${BALANCER}, and nginx answered it with 502: what stands in front passed that on`,
      go: 'hops/to-log',
    })
  })

  it('and whoever passed it on hung up', async () => {
    expect(await at(behind(balancer(504, { ms: 3000 }), { accessLog: logs([came(499)]) }))).toMatchObject({
      branch: 'given-up',
      suspects: ['timeout-order', 'slow-app'],
      go: 'hops/direct',
    })
  })

  it('and what came out in front is another answer', async () => {
    expect(await told(behind(cloudflare(520), { accessLog: logs([came(200)]) }))).toMatchObject({ end: 'hops/changed' })
  })

  it('another User-Agent in the same second says little where the front keeps ours', async () => {
    const lines = logs([accessLine({ status: 502 })])
    expect(await at(behind(cloudflare(502), { accessLog: lines }))).toMatchObject({ branch: 'absent' })
  })

  it('another User-Agent is the request where the front sends one of its own', async () => {
    const answer = page(
      502,
      { 'X-Amz-Cf-Id': 'k3v==', 'X-Cache': 'Error from cloudfront' },
      '<hr><center>nginx</center>',
    )
    expect(await at(behind(answer, { accessLog: logs([accessLine({ status: 502 })]) }))).toMatchObject({
      branch: 'others-failed',
      go: 'hops/to-log',
    })
    expect(await at(behind(answer, { accessLog: logs([accessLine({ status: 499 })]) }))).toMatchObject({
      branch: 'others-given-up',
    })
  })

  it('no access log: a line of the error log shows it too', async () => {
    const dark = blind('no-permission')
    const line = errorLog([errorLine('connect() failed (111: Connection refused) while connecting to upstream')])
    expect(
      (await diagnose(behind(cloudflare(502), { accessLog: dark, errorLog: line }))).at('hops/error-line'),
    ).toMatchObject({
      branch: 'ours',
      go: 'hops/to-log',
    })
  })

  it('nothing tells: what is wrong here is not taken for it', async () => {
    const world = behind(cloudflare(502), { accessLog: blind('no-permission'), direct: direct(answered(502), REFUSED) })
    expect(await told(world)).toEqual({ end: 'hops/unseen', outcome: 'inconclusive', state: 'failing' })
  })

  it('its log shows neither of our requests: it is written late', async () => {
    const world = behind(cloudflare(521), { accessLog: logs([BEFORE], [BEFORE]) })
    expect(await told(world)).toMatchObject({ end: 'hops/unseen' })
  })
})

describe('somebody in front gives up first', () => {
  const slow = direct({ ...answered(200), ms: 8000 })
  const given = { accessLog: logs([came(499)]), direct: slow }

  it('the balancer', async () => {
    expect(await told(behind(balancer(504, { ms: 3000 }), given))).toEqual({
      cause: 'timeout-order',
      place: 'load-balancer',
      bornAt: 'load-balancer',
      how: 'confirmed',
    })
  })

  it('the CDN', async () => {
    expect(await told(behind(cloudflare(524, { ms: 3000 }), given))).toMatchObject({
      cause: 'timeout-order',
      place: 'cdn',
      bornAt: 'cdn',
    })
  })

  it('somebody between the CDN and here: the CDN says so by the number', async () => {
    expect(await told(behind(cloudflare(504, { ms: 3000 }), given))).toMatchObject({
      place: 'load-balancer',
      bornAt: 'load-balancer',
    })
  })

  it('and nginx is quick when it is asked again: nothing is proven', async () => {
    const world = behind(balancer(504, { ms: 3000 }), { accessLog: logs([came(499)]) })
    expect(await told(world)).toMatchObject({ end: 'hops/sometimes-slow' })
  })

  it('we ourselves did: nobody in front is to blame', async () => {
    const late = { exit: 28, timedOut: true, ms: 6000, errormsg: 'Operation timed out' }
    const seen = await diagnose(behind(late, given))
    expect(seen.path).toContain('hops/which.our-limit')
  })
})

describe('it never came here, and nginx is well', () => {
  it.each([
    ['a name that does not resolve', cloudflare(530, {}, 'Error 1016'), 'cdn', 'confirmed'],
    ['no way to the address', cloudflare(523), 'cdn', 'likely'],
    ['refused', cloudflare(521), 'cdn', 'likely'],
  ])('origin-moved: %s', async (_, answer, place, how) => {
    expect(await told(behind(answer, { accessLog: NEVER }))).toEqual({
      cause: 'origin-moved',
      place,
      bornAt: place,
      how,
    })
  })

  it('the firewall here drops whoever stands in front', async () => {
    const world = behind(cloudflare(522), { accessLog: NEVER, firewall: stopping('10.0.0.0/24', 12) })
    expect(await told(world)).toEqual({ cause: 'edge-blocked', place: 'proxy', bornAt: 'cdn', how: 'confirmed' })
  })

  it.each([
    ['another’s address', stopping('192.0.2.0/24', 12), 'likely'],
    ['on one card only', stopping('10.0.0.0/24', 12, '-i eth1 '), 'likely'],
  ])('a rule that may be about somebody else is not certain: %s', async (_, firewall, how) => {
    expect(await told(behind(cloudflare(522), { accessLog: NEVER, firewall }))).toMatchObject({
      cause: 'edge-blocked',
      how,
    })
  })

  it('a rule that has met nobody stops nobody', async () => {
    const world = behind(cloudflare(522), { accessLog: NEVER, firewall: stopping('10.0.0.0/24', 0) })
    expect(await told(world)).toMatchObject({ end: 'hops/dropped' })
  })

  it('the balancer has nobody to send to', async () => {
    expect(await told(behind(balancer(503), { accessLog: NEVER }))).toMatchObject({
      cause: 'no-healthy-upstream',
      place: 'load-balancer',
      bornAt: 'load-balancer',
      how: 'likely',
    })
  })

  it('the balancer is refused every time', async () => {
    const world = behind(balancer(502), {
      accessLog: NEVER,
      count: samples(...Array.from({ length: 4 }, () => balancer(502))),
    })
    expect(await told(world)).toMatchObject({ cause: 'origin-moved', place: 'load-balancer', how: 'likely' })
  })

  it('the balancer is hung up on now and then, and keeps connections longer than nginx', async () => {
    const idle = { ...here(), out: here().out.replace('listen 8080;', 'listen 8080; keepalive_timeout 15s;') }
    expect(await told(behind(balancer(502), { accessLog: NEVER, config: idle }))).toEqual({
      cause: 'keepalive-race',
      place: 'load-balancer',
      bornAt: 'load-balancer',
      how: 'likely',
    })
  })

  it('the balancer gets no answer now and then: no closed connection explains that', async () => {
    const idle = { ...here(), out: here().out.replace('listen 8080;', 'listen 8080; keepalive_timeout 15s;') }
    expect(await told(behind(balancer(504), { accessLog: NEVER, config: idle }))).toMatchObject({
      end: 'hops/now-and-then',
    })
  })

  it('the balancer is hung up on now and then: nothing is proven', async () => {
    expect(await told(behind(balancer(502), { accessLog: NEVER }))).toEqual({
      end: 'hops/now-and-then',
      outcome: 'inconclusive',
      state: 'intermittent',
    })
  })

  describe('the CDN and nginx do not agree on TLS', () => {
    const speaks = (listen: string) => {
      const made = (meta = {}) => {
        const file = here(meta)
        return { ...file, out: file.out.replace('listen 8080;', `listen ${listen};`) }
      }
      const application = answered(200)
      return {
        accessLog: NEVER,
        configOnDisk: made({ pid: NGINX_PID, running: 1 }),
        config: made(),
        direct: exchange(application),
      }
    }
    const ended = { exit: 60, ms: 9, errormsg: 'SSL certificate problem: certificate has expired', verifyResult: 10 }

    it('its certificate has ended, seen from here too', async () => {
      const world = { ...speaks('443 ssl'), tls: exchange(answered(200)) }
      const strictly: World['tls'] = (request) => {
        const strict = request.kind === 'http' && request.verify === true
        const answer = strict ? exchange(ended) : exchange(answered(200))
        return typeof answer === 'function' ? answer(request) : answer
      }
      expect(await told(behind(cloudflare(526), { ...world, tls: strictly }))).toEqual({
        cause: 'cert-invalid',
        place: 'proxy',
        bornAt: 'cdn',
        how: 'confirmed',
      })
    })

    it('its certificate holds when it is asked from here: it may be another machine’s', async () => {
      const seen = await diagnose(behind(cloudflare(526), { ...speaks('443 ssl'), tls: exchange(answered(200)) }))
      expect(seen.at('hops/certificate')).toMatchObject({ branch: 'other', go: 'place/where' })
      expect(seen.verdict).toBeNull()
    })

    it('it speaks no TLS on port 443', async () => {
      expect(await told(behind(cloudflare(525), speaks('443')))).toMatchObject({
        cause: 'protocol-mismatch',
        place: 'proxy',
        how: 'confirmed',
      })
    })

    it('it speaks TLS: why they do not agree is not known', async () => {
      const seen = await diagnose(behind(cloudflare(525), { ...speaks('443 ssl'), tls: exchange(answered(200)) }))
      expect(seen.verdict).toBeNull()
    })

    it('a CDN’s own page for a certificate does not count where nginx here speaks no TLS', async () => {
      expect((await diagnose(behind(cloudflare(526), { accessLog: NEVER }))).path).toContainEqual(
        expect.stringMatching(/^hops\/certificate-who\.unknown/),
      )
    })
  })

  it('an old error out of a cache', async () => {
    const old = page(
      502,
      { Age: '42', 'X-Cache': 'Error from cloudfront', 'X-Amz-Cf-Id': 'k3v==' },
      '<hr><center>nginx</center>',
    )
    expect(await told(behind(old, { accessLog: NEVER }))).toMatchObject({
      cause: 'cached-error',
      place: 'cdn',
      how: 'confirmed',
    })
  })

  it('an answer that says nothing of the way: only people can tell', async () => {
    const plain = page(502, { 'CF-RAY': '8f2a-FRA' }, 'oops')
    expect((await diagnose(behind(plain, { accessLog: NEVER }))).path).toContainEqual(
      expect.stringMatching(/^place\/where/),
    )
  })

  it('and nginx here fails too: it may be another machine that is meant', async () => {
    const world = behind(cloudflare(521), { accessLog: NEVER, direct: direct(answered(502), REFUSED) })
    expect(await told(world)).toMatchObject({ end: 'hops/both-fail', outcome: 'inconclusive' })
  })
})

describe('it is answered well', () => {
  const well = page(200, { 'CF-RAY': '8f2a-FRA' }, 'ok')

  it('through nginx here', async () => {
    expect(await told(behind(well, { accessLog: logs([came(200)]) }))).toMatchObject({
      outcome: 'healthy',
      state: 'well',
    })
  })

  it('and never comes here, where nobody came before: this machine says nothing of it', async () => {
    expect(await told(behind(well, { accessLog: logs([]) }))).toMatchObject({ end: 'hops/not-here' })
  })

  it('out of a cache, while nginx here fails', async () => {
    const world = behind(well, { accessLog: NEVER, direct: direct(answered(502), REFUSED) })
    expect(await told(world)).toMatchObject({ end: 'hops/behind-a-cache', outcome: 'inconclusive' })
  })
})

describe('nginx here is stopped', () => {
  it('and the front is refused', async () => {
    expect(await told(stopped(cloudflare(521)))).toEqual({
      cause: 'proxy-down',
      place: 'proxy',
      bornAt: 'cdn',
      how: 'confirmed',
    })
  })

  it('and nobody came to it in the window: not certain that it is missed', async () => {
    const seen = await told(stopped(cloudflare(521), { accessLog: logs([]) }))
    expect(seen).not.toMatchObject({ how: 'confirmed' })
  })

  it('and somebody else listens in its place', async () => {
    const seen = await diagnose(stopped(cloudflare(521), { direct: direct(answered(200)) }))
    expect(seen.at('hops/stopped-direct')).toMatchObject({ branch: 'other', rulesOut: ['proxy-down'] })
  })

  it('and the site is well: it is served elsewhere', async () => {
    const seen = await diagnose(stopped(page(200, { 'CF-RAY': '8f2a-FRA' }, 'ok')))
    expect(seen.path).not.toContain('hops/visits.seen')
  })
})

describe('the firewall', () => {
  it('that shows no rule rules nothing out: there are others on the way', async () => {
    const seen = await diagnose(behind(cloudflare(522), { accessLog: NEVER, firewall: rules() }))
    expect(seen.at('hops/firewall')).toEqual({
      branch: 'none',
      says: 'no rule of iptables here stops anybody on port 8080 (0 rules); a firewall on the way is not seen by it',
      go: 'hops/after-firewall',
    })
  })
})
