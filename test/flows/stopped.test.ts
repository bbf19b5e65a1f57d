import { describe, expect, it } from 'vitest'
import type { Capture } from '../../src/words/look.ts'
import { PROXY_DOWN } from './faults.ts'
import { capture, clock } from './http.ts'
import { blind, units } from './looks.ts'
import { exited, journal, unitState } from './text.ts'
import { diagnose, type World } from './world.ts'

// Nobody listens on the URL's port, and no nginx, HAProxy or Apache of this machine should.

const NOBODYS: Partial<World> = {
  ...PROXY_DOWN,
  gatewayUnit: unitState({ id: 'nginx.service', load: 'not-found', active: 'inactive', started: null }),
  configOnDisk: blind('no-such-file'),
  config: blind('no-such-file'),
}

/** A Caddyfile on the disk, as its look gives it. */
const caddyfile = (text: string): Capture =>
  capture('look', `# configuration file /etc/caddy/Caddyfile:\n${text}\n`, {
    meta: {
      conf: '/etc/caddy/Caddyfile',
      files: [{ path: '/etc/caddy/Caddyfile', mtime: clock(-5000).toISOString() }],
      ...{ unreadable: [], limited: false, admin: 'unknown', stderr: '' },
    },
  })
const SITE = 'shop.example.com:80 {\n\treverse_proxy 127.0.0.1:3000\n}'

const CADDY_DOWN: Partial<World> = {
  ...NOBODYS,
  otherConfig: (request) =>
    request.kind === 'look' && request.name === 'caddy-config' ? caddyfile(SITE) : blind('no-such-file'),
  unit: unitState({ id: 'caddy.service', active: 'inactive', sub: 'dead', ended: clock(-600) }),
  journal: journal([{ at: clock(-600), says: 'Stopped caddy.service - Caddy.', manager: true }], 'caddy.service'),
}

const told = async (parts: Partial<World>) => {
  const seen = await diagnose(parts)
  const { verdict } = seen.judged
  return { seen, id: verdict?.node.id, cause: verdict?.node.cause, how: verdict?.assessment.confidence }
}

describe('a Caddy that should listen', () => {
  it('somebody stopped it', async () => {
    const { seen, id, cause } = await told(CADDY_DOWN)
    expect(seen.at('stopped/caddy')).toEqual({
      branch: 'serves',
      says: '/etc/caddy/Caddyfile has a site for port 80, and no Caddy runs there',
      learns: { 'gateway.name': 'Caddy', 'proxy.unit': 'caddy.service' },
      go: 'stopped/unit',
    })
    expect(seen.at('stopped/unit')).toMatchObject({
      branch: 'stopped',
      says: 'caddy.service is stopped since 01:53:12Z (enabled)',
    })
    expect({ id, cause }).toEqual({ id: 'proxy/down', cause: 'proxy-down' })
    const fix = seen.judged.verdict?.node.fix.map((step) => step.run?.join(' ') ?? '') ?? []
    expect(fix).toContain('systemctl start caddy')
    expect(fix.some((run) => run.includes('nginx'))).toBe(false)
  })

  it('it failed, and said why', async () => {
    const says =
      'Error: adapting config using caddyfile: /etc/caddy/Caddyfile:2: unrecognized directive: reverse_proxyy'
    const { seen, id } = await told({
      ...CADDY_DOWN,
      unit: unitState({
        id: 'caddy.service',
        active: 'failed',
        result: 'exit-code',
        code: 1,
        status: 1,
        ended: clock(-60),
      }),
      journal: journal(
        [
          { at: clock(-61), says: 'Starting caddy.service - Caddy...', manager: true },
          { at: clock(-60), says },
          ...exited(clock(-60)),
        ],
        'caddy.service',
      ),
    })
    expect(seen.at('stopped/unit')).toMatchObject({ branch: 'failed' })
    expect(seen.at('stopped/journal')).toMatchObject({ branch: 'reason' })
    expect(JSON.stringify(seen.at('stopped/journal'))).toContain('unrecognized directive')
    expect(id).toBe('proxy/down')
  })

  it('no unit of it is known: whatever started it did it otherwise', async () => {
    const unit = unitState({ id: 'caddy.service', load: 'not-found', active: 'inactive', started: null })
    const { seen, id } = await told({ ...CADDY_DOWN, unit })
    expect(seen.at('stopped/unit')).toMatchObject({ branch: 'unknown' })
    expect(id).toBe('proxy/down')
  })
})

describe('a unit that names the port', () => {
  const varnish = { unit: 'varnish.service', active: 'inactive', token: '-a :80', where: 'command' }

  it('is the one that should serve it', async () => {
    const { seen, id } = await told({
      ...NOBODYS,
      units: units([varnish]),
      unit: unitState({ id: 'varnish.service', active: 'inactive', sub: 'dead', ended: clock(-600) }),
    })
    expect(seen.at('stopped/named')).toMatchObject({
      branch: 'one',
      says: 'varnish.service names it (-a :80 in its command); it is inactive',
    })
    expect(id).toBe('proxy/down')
    const fix = seen.judged.verdict?.node.fix.map((step) => step.run?.join(' ') ?? '') ?? []
    expect(fix).toContain('systemctl start varnish')
  })

  it('the one that is down, of several', async () => {
    const { seen } = await told({ ...NOBODYS, units: units([{ unit: 'shop.service', active: 'active' }, varnish]) })
    expect(seen.at('stopped/named')).toMatchObject({
      branch: 'one-down',
      says: 'varnish.service names it too, and is inactive',
    })
  })

  it('none does: then only that nobody listens is known', async () => {
    const { seen, id, cause } = await told({ ...NOBODYS, units: units() })
    expect(seen.at('stopped/named')).toMatchObject({ branch: 'none', go: 'proxy/which' })
    expect({ id, cause }).toEqual({ id: 'proxy/down', cause: 'proxy-down' })
  })
})

describe('a port that another program has', () => {
  const words = journal(
    [
      { at: clock(-61), says: 'Starting nginx.service - A high performance web server...', manager: true },
      { at: clock(-60), says: 'nginx: [emerg] bind() to 127.0.0.1:8090 failed (98: Address already in use)' },
      ...exited(clock(-60)),
    ],
    'nginx.service',
  )

  it('keeps the gateway from starting', async () => {
    const { seen, id, cause, how } = await told({ ...PROXY_DOWN, gatewayJournal: words })
    expect(seen.at('proxy/which')).toMatchObject({ branch: 'port-taken', suspects: ['port-in-use'] })
    expect({ id, cause, how }).toEqual({ id: 'stopped/port-taken', cause: 'port-in-use', how: 'confirmed' })
  })

  it('another reason is another verdict', async () => {
    const { id } = await told(PROXY_DOWN)
    expect(id).toBe('proxy/down')
  })
})
