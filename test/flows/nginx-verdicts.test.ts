import { describe, expect, it } from 'vitest'
import { DOWN, MAINTENANCE, STALE_CONFIG } from './faults.ts'
import { answered, clock, exchange, nginxPage, samples } from './http.ts'
import { blind, destination } from './looks.ts'
import { errorLine, errorLog, MESSAGES } from './text.ts'
import { config, diagnose, type World } from './world.ts'

describe('config-not-loaded', () => {
  it('when the file changed after the last load and the log names the old upstream', async () => {
    expect((await diagnose(STALE_CONFIG)).verdict).toEqual({
      id: 'nginx/stale-config',
      cause: 'config-not-loaded',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: '/etc/nginx/sites-enabled/shop was changed and never loaded: nginx still sends to 127.0.0.1:3000',
      symptoms: ['wrong-port', 'dns-failure'],
      proofs: ['nginx/loaded.newer', 'nginx/agree.differs', 'nginx/error-log.refused'],
      alternatives: ['wrong-interface reported', 'process-down reported', 'not-ready reported'],
    })
  })

  it.each<[string, Partial<World>]>([
    [
      'the file is older than the last load',
      { ...STALE_CONFIG, config: config('location / { proxy_pass http://127.0.0.1:4000; }') },
    ],
    ['nobody knows when it was loaded', { ...STALE_CONFIG, gateway: blind('no-permission') }],
    ['the log cannot be read', { ...STALE_CONFIG, errorLog: blind('no-permission') }],
    ['both name the same upstream', { ...DOWN, config: config(undefined, { changed: clock(-60) }) }],
  ])('not while %s', async (_, parts) => {
    const { verdict } = await diagnose(parts)
    expect(verdict?.cause).not.toBe('config-not-loaded')
  })
})

describe('deliberate', () => {
  it('when a rule gives the very status, and the log is silent', async () => {
    expect((await diagnose(MAINTENANCE)).verdict).toEqual({
      id: 'nginx/deliberate',
      cause: 'deliberate',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy'],
      bornAt: 'proxy',
      shape: 'none',
      says: '/etc/nginx/sites-enabled/shop:4 answers with 503 on purpose',
      proofs: ['nginx/config.returns', 'nginx/error-log.silent', 'locate/response.own-page'],
    })
  })

  it('a maintenance file that is there', async () => {
    const rule = 'if (-f /srv/shop/maintenance.on) { return 503; } location / { proxy_pass http://127.0.0.1:3000; }'
    const text = config(rule)
    const present = { ...text, meta: { ...text.meta, present: { '/srv/shop/maintenance.on': true } } }
    const seen = await diagnose({ ...MAINTENANCE, config: present })
    expect(seen.short).toBe('deliberate confirmed')
    expect(seen.verdict?.says).toBe('/etc/nginx/sites-enabled/shop:4 answers with 503 on purpose')
  })

  it('not when the file is not there', async () => {
    const rule = 'if (-f /srv/shop/maintenance.on) { return 503; } location / { proxy_pass http://127.0.0.1:3000; }'
    const text = config(rule)
    const absent = { ...text, meta: { ...text.meta, present: { '/srv/shop/maintenance.on': false } } }
    expect((await diagnose({ ...MAINTENANCE, config: absent })).short).not.toContain('deliberate')
  })

  it.each<[string, Partial<World>, string]>([
    ['another status than the rule gives', { request: exchange(nginxPage(502)) }, 'nginx/unexplained'],
    ['an answer that is well', { request: exchange(answered(200)), samples: samples(answered(200)) }, 'nginx/healthy'],
  ])('not with %s', async (_, parts, short) => {
    expect((await diagnose({ ...MAINTENANCE, ...parts })).short).toBe(short)
  })

  it.each<[string, Partial<World>]>([
    ['the log cannot be read', { errorLog: blind('no-permission') }],
    ['the log does not reach back', { errorLog: errorLog([], { reached: false }) }],
    ['the log is not the one that nginx holds open', { errorLog: errorLog([], { held: 'no' }) }],
    ['the disk of the log is full', { errorLog: errorLog([], { full: true }) }],
    [
      'earlier requests failed otherwise',
      { errorLog: errorLog([errorLine(MESSAGES.refused, { at: clock(-60), client: '10.0.0.9' })]) },
    ],
    ['nobody knows when the files were loaded', { gateway: blind('no-permission') }],
    [
      'the files are newer than the last load',
      { config: config('location / { return 503; }', { changed: clock(-60) }) },
    ],
  ])('only likely while %s', async (_, parts) => {
    expect((await diagnose({ ...MAINTENANCE, ...parts })).short).toBe('deliberate likely')
  })
})

describe('answers of an nginx whose files and logs explain nothing', () => {
  it('end without a verdict', async () => {
    const seen = await diagnose({ request: exchange(nginxPage(500)), config: config('root /srv/shop/public;') })
    expect(seen.end).toEqual({
      node: 'nginx/unexplained',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: 'nginx answered with an error that neither its log nor its configuration explains',
    })
  })

  it('and say so, when its log could not be read', async () => {
    const seen = await diagnose({ request: exchange(nginxPage(502)), config: blind('no-permission') })
    expect(seen.end).toEqual({
      node: 'nginx/dark-failing',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: "nginx answered with an error, and its log could not be read. Run this on the gateway's machine with an account that may read it, or paste the log.",
    })
    expect(seen.path).toContain('nginx/dark.upstream-unknown')
  })
})

describe('an owner that cannot be seen', () => {
  it('is taken for what its port and files say, and nothing is confirmed by its silence', async () => {
    const seen = await diagnose({
      ...DOWN,
      destination: destination({}, { pid: 0 }),
      errorLog: errorLog([], { held: 'unknown' }),
    })
    expect(seen.path.slice(0, 3)).toEqual([
      'locate/destination.here-hidden',
      'nginx/config.passes',
      'nginx/loaded.unknown',
    ])
    expect(seen.path).toContain('nginx/error-log.blind')
  })
})
