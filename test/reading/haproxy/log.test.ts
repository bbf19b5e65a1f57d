import { describe, expect, it } from 'vitest'
import { haproxyLogReader } from '../../../src/reading/haproxy/log.ts'
import { haproxyLogFormat } from '../../../src/reading/haproxy/log-format.ts'
import { parseHealthLine, parseRequestLine, requestStamp } from '../../../src/reading/haproxy/log-line.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { logCapture, WHOLE } from '../nginx/captures.ts'
import { asked } from './support.ts'

// Lines as HAProxy 2.6.12 wrote them, behind rsyslog and to its own standard output.
const OURS =
  '127.0.0.1:33330 [21/Nov/2026:10:18:28.321] web shop/app1 0/0/-1/-1/2002 503 217 - - sC-- 1/1/0/0/1 0/0 "GET /checkout HTTP/1.1"'
const SYSLOG = `Nov 21 10:18:30 vm haproxy[20]: ${OURS}`
const DOWN =
  'Server shop/app1 is DOWN, reason: Layer7 wrong status, code: 404, info: "Not Found", check duration: 3ms. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.'

/** A line of the frontend `web`, so many ms after 10:00:00. */
function line(told: string, at = 0, request = 'GET /checkout HTTP/1.1', front = 'web') {
  const stamp = new Date(Date.UTC(2026, 10, 21, 10) + at).toISOString().slice(11, 23)
  return `10.9.8.7:5000 [21/Nov/2026:${stamp}] ${front} ${told} 1/1/0/0/0 0/0 "${request}"`
}
const WELL = 'shop/app1 0/0/0/3/4 200 512 - - ----'
const REFUSED = 'shop/app1 0/0/-1/-1/1003 503 217 - - SC--'

describe('a line about a request', () => {
  it('gives all that it says, behind syslog as by itself', () => {
    const expected = {
      client: '127.0.0.1',
      stamp: Date.UTC(2026, 10, 21, 10, 18, 28, 321),
      frontend: 'web',
      backend: 'shop',
      server: 'app1',
      queueMs: 0,
      connectMs: -1,
      answerMs: -1,
      totalMs: 2002,
      status: 503,
      state: 'sC',
      retries: 1,
      redispatched: false,
      serverQueue: 0,
      backendQueue: 0,
      request: 'GET /checkout HTTP/1.1',
      told: 'shop/app1 0/0/-1/-1/2002 503 217 - - sC--',
    }
    expect(parseRequestLine(SYSLOG)).toEqual(expected)
    expect(parseRequestLine(OURS)).toEqual(expected)
    expect(requestStamp(SYSLOG)).toBe(expected.stamp)
  })

  it.each([
    ['TLS in front', OURS.replace(' web ', ' web~ '), { frontend: 'web' }],
    ['no server', OURS.replace('app1', '<NOSRV>'), { server: '<NOSRV>' }],
    [
      'asked again elsewhere',
      OURS.replace('0/0/1 0/0', '0/0/+2 3/4'),
      { retries: 2, redispatched: true, serverQueue: 3, backendQueue: 4 },
    ],
    [
      'headers that are kept',
      OURS.replace(' "GET', ' {shop.example.com|x} "GET'),
      { request: 'GET /checkout HTTP/1.1' },
    ],
    ['httpslog', `${OURS} 0/0000000000000000/0/0/0 -/-/-`, { request: 'GET /checkout HTTP/1.1' }],
    ['no answer', OURS.replace(' 503 ', ' -1 '), { status: -1 }],
    ['a torn end', OURS.slice(0, -5), { request: 'GET /checkout HTTP' }],
    ['IPv6', OURS.replace('127.0.0.1', '::1'), { client: '::1' }],
    ['a socket in front', OURS.replace('127.0.0.1:33330', 'unix:1'), { client: 'unix:' }],
    ['logasap', OURS.replace('/2002 503 217', '/+2002 503 +217'), { totalMs: 2002 }],
  ])('%s', (_, text, expected) => {
    expect(parseRequestLine(text)).toMatchObject(expected)
  })

  it.each([
    '',
    DOWN,
    'Proxy web started.',
    '127.0.0.1:1 [21/Nov/2026:10:18:28.321] web/1: SSL handshake failure',
    OURS.replace('Nov', 'Foo'),
  ])('%j is none', (text) => {
    expect(parseRequestLine(text)).toBeUndefined()
  })
})

