import { describe, expect, it } from 'vitest'
import { CLOSES, CUTS, HUNG, SLOW } from './faults.ts'
import { answered, clock, EMPTY, exchange, NOT_TLS, REFUSED, RESET, SELF_SIGNED, SILENT, TLS_ALERT } from './http.ts'
import { blind, gone, late, load, processInfo } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { appLog, LOG, written } from './workers.ts'
import { config, diagnose, type World } from './world.ts'

describe('the process behind a closed connection', () => {
  const at = async (process: World['process']) => (await diagnose({ ...CLOSES, process })).at('process/after-close')

  it('started after our request: it died on it', async () => {
    expect(await at(processInfo({ started: clock(0.3) }))).toEqual({
      branch: 'restarted',
      says: 'node (pid 4242) started at 02:03:12Z, after our own request',
      learns: { 'app.died': true, 'app.started': '2026-11-21T02:03:12.300Z', 'app.unit': 'shop.service' },
      suspects: ['crashed-mid-response'],
      go: 'crash/supervised',
    })
  })

  it('lives', async () => {
    expect(await at(processInfo())).toEqual({
      branch: 'lives',
      says: 'node (pid 4242) lives since 01:03:12Z: it did not die',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      rulesOut: ['crashed-mid-response', 'oom-killed', 'worker-timeout', 'crash-loop'],
      go: 'process/own-files',
    })
  })

  it('is gone', async () => {
    expect(await at(gone(4242))).toEqual({
      branch: 'gone',
      says: 'pid 4242, which listened a moment ago, is gone',
      learns: { 'app.died': true },
      suspects: ['crashed-mid-response'],
      go: 'crash/supervised',
    })
  })

  it('lives, and a worker of it is new: the worker died', async () => {
    expect(await at(processInfo({ exe: '/usr/bin/gunicorn', children: [clock(-3600), clock(0.4)] }))).toEqual({
      branch: 'new-child',
      says: 'gunicorn (pid 4242) lives; one of its 2 children started at 02:03:12Z, after our own request',
      learns: { 'app.died': true, 'app.started': '2026-11-21T02:03:12.400Z', 'app.unit': 'shop.service' },
      suspects: ['crashed-mid-response', 'worker-timeout'],
      go: 'workers/files',
    })
  })

  it('lives, with workers of which nobody knows', async () => {
    expect(await at(processInfo({ exe: '/usr/bin/gunicorn', children: [clock(-3600), clock(-3600)] }))).toEqual({
      branch: 'parent-lives',
      says: 'gunicorn (pid 4242) lives since 01:03:12Z, with 2 children of its own; which of them had the request is not known',
      learns: { 'app.program': 'gunicorn', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      suspects: ['worker-timeout'],
      go: 'workers/files',
    })
  })

  it('is a PHP-FPM, which never speaks HTTP', async () => {
    expect(await at(processInfo({ exe: '/usr/sbin/php-fpm8.2', children: [clock(-3600)] }))).toEqual({
      branch: 'fastcgi',
      says: 'php-fpm8.2 (pid 4242) speaks FastCGI; the gateway sends it HTTP',
      learns: { 'upstream.speaks': 'fastcgi' },
      suspects: ['protocol-mismatch'],
      rulesOut: ['truncated-response', 'crashed-mid-response'],
      go: 'workers/protocol',
    })
  })

  it('of another user: what can be seen of it still counts', async () => {
    expect(await at(processInfo({ hidden: ['exe', 'cwd', 'fds'] }))).toMatchObject({
      branch: 'lives',
      dark: ['pid 4242 belongs to another user: its exe, cwd, fds cannot be seen'],
    })
  })

  it('cannot be seen', async () => {
    expect(await at(blind('no-permission'))).toEqual({
      blind: 'no-permission',
      says: 'no-permission here',
      go: 'process/tls-question',
    })
  })

  it('has no known id', async () => {
    const seen = await diagnose({ ...CLOSES, listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000)) })
    expect(seen.at('process/after-close')).toEqual({
      blind: 'declined',
      says: 'process/after-close needs app.pid, which is not known',
      go: 'process/tls-question',
    })
  })
})

