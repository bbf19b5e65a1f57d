import { describe, expect, it } from 'vitest'
import { config } from './support.ts'

const FRONT = 'frontend web\n  bind :80\n  default_backend shop\n'
const read = (defaults: string, back: string, front = '') =>
  config(`defaults\n  mode http\n${defaults}\n${FRONT}${front}\nbackend shop\n${back}\n  server a 127.0.0.1:3000`).value

describe("HAProxy's times", () => {
  it('come from its defaults section, each with its line', () => {
    expect(read('  timeout connect 5s\n  timeout server 50s\n  timeout client 1m', '')).toMatchObject({
      connect_timeout_ms: 5000n,
      connect_timeout_at: '/etc/haproxy/haproxy.cfg:3',
      server_timeout_ms: 50_000n,
      server_timeout_at: '/etc/haproxy/haproxy.cfg:4',
      client_timeout_ms: 60_000n,
      queue_timeout_ms: 5000n,
    })
  })

  it("the backend's own stand above those", () => {
    expect(
      read('  timeout server 50s', '  timeout server 2500\n  timeout queue 3s\n  timeout tunnel 1h'),
    ).toMatchObject({
      server_timeout_ms: 2500n,
      server_timeout_at: '/etc/haproxy/haproxy.cfg:9',
      queue_timeout_ms: 3000n,
      tunnel_timeout_ms: 3_600_000n,
    })
  })

  it('are none where none is set: it waits for ever', () => {
    expect(read('', '')).toMatchObject({
      connect_timeout_ms: 0n,
      connect_timeout_at: '',
      server_timeout_ms: 0n,
      server_timeout_at: '',
      idle_ms: 0n,
      idle_at: '',
    })
    expect(read(['  timeout server $', '{WAIT}'].join(''), '')).toMatchObject({
      server_timeout_ms: 0n,
      server_timeout_at: '',
    })
  })

  it.each([
    ['  timeout client 30s', 30_000n, 3],
    ['  timeout client 30s\n  timeout http-request 10s', 10_000n, 4],
    ['  timeout http-keep-alive 2s\n  timeout http-request 10s', 2000n, 3],
  ])('%j keeps an idle visitor', (lines, ms, line) => {
    expect(read(lines, '')).toMatchObject({ idle_ms: ms, idle_at: `/etc/haproxy/haproxy.cfg:${line}` })
  })

  it.each([
    ['', '', 5000n, ''],
    ['  http-reuse always', '', 5000n, ''],
    ['  http-reuse never', '', 0n, ''],
    ['  option http-server-close', '', 0n, ''],
    ['  no option http-server-close', '', 5000n, ''],
    ['  option httpclose', '', 0n, ''],
    ['  default-server pool-purge-delay 0', '', 0n, ''],
    ['  default-server pool-max-conn 0', '', 0n, ''],
    ['  default-server pool-max-conn 20', '', 5000n, ''],
    ['  default-server pool-purge-delay 10s', '', 10_000n, '/etc/haproxy/haproxy.cfg:10'],
    ['', '  option httpclose', 0n, ''],
  ])('%j: for how long idle connections to the server are used again', (back, front, ms, at) => {
    expect(read('', back, front)).toMatchObject({ reuse_ms: ms, reuse_at: at })
  })

  it('connections of mode tcp are used once', () => {
    const tcp = `defaults\n  mode tcp\n${FRONT}\nbackend shop\n  server a 127.0.0.1:3000`
    expect(config(tcp).value.reuse_ms).toBe(0n)
  })
})
