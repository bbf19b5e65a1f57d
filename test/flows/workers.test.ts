import { describe, expect, it } from 'vitest'
import { DOWN, SLOW } from './faults.ts'
import { answered, clock, exchange, nginxPage } from './http.ts'
import { blind, candidates, gone } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp, unixSockets } from './text.ts'
import { appLog, LOG, listenerWorkers, protocol, written } from './workers.ts'
import { config, diagnose, type World } from './world.ts'

const PHP = config('location / { fastcgi_pass 127.0.0.1:3000; fastcgi_read_timeout 2s; }')
const UPSTREAM = 'fastcgi://127.0.0.1:3000'
const FPM = ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'php-fpm8.2', 4242))
const BUSY = ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'php-fpm8.2', 4242, 2))
const line = (message: string, upstream = UPSTREAM) => errorLog([errorLine(message, { upstream })])

/** PHP-FPM with two workers behind nginx. */
const BASE: Partial<World> = {
  config: PHP,
  listeners: FPM,
  listenerWorkers: listenerWorkers({ held: [0, 0] }),
  written: written(LOG),
  protocol: protocol('fastcgi'),
}
const TIMED_OUT: Partial<World> = {
  ...BASE,
  request: exchange(nginxPage(504, 2000)),
  errorLog: line(MESSAGES.readTimeout),
}
const CLOSED: Partial<World> = { ...BASE, request: exchange(nginxPage(502)), errorLog: line(MESSAGES.reset) }

const MAX = '[pool www] server reached pm.max_children setting (2), consider raising it'
const TERMINATED = `[pool www] child 77, script '/srv/shop/a.php' (request: "GET /checkout") execution timed out (3.1 sec), terminating`
const SEGV = '[pool www] child 77 exited on signal 11 (SIGSEGV) after 2.1 seconds from start'

describe('all workers are busy', () => {
  const EXHAUSTED: Partial<World> = {
    ...TIMED_OUT,
    listeners: BUSY,
    listenerWorkers: listenerWorkers({ held: [1, 1], waiting: 2 }),
    appLog: appLog([{ at: clock(-120), says: MAX }]),
  }

  it('PHP-FPM: its own words about the limit are cited', async () => {
    const seen = await diagnose(EXHAUSTED)
    expect(seen.verdict).toMatchObject({
      id: 'workers/exhausted',
      cause: 'workers-exhausted',
      confidence: 'confirmed',
      place: 'app',
      bornAt: 'proxy',
      shape: 'slow',
      proofs: ['workers/busy.exhausted', 'nginx/error-log.timed-out'],
    })
    expect(seen.verdict?.says).toBe(
      `All 2 workers of php-fpm8.2 (pid 4242) are busy and 2 connections wait. It says itself: ${clock(-120).toISOString()} ${MAX}`,
    )
    // A question more would only wait in the same queue.
    expect(seen.asked).not.toContain('protocol')
    expect(seen.asked).not.toContain('direct')
  })

  it('without any log it is as certain: everybody is busy and somebody waits', async () => {
    const seen = await diagnose({ ...EXHAUSTED, written: written() })
    expect(seen.short).toBe('workers-exhausted confirmed')
    expect(seen.verdict?.says).toBe('All 2 workers of php-fpm8.2 (pid 4242) are busy and 2 connections wait')
  })

  it('gunicorn: HTTP is not asked of a queue', async () => {
    const seen = await diagnose({
      ...SLOW,
      listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'gunicorn', 4242, 3)),
      listenerWorkers: listenerWorkers({ held: [1, 1, 1], waiting: 3 }),
    })
    expect(seen.short).toBe('workers-exhausted confirmed')
    expect(seen.asked).not.toContain('direct')
  })

  it('one worker alone may as well hang: less sure', async () => {
    const seen = await diagnose({
      ...EXHAUSTED,
      listenerWorkers: listenerWorkers({ held: [1], waiting: 2 }),
      appLog: appLog([]),
    })
    expect(seen.verdict).toMatchObject({
      cause: 'workers-exhausted',
      confidence: 'likely',
      open: ['app-hung', 'event-loop-blocked'],
    })
  })

  it('when all are stopped it is something else', async () => {
    const seen = await diagnose({
      ...EXHAUSTED,
      listenerWorkers: listenerWorkers({ held: [1, 1], waiting: 2, states: ['T', 'T'] }),
    })
    expect(seen.at('workers/busy')).toMatchObject({ branch: 'other' })
    expect(seen.verdict?.cause).not.toBe('workers-exhausted')
  })

  it('when not everybody could be looked into, what was seen still counts', async () => {
    const seen = await diagnose({
      ...EXHAUSTED,
      listenerWorkers: listenerWorkers({ held: [1, 1], waiting: 2, whole: false }),
    })
    expect(seen.verdict?.cause).toBe('workers-exhausted')
  })

  it('a full queue of a unix socket', async () => {
    const socket = '/run/php/fpm.sock'
    const seen = await diagnose({
      ...EXHAUSTED,
      config: config(`location / { fastcgi_pass unix:${socket}; }`),
      request: exchange(nginxPage(502)),
      errorLog: line(
        `connect() to unix:${socket} failed (11: Resource temporarily unavailable) while connecting to upstream`,
        `fastcgi://unix:${socket}:`,
      ),
      unixSockets: unixSockets({ path: socket, pid: 4242, program: 'php-fpm8.2' }),
    })
    expect(seen.path).toContain('nginx/error-log.queue-full')
    expect(seen.verdict).toMatchObject({ id: 'workers/exhausted', shape: 'unreachable', confidence: 'confirmed' })
  })
})

