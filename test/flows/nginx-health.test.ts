import { describe, expect, it } from 'vitest'
import { RECOVERED } from './faults.ts'
import { answered, clock, exchange, nginxPage, REFUSED, RESET, samples } from './http.ts'
import { blind, cut, late } from './looks.ts'
import { members } from './pools.ts'
import { accessLine, accessLines, accessLog, errorLine, errorLog, MESSAGES } from './text.ts'
import { config, diagnose, HEALTHY, type World } from './world.ts'

const OLD_ERRORS = RECOVERED.errorLog ?? errorLog()
/** A site of files: every path of its host counts, for none has an upstream of its own. */
const FILES = config('root /srv/shop/public;')
const well = (count: number) => samples(...Array.from({ length: count }, () => answered(200, 'ok', {}, true)))

describe('how many requests failed lately', () => {
  const at = async (parts: Partial<World>) => (await diagnose(parts)).at('nginx/access-log')

  it('none', async () => {
    expect(await at({})).toEqual({
      branch: 'well',
      says: '0 of 20 requests failed in the window',
      go: 'nginx/samples-well',
    })
  })

  it('no more than one in a thousand is healthy', async () => {
    const log = accessLog([
      ...accessLines(1999, -5),
      accessLine({ at: clock(-40), status: 502 }),
      accessLine({ at: clock(-30), status: 503 }),
    ])
    expect(await at({ accessLog: log })).toMatchObject({
      branch: 'well',
      says: '2 of 2001 requests failed in the window',
    })
  })

  it('more than that, of this very path', async () => {
    const log = accessLog([...accessLines(20, -5), accessLine({ at: clock(-300), status: 502 })])
    expect(await at({ accessLog: log })).toEqual({
      branch: 'failing',
      says: '1 of 21 requests failed in the window, last at 01:58:12Z',
      learns: { 'was.last': '2026-11-21T01:58:12.000Z', 'was.runs': 1, 'was.since': 1 },
      go: 'nginx/samples',
    })
  })

  it('more than that, of other paths of a site of files', async () => {
    const log = accessLog([...accessLines(20, -5), accessLine({ at: clock(-300), status: 502, path: '/admin' })])
    expect(await at({ config: FILES, accessLog: log })).toEqual({
      branch: 'others-failing',
      says: '1 of 21 requests for this host failed in the window, last at 01:58:12Z; none that was seen asked for /checkout',
      learns: { 'state.observed': 'intermittent' },
      go: 'nginx/samples',
    })
  })

  it('other paths may have another upstream: their failures do not count for this one', async () => {
    const log = accessLog([...accessLines(20, -5), accessLine({ at: clock(-300), status: 502, path: '/admin' })])
    expect(await at({ accessLog: log })).toMatchObject({
      branch: 'well',
      says: '0 of 20 requests failed in the window',
    })
  })

  it('failures of another host do not count', async () => {
    const log = accessLog([...accessLines(20, -5), ...accessLines(50, -5, { status: 502, host: 'blog.example.com' })])
    expect(await at({ accessLog: log })).toMatchObject({
      branch: 'well',
      says: '0 of 20 requests failed in the window',
    })
  })

  it('requests that visitors gave up are no failures', async () => {
    const log = accessLog([...accessLines(20, -5), ...accessLines(5, -5, { status: 499 })])
    expect(await at({ accessLog: log })).toMatchObject({ branch: 'well' })
  })

  it('none, although an address of the upstream failed: nginx asked another one', async () => {
    expect(await at({ errorLog: OLD_ERRORS })).toEqual({
      branch: 'retried',
      says: 'none of 20 requests failed in the window: nginx asked another address each time',
      learns: { 'state.observed': 'degraded' },
      go: 'nginx/samples-well',
    })
  })

  it('none of those that the error log tells of: it is another log', async () => {
    expect(await at({ errorLog: OLD_ERRORS, accessLog: accessLog([]) })).toEqual({
      branch: 'absent',
      says: 'the access log holds none of the requests that the error log tells of',
      go: 'nginx/samples-dark',
    })
  })

  describe('in a log of several sites that does not name them', () => {
    const COMBINED = config(undefined, {}).out.replace('access.log shop;', 'access.log;')
    const several = { ...config(), out: COMBINED }
    const line = (at: Date, status: number, agent = 'Mozilla/5.0') =>
      `10.0.0.9 - - [21/Nov/2026:${at.toISOString().slice(11, 19)} +0000] "GET /checkout HTTP/1.1" ${status} 157 "-" "${agent}"`
    const log = (...lines: string[]) => ({
      ...accessLog([]),
      out: [...lines, line(clock(0), 200, 'triage502/0.1.0')].join('\n'),
    })

    it('failures may be anybody’s', async () => {
      const lines = [line(clock(-60), 200), line(clock(-50), 502)]
      expect(await at({ config: several, accessLog: log(...lines) })).toEqual({
        branch: 'mixed',
        says: '1 of 2 requests in this log failed, 1 of them for /checkout; it may hold several sites and does not name them',
        learns: { 'was.runs': 1, 'was.since': 1 },
        go: 'nginx/samples-dark',
      })
    })

    it('failures of other paths say less', async () => {
      const lines = [line(clock(-60), 200), line(clock(-50), 502).replace('/checkout', '/admin')]
      expect(await at({ config: several, accessLog: log(...lines) })).toMatchObject({ branch: 'mixed-others' })
    })

    describe('and the error log names another site', () => {
      const wiki = (connection: number) =>
        errorLine(MESSAGES.refused, {
          at: clock(-50),
          connection,
          server: 'wiki.example.com',
          host: 'wiki.example.com',
          upstream: 'http://127.0.0.1:3990/checkout',
        })
      const failed = [line(clock(-60), 200), line(clock(-50), 502), line(clock(-49), 502)]

      it('as often: they are its failures, and this one is well', async () => {
        const world = { config: several, accessLog: log(...failed), errorLog: errorLog([wiki(7), wiki(8)]) }
        expect(await at(world)).toEqual({
          branch: 'others-own',
          says: '2 of 3 requests in this log failed; the error log tells of as many, all of another site of this nginx',
          go: 'nginx/samples-well',
        })
      })

      it.each([
        ['less often', [wiki(7)]],
        ['more often: one of them may have been answered by another member', [wiki(7), wiki(8), wiki(9)]],
      ])('%s: whose they are is not known', async (_, lines) => {
        const world = { config: several, accessLog: log(...failed), errorLog: errorLog(lines) }
        expect(await at(world)).toMatchObject({ branch: 'mixed' })
      })

      it('in a log that leaves out such lines: whose they are is not known', async () => {
        const world = { accessLog: log(...failed), errorLog: errorLog([wiki(7), wiki(8)], { reached: false }) }
        expect(await at({ config: several, ...world })).not.toMatchObject({ branch: 'others-own' })
      })
    })

    it('and with the error log they make a recovery certain', async () => {
      const lines = [line(clock(-300), 502), line(clock(-60), 200)]
      const seen = await diagnose({ config: several, accessLog: log(...lines), errorLog: OLD_ERRORS })
      expect(seen.short).toBe('recovered confirmed')
    })

    it('without failures nobody failed', async () => {
      expect(await at({ config: several, accessLog: log(line(clock(-60), 200)) })).toMatchObject({ branch: 'well' })
    })
  })

  it.each<[string, World['accessLog']]>([
    ['closed to this account', blind('no-permission')],
    ['cut', cut(accessLog(accessLines(20, -5)))],
    ['read too slowly', late(accessLog(accessLines(20, -5)))],
    ['not the one that nginx writes', accessLog(accessLines(20, -5), { held: 'no' })],
    [
      'without our own requests: buffered, or another one',
      { ...accessLog([]), startedAt: clock(10).toISOString(), out: '' },
    ],
  ])('nobody knows: the log is %s', async (_, log) => {
    const seen = await diagnose({ accessLog: log })
    expect(seen.path).toContain('nginx/access-log.blind')
    expect(seen.short).toBe('nginx/dark-well')
    expect(seen.end.outcome).toBe('inconclusive')
  })

  it('failures that were seen count also in a part', async () => {
    const log = accessLog([accessLine({ at: clock(-300), status: 502 }), ...accessLines(20, -5)])
    expect((await diagnose({ accessLog: cut(log) })).path).toContain('nginx/access-log.failing')
  })

  it('nobody writes one', async () => {
    const off = config('access_log off; location / { proxy_pass http://127.0.0.1:3000; }')
    const seen = await diagnose({ config: off })
    expect(seen.at('nginx/access-log')).toEqual({
      blind: 'declined',
      says: 'nginx/access-log needs config.access_log, which is not known',
      go: 'nginx/samples-dark',
    })
    expect(seen.short).toBe('nginx/dark-well')
  })
})

