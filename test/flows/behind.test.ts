import { describe, expect, it } from 'vitest'
import type { Capture } from '../../src/words/look.ts'
import * as documented from '../documented/edge/envoy.ts'
import { asked, edgeCapture } from '../reading/edge/support.ts'
import { cloudflare, FAR, here } from './hops-world.ts'
import { capture, clock, exchange } from './http.ts'
import { blind, NGINX_PID } from './looks.ts'
import { written } from './workers.ts'
import { diagnose, type World } from './world.ts'

// The URL leads to a CDN, and no nginx of this machine has a server of its name.

const row = (address: string, port: number, program: string, pid: number) =>
  `LISTEN 0 511 ${address}:${port} 0.0.0.0:* users:(("${program}",pid=${pid},fd=6))`
const listening = (...rows: string[]): Capture =>
  capture('run', `${rows.join('\n')}\n`, { argv: ['ss', '-ltnpH'], exit: 0 })

const HAPROXY = (front: string) =>
  capture(
    'look',
    `# configuration file /etc/haproxy/haproxy.cfg:\nglobal\n  log /dev/log local0\ndefaults\n  mode http\nfrontend web\n  bind *:80\n  ${front}\nbackend shop\n  server app1 127.0.0.1:3000\n`,
    {
      meta: {
        conf: '/etc/haproxy/haproxy.cfg',
        files: [{ path: '/etc/haproxy/haproxy.cfg', mtime: clock(-5000).toISOString() }],
        unreadable: [],
        limited: false,
      },
    },
  )

const behind = (parts: Partial<World>): Partial<World> => ({
  destination: FAR,
  configOnDisk: blind('no-such-file'),
  config: blind('no-such-file'),
  request: exchange(cloudflare(502)),
  ...parts,
})

const DOOR = row('0.0.0.0', 80, 'haproxy', 41)
const NAMED = HAPROXY('use_backend shop if { hdr(host) -i shop.example.com }')

describe('which gateway of this machine', () => {
  const at = async (...rows: string[]) => (await diagnose(behind({ listeners: listening(...rows) }))).at('behind/doors')

  it('the one at the likeliest port, whoever else listens', async () => {
    expect(await at(row('0.0.0.0', 8404, 'haproxy', 41), row('0.0.0.0', 80, 'apache2', 60))).toEqual({
      branch: 'apache',
      says: 'Apache listens on this machine, on port 80',
      learns: {
        ...{ 'gateway.name': 'Apache', 'proxy.pid': 60, 'proxy.program': 'apache2' },
        ...{ 'gateway.port': 80, 'gateway.address': '127.0.0.1', 'gateway.scheme': 'http' },
      },
      go: 'behind/apache',
    })
  })

  it('what only this machine reaches stands behind another one', async () => {
    expect(await at(row('127.0.0.1', 80, 'caddy', 50), row('0.0.0.0', 8080, 'varnishd', 20))).toMatchObject({
      branch: 'varnish',
      learns: { 'gateway.port': 8080, 'proxy.pid': 20 },
    })
  })

  it('a program that is no gateway is none', async () => {
    expect(await at(row('0.0.0.0', 80, 'node', 30))).toEqual({
      branch: 'none',
      says: 'no other gateway listens on this machine',
      go: 'behind/no-door',
    })
  })
})

describe('nginx has the site’s name, and only this machine reaches it', () => {
  const ON_LOOPBACK = {
    ...here({ pid: NGINX_PID, running: 1 }),
    out: 'http { server { listen 127.0.0.1:8081; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:3000; } } }',
  }
  const INNER = row('127.0.0.1', 8081, 'nginx', 812)
  const walk = (...rows: string[]) =>
    diagnose(
      behind({
        configOnDisk: ON_LOOPBACK,
        listeners: listening(INNER, ...rows),
        otherConfig: HAPROXY('default_backend shop'),
      }),
    )

  it('the gateway that the front reaches comes first', async () => {
    const seen = await walk(DOOR)
    expect(seen.at('hops/site')).toMatchObject({
      branch: 'inner',
      says: 'shop.example.com leads elsewhere; nginx on this machine (pid 812) has a server of that name, and only this machine reaches it (127.0.0.1:8081)',
      learns: { 'inner.nginx': '127.0.0.1:8081' },
      go: 'behind/doors',
    })
    expect(seen.at('hops/site')).not.toHaveProperty('proves')
    expect(seen.at('behind/doors')).toMatchObject({ branch: 'haproxy', go: 'behind/haproxy' })
  })

  it('where nothing shows that requests come to that one, nginx is the one', async () => {
    const seen = await walk(DOOR)
    expect(seen.at('behind/unknown-machine')).toMatchObject({ branch: 'inner', go: 'hops/inner' })
    expect(seen.at('hops/inner')).toMatchObject({ branch: 'served', proves: ['proxy'], go: 'nginx/process' })
    expect(seen.session.facts.get('gateway.name')?.value).toBe('nginx')
  })

  it('without another gateway nginx is the one: a tunnel may bring its requests', async () => {
    const seen = await walk()
    expect(seen.at('behind/doors')).toMatchObject({ branch: 'none', go: 'behind/no-door' })
    expect(seen.at('hops/inner')).toMatchObject({
      branch: 'served',
      says: 'shop.example.com leads elsewhere, and nginx on this machine (pid 812) has a server of that name, on port 8081',
      learns: { 'gateway.name': 'nginx', 'gateway.port': 8081 },
    })
  })
})