describe('a worker ends on the request', () => {
  it('for its time: the log names the limit', async () => {
    const seen = await diagnose({ ...CLOSED, appLog: appLog([{ says: SEGV }, { at: clock(1), says: TERMINATED }]) })
    expect(seen.verdict).toMatchObject({
      id: 'workers/worker-timeout',
      cause: 'worker-timeout',
      confidence: 'confirmed',
      shape: 'reset',
      proofs: ['nginx/error-log.closed', 'workers/log.timed-out'],
    })
    expect(seen.verdict?.says).toContain('execution timed out (3.1 sec)')
  })

  it('by a signal, and not for memory', async () => {
    const seen = await diagnose({ ...CLOSED, appLog: appLog([{ at: clock(1), says: SEGV }]) })
    expect(seen.verdict).toMatchObject({
      id: 'workers/crashed',
      cause: 'crashed-mid-response',
      confidence: 'confirmed',
      proofs: ['nginx/error-log.closed', 'workers/log.faulted'],
    })
    expect(seen.verdict?.says).toContain('signal 11')
  })

  it('by a fault of its own: the kernel need not know', async () => {
    const seen = await diagnose({
      ...CLOSED,
      dmesg: blind('no-permission'),
      appLog: appLog([{ at: clock(1), says: SEGV }]),
    })
    expect(seen.short).toBe('crashed-mid-response confirmed')
    expect(seen.path.join(' ')).not.toContain('workers/kernel')
  })

  const KILLED = '[pool www] child 77 exited on signal 9 (SIGKILL) after 2.1 seconds from start'

  it('by a kill, and the kernel knows of none', async () => {
    const seen = await diagnose({ ...CLOSED, appLog: appLog([{ at: clock(1), says: KILLED }]) })
    expect(seen.verdict).toMatchObject({
      cause: 'crashed-mid-response',
      proofs: ['nginx/error-log.closed', 'workers/log.died'],
    })
  })

  it('by a kill, and the kernel cannot be asked: memory stays open', async () => {
    const seen = await diagnose({
      ...CLOSED,
      dmesg: blind('no-permission'),
      appLog: appLog([{ at: clock(1), says: KILLED }]),
    })
    expect(seen.verdict).toMatchObject({ cause: 'crashed-mid-response', confidence: 'likely', open: ['oom-killed'] })
  })

  it.each([
    ['old', appLog([{ at: clock(-60), says: TERMINATED }])],
    ['empty', appLog([])],
    ['unreadable', blind('no-permission')],
  ])('what is %s proves nothing', async (_, log) => {
    const seen = await diagnose({ ...CLOSED, appLog: log })
    expect(seen.verdict).toBeNull()
  })

  it('which speaks another protocol: that is deeper than the time it takes', async () => {
    const seen = await diagnose({
      ...CLOSED,
      config: config('location / { uwsgi_pass 127.0.0.1:3000; }'),
      errorLog: line(MESSAGES.closed, 'uwsgi://127.0.0.1:3000'),
      appLog: appLog([{ at: clock(3), says: '[CRITICAL] WORKER TIMEOUT (pid:28601)' }]),
      protocol: protocol('http'),
    })
    expect(seen.verdict).toMatchObject({
      id: 'app/other-protocol',
      cause: 'protocol-mismatch',
      confidence: 'confirmed',
    })
    expect(seen.verdict?.says).toBe('What listens on 127.0.0.1:3000 speaks http; the gateway speaks uwsgi to it')
  })
})

describe('no worker takes anything', () => {
  const boots = Array.from({ length: 8 }, (_, n) => ({
    at: clock(-8 + n),
    says: `[INFO] Booting worker with pid: ${50 + n}`,
  }))
  const LOOPS: Partial<World> = {
    ...SLOW,
    listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'gunicorn', 4242, 1)),
    written: written('/var/log/shop/error.log'),
    appLog: appLog(boots),
  }

  it.each([
    ['none lives', listenerWorkers({ waiting: 1 })],
    ['the newest has not begun', listenerWorkers({ held: [0], waiting: 1 })],
  ])('because each ends as it starts: %s', async (_, pool) => {
    const seen = await diagnose({ ...LOOPS, listenerWorkers: pool })
    expect(seen.verdict).toMatchObject({
      id: 'workers/crash-loop',
      cause: 'crash-loop',
      confidence: 'confirmed',
      shape: 'slow',
    })
    expect(seen.at('workers/log')?.says).toContain('started 8 workers in the last minute')
  })

  it('and few starts are no loop: the application is asked', async () => {
    const seen = await diagnose({
      ...LOOPS,
      listenerWorkers: listenerWorkers({ waiting: 1 }),
      appLog: appLog(boots.slice(0, 3)),
    })
    expect(seen.path).toContain('workers/log.quiet')
    expect(seen.asked).toContain('direct')
  })
})

