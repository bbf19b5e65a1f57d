import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/words/json.ts'
import { DOWN, PROXY_DOWN, WRONG_PORT } from './faults.ts'
import { capture, clock } from './http.ts'
import { blind, candidates, cut, found, units } from './looks.ts'
import { journal, unitState } from './text.ts'
import { config, diagnose, type World } from './world.ts'

// Nobody listens, and several gateways are set up; or the one behind another gateway is down.

const NGINX = {
  program: 'nginx',
  conf: '/etc/nginx/nginx.conf',
  at: '/etc/nginx/nginx.conf',
  handler: 'proxy',
  wrote_ms: 0,
  runs: [],
  unit: 'nginx.service',
  load: 'loaded',
  active: 'inactive',
  result: 'success',
  file_state: 'enabled',
  ran_ms: clock(-600).getTime(),
}
const HAPROXY = {
  ...NGINX,
  program: 'haproxy',
  at: '/etc/haproxy/haproxy.cfg:17',
  unit: 'haproxy.service',
  file_state: 'disabled',
  ran_ms: 0,
}
const CADDY = { ...HAPROXY, program: 'caddy', at: '/etc/caddy/Caddyfile', unit: 'caddy.service' }
const VARNISH = { ...NGINX, program: 'varnishd', at: 'varnish.service', unit: 'varnish.service' }
const APACHE = { ...NGINX, program: 'apache2', at: '/etc/apache2/apache2.conf:2', unit: 'apache2.service' }

const setUp = (...gateways: JsonObject[]) => found({ systemd: true, asked: true, gateways: [...gateways], unread: [] })

const haproxyFile = capture('look', '# configuration file /etc/haproxy/haproxy.cfg:\nfrontend web\n    bind :80\n', {
  meta: { conf: '/etc/haproxy/haproxy.cfg', files: [], unreadable: [], limited: false },
})
const caddyFile = capture(
  'look',
  '# configuration file /etc/caddy/Caddyfile:\n:80 {\n\treverse_proxy 127.0.0.1:3000\n}\n',
  {
    meta: { conf: '/etc/caddy/Caddyfile', files: [], unreadable: [], limited: false, admin: 'unknown', stderr: '' },
  },
)
const OTHERS: World['otherConfig'] = (request) => {
  if (request.kind !== 'look') return blind('no-such-file')
  return { 'haproxy-config': haproxyFile, 'caddy-config': caddyFile }[request.name] ?? blind('no-such-file')
}

const UNUSED: Partial<World> = {
  ...PROXY_DOWN,
  gatewayUnit: unitState({ id: 'nginx.service', load: 'not-found', active: 'inactive', started: null }),
  configOnDisk: blind('no-such-file'),
  otherConfig: OTHERS,
  unit: unitState({ id: 'caddy.service', active: 'inactive', sub: 'dead', ended: clock(-600) }),
  journal: journal([{ at: clock(-600), says: 'Stopped caddy.service - Caddy.', manager: true }], 'caddy.service'),
}

describe('several gateways are set up for the port of the URL', () => {
  it('the one that ran last is the one that is missing', async () => {
    const seen = await diagnose({ ...UNUSED, setUp: setUp(HAPROXY, { ...CADDY, ran_ms: clock(-600).getTime() }) })
    expect(seen.at('meant/outer')).toMatchObject({ branch: 'ran', go: 'meant/which' })
    expect(seen.at('meant/outer')?.says).toContain('caddy ran last')
    expect(seen.path).toContain('stopped/caddy.serves')
    expect(seen.path.some((step) => step.startsWith('haproxy/'))).toBe(false)
    expect(seen.short).toBe('proxy-down confirmed')
    expect(seen.fact('gateway.name')).toBe('Caddy')
  })

  it.each<[string, JsonObject, string]>([
    ['nginx', NGINX, 'proxy/unit'],
    ['HAProxy', { ...HAPROXY, ran_ms: clock(-600).getTime() }, 'haproxy/fallen'],
    ['Apache', APACHE, 'apache/fallen'],
    ['Varnish', VARNISH, 'stopped/unit'],
  ])('%s, when it ran last', async (_, one, next) => {
    const seen = await diagnose({ ...UNUSED, setUp: setUp(CADDY, one) })
    expect(seen.at('meant/which')).toMatchObject({ go: next })
    expect(seen.short).toBe('proxy-down confirmed')
  })

  it('none ran since the boot: the one that the boot should have started', async () => {
    const seen = await diagnose({ ...UNUSED, setUp: setUp(HAPROXY, { ...CADDY, file_state: 'enabled' }) })
    expect(seen.at('meant/outer')).toMatchObject({ branch: 'enabled' })
    expect(seen.path).toContain('stopped/caddy.serves')
  })

  it('nothing is known of units: the one whose log was written last', async () => {
    const bare = { unit: '', load: '', active: '', file_state: '', ran_ms: 0 }
    const wrote = { ...CADDY, ...bare, wrote_ms: clock(-60).getTime() }
    const seen = await diagnose({ ...UNUSED, setUp: setUp({ ...HAPROXY, ...bare }, wrote) })
    expect(seen.at('meant/outer')).toMatchObject({ branch: 'wrote' })
    expect(seen.path).toContain('stopped/caddy.serves')
  })

  it('nothing tells them apart: both are named, and neither is started', async () => {
    const seen = await diagnose({ ...UNUSED, setUp: setUp(HAPROXY, CADDY) })
    expect(seen.at('meant/outer')).toMatchObject({ branch: 'several', go: 'meant/one-of' })
    expect(seen.short).toBe('proxy-down likely')
    const { verdict } = seen.judged
    expect(verdict?.node.id).toBe('meant/one-of')
    expect(verdict?.says).toContain('haproxy (/etc/haproxy/haproxy.cfg:17; haproxy.service is inactive, disabled')
    expect(verdict?.says).toContain('caddy (/etc/caddy/Caddyfile')
    expect(verdict?.node.fix.some((step) => step.run?.includes('start'))).toBe(false)
  })

  it.each<[string, World['setUp']]>([
    ['only one is', setUp(CADDY)],
    ['none is', setUp()],
  ])('%s: the walk goes on as ever', async (_, look) => {
    const seen = await diagnose({ ...PROXY_DOWN, setUp: look })
    expect(seen.at('meant/outer')).toMatchObject({ branch: 'clear', go: 'proxy/unit' })
    expect(seen.short).toBe('proxy-down confirmed')
  })

  it.each<[string, World['setUp']]>([
    ['cut', cut(setUp())],
    ['nothing could be seen', blind('timed-out')],
  ])('nobody knows: %s', async (_, look) => {
    const seen = await diagnose({ ...PROXY_DOWN, setUp: look })
    expect(seen.path).toContain('meant/outer.blind')
    expect(seen.short).toBe('proxy-down confirmed')
  })
})