describe('whether it speaks TLS instead', () => {
  const at = async (tls: World['tls']) => (await diagnose({ ...CLOSES, tls })).at('process/speaks-tls')

  it.each([
    ['it answers', answered(200, 'hello', { tls: 2 })],
    ['it shows a certificate, whoever signed it', SELF_SIGNED],
    ['it does not like our hello', TLS_ALERT],
  ])('%s', async (_, asked) => {
    expect(await at(exchange(asked))).toEqual({
      branch: 'tls',
      says: '127.0.0.1:3000 speaks TLS; the gateway speaks plain HTTP to it',
      suspects: ['protocol-mismatch'],
      rulesOut: ['truncated-response'],
      go: 'process/protocol-mismatch',
    })
  })

  it.each([
    ['plain HTTP', NOT_TLS],
    ['a reset', RESET],
    ['nothing', EMPTY],
    ['silence', SILENT],
  ])('no: %s', async (_, asked) => {
    expect(await at(exchange(asked))).toEqual({
      branch: 'plain',
      says: 'it does not speak TLS either',
      rulesOut: ['protocol-mismatch'],
      go: 'process/truncated',
    })
  })

  it('nobody can say: it refuses now', async () => {
    expect(await at(exchange(REFUSED))).toEqual({
      branch: 'unclear',
      says: 'asked over TLS: connect to 127.0.0.1 port 3000 failed: Connection refused',
      go: 'process/truncated',
    })
  })

  it('nobody may ask', async () => {
    expect(await at(blind('declined'))).toEqual({
      blind: 'declined',
      says: 'declined here',
      go: 'process/truncated',
    })
  })

  it('is not asked of an answer that was cut: it speaks HTTP', async () => {
    const seen = await diagnose(CUTS)
    expect(seen.path).toContain('process/tls-question.cut')
    expect(seen.asked).not.toContain('tls')
  })

  it('is not asked of a unix socket', async () => {
    const seen = await diagnose({
      ...CLOSES,
      config: config('location / { proxy_pass http://unix:/run/shop/shop.sock; }'),
      errorLog: errorLog([errorLine(MESSAGES.closed, { upstream: 'http://unix:/run/shop/shop.sock:/checkout' })]),
    })
    expect(seen.path).toContain('process/tls-question.other')
    expect(seen.asked).not.toContain('tls')
  })
})

describe('the silent process', () => {
  const at = async (process: World['process']) => (await diagnose({ ...HUNG, process })).at('process/silent')

  it('is stopped', async () => {
    expect(await at(processInfo({ state: 'T' }))).toEqual({
      branch: 'stopped',
      says: 'node (pid 4242) is stopped (state T)',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      rulesOut: ['event-loop-blocked', 'cpu-starved', 'slow-app', 'slow-dependency', 'workers-exhausted'],
      go: 'process/app-hung',
    })
  })

  it('is held by a debugger', async () => {
    expect(await at(processInfo({ state: 't' }))).toMatchObject({
      branch: 'stopped',
      says: 'node (pid 4242) is stopped (state t)',
    })
  })

  it('spins', async () => {
    expect(await at(processInfo({ state: 'R', cpu: 1000 }))).toEqual({
      branch: 'spins',
      says: 'node (pid 4242) uses 1000 per mille of a core and answers nobody',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      suspects: ['event-loop-blocked'],
      rulesOut: ['app-hung'],
      go: 'process/event-loop-blocked',
    })
  })

  it('is idle', async () => {
    expect(await at(processInfo({ cpu: 0 }))).toEqual({
      branch: 'idle',
      says: 'node (pid 4242) is idle (state S, 0 per mille of a core) and answers nobody',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      rulesOut: ['event-loop-blocked', 'cpu-starved'],
      go: 'outbound/start',
    })
  })

  it('waits for a disk', async () => {
    expect(await at(processInfo({ state: 'D' }))).toMatchObject({
      branch: 'idle',
      says: 'node (pid 4242) is idle (state D, 0 per mille of a core) and answers nobody',
    })
  })

  it('works at something', async () => {
    expect(await at(processInfo({ state: 'S', cpu: 400 }))).toEqual({
      branch: 'busy',
      says: 'node (pid 4242) uses 400 per mille of a core and answers nobody',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      suspects: ['event-loop-blocked', 'cpu-starved'],
      go: 'process/app-hung',
    })
  })

  it.each([
    [150, 10, 'idle'],
    [200, 10, 'busy'],
    [450, 10, 'busy'],
    [500, 10, 'spins'],
    // Ready to run all the time, and others have the processor.
    [400, 600, 'spins-in-line'],
    [100, 700, 'spins-in-line'],
    [50, 900, 'busy'],
    [100, 300, 'busy'],
    // The kernel does not say how long it waited: it may have wanted to run all the time.
    [150, undefined, 'busy'],
    [400, undefined, 'busy'],
  ])('ready to run, with %d per mille of a core and %s waiting for one, is %s', async (cpu, waiting, branch) => {
    const process = processInfo({ state: 'R', cpu, ...(waiting === undefined ? {} : { waiting }) })
    expect(await at(process)).toMatchObject({ branch })
  })

  it('spins, and others want the processor too', async () => {
    expect(await at(processInfo({ state: 'R', cpu: 400, waiting: 590 }))).toEqual({
      branch: 'spins-in-line',
      says: 'node (pid 4242) never sleeps: it uses 400 per mille of a core, waits 590 per mille of the time for a processor, and answers nobody',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      suspects: ['event-loop-blocked', 'cpu-starved'],
      rulesOut: ['app-hung'],
      go: 'process/event-loop-blocked',
    })
  })

  it('sleeps, and stood in line for long before: that is not idle', async () => {
    expect(await at(processInfo({ state: 'S', cpu: 50, waiting: 400 }))).toMatchObject({ branch: 'busy' })
  })

  it('is gone', async () => {
    expect(await at(gone(4242))).toEqual({
      branch: 'gone',
      says: 'pid 4242 is gone',
      go: 'process/app-hung',
    })
  })

  it('cannot be seen', async () => {
    expect(await at(blind('no-permission'))).toEqual({
      blind: 'no-permission',
      says: 'no-permission here',
      go: 'process/app-hung',
    })
  })
})

