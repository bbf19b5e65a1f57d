import { describe, expect, it } from 'vitest'
import { APP_ERROR, DOWN, RECOVERED } from './faults.ts'
import { answered, clock, exchange } from './http.ts'
import { blind, cut, destination, late } from './looks.ts'
import { errorLine, errorLog, MESSAGES, SOCKET_UPSTREAM } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const at = async (parts: Partial<World>) => (await diagnose(parts)).at('nginx/error-log')
const others = { client: '10.0.0.9', connection: 5 }

describe('silence that proves nothing', () => {
  const CRIT = config('location / { proxy_pass http://127.0.0.1:3000; } error_log /var/log/nginx/error.log crit;')

  it.each<[string, Partial<World>]>([
    [
      'the log is closed to this account',
      { errorLog: blind('no-permission', '/var/log/nginx/error.log may not be read') },
    ],
    ['it is not there', { errorLog: blind('no-such-file') }],
    ['reading it was cut', { errorLog: cut(errorLog()) }],
    ['reading it took too long', { errorLog: late(errorLog()) }],
    ['it does not reach back', { errorLog: errorLog([], { reached: false }) }],
    ['nginx holds another file open', { errorLog: errorLog([], { held: 'no' }) }],
    ['nobody can see which file nginx holds open', { errorLog: errorLog([], { held: 'unknown' }) }],
    ['the disk is full', { errorLog: errorLog([], { full: true }) }],
    ['an older part of it is damaged', { errorLog: errorLog([], { gaps: ['/var/log/nginx/error.log.1 is damaged'] }) }],
    ['errors are below its level', { config: CRIT }],
  ])('%s', async (_, parts) => {
    const seen = await diagnose({ ...APP_ERROR, ...parts })
    expect(seen.path).toContain('nginx/error-log.blind')
    expect(seen.path).toContain('nginx/dark.upstream-known')
    expect(seen.blindSpots.length).toBeGreaterThan(0)
    expect(seen.short).not.toContain('confirmed')
  })

  it('stamps without a certain time zone tell nothing of ours', async () => {
    const log = errorLog([errorLine(MESSAGES.refused, { ...others, at: clock(-60) })], { zone_sure: false })
    expect((await diagnose({ ...APP_ERROR, errorLog: log })).path).toContain('nginx/error-log.blind')
  })

  it('a line of ours counts, however little was read', async () => {
    const log = errorLog([errorLine(MESSAGES.refused)], { held: 'unknown', reached: false, gaps: ['x'] })
    expect((await diagnose({ ...DOWN, errorLog: cut(log) })).path).toContain('nginx/error-log.refused')
  })
})

describe('where silence leads', () => {
  const left = async (parts: Partial<World>) =>
    (await diagnose(parts)).path.find((step) => /^nginx\/(silent|dark)\./.test(step))
  const DARK = { errorLog: blind('no-permission') }

  it.each<[string, Partial<World>, string]>([
    ['an answer that is well', {}, 'nginx/silent.well'],
    ['an error of the upstream', APP_ERROR, 'nginx/silent.passed-on'],
    ['an error of a site without upstream', { ...APP_ERROR, config: config('root /srv;') }, 'nginx/silent.unexplained'],
    ['an answer that is well, in the dark', DARK, 'nginx/dark.well'],
    ['an error of the upstream, in the dark', { ...APP_ERROR, ...DARK }, 'nginx/dark.upstream-known'],
    [
      'an error of a site without upstream, in the dark',
      { ...APP_ERROR, ...DARK, config: config('root /srv;') },
      'nginx/dark.upstream-unknown',
    ],
  ])('%s', async (_, parts, expected) => {
    expect(await left(parts)).toBe(expected)
  })

  it('an error page may hide behind an answer that is well, where only the log could show it', async () => {
    const masked = config('location / { proxy_pass http://127.0.0.1:3000; error_page 502 =200 /sorry.html; }')
    const seen = await diagnose({ ...DARK, config: masked })
    expect(seen.path).toContain('nginx/dark.masked')
    expect(seen.short).toBe('nginx/dark-well')
  })
})