describe('a script is slow', () => {
  it('while others are free', async () => {
    const seen = await diagnose({ ...TIMED_OUT, listenerWorkers: listenerWorkers({ held: [1, 0] }) })
    expect(seen.verdict).toMatchObject({
      id: 'workers/slow-app',
      cause: 'slow-app',
      confidence: 'confirmed',
      says: "php-fpm8.2 is well and has free workers; /checkout takes longer than the gateway's 2000 ms",
    })
  })

  it('and who is asked is silent: not certain', async () => {
    const seen = await diagnose({
      ...TIMED_OUT,
      listenerWorkers: listenerWorkers({ held: [1, 0] }),
      protocol: protocol('', 'silent'),
    })
    expect(seen.verdict).toMatchObject({ id: 'workers/slow-app' })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })

  it('and its workers cannot be seen: not certain', async () => {
    const seen = await diagnose({ ...TIMED_OUT, listenerWorkers: blind('no-permission') })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})

describe('the two sides speak different protocols', () => {
  const version = 'upstream sent unsupported FastCGI protocol version: 72 while reading response header from upstream'

  it('FastCGI to an HTTP server', async () => {
    const seen = await diagnose({ ...CLOSED, errorLog: line(version), protocol: protocol('http') })
    expect(seen.verdict).toMatchObject({
      id: 'app/other-protocol',
      confidence: 'confirmed',
      shape: 'garbage',
      says: 'What listens on 127.0.0.1:3000 speaks http; the gateway speaks fastcgi to it',
    })
  })

  it('and another application of this site is next door: both are possible', async () => {
    const next = candidates([{ pid: 99, port: 9000, ties: ['folder shop'], status: 200 }])
    const seen = await diagnose({ ...CLOSED, errorLog: line(version), protocol: protocol('http'), candidates: next })
    expect(seen.verdict).toMatchObject({ id: 'app/other-protocol', confidence: 'likely', open: ['wrong-port'] })
  })

  it('and the application of this site is the one that answers: only the protocol is wrong', async () => {
    const itself = candidates([
      { pid: 4242, port: 3000, ties: ['folder shop'], status: 200 },
      { pid: 99, port: 9000, ties: [], status: 200 },
    ])
    const seen = await diagnose({ ...CLOSED, errorLog: line(version), protocol: protocol('http'), candidates: itself })
    expect(seen.path).toContain('workers/elsewhere.itself')
    expect(seen.short).toBe('protocol-mismatch confirmed')
  })

  it('and something else answers: no verdict of it', async () => {
    const seen = await diagnose({ ...CLOSED, errorLog: line(version), protocol: protocol('redis') })
    expect(seen.at('workers/protocol')).toMatchObject({ branch: 'strange', suspects: ['wrong-port', 'not-http'] })
    expect(seen.judged.outcome).not.toBe('diagnosed')
  })
})

describe('PHP answers by itself', () => {
  const stderr = (text: string) => line(`FastCGI sent in stderr: "${text}" while reading response header from upstream`)

  it('500: what it wrote is cited', async () => {
    const seen = await diagnose({
      ...BASE,
      request: exchange(answered(500, '')),
      errorLog: stderr('PHP message: PHP Fatal error:  Uncaught Error: nowhere() in /srv/shop/a.php:1'),
    })
    expect(seen.at('nginx/error-log')?.says).toContain('PHP Fatal error: Uncaught Error: nowhere()')
    expect(seen.verdict).toMatchObject({
      id: 'workers/app-error',
      cause: 'app-error',
      confidence: 'confirmed',
      bornAt: 'app',
    })
  })

  it('404, for a file that it does not have: which side is wrong cannot be told', async () => {
    const seen = await diagnose({
      ...BASE,
      request: exchange(answered(404, 'File not found.\n')),
      errorLog: stderr('Primary script unknown'),
    })
    expect(seen.end).toMatchObject({ node: 'workers/script-unknown', outcome: 'inconclusive' })
    expect(seen.end.says).toContain('SCRIPT_FILENAME')
  })
})

describe('what is there is asked in no protocol', () => {
  it('when nobody is there', async () => {
    const seen = await diagnose({ ...DOWN, config: PHP, errorLog: line(MESSAGES.refused) })
    expect(seen.short).toBe('process-down confirmed')
    expect(seen.asked).not.toContain('protocol')
  })

  it('when its process is gone meanwhile, nothing is made up', async () => {
    const seen = await diagnose({
      ...CLOSED,
      listenerWorkers: blind('no-such-file'),
      written: blind('no-such-file'),
      process: gone(4242),
    })
    expect(seen.judged.outcome).toBe('inconclusive')
  })
})
