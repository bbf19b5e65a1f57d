import { describe, expect, it } from 'vitest'
import { NO_CONNECTIONS } from './faults-way.ts'
import { blind, place } from './looks.ts'
import { workers } from './packets.ts'
import { errorLine, errorLog, ss, tcp } from './text.ts'
import { config, diagnose, type World } from './world.ts'

// A gateway that sends to its own port asks itself until it has no connection left.

/** nginx (pid 812) on port 80 has no connection left, and sends to wherever this says. */
const short = (server: string, parts: Partial<World> = {}): Partial<World> => ({
  ...NO_CONNECTIONS,
  workers: workers({ pid: 813, open: 40, limit: 65_536 }),
  config: config(server),
  ...parts,
})

describe('a gateway whose connections are used up', () => {
  it.each([
    ['its own port', 'location / { proxy_pass http://127.0.0.1:80; proxy_set_header Host $host; }'],
    ['its own port, by the name of this machine', 'location / { proxy_pass http://localhost; }'],
    ['its own port, as another host that no other server is for', 'location / { proxy_pass http://127.0.0.1; }'],
  ])('sends to %s: a circle, and more connections are no remedy', async (_, server) => {
    const seen = await diagnose(short(server))
    expect(seen.path).toContain('second/own-port.itself')
    expect(seen.path).toContain('second/own-server.again')
    expect(seen.verdict).toMatchObject({ id: 'second/circle', cause: 'proxy-config', confidence: 'confirmed' })
    expect(seen.verdict?.says).toMatch(
      /^The gateway sends to its own port, (127\.0\.0\.1|localhost):80, and asks itself/,
    )
  })

  it.each([
    ['of another name', 'location / { proxy_pass http://127.0.0.1; proxy_set_header Host inner.example.com; }'],
    ['of another path', 'location / { proxy_pass http://127.0.0.1/inner/; proxy_set_header Host inner.example.com; }'],
  ])('sends to a server %s on its own port, which sends to the application: no circle', async (_, server) => {
    const app = 'server { listen 80; server_name inner.example.com; location / { proxy_pass http://127.0.0.1:3000; } }'
    const seen = await diagnose(short(server, { config: config(server, { main: app }) }))
    expect(seen.path).toContain('second/own-port.itself')
    expect(seen.path).toContain('second/own-server.onward')
    expect(seen.judged.verdict?.node.id).toBe('limits/connections-exhausted')
  })

  it('sends through two more servers of its own, back to the first: a circle', async () => {
    const next = (port: number, to: number) =>
      `server { listen ${port}; location / { proxy_pass http://127.0.0.1:${to}; } }`
    const listeners = ss(...[80, 8085, 8086].map((port) => tcp('0.0.0.0', port, 'nginx', 812)))
    const server = 'location / { proxy_pass http://127.0.0.1:8085; }'
    const errors = errorLog([
      errorLine('512 worker_connections are not enough while connecting to upstream', {
        upstream: 'http://127.0.0.1:8085/checkout',
      }),
    ])
    const main = `${next(8085, 8086)} ${next(8086, 8085)}`
    const seen = await diagnose(short(server, { config: config(server, { main }), listeners, errorLog: errors }))
    expect(seen.path).toContain('second/own-server.onward')
    expect(seen.path).toContain('second/own-server.round')
    expect(seen.verdict).toMatchObject({ id: 'second/circle', cause: 'proxy-config' })
    expect(seen.verdict?.says).toContain('127.0.0.1:8085')
  })

  it('sends to a location of its own server, which sends to the application: no circle', async () => {
    const server =
      'location / { proxy_pass http://127.0.0.1/inner/; proxy_set_header Host $host; } location /inner/ { proxy_pass http://127.0.0.1:3000/; }'
    const seen = await diagnose(short(server))
    expect(seen.path).toContain('second/own-server.onward')
    expect(seen.judged.verdict?.node.id).toBe('limits/connections-exhausted')
  })

  it.each<[string, string, Partial<World>, string]>([
    ['to the application', 'location / { proxy_pass http://127.0.0.1:3000; }', {}, 'second/own-port.other'],
    [
      'to the same port of another machine',
      'location / { proxy_pass http://10.0.0.9; }',
      { place: place(['10.0.0.9']) },
      'second/own-place.elsewhere',
    ],
    [
      'to an address that nginx does not listen on',
      'location / { proxy_pass http://127.0.0.1; }',
      { listeners: ss(tcp('10.0.0.5', 80, 'nginx', 812)) },
      'second/own-port.other',
    ],
  ])('sends %s: the connections are what is short', async (_, server, parts, way) => {
    const seen = await diagnose(short(server, parts))
    expect(seen.path).toContain(way)
    expect(seen.short).toBe('connections-exhausted likely')
  })

  it('asks itself for another path in each round: one of them may lead out', async () => {
    const seen = await diagnose(
      short('location / { proxy_pass http://127.0.0.1/deeper/; proxy_set_header Host $host; }'),
    )
    expect(seen.at('second/own-server')).toMatchObject({ branch: 'again-elsewhere' })
    expect(seen.at('second/own-server')?.says).toContain('sends it there again, as /deeper/deeper/checkout')
    expect(seen.short).toBe('proxy-config likely')
  })

  it('has used up its open files on itself', async () => {
    const line = 'socket() failed (24: Too many open files) while connecting to upstream'
    const seen = await diagnose(
      short('location / { proxy_pass http://127.0.0.1:80; proxy_set_header Host $host; }', {
        errorLog: errorLog([errorLine(line, { level: 'crit' })]),
      }),
    )
    expect(seen.verdict).toMatchObject({ id: 'second/circle', cause: 'proxy-config' })
  })

  it('and who listens cannot be seen: its limit is what is told', async () => {
    const seen = await diagnose(
      short('location / { proxy_pass http://127.0.0.1:80; }', { listeners: blind('no-permission') }),
    )
    expect(seen.blindSpots.join()).toContain('second/own-port no-permission')
    expect(seen.short).toBe('connections-exhausted likely')
  })
})