describe('the slow process', () => {
  it('is shown with what it does', async () => {
    const seen = await diagnose({ ...SLOW, process: processInfo({ cpu: 100, threads: 11 }) })
    expect(seen.at('process/slow')).toEqual({
      branch: 'seen',
      says: 'node (pid 4242) runs since 01:03:12Z, 11 threads, 100 per mille of a core',
      learns: { 'app.program': 'node', 'app.started': '2026-11-21T01:03:12.000Z', 'app.unit': 'shop.service' },
      go: 'outbound/start',
    })
  })

  it('is gone: the machine’s load says nothing of it', async () => {
    const seen = await diagnose({ ...SLOW, process: gone(4242) })
    expect(seen.at('process/slow')).toEqual({
      branch: 'gone',
      says: 'pid 4242 is gone',
      go: 'process/slow-app',
    })
    expect(seen.path).not.toContain('process/machine-load.calm')
  })

  it('cannot be seen', async () => {
    expect((await diagnose({ ...SLOW, process: blind('no-permission') })).at('process/slow')).toEqual({
      blind: 'no-permission',
      says: 'no-permission here',
      go: 'process/machine-load',
    })
  })

  const at = async (look: World['load']) => (await diagnose({ ...SLOW, load: look })).at('process/machine-load')

  it('on a machine that has time', async () => {
    expect(await at(load('0.54'))).toEqual({
      branch: 'calm',
      says: 'load is 540 thousandths on 2 cores: not short of processor time',
      rulesOut: ['cpu-starved'],
      go: 'process/slow-app',
    })
  })

  it('on a starved machine', async () => {
    expect(await at(load('9.10'))).toEqual({
      branch: 'starved',
      says: 'load is 9100 thousandths on 2 cores',
      suspects: ['cpu-starved'],
      go: 'process/slow-app',
    })
  })

  it('twice as much as it has cores is not starved yet', async () => {
    expect(await at(load('4.00', 2))).toMatchObject({ branch: 'calm' })
    expect(await at(load('4.02', 2))).toMatchObject({ branch: 'starved' })
  })

  it('on a machine whose load was not seen', async () => {
    expect(await at(late(load('0.54')))).toMatchObject({ blind: 'timed-out', go: 'process/slow-app' })
    expect(await at(blind('no-such-file'))).toMatchObject({ blind: 'no-such-file' })
  })
})

describe('what a process that lives wrote when it closed the connection', () => {
  const PANIC = 'http: panic serving 127.0.0.1:39842: runtime error: invalid memory address or nil pointer dereference'
  const told = (parts: Partial<World>) => diagnose({ ...CLOSES, ...parts })

  it('it said why, and the verdict repeats it', async () => {
    const seen = await told({ written: written(LOG), appLog: appLog([{ at: clock(0.2), says: PANIC }]) })
    expect(seen.at('process/own-words')).toMatchObject({
      branch: 'said',
      learns: { 'app.said': expect.stringContaining(PANIC) },
    })
    expect(seen.verdict).toMatchObject({
      cause: 'truncated-response',
      says: expect.stringMatching(/It wrote: .*nil pointer dereference$/),
    })
  })

  it('an old line tells nothing of this request', async () => {
    const seen = await told({ written: written(LOG), appLog: appLog([{ at: clock(-90), says: PANIC }]) })
    expect(seen.at('process/own-words')).toMatchObject({ branch: 'quiet' })
    expect(seen.verdict).toMatchObject({ cause: 'truncated-response', says: expect.not.stringContaining('It wrote') })
  })

  it('it writes to no file', async () => {
    const seen = await told({ written: written() })
    expect(seen.at('process/own-files')).toMatchObject({ branch: 'none', go: 'process/tls-question' })
    expect(seen.path).not.toContain('process/own-words')
  })

  it('what cannot be seen of its files or its words changes no verdict', async () => {
    for (const parts of [
      { written: blind('no-permission') },
      { written: written(LOG), appLog: blind('no-permission') },
    ]) {
      expect((await told(parts)).verdict).toMatchObject({ cause: 'truncated-response' })
    }
  })
})
