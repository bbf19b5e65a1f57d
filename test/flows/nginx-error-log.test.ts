import { describe, expect, it } from 'vitest'
import {
  APP_ERROR,
  CLOSES,
  CUTS,
  DOWN,
  DROPPED_UPSTREAM,
  NOT_HTTP,
  SLOW,
  SOCKET_DENIED,
  SOCKET_MISSING,
} from './faults.ts'
import { clock, exchange, nginxPage, REFUSED } from './http.ts'
import { members } from './pools.ts'
import { errorLine, errorLog, MESSAGES } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const at = async (parts: Partial<World>) => (await diagnose(parts)).at('nginx/error-log')
const NO_CHUNKS = 'upstream sent invalid chunked response while reading upstream'
const others = { client: '10.0.0.9', connection: 5 }

describe('what nginx wrote about our request', () => {
  it('refused', async () => {
    expect(await at(DOWN)).toEqual({
      branch: 'refused',
      says: 'nginx was refused by http://127.0.0.1:3000/checkout, for the first time in the window',
      learns: {
        'answer.class': 'gateway-error',
        'failure.shape': 'unreachable',
        'failure.signature': 'connect-refused',
        'onset.first_error': '2026-11-21T02:03:12.000Z',
        'upstream.host': '127.0.0.1',
        'upstream.port': 3000,
      },
      suspects: ['process-down', 'wrong-port', 'wrong-interface', 'crash-on-start', 'not-ready'],
      rulesOut: ['slow-app', 'app-hung', 'deliberate', 'app-error', 'not-http', 'truncated-response'],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('refused, and how often before: the first of them is when it began', async () => {
    const log = errorLog([
      errorLine(MESSAGES.refused, { ...others, at: clock(-300) }),
      errorLine(MESSAGES.refused, { ...others, at: clock(-200), connection: 6 }),
      errorLine(MESSAGES.refused),
    ])
    expect(await at({ ...DOWN, errorLog: log })).toMatchObject({
      says: 'nginx was refused by http://127.0.0.1:3000/checkout, 2 times before in the window',
      learns: { 'onset.first_error': '2026-11-21T01:58:12.000Z' },
    })
  })

  it('another member of the pool than the first: the line names it', async () => {
    const log = errorLog([errorLine(MESSAGES.refused, { upstream: 'http://127.0.0.1:3002/checkout' })])
    const pool = config('location / { proxy_pass http://shop_app; }', {
      main: 'upstream shop_app { server 127.0.0.1:3001; server 127.0.0.1:3002; }',
    })
    const sick = members({ '127.0.0.1:3002': REFUSED })
    const seen = await diagnose({ ...DOWN, config: pool, errorLog: log, members: sick })
    expect(seen.fact('upstream.port')).toBe(3002)
    expect(seen.fact('upstream.url')).toBe('http://127.0.0.1:3002/checkout')
  })

  it('no such socket', async () => {
    expect(await at(SOCKET_MISSING)).toEqual({
      branch: 'socket-missing',
      says: 'nginx found no socket at /run/shop/shop.sock',
      learns: {
        'answer.class': 'gateway-error',
        'failure.shape': 'unreachable',
        'failure.signature': 'socket-missing',
        'onset.first_error': '2026-11-21T02:03:12.000Z',
        'upstream.socket': '/run/shop/shop.sock',
      },
      suspects: ['socket-missing', 'process-down', 'crash-on-start'],
      rulesOut: ['slow-app', 'app-hung', 'deliberate', 'app-error', 'not-http', 'socket-permission'],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('a socket that the worker may not write to', async () => {
    expect(await at(SOCKET_DENIED)).toEqual({
      branch: 'socket-denied',
      says: 'nginx may not write to /run/shop/shop.sock',
      learns: {
        'answer.class': 'gateway-error',
        'failure.shape': 'unreachable',
        'failure.signature': 'socket-permission',
        'onset.first_error': '2026-11-21T02:03:12.000Z',
        'upstream.socket': '/run/shop/shop.sock',
      },
      suspects: ['socket-permission'],
      rulesOut: ['slow-app', 'app-hung', 'deliberate', 'app-error', 'not-http', 'socket-missing', 'process-down'],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('no answer in time', async () => {
    expect(await at(SLOW)).toEqual({
      branch: 'timed-out',
      says: 'nginx waited for http://127.0.0.1:3000/checkout and gave up: upstream timed out (110: Connection timed out) while reading response header from upstream',
      learns: {
        'answer.class': 'gateway-error',
        'failure.shape': 'slow',
        'failure.signature': 'read-timeout',
        'onset.first_error': '2026-11-21T02:03:42.000Z',
        'upstream.host': '127.0.0.1',
        'upstream.port': 3000,
      },
      suspects: ['slow-app', 'app-hung'],
      rulesOut: [
        'process-down',
        'wrong-interface',
        'deliberate',
        'app-error',
        'not-http',
        'socket-missing',
        'crash-on-start',
      ],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it.each([
    ['in the middle of the body', MESSAGES.bodyTimeout],
    ['while it sent the request', MESSAGES.sendTimeout],
  ])('no answer in time, %s', async (_, message) => {
    const log = errorLog([errorLine(message, { at: clock(30) })])
    expect(await at({ ...SLOW, errorLog: log })).toMatchObject({
      branch: 'timed-out',
      says: `nginx waited for http://127.0.0.1:3000/checkout and gave up: ${message}`,
      learns: { 'failure.shape': 'slow' },
    })
  })

  it('closed before the head', async () => {
    expect(await at(CLOSES)).toEqual({
      branch: 'closed',
      says: 'http://127.0.0.1:3000/checkout closed on nginx: upstream prematurely closed connection while reading response header from upstream',
      learns: {
        'answer.class': 'gateway-error',
        'failure.shape': 'reset',
        'failure.signature': 'premature-close',
        'onset.first_error': '2026-11-21T02:03:12.000Z',
        'upstream.host': '127.0.0.1',
        'upstream.port': 3000,
      },
      suspects: ['truncated-response', 'crashed-mid-response', 'protocol-mismatch', 'worker-timeout'],
      rulesOut: ['process-down', 'slow-app', 'deliberate', 'app-error', 'socket-missing'],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('reset before the head', async () => {
    const log = errorLog([errorLine(MESSAGES.reset)])
    expect(await at({ ...CLOSES, errorLog: log })).toMatchObject({
      branch: 'closed',
      learns: { 'failure.signature': 'reset-before-head', 'failure.shape': 'reset' },
    })
  })

  it('closed in the middle of the body: the answer stays a cut one', async () => {
    expect(await at(CUTS)).toEqual({
      branch: 'closed',
      says: 'http://127.0.0.1:3000/checkout closed on nginx: upstream prematurely closed connection while reading upstream',
      learns: {
        'answer.class': 'cut',
        'failure.shape': 'reset',
        'failure.signature': 'cut-in-body',
        'onset.first_error': '2026-11-21T02:03:12.000Z',
        'upstream.host': '127.0.0.1',
        'upstream.port': 3000,
      },
      suspects: ['truncated-response', 'crashed-mid-response', 'protocol-mismatch', 'worker-timeout'],
      rulesOut: ['process-down', 'slow-app', 'deliberate', 'app-error', 'socket-missing'],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('no HTTP', async () => {
    expect(await at(NOT_HTTP)).toEqual({
      branch: 'not-http',
      says: 'http://127.0.0.1:3000/checkout sent nginx what is not HTTP: upstream sent no valid HTTP/1.0 header while reading response header from upstream',
      learns: {
        'failure.shape': 'garbage',
        'failure.signature': 'not-http',
        'onset.first_error': '2026-11-21T02:03:12.000Z',
        'upstream.host': '127.0.0.1',
        'upstream.port': 3000,
      },
      suspects: ['not-http', 'protocol-mismatch', 'wrong-port'],
      rulesOut: ['process-down', 'slow-app', 'app-hung', 'deliberate', 'app-error', 'socket-missing'],
      hops: ['proxy nginx passed'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('no connection', async () => {
    expect(await at(DROPPED_UPSTREAM)).toEqual({
      branch: 'no-connection',
      says: 'nginx got no connection to http://10.0.0.7:3000/checkout: upstream timed out (110: Connection timed out) while connecting to upstream',
      learns: {
        'answer.class': 'gateway-error',
        'failure.shape': 'unreachable',
        'failure.signature': 'connect-timeout',
        'onset.first_error': '2026-11-21T02:04:12.000Z',
        'upstream.host': '10.0.0.7',
        'upstream.port': 3000,
      },
      suspects: ['blocked', 'host-down', 'app-hung'],
      rulesOut: ['deliberate', 'app-error', 'not-http', 'socket-missing'],
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('no route', async () => {
    const log = errorLog([errorLine(MESSAGES.noRoute, { upstream: 'http://10.0.0.7:3000/checkout' })])
    expect(await at({ ...DROPPED_UPSTREAM, request: exchange(nginxPage(502)), errorLog: log })).toMatchObject({
      branch: 'no-connection',
      learns: { 'failure.signature': 'host-unreachable', 'upstream.host': '10.0.0.7' },
    })
  })

  it('something else that is known', async () => {
    const log = errorLog([errorLine(NO_CHUNKS)])
    expect(await at({ request: exchange(nginxPage(502)), errorLog: log })).toEqual({
      branch: 'other-line',
      says: `nginx wrote about our request: ${NO_CHUNKS}`,
      learns: {
        'failure.shape': 'garbage',
        'failure.signature': 'invalid-chunk',
        'upstream.host': '127.0.0.1',
        'upstream.port': 3000,
      },
      hops: ['proxy nginx made'],
      aside: ['deploy/changes'],
      go: 'nginx/agree',
    })
  })

  it('something that nobody knows', async () => {
    const log = errorLog([errorLine('upstream did something new while reading response header from upstream')])
    expect(await at({ request: exchange(nginxPage(502)), errorLog: log })).toMatchObject({
      branch: 'other-line',
      says: 'nginx wrote about our request: upstream did something new while reading response header from upstream',
    })
  })

  it('nothing: silence that counts', async () => {
    expect(await at(APP_ERROR)).toEqual({
      branch: 'silent',
      says: 'nginx wrote no error about this URL in the window',
      learns: { 'log.others': 0 },
      rulesOut: ['process-down', 'wrong-port', 'wrong-interface', 'socket-missing', 'socket-permission'],
      go: 'nginx/silent',
    })
  })

  it('nothing, but of earlier requests', async () => {
    const log = errorLog([errorLine(MESSAGES.refused, { ...others, at: clock(-120) })])
    expect(await at({ ...APP_ERROR, errorLog: log })).toEqual({
      branch: 'silent-on-ours',
      says: 'nginx wrote nothing about our own request, and 1 lines about earlier ones',
      go: 'nginx/silent',
    })
  })

  it('lines of another site are not about this one', async () => {
    const log = errorLog([
      errorLine(MESSAGES.refused, { ...others, server: 'blog.example.com', host: 'blog.example.com' }),
    ])
    expect(await at({ ...APP_ERROR, errorLog: log })).toMatchObject({ branch: 'silent' })
  })

  it('a line of another path at the same moment is not ours', async () => {
    const log = errorLog([errorLine(MESSAGES.refused, { request: 'GET /cart HTTP/1.1' })])
    expect(await at({ ...APP_ERROR, errorLog: log })).toMatchObject({ branch: 'silent-on-ours' })
  })

  it('a line of another time is not ours', async () => {
    const log = errorLog([errorLine(MESSAGES.refused, { at: clock(-3) })])
    expect(await at({ ...APP_ERROR, errorLog: log })).toMatchObject({ branch: 'silent-on-ours' })
  })
})