describe('HAProxy behind a CDN', () => {
  it('a rule for the name proves that the site is its', async () => {
    const seen = await diagnose(behind({ listeners: listening(DOOR), otherConfig: NAMED }))
    expect(seen.at('behind/haproxy')).toMatchObject({
      branch: 'named',
      says: 'shop.example.com leads elsewhere, and /etc/haproxy/haproxy.cfg:5 on this machine has a rule for that name',
      proves: ['proxy'],
    })
  })

  it('one that takes every name is not known to be the right one, and nothing of it is told of the site', async () => {
    const parts = behind({ listeners: listening(DOOR), otherConfig: HAPROXY('default_backend shop') })
    const seen = await diagnose(parts)
    expect(seen.at('behind/haproxy')).toMatchObject({
      branch: 'takes',
      says: '/etc/haproxy/haproxy.cfg:5 on this machine takes requests on port 80, whatever their host',
    })
    expect(seen.at('behind/haproxy')).not.toHaveProperty('proves')
    expect(seen.at('behind/unknown-machine')).toMatchObject({ branch: 'unrelated', go: 'locate/response' })
    expect([...seen.session.facts.keys()].filter((name) => name.startsWith('gateway.'))).toEqual([])
    expect(seen.session.vantages.proxy).toBeNull()
    expect(seen.judged).toMatchObject({ outcome: 'inconclusive', verdict: null })
  })

  it('one that binds another port only proves nothing, and the walk goes on as without it', async () => {
    const door = row('0.0.0.0', 8080, 'haproxy', 41)
    const seen = await diagnose(behind({ listeners: listening(door), otherConfig: NAMED }))
    expect(seen.at('behind/haproxy')).toMatchObject({ blind: 'not-understood', go: 'locate/response' })
    const without = await diagnose(behind({ listeners: listening() }))
    expect(seen.session.reached).toEqual(without.session.reached)
    expect(seen.judged).toMatchObject({ outcome: 'inconclusive', verdict: null })
  })
})

describe('Envoy behind a CDN', () => {
  const told = (domains: string[]) => {
    const route_config = documented.routes(domains, [documented.route({ prefix: '/' }, { cluster: 'shop' })])
    const dump = documented.configDump({
      listeners: [documented.listener(80, { route_config })],
      clusters: [documented.cluster([['127.0.0.1', 3000]])],
    })
    return edgeCapture(asked(9901, documented.admin({ dump, hosts: [documented.host('127.0.0.1', 3000)] })))
  }
  const LOG = '/var/log/envoy/access.log'
  const line = (status: number, flags: string) =>
    `[${clock(0.05).toISOString()}] "GET /checkout HTTP/1.1" ${status} ${flags} 0 91 2 - "10.77.1.2" "triage502/0.1.0" "5f0c" "shop.example.com" "127.0.0.1:3000"\n`
  const log = (out: string) =>
    capture('log', out, {
      meta: { path: LOG, held: 'yes', moved: false, reached: true, records: 1, full: false, gaps: [], left: [] },
    })
  const world = (domains: string[], out: string) =>
    behind({
      listeners: listening(row('0.0.0.0', 80, 'envoy', 41), row('127.0.0.1', 9901, 'envoy', 41)),
      otherConfig: told(domains),
      written: written(LOG),
      errorLog: log(out),
    })

  it('a virtual host of the name, and our request in its log: the fault is behind it', async () => {
    const seen = await diagnose(world(['shop.example.com'], line(503, 'UF')))
    expect(seen.at('behind/edge')).toMatchObject({ branch: 'named', proves: ['proxy'] })
    expect(seen.at('behind/file')).toMatchObject({ branch: 'came', learns: { 'hop.status': 503 } })
    expect(seen.at('edge/log')).toMatchObject({ branch: 'ours', learns: { 'upstream.port': 3000 } })
  })

  it('no virtual host is for the name: it is not the one', async () => {
    const seen = await diagnose(world(['www.example.com'], ''))
    expect(seen.at('behind/edge')).toMatchObject({ branch: 'not-its', go: 'locate/response' })
    expect(seen.session.vantages.proxy).toBeNull()
  })

  it('one that takes every name is known by its log alone', async () => {
    const seen = await diagnose(world(['*'], line(503, 'UF')))
    expect(seen.at('behind/edge')).toMatchObject({ branch: 'takes' })
    expect(seen.at('behind/file')).toMatchObject({ branch: 'came', proves: ['proxy'] })
  })

  it('nothing of ours in its log yet proves nothing', async () => {
    const seen = await diagnose(
      world(['*'], line(200, '-').replace(clock(0.05).toISOString(), clock(-60).toISOString())),
    )
    expect(seen.at('behind/file')).not.toMatchObject({ branch: 'absent' })
    expect(seen.verdict?.confidence).not.toBe('confirmed')
  })
})