describe('several requests of our own', () => {
  const FAILED_BEFORE: Partial<World> = RECOVERED
  const DARK: Partial<World> = { accessLog: blind('no-permission') }

  it('all well, after a quiet log', async () => {
    const seen = await diagnose()
    expect(seen.at('nginx/samples-well')).toEqual({
      branch: 'well',
      says: '5 of 5 requests were answered well',
      go: 'nginx/well-fork',
    })
    expect(seen.requests.find((request) => request.kind === 'http' && request.times > 1)).toMatchObject({ times: 5 })
  })

  it('all well, after failures', async () => {
    const seen = await diagnose({ ...FAILED_BEFORE, samples: well(8) })
    expect(seen.at('nginx/samples')).toEqual({
      branch: 'well',
      says: '8 of 8 requests were answered well',
      go: 'nginx/over-fork',
    })
    expect(seen.requests.find((request) => request.kind === 'http' && request.times > 1)).toMatchObject({ times: 8 })
  })

  it('all well, without a log', async () => {
    expect((await diagnose(DARK)).at('nginx/samples-dark')).toEqual({
      branch: 'well',
      says: '5 of 5 requests were answered well',
      go: 'nginx/dark-fork',
    })
  })

  it.each<[string, Partial<World>, string]>([
    ['after a quiet log', {}, 'nginx/samples-well'],
    ['after failures', FAILED_BEFORE, 'nginx/samples'],
    ['without a log', DARK, 'nginx/samples-dark'],
  ])('one fails, %s: it comes and goes', async (_, parts, node) => {
    const seen = await diagnose({ ...parts, samples: samples(answered(200), answered(200), nginxPage(502)) })
    expect(seen.at(node)).toEqual({
      branch: 'fails',
      says: '1 of 3 requests failed just now',
      learns: { 'state.observed': 'intermittent' },
      go: 'nginx/now-and-then',
    })
    expect(seen.end).toEqual({
      node: 'sampler/counted',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'intermittent',
      says: '1 of 3 failed: 2 times 200, once 502. Neither the address, nor a header of the answers tells the failed ones from the others.',
    })
  })

  it('a cut or reset answer is a failure too', async () => {
    expect((await diagnose({ samples: samples(answered(200), RESET) })).short).toBe('sampler/counted')
  })

  it.each<[string, Partial<World>]>([
    ['after a quiet log', {}],
    ['after failures', FAILED_BEFORE],
    ['without a log', DARK],
  ])('not made, %s: nobody says that it is well', async (_, parts) => {
    const seen = await diagnose({ ...parts, samples: blind('declined') })
    expect(seen.end).toMatchObject({ node: 'nginx/dark-well', outcome: 'inconclusive' })
  })
})

