import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/words/json.ts'
import { clock, EMPTY, exchange, nginxPage } from './http.ts'
import { blind, found, processInfo } from './looks.ts'
import { errorLine, errorLog, MESSAGES, NGINX_SOCKET, ss, tcp } from './text.ts'
import { appLog, LOG, listenerWorkers, protocol, written } from './workers.ts'
import { config, diagnose, type World } from './world.ts'

const WORLD: Partial<World> = {
  request: exchange(nginxPage(502)),
  listenerWorkers: listenerWorkers({ held: [0, 0] }),
  written: written(LOG),
}
const FPM: Partial<World> = {
  ...WORLD,
  config: config('location / { fastcgi_pass 127.0.0.1:3000; fastcgi_read_timeout 2s; }'),
  errorLog: errorLog([errorLine(MESSAGES.reset, { upstream: 'fastcgi://127.0.0.1:3000' })]),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'php-fpm8.2', 4242)),
  protocol: protocol('fastcgi'),
  appLog: appLog([
    {
      at: clock(1),
      says: `[pool www] child 77, script '/srv/a.php' (request: "GET /checkout") execution timed out (3.1 sec), terminating`,
    },
  ]),
}
const fpmLimit = (value: string, more: { [name: string]: Json } = {}) => {
  const line = (name: string, at: number, text: string) => ({ file: '/etc/php/www.conf', line: at, name, value: text })
  const lines = [line('[pool]', 1, 'www'), line('listen', 2, '127.0.0.1:3000')]
  const set = value === '' ? [] : [line('request_terminate_timeout', 9, value)]
  return found({ pid: 4242, port: 3000, socket: '', whole: true, changed: '', lines: [...lines, ...set], ...more })
}
const GUNICORN: Partial<World> = {
  ...WORLD,
  errorLog: errorLog([errorLine(MESSAGES.reset)]),
  listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'gunicorn', 4242)),
  protocol: protocol('http'),
  direct: exchange(EMPTY),
  process: processInfo({ exe: '/usr/bin/gunicorn', children: [clock(-3600), clock(-3600)] }),
  appLog: appLog([{ at: clock(1), says: '[20] [CRITICAL] WORKER TIMEOUT (pid:22)' }]),
}
const gunicornLimit = (more: { [name: string]: Json } = {}) =>
  found({
    words_seen: true,
    words: { timeout: -1 },
    environment_seen: true,
    environment: { timeout: -1 },
    named: true,
    file: '/srv/shop/settings.py',
    state: 'text',
    changed: false,
    lines: [{ line: 3, value: 20 }],
    ...more,
  })

describe("the pool's own limit", () => {
  it('is cited with its line, stands on the ladder, and the fix names it', async () => {
    const seen = await diagnose({ ...FPM, ownLimit: fpmLimit('3s') })
    expect(seen.verdict).toMatchObject({ cause: 'worker-timeout', confidence: 'confirmed' })
    expect(seen.at('own-limits/php-fpm')?.says).toBe(
      'PHP-FPM ends a request after 3000 ms: request_terminate_timeout at /etc/php/www.conf:9',
    )
    expect([seen.fact('app.limit_ms'), seen.fact('app.limit_at')]).toEqual([3000, '/etc/php/www.conf:9'])
  })

  it.each([
    ['', 'off', 'request_terminate_timeout is 0, its default'],
    ['0', 'off', 'request_terminate_timeout is 0 (/etc/php/www.conf:9)'],
    ['soon', 'unclear', 'is not known: /etc/php/www.conf:9 is no time'],
  ])('%j is %s', async (value, branch, says) => {
    const seen = await diagnose({ ...FPM, ownLimit: fpmLimit(value) })
    expect(seen.at('own-limits/php-fpm')).toMatchObject({ branch })
    expect(seen.at('own-limits/php-fpm')?.says).toContain(says)
    expect(seen.fact('app.limit_at')).toBeUndefined()
    expect(seen.verdict).toMatchObject({ cause: 'worker-timeout', confidence: 'confirmed' })
  })

  it('that cannot be seen takes nothing from the verdict', async () => {
    const seen = await diagnose({ ...FPM, ownLimit: blind('no-permission') })
    expect(seen.verdict).toMatchObject({ cause: 'worker-timeout', confidence: 'confirmed' })
  })
})

it('stands on the ladder of a slow script too: it would end it later than the gateway gives up', async () => {
  const seen = await diagnose({
    ...FPM,
    request: exchange(nginxPage(504, 2000)),
    errorLog: errorLog([errorLine(MESSAGES.readTimeout, { upstream: 'fastcgi://127.0.0.1:3000' })]),
    appLog: appLog([]),
    ownLimit: fpmLimit('1m'),
  })
  expect(seen.verdict).toMatchObject({ cause: 'slow-app', confidence: 'confirmed' })
  expect([seen.fact('app.limit_ms'), seen.fact('app.limit_at')]).toEqual([60_000, '/etc/php/www.conf:9'])
})

describe("gunicorn's own limit", () => {
  it.each([
    [{}, 20_000, '/srv/shop/settings.py:3', 'for 20000 ms: /srv/shop/settings.py:3'],
    [{ environment: { timeout: 9 } }, 9000, 'GUNICORN_CMD_ARGS', 'for 9000 ms: GUNICORN_CMD_ARGS in its environment'],
    [{ words: { timeout: 7 } }, 7000, 'its command line (--timeout)', 'for 7000 ms: its command line'],
  ])('%j', async (more, ms, at, says) => {
    const seen = await diagnose({ ...GUNICORN, ownLimit: gunicornLimit(more) })
    expect(seen.verdict?.cause).toBe('worker-timeout')
    expect(seen.at('own-limits/gunicorn')?.says).toContain(says)
    expect([seen.fact('app.limit_ms'), seen.fact('app.limit_at')]).toEqual([ms, at])
  })

  it('is its default where nothing sets it', async () => {
    const seen = await diagnose({ ...GUNICORN, ownLimit: gunicornLimit({ named: false, state: 'absent' }) })
    expect(seen.at('own-limits/gunicorn')).toMatchObject({ branch: 'default' })
    expect(seen.at('own-limits/gunicorn')?.says).toContain('for 30000 ms, its default')
  })

  it('is not known of a file that computes it', async () => {
    const seen = await diagnose({ ...GUNICORN, ownLimit: gunicornLimit({ lines: [{ line: 3, value: -2 }] }) })
    expect(seen.at('own-limits/gunicorn')?.says).toContain('settings.py:3 can only be told by running it')
    expect(seen.fact('app.limit_at')).toBeUndefined()
    expect(seen.verdict?.cause).toBe('worker-timeout')
  })
})

it('of another application nobody asks', async () => {
  const seen = await diagnose({
    ...GUNICORN,
    listeners: ss(NGINX_SOCKET, tcp('127.0.0.1', 3000, 'node', 4242)),
    process: processInfo({ children: [clock(-3600)] }),
    ownLimit: gunicornLimit(),
  })
  expect(seen.verdict?.cause).toBe('worker-timeout')
  expect(seen.at('own-limits/gunicorn')).toBeNull()
  expect(seen.at('own-limits/php-fpm')).toBeNull()
})