describe('an answer that is well, and lines in the log', () => {
  it('of earlier requests: it failed', async () => {
    expect(await at(RECOVERED)).toEqual({
      branch: 'well-before-not',
      says: 'it failed 2 times in the window, last at 01:58:12Z: connect() failed (111: Connection refused) while connecting to upstream',
      learns: {
        'failure.shape': 'unreachable',
        'onset.first_error': '2026-11-21T01:58:02.000Z',
        'was.cause': 'process-down',
        'was.last': '2026-11-21T01:58:12.000Z',
        'was.message': 'connect() failed (111: Connection refused) while connecting to upstream',
      },
      aside: ['deploy/changes'],
      go: 'nginx/access-log',
    })
  })

  it('of our own: nginx asked another address', async () => {
    const local = config('location / { proxy_pass http://localhost:3000; }')
    const log = errorLog([errorLine(MESSAGES.refused, { upstream: 'http://[::1]:3000/checkout' })])
    expect(await at({ config: local, errorLog: log })).toEqual({
      branch: 'degraded',
      says: 'one address of the upstream fails, http://[::1]:3000/checkout: connect() failed (111: Connection refused) while connecting to upstream; another answered',
      learns: {
        'failure.signature': 'connect-refused',
        'state.observed': 'degraded',
        'upstream.host': '::1',
        'upstream.port': 3000,
      },
      go: 'nginx/access-log',
    })
  })

  it('of our own, where an error page may have replaced the error: the fault goes on', async () => {
    const masked = config('location / { proxy_pass http://127.0.0.1:3000; error_page 502 =200 /sorry.html; }')
    const seen = await diagnose({ ...DOWN, config: masked, request: exchange(answered(200, 'sorry', {}, true)) })
    expect(seen.path).toContain('nginx/error-log.refused')
    expect(seen.fact('answer.class')).toBe('gateway-error')
    expect(seen.short).toBe('process-down confirmed')
  })

  it.each([
    ['refused', MESSAGES.refused, 'process-down'],
    ['slow', MESSAGES.readTimeout, 'slow-app'],
    ['closed', MESSAGES.closed, 'truncated-response'],
    ['no such socket', MESSAGES.socketMissing, 'socket-missing'],
    ['a head that is too big', MESSAGES.tooBig, 'header-too-big'],
  ])('what it was: %s', async (_, message, cause) => {
    const upstream = message === MESSAGES.socketMissing ? SOCKET_UPSTREAM : 'http://127.0.0.1:3000/checkout'
    const log = errorLog([errorLine(message, { ...others, at: clock(-300), upstream })])
    const seen = await diagnose({ ...RECOVERED, errorLog: log })
    expect(seen.fact('was.cause')).toBe(cause)
    expect(seen.fact('was.message')).toBe(message)
  })
})

describe('an error log at its usual place', () => {
  it('is asked for by nobody when no configuration could be read', async () => {
    const seen = await diagnose({ ...DOWN, config: blind('no-permission') })
    expect(seen.at('nginx/error-log')).toEqual({
      blind: 'declined',
      says: 'nginx/error-log needs config.error_log, which is not known',
      go: 'nginx/dark',
    })
    expect(seen.asked).not.toContain('errorLog')
  })

  it('is read where a person names it', async () => {
    const seen = await diagnose(
      { ...DOWN, config: blind('no-permission') },
      { facts: { 'config.error_log': '/var/log/nginx/error.log' } },
    )
    expect(seen.path).toContain('nginx/error-log.refused')
    expect(seen.verdict).toMatchObject({ cause: 'process-down', confidence: 'likely', open: ['config-not-loaded'] })
  })

  it('is that of the process that owns the port', async () => {
    const seen = await diagnose({ destination: destination({}, { pid: 812 }) })
    const log = seen.requests.find((request) => request.kind === 'log' && request.read === 'nginx-error-log')
    expect(log).toMatchObject({ path: '/var/log/nginx/error.log', writer: 812, windowMs: 900_000, at: 'proxy' })
  })
})