describe('healthy', () => {
  it('is what answers well, with quiet logs', async () => {
    expect((await diagnose()).end).toEqual({
      node: 'nginx/healthy',
      kind: 'healthy',
      outcome: 'healthy',
      state: 'well',
      says: "It answers well, its log is quiet, and nobody else's requests failed in the window",
    })
  })

  it('with a dead address of the upstream it is degraded, and the finding names it', async () => {
    const pool = config('location / { proxy_pass http://shop_app; }', {
      main: 'upstream shop_app { server 127.0.0.1:3000; server 127.0.0.1:3002; }',
    })
    const log = errorLog([errorLine(MESSAGES.refused, { upstream: 'http://127.0.0.1:3002/checkout' })])
    const seen = await diagnose({ config: pool, errorLog: log, members: members({ '127.0.0.1:3002': REFUSED }) })
    expect(seen.end).toEqual({
      node: 'pool/degraded',
      kind: 'healthy',
      outcome: 'healthy',
      state: 'degraded',
      says: 'Every request is answered; 1 of 2 members fails: 127.0.0.1:3002',
    })
    expect(seen.at('nginx/error-log')).toMatchObject({
      says: `one address of the upstream fails, http://127.0.0.1:3002/checkout: ${MESSAGES.refused}; another answered`,
    })
  })

  it('localhost with an application on IPv4 alone is no outage, whoever met the refusal', async () => {
    const local = config('location / { proxy_pass http://localhost:3000; }')
    const line = (own: boolean) =>
      errorLine(MESSAGES.refused, {
        upstream: 'http://[::1]:3000/checkout',
        ...(own ? {} : { at: clock(-9), client: '10.0.0.9' }),
      })
    for (const own of [true, false]) {
      const seen = await diagnose({ config: local, errorLog: errorLog([line(own)]) })
      expect(seen.end).toMatchObject({ outcome: 'healthy', state: 'degraded' })
    }
  })

  it('not when others met the dead address and were not asked again elsewhere', async () => {
    const pool = config('location / { proxy_pass http://shop_app; }', {
      main: 'upstream shop_app { server 127.0.0.1:3000; server 127.0.0.1:3002; }',
    })
    const log = errorLog([errorLine(MESSAGES.refused, { upstream: 'http://127.0.0.1:3002/checkout' })])
    const failing = accessLog([...accessLines(20, -5), accessLine({ at: clock(-30), status: 502 })])
    const dead = {
      members: members({ '127.0.0.1:3002': REFUSED }),
      listeners: HEALTHY.listeners,
      direct: exchange(REFUSED),
    }
    const seen = await diagnose({ config: pool, errorLog: log, accessLog: failing, ...dead })
    expect(seen.short).toBe('process-down confirmed')
    expect(seen.judged).toMatchObject({ outcome: 'diagnosed', state: 'intermittent' })
    const dark = await diagnose({ config: pool, errorLog: log, accessLog: blind('no-permission'), ...dead })
    expect(dark.end).toMatchObject({ node: 'nginx/dark-well', outcome: 'inconclusive', state: 'degraded' })
  })

  it.each<[string, Partial<World>]>([
    [
      'the error log is dark and pages may be masked',
      {
        errorLog: blind('no-permission'),
        config: config('error_page 502 =200 /s; location / { proxy_pass http://127.0.0.1:3000; }'),
      },
    ],
    ['the access log is dark', { accessLog: blind('no-permission') }],
    ['nothing was asked', { samples: blind('declined') }],
    [
      'others fail',
      {
        config: FILES,
        accessLog: accessLog([...accessLines(20, -5), ...accessLines(20, -5, { status: 502, path: '/admin' })]),
      },
    ],
  ])('not while %s', async (_, parts) => {
    const seen = await diagnose(parts)
    expect(seen.end.outcome).toBe('inconclusive')
    expect(seen.verdict).toBeNull()
  })

  it('other paths of the host fail: that is said, and their URL asked for', async () => {
    const log = accessLog([...accessLines(20, -5), ...accessLines(20, -5, { status: 502, path: '/admin' })])
    expect((await diagnose({ config: FILES, accessLog: log })).end).toEqual({
      node: 'nginx/others-fail',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'intermittent',
      says: '/checkout answers well, and other requests for this host fail. Give the URL of one of those.',
    })
  })
})