describe('a line about health', () => {
  it.each([
    [DOWN, { server: 'app1', up: false, reason: 'reason: Layer7 wrong status, code: 404, info: "Not Found"' }],
    [`Nov 21 10:18:30 vm haproxy[20]: ${DOWN}`, { server: 'app1', up: false }],
    [
      'Server shop/app1 is UP, reason: Layer4 check passed, check duration: 0ms. 1 active and 0 backup servers online.',
      { up: true, reason: 'reason: Layer4 check passed' },
    ],
    [
      'Server shop/app1 is going DOWN for maintenance (DNS NX status). 0 active and 0 backup servers left.',
      { up: false, reason: '(DNS NX status)' },
    ],
    ['Backup Server shop/app9 is DOWN, reason: Layer4 timeout', { server: 'app9', up: false }],
  ])('%s', (text, expected) => {
    expect(parseHealthLine(text)).toMatchObject({ backend: 'shop', ...expected })
  })

  it('is no other line', () => {
    expect(parseHealthLine('backend shop has no server available!')).toBeUndefined()
    expect(parseHealthLine(OURS)).toBeUndefined()
  })
})

const FACTS = { 'config.frontend': 'web', 'config.backend': 'shop' }
const context = {
  ...asked('http://127.0.0.1/checkout', FACTS),
  requests: [
    { startedAt: new Date('2026-11-21T10:00:05.000Z'), endedAt: new Date('2026-11-21T10:00:06.100Z'), status: 503 },
  ],
}

function read(lines: string[], meta: JsonObject = WHOLE, facts = context) {
  return haproxyLogReader.read(
    logCapture(lines.map((each) => `${each}\n`).join(''), meta, { startedAt: '2026-11-21T10:00:07.000Z' }),
    facts,
  )
}

