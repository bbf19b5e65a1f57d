import { describe, expect, it } from 'vitest'
import { CLOSES, CRASHES, CUTS, HUNG, SLOW, SPEAKS_TLS, SPINS } from './faults.ts'
import { clock, EMPTY, exchange } from './http.ts'
import { blind, gone, load, processInfo } from './looks.ts'
import { protocol } from './workers.ts'
import { diagnose, type World } from './world.ts'

describe('verdicts', () => {
  it('crashed-mid-response', async () => {
    expect((await diagnose(CRASHES)).verdict).toEqual({
      id: 'process/crashed',
      cause: 'crashed-mid-response',
      confidence: 'likely',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      says: "The application's process dies on the request",
      symptoms: ['truncated-response'],
      proofs: ['app/direct.closed', 'process/after-close.restarted'],
      open: ['worker-timeout', 'protocol-mismatch'],
      alternatives: ['protocol-mismatch reported', 'worker-timeout reported'],
    })
  })

  it('crashed-mid-response: a worker', async () => {
    const seen = await diagnose({ ...CLOSES, process: processInfo({ children: [clock(0.4)] }) })
    expect(seen.verdict).toMatchObject({
      cause: 'crashed-mid-response',
      confidence: 'likely',
      proofs: ['app/direct.closed', 'process/after-close.new-child'],
    })
  })

  it('truncated-response, before the head', async () => {
    expect((await diagnose(CLOSES)).verdict).toEqual({
      id: 'process/truncated',
      cause: 'truncated-response',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      says: 'The application closes the connection before its answer is whole, and goes on living',
      proofs: ['app/direct.closed', 'nginx/error-log.closed', 'process/after-close.lives'],
    })
  })

  it('truncated-response, in the body', async () => {
    expect((await diagnose(CUTS)).verdict).toMatchObject({
      cause: 'truncated-response',
      shape: 'reset',
      proofs: ['app/direct.truncated', 'locate/response.cut', 'process/after-close.lives'],
    })
  })

  it.each<[string, Partial<World>, string]>([
    [
      'its workers were not seen to live',
      { process: processInfo({ children: [clock(-3600)] }) },
      'truncated-response likely',
    ],
    ['the process was not seen', { process: blind('no-permission') }, 'truncated-response likely'],
    ['it may speak TLS', { tls: blind('declined') }, 'truncated-response likely'],
    ['nginx did not say that it was closed on', { errorLog: blind('no-permission') }, 'truncated-response likely'],
    ['who listens was not seen', { listeners: blind('no-permission') }, 'truncated-response likely'],
  ])('truncated-response is not certain while %s', async (_, parts, short) => {
    expect((await diagnose({ ...CLOSES, ...parts })).short).toBe(short)
  })

  it('protocol-mismatch', async () => {
    expect((await diagnose(SPEAKS_TLS)).verdict).toEqual({
      id: 'process/protocol-mismatch',
      cause: 'protocol-mismatch',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'reset',
      says: '127.0.0.1:3000 speaks TLS, and the gateway speaks plain HTTP to it',
      proofs: ['app/direct.closed', 'process/speaks-tls.tls'],
    })
  })

  it('protocol-mismatch is less sure while its workers may have died', async () => {
    expect((await diagnose({ ...SPEAKS_TLS, process: processInfo({ children: [clock(-60)] }) })).short).toBe(
      'protocol-mismatch likely',
    )
  })

  it('protocol-mismatch: PHP-FPM behind proxy_pass', async () => {
    const seen = await diagnose({
      ...CLOSES,
      process: processInfo({ exe: '/usr/sbin/php-fpm8.2', children: [clock(-3600)] }),
      protocol: protocol('fastcgi'),
    })
    expect(seen.verdict).toMatchObject({
      id: 'app/other-protocol',
      cause: 'protocol-mismatch',
      confidence: 'confirmed',
      shape: 'reset',
    })
  })

  it('protocol-mismatch: PHP-FPM behind proxy_pass, which is too busy to say so', async () => {
    const seen = await diagnose({
      ...CLOSES,
      process: processInfo({ exe: '/usr/sbin/php-fpm8.2', children: [clock(-3600)] }),
      protocol: protocol('', 'silent'),
    })
    expect(seen.verdict).toMatchObject({
      id: 'app/other-protocol',
      cause: 'protocol-mismatch',
      confidence: 'likely',
      open: ['wrong-port'],
    })
  })

  it('app-hung, stopped', async () => {
    expect((await diagnose(HUNG)).verdict).toEqual({
      id: 'process/app-hung',
      cause: 'app-hung',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      says: 'The application takes connections and answers nobody',
      proofs: ['app/direct.silent', 'process/silent.stopped'],
    })
  })

  it('app-hung, idle: it waits for nobody over the network', async () => {
    const seen = await diagnose({ ...HUNG, process: processInfo() })
    expect(seen.verdict).toMatchObject({
      cause: 'app-hung',
      confidence: 'likely',
      outcome: 'diagnosed',
      open: ['workers-exhausted'],
    })
  })

  it.each<[string, Partial<World>]>([
    ['it works at something', { process: processInfo({ cpu: 400 }) }],
    ['the process was not seen', { process: blind('no-permission') }],
    ['the process is gone', { process: gone(4242) }],
  ])('app-hung is not certain while %s', async (_, parts) => {
    expect((await diagnose({ ...HUNG, ...parts })).short).toBe('app-hung likely')
  })

  it('event-loop-blocked', async () => {
    expect((await diagnose(SPINS)).verdict).toEqual({
      id: 'process/event-loop-blocked',
      cause: 'event-loop-blocked',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      says: 'The application spins on a processor and answers nobody',
      symptoms: ['slow-app'],
      proofs: ['app/direct.silent', 'process/silent.spins'],
    })
  })

  it('slow-app', async () => {
    expect((await diagnose(SLOW)).verdict).toEqual({
      id: 'process/slow-app',
      cause: 'slow-app',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'app',
      sides: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      says: "The application answers, later than the gateway's 30000 ms",
      proofs: ['app/direct.late', 'locate/response.own-page'],
    })
  })

  it('timeout-order: what answers late is a gateway itself, which still waited', async () => {
    const { verdict } = await diagnose({ ...SLOW, process: processInfo({ exe: '/usr/sbin/nginx' }) })
    expect(verdict).toMatchObject({
      id: 'process/gives-up-first',
      cause: 'timeout-order',
      confidence: 'confirmed',
      place: 'proxy',
      sides: ['proxy', 'app'],
      shape: 'slow',
      says: 'The gateway gives up after 30000 ms; nginx behind it waits longer, and has an answer then',
      symptoms: ['slow-app'],
      proofs: ['app/direct.late', 'process/slow.gateway', 'locate/response.own-page'],
    })
  })

  it('slow-app on a starved machine: that is suspected too', async () => {
    const seen = await diagnose({ ...SLOW, load: load('9.10') })
    expect(seen.verdict).toMatchObject({ cause: 'slow-app', outcome: 'diagnosed' })
    expect(seen.session.findings.flatMap((finding) => finding.suspects)).toContain('cpu-starved')
  })

  it('slow-app is not certain while nginx gave up for another reason', async () => {
    const seen = await diagnose({ ...SLOW, request: exchange(EMPTY), errorLog: blind('no-permission') })
    expect(seen.short).toBe('slow-app likely')
  })
})