describe('recovered', () => {
  it('when it failed, and answers well now', async () => {
    expect((await diagnose(RECOVERED)).verdict).toEqual({
      id: 'nginx/recovered',
      cause: 'recovered',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'recovered',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'It failed until 01:58:12Z and answers well now',
      proofs: ['nginx/access-log.failing', 'nginx/samples.well'],
    })
  })

  it('by the access log alone, where the error log is closed', async () => {
    const seen = await diagnose({ ...RECOVERED, errorLog: blind('no-permission') })
    expect(seen.verdict).toEqual({
      id: 'nginx/recovered',
      cause: 'recovered',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'recovered',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'none',
      says: 'It failed until 01:58:12Z and answers well now',
      proofs: ['nginx/access-log.failing', 'nginx/samples.well'],
    })
  })

  it('by the error log alone it is only likely: nginx may have asked another address each time', async () => {
    const seen = await diagnose({ ...RECOVERED, accessLog: blind('no-permission') })
    expect(seen.verdict).toMatchObject({
      cause: 'recovered',
      confidence: 'likely',
      proofs: ['nginx/samples-dark.well'],
      missing: [['nginx/access-log.failing', 'nginx/access-log.mixed']],
    })
  })

  it('tells what changed in between', async () => {
    const seen = await diagnose(RECOVERED)
    expect(seen.path).toContain('deploy/changes.none')
    expect(seen.fact('was.cause')).toBe('process-down')
    expect(seen.fact('onset.first_error')).toBe('2026-11-21T01:58:02.000Z')
  })

  it.each<[string, Partial<World>, string]>([
    ['it fails now and then', { samples: samples(answered(200), nginxPage(502)) }, 'sampler/counted'],
    ['nothing more was asked', { samples: blind('declined') }, 'nginx/dark-well'],
    ['nobody’s request failed', { accessLog: accessLog(accessLines(20, -5)) }, 'nginx/degraded'],
    ['it fails now', { request: exchange(nginxPage(502)) }, 'app/sometimes'],
  ])('not while %s', async (_, parts, short) => {
    expect((await diagnose({ ...RECOVERED, ...parts })).short).toBe(short)
  })

  it('a storm that was about another path is not this URL’s', async () => {
    const seen = await diagnose({
      config: FILES,
      accessLog: accessLog([...accessLines(20, -5), accessLine({ at: clock(-300), status: 502, path: '/admin' })]),
    })
    expect(seen.short).toBe('nginx/others-fail')
  })
})