describe('the log', () => {
  it('knows our own request by its very moment, and counts others', () => {
    const { value, dark } = read([
      line(WELL),
      line(REFUSED, 1000),
      line(WELL, 2000, 'GET /other HTTP/1.1'),
      line(REFUSED, 5010),
      line('web/<NOSRV> 0/-1/-1/-1/0 403 200 - - PR--', 5500, 'GET /x HTTP/1.1'),
    ])
    expect(dark).toEqual([])
    expect(value).toMatchObject({
      complete: true,
      requests: 4n,
      failed: 1n,
      failed_permille: 250n,
      same_path: 2n,
      same_path_failed: 1n,
      own: 1n,
      first_failed: new Date('2026-11-21T10:00:01.000Z'),
      last_failed: new Date('2026-11-21T10:00:01.000Z'),
      ours: {
        found: true,
        signature: 'connect-refused',
        shape: 'unreachable',
        server: 'app1',
        state: 'SC',
        status: 503n,
      },
      latest: { found: true, at: new Date('2026-11-21T10:00:01.000Z') },
      kinds: [{ signature: 'connect-refused', server: 'app1', count: 1n, status: 503n }],
    })
    expect(value.ours.says).toBe('503, SC-- from shop/app1, 1003 ms in all')
  })

  it('leaves out what came in by another frontend', () => {
    expect(read([line(REFUSED, 0, 'GET /checkout HTTP/1.1', 'api')]).value).toMatchObject({ requests: 0n, failed: 0n })
  })

  // The frontend serves several sites, and its lines do not say for which one a request was.
  describe('another backend than the one that had our request', () => {
    const wiki = REFUSED.replaceAll('shop/app1', 'wiki/wiki1')
    const loaded = (at: string) => ({
      ...context,
      facts: new Map([...context.facts, ['proxy.reloaded', new Date(`2026-11-21T${at}Z`)]]) as typeof context.facts,
    })
    const ours = line(WELL, 5010)

    it('is another site’s', () => {
      expect(read([line(wiki), line(wiki, 1000), ours], WHOLE, loaded('09:00:00')).value).toMatchObject({
        requests: 0n,
        failed: 0n,
        ours: { found: true, status: 200n },
        latest: { found: false },
        kinds: [],
      })
    })

    it('counts where other rules may have run when it failed, or when they were loaded is not known', () => {
      expect(read([line(wiki), ours], WHOLE, loaded('10:00:01')).value.failed).toBe(1n)
      expect(read([line(wiki), ours]).value.failed).toBe(1n)
    })

    it('counts where our own request got no backend, or is not there', () => {
      const refused = line('web/<NOSRV> 0/-1/-1/-1/0 503 225 - - PR--', 5010)
      expect(read([line(wiki), refused], WHOLE, loaded('09:00:00')).value.failed).toBe(1n)
      expect(read([line(wiki)], WHOLE, loaded('09:00:00')).value.failed).toBe(1n)
    })

    it('is not told from ours where a request got no backend at all', () => {
      const nowhere = line('web/<NOSRV> 0/-1/-1/-1/0 503 225 - - PR--')
      expect(read([nowhere, ours], WHOLE, loaded('09:00:00')).value.failed).toBe(1n)
    })

    it('is not counted either among what the prober left out', () => {
      const left = ['shop', 'wiki'].map((backend) => ({
        key: { about: true, same_path: true, ending: 'failed', signature: 'connect-refused', backend, server: 'one' },
        count: backend === 'shop' ? 2 : 40,
        first: Date.UTC(2026, 10, 21, 9, 10),
        last: Date.UTC(2026, 10, 21, 9, 30),
      }))
      const { value } = read([ours], { ...WHOLE, left }, loaded('09:00:00'))
      expect([value.failed, value.kinds.map((kind) => kind.backend)]).toEqual([2n, ['shop']])
    })
  })

  it.each([
    ['shop/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC--', 'no-live-upstreams', 'failed'],
    ['shop/app1 0/0/-1/-1/2002 503 217 - - sC--', 'connect-timeout', 'failed'],
    ['shop/app1 0/0/0/-1/0 502 209 - - SH--', 'premature-close', 'failed'],
    ['shop/app1 0/0/0/-1/1000 504 198 - - sH--', 'read-timeout', 'failed'],
    ['shop/app1 0/0/0/-1/0 502 209 - - PH--', 'answer-invalid', 'failed'],
    ['shop/app1 0/0/0/0/0 200 62 - - SD--', 'cut-in-body', 'failed'],
    ['shop/<NOSRV> 0/502/-1/-1/502 503 217 - - sQ--', 'queue-timeout', 'failed'],
    ['shop/app1 0/0/0/0/0 502 121 - - ----', 'passed-on', 'failed'],
    ['web/<NOSRV> 0/-1/-1/-1/0 503 100 - - LR--', 'own-answer', 'own'],
    ['web/<NOSRV> 0/-1/-1/-1/0 429 225 - - PR--', 'refused-by-rule', 'own'],
    ['web/<NOSRV> 0/-1/-1/-1/0 503 225 - - PR--', 'refused-by-rule', 'failed'],
    ['shop/app1 0/0/0/-1/900 -1 0 - - CH--', '', 'abandoned'],
    ['shop/app1 0/0/0/-1/900 408 0 - - cR--', '', 'abandoned'],
  ])('%s is %s, %s', (told, signature, ending) => {
    const { value } = read([line(told, 5010), line(told, 0)])
    expect(value.ours.signature).toBe(signature)
    expect([value.failed, value.own]).toEqual([ending === 'failed' ? 1n : 0n, ending === 'own' ? 1n : 0n])
  })

  it('gives the latest word on each server, those that are down first', () => {
    const up = 'Server shop/app2 is UP, reason: Layer4 check passed, check duration: 0ms.'
    const { value } = read([
      DOWN.replace('app1', 'app2'),
      up,
      DOWN,
      DOWN.replace('shop/', 'blog/'),
      line(REFUSED, 5010),
    ])
    expect(value.health).toEqual([
      {
        server: 'app1',
        up: false,
        reason: 'reason: Layer7 wrong status, code: 404, info: "Not Found"',
        signature: 'check-status',
        shape: 'none',
      },
      { server: 'app2', up: true, reason: 'reason: Layer4 check passed', signature: '', shape: '' },
    ])
  })

  it('counts what the prober left out', () => {
    const key = {
      about: true,
      same_path: true,
      ending: 'failed',
      signature: 'cut-in-body',
      backend: 'shop',
      server: 'app1',
    }
    const left = [{ key, count: 7, first: Date.UTC(2026, 10, 21, 9), last: Date.UTC(2026, 10, 21, 9, 30) }]
    const { value } = read([line(REFUSED, 5010)], { ...WHOLE, left })
    expect(value).toMatchObject({
      requests: 7n,
      failed: 7n,
      same_path_failed: 7n,
      last_failed: new Date('2026-11-21T09:30:00Z'),
    })
    expect(value.kinds[0]).toMatchObject({ signature: 'cut-in-body', count: 7n, server: 'app1' })
  })

  it('reads stamps in the zone of their writer', () => {
    const { value } = read([line(REFUSED, 5010 + 3_600_000)], { ...WHOLE, zone_minutes: 60 })
    expect(value.ours).toMatchObject({ found: true, at: new Date('2026-11-21T10:00:05.010Z') })
  })
})