/** The gateway in front was refused by port 3000; the application listens on another port, and is well. */
const REFUSED: Partial<World> = { ...WRONG_PORT, gatewayUnit: unitState({ id: 'nginx.service', pid: 812 }) }

describe('a second gateway on the port that refuses', () => {
  it('ran, and does not any more: it is down, and not the application in a wrong place', async () => {
    const seen = await diagnose({
      ...REFUSED,
      setUp: setUp({ ...HAPROXY, at: '/etc/haproxy/haproxy.cfg:17', ran_ms: clock(-600).getTime() }),
      otherConfig: (request) =>
        request.kind === 'look' && request.name === 'haproxy-config'
          ? { ...haproxyFile, out: haproxyFile.out.replace(':80', ':3000') }
          : blind('no-such-file'),
      unit: unitState({ id: 'haproxy.service', active: 'inactive', sub: 'dead', ended: clock(-600) }),
    })
    expect(seen.at('meant/inner')).toMatchObject({ branch: 'one', go: 'meant/behind' })
    expect(seen.at('meant/behind')?.says).toBe(
      'behind nginx, on port 3000, HAProxy should listen (/etc/haproxy/haproxy.cfg:17); nobody does, and the connection is refused',
    )
    expect(seen.path).toContain('haproxy/fallen-unit.stopped')
    expect(seen.path.some((step) => step.startsWith('app/candidates'))).toBe(false)
    expect(seen.short).toBe('proxy-down confirmed')
    expect(seen.judged.verdict?.says).toBe(
      'Nothing listens on port 3000 on this machine: HAProxy, to which nginx sends, is down',
    )
  })

  it.each<[string, JsonObject, string]>([
    ['nginx', NGINX, 'proxy/unit'],
    ['Apache', APACHE, 'apache/fallen'],
    ['Caddy', { ...CADDY, file_state: 'enabled' }, 'stopped/caddy'],
    ['Varnish', VARNISH, 'stopped/unit'],
  ])('%s', async (name, one, next) => {
    const seen = await diagnose({ ...REFUSED, setUp: setUp(one), configOnDisk: config() })
    expect(seen.at('meant/which')).toMatchObject({ go: next })
    expect(seen.fact('gateway.name')).toBe(name)
    expect(seen.short).toBe('proxy-down confirmed')
  })

  it('serves the site itself: then it is the application', async () => {
    const seen = await diagnose({ ...REFUSED, setUp: setUp({ ...APACHE, handler: 'static' }) })
    expect(seen.at('meant/behind')).toMatchObject({ branch: 'serves' })
    expect(seen.judged.verdict?.node.id).toBe('meant/server-down')
    expect(seen.short).toBe('process-down confirmed')
  })

  it('is in files only: whatever else claims the port comes first', async () => {
    const look = setUp({ ...CADDY, wrote_ms: 0 })
    const seen = await diagnose({
      ...REFUSED,
      setUp: look,
      units: units([{ unit: 'shop.service' }]),
      unit: unitState({ active: 'failed', result: 'exit-code', code: 1, status: 1, ended: clock(-30) }),
    })
    expect(seen.at('meant/inner')).toMatchObject({ branch: 'weak', go: 'docker/search' })
    expect(seen.path).toContain('app/unit-search.one')
    expect(seen.judged.verdict?.node.cause).not.toBe('proxy-down')
  })

  it('is in files only, and nothing else claims the port: likely', async () => {
    const seen = await diagnose({ ...REFUSED, setUp: setUp(CADDY) })
    expect(seen.at('meant/left')).toMatchObject({ branch: 'files', go: 'meant/which' })
    expect(seen.short).toBe('proxy-down likely')
  })

  it('runs, on other ports: its configuration may not be loaded, and nothing is said of it being down', async () => {
    const seen = await diagnose({ ...REFUSED, setUp: setUp({ ...NGINX, runs: [812] }) })
    expect(seen.at('meant/inner')).toMatchObject({
      branch: 'runs',
      suspects: ['config-not-loaded'],
      go: 'docker/search',
    })
    expect(seen.judged.verdict?.node.cause).toBe('wrong-port')
  })

  it.each<[string, World['setUp']]>([
    ['several are', setUp(HAPROXY, CADDY)],
    ['none is', setUp()],
    ['nothing could be seen', blind('timed-out')],
  ])('%s set up: the application is looked for as ever', async (_, look) => {
    const seen = await diagnose({ ...DOWN, setUp: look, candidates: candidates() })
    expect(seen.path).toContain('app/candidates.none')
    expect(seen.judged.verdict?.node.cause).toBe('process-down')
  })
})