describe('absence proves nothing', () => {
  it.each([
    ['where our own request is not to be found', [line(WELL)], WHOLE, undefined, 'our own request is not in the log'],
    ['where the zone is not certain', [line(REFUSED, 5010)], { ...WHOLE, zone_sure: false }, undefined, 'time zone'],
    [
      'where lines have another form',
      [line(REFUSED, 5010), ...[1, 2, 3].map((n) => `10.0.0.1:1 [21/Nov/2026:10:00:0${n}.000] "GET / HTTP/1.1" 200`)],
      WHOLE,
      undefined,
      'not of the form httplog',
    ],
    ['where the file is not held open', [line(REFUSED, 5010)], { ...WHOLE, held: 'no' }, undefined, 'does not hold'],
  ])('%s', (_, lines, meta, __, says) => {
    const facts = says.startsWith('our own')
      ? {
          ...context,
          requests: [
            { startedAt: new Date('2026-11-21T10:00:01Z'), endedAt: new Date('2026-11-21T10:00:02Z'), status: 200 },
          ],
        }
      : context
    const { value, dark } = read(lines, meta as JsonObject, facts)
    expect(value.complete).toBe(false)
    expect(dark.map((each) => each.says).join('\n')).toContain(says)
  })

  it('where it could not be read, or was pasted', () => {
    const blind = haproxyLogReader.read(
      logCapture('', {}, { outcome: 'blind', why: 'no-permission', says: 'closed' }),
      context,
    )
    expect(blind).toMatchObject({ value: { complete: false, ours: { found: false } }, dark: [{ says: 'closed' }] })
    const pasted = haproxyLogReader.read(logCapture(`${line(REFUSED, 5010)}\n`, {}, { pasted: true }), context)
    expect(pasted.value).toMatchObject({ complete: false, ours: { found: true } })
  })
})

describe('what is kept of a long log', () => {
  const sieve = haproxyLogFormat.open(context)
  it('is dated by the request, by syslog, or by the line around it', () => {
    const raw = haproxyLogFormat.open(context)
    expect(raw.stamp('')).toBeUndefined()
    expect(raw.stamp('Proxy web started.')).toEqual({ ms: context.now.getTime(), zoned: true })
    expect(raw.stamp('Nov 21 09:00:00 vm haproxy[1]: x')).toEqual({ ms: Date.UTC(2026, 10, 21, 9), zoned: false })
    const stamp = { ms: Date.UTC(2026, 10, 21, 10, 18, 28, 321), zoned: false }
    expect(raw.stamp(SYSLOG)).toEqual(stamp)
    expect(raw.stamp(DOWN)).toEqual(stamp)
  })

  it('is first what is about the URL', () => {
    expect(sieve.weigh(line(REFUSED))).toEqual({
      rank: 3,
      key: {
        about: true,
        same_path: true,
        ending: 'failed',
        signature: 'connect-refused',
        backend: 'shop',
        server: 'app1',
      },
    })
    expect(sieve.weigh(line(REFUSED, 0, 'GET /a HTTP/1.1')).rank).toBe(2)
    expect(sieve.weigh(line(WELL, 0, 'GET /a HTTP/1.1')).rank).toBe(1)
    expect(sieve.weigh(DOWN)).toEqual({ rank: 3, key: { health: true } })
    expect(sieve.weigh(DOWN.replace('shop/', 'blog/')).rank).toBe(1)
    expect(sieve.weigh('Proxy web started.').rank).toBe(0)
  })
})
