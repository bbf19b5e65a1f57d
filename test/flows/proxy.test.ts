import { describe, expect, it } from 'vitest'
import { PROXY_DOWN } from './faults.ts'
import { clock, DROPPED, EMPTY, exchange, NO_ROUTE, REFUSED } from './http.ts'
import { blind, cut, destination } from './looks.ts'
import { errorLog, exited, journal, processLine, unitState } from './text.ts'
import { config, diagnose, type World } from './world.ts'

const NGINX = { id: 'nginx.service' }
const FAR = destination({ addresses: ['203.0.113.9'], listening: false, bound: '' }, null)

describe('what became of nginx', () => {
  const at = async (unit: World['gatewayUnit']) =>
    (await diagnose({ ...PROXY_DOWN, gatewayUnit: unit })).at('proxy/unit')

  it('it failed', async () => {
    expect(await at(PROXY_DOWN.gatewayUnit ?? unitState(NGINX))).toEqual({
      branch: 'failed',
      says: 'nginx.service failed (exit-code, status 1) at 02:02:12Z',
      learns: { 'onset.first_error': '2026-11-21T02:02:12.000Z', 'proxy.unit': 'nginx.service' },
      go: 'proxy/journal',
    })
  })

  it('it was stopped', async () => {
    expect(
      await at(unitState({ ...NGINX, active: 'inactive', sub: 'dead', ended: clock(-600), file: 'disabled' })),
    ).toEqual({
      branch: 'stopped',
      says: 'nginx.service is stopped since 01:53:12Z (disabled)',
      learns: { 'onset.first_error': '2026-11-21T01:53:12.000Z', 'proxy.unit': 'nginx.service' },
      go: 'proxy/journal',
    })
  })

  it('it is restarted over and over', async () => {
    expect(await at(unitState({ ...NGINX, active: 'activating', sub: 'auto-restart', restarts: 12 }))).toEqual({
      branch: 'starting',
      says: 'nginx.service is being restarted over and over (12 times)',
      learns: { 'proxy.unit': 'nginx.service' },
      go: 'proxy/journal',
    })
  })

  it('it runs, and not on this port', async () => {
    expect(await at(unitState({ ...NGINX, pid: 812 }))).toEqual({
      branch: 'running',
      says: 'nginx.service runs (pid 812), and not on port 80',
      learns: { 'proxy.unit': 'nginx.service' },
      go: 'proxy/configuration',
    })
  })

  it('there is no such unit', async () => {
    expect(await at(unitState({ ...NGINX, load: 'not-found', active: 'inactive', started: null }))).toEqual({
      branch: 'none',
      says: 'no nginx unit is known here',
      go: 'proxy/configuration',
    })
  })

  it('nobody knows', async () => {
    expect(await at(blind('missing-tool'))).toEqual({
      blind: 'missing-tool',
      says: 'missing-tool here',
      go: 'proxy/configuration',
    })
  })
})

describe('its last words', () => {
  it('in its journal', async () => {
    const words = journal(
      [
        { at: clock(-61), says: 'Starting nginx.service - A high performance web server...', manager: true },
        { at: clock(-60), says: 'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/sites-enabled/shop:4' },
        ...exited(clock(-60)),
      ],
      'nginx.service',
    )
    const seen = await diagnose({ ...PROXY_DOWN, gatewayJournal: words })
    expect(seen.path.some((step) => step.startsWith('proxy/journal.'))).toBe(true)
    expect(seen.at('proxy/journal')?.says).toContain('unknown directive "proxy_passs"')
  })

  it('none', async () => {
    const seen = await diagnose(PROXY_DOWN)
    expect(seen.at('proxy/journal')).toEqual({
      branch: 'silent',
      says: 'its journal names no reason (1 entries)',
      go: 'proxy/configuration',
    })
  })

  it('in a journal that is closed', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, gatewayJournal: blind('no-permission') })
    expect(seen.path).toContain('proxy/journal.blind')
    expect(seen.short).toBe('proxy-down confirmed')
  })

  it('in its error log: a refused start', async () => {
    const log = errorLog([processLine('emerg', 'bind() to 0.0.0.0:80 failed (98: Address already in use)')])
    const seen = await diagnose({ ...PROXY_DOWN, errorLog: log })
    expect(seen.at('proxy/last-words')).toEqual({
      branch: 'refused-start',
      says: 'it refused to start: bind() to 0.0.0.0:80 failed (98: Address already in use)',
      learns: { 'was.message': 'bind() to 0.0.0.0:80 failed (98: Address already in use)' },
      go: 'proxy/which',
    })
  })

  it('in its error log: an ordered stop', async () => {
    const log = errorLog([processLine('notice', 'signal 3 (SIGQUIT) received from 1, shutting down')])
    const seen = await diagnose({ ...PROXY_DOWN, errorLog: log })
    expect(seen.at('proxy/last-words')).toEqual({
      branch: 'wrote',
      says: 'its last word at 02:02:12Z: signal 3 (SIGQUIT) received from 1, shutting down',
      go: 'proxy/which',
    })
  })

  it('in its error log: the last of several words, not the first', async () => {
    const words = [
      processLine('emerg', 'host not found in upstream "old.internal" in /etc/nginx/sites-enabled/shop:4', clock(-600)),
      processLine('notice', 'signal 1 (SIGHUP) received from 1, reconfiguring', clock(-300)),
      processLine('notice', 'signal 15 (SIGTERM) received from 1, exiting', clock(-60)),
    ]
    const stopped = await diagnose({ ...PROXY_DOWN, errorLog: errorLog(words.slice(1)) })
    expect(stopped.at('proxy/last-words')?.says).toBe(
      'its last word at 02:02:12Z: signal 15 (SIGTERM) received from 1, exiting',
    )
    const again = processLine('emerg', 'bind() to 0.0.0.0:80 failed (98: Address already in use)', clock(-30))
    const refused = await diagnose({ ...PROXY_DOWN, errorLog: errorLog([...words, again]) })
    expect(refused.fact('was.message')).toBe('bind() to 0.0.0.0:80 failed (98: Address already in use)')
  })

  it('in its error log: nothing in the window', async () => {
    expect((await diagnose({ ...PROXY_DOWN, errorLog: errorLog([], { held: 'yes' }) })).at('proxy/last-words')).toEqual(
      {
        branch: 'silent',
        says: 'its error log says nothing in the window',
        go: 'proxy/which',
      },
    )
  })

  it('in an error log that is closed', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, errorLog: blind('no-permission') })
    expect(seen.path).toContain('proxy/last-words.blind')
    expect(seen.short).toBe('proxy-down confirmed')
  })
})

describe('whether anything here should serve the port', () => {
  const at = async (configuration: World['configOnDisk']) =>
    (await diagnose({ ...PROXY_DOWN, configOnDisk: configuration })).at('proxy/configuration')

  it('a configuration that is well', async () => {
    expect(await at(config())).toEqual({
      branch: 'serves',
      says: '/etc/nginx/nginx.conf has a server for port 80, and no such server runs',
      learns: {
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.server_name': 'shop.example.com',
      },
      go: 'proxy/last-words',
    })
  })

  it('a configuration that nginx refuses', async () => {
    expect(await at(config('location / { proxy_pass http://127.0.0.1:3000 }'))).toEqual({
      branch: 'broken',
      says: '/etc/nginx/nginx.conf serves port 80 and is broken: unexpected "}" in /etc/nginx/sites-enabled/shop:4',
      learns: {
        'config.error_log': '/var/log/nginx/error.log',
        'config.error_log_level': 'error',
        'config.server_name': 'shop.example.com',
      },
      dark: ['nginx would refuse this configuration: unexpected "}" in /etc/nginx/sites-enabled/shop:4'],
      go: 'proxy/last-words',
    })
  })

  it('a configuration for other ports', async () => {
    expect(await at({ ...config(), out: config().out.replace('listen 80;', 'listen 8080;') })).toEqual({
      branch: 'other',
      says: 'no nginx configuration here serves port 80',
      go: 'haproxy/fallen',
    })
  })

  it('none', async () => {
    expect(await at(blind('no-such-file', 'No nginx configuration at /etc/nginx/nginx.conf'))).toEqual({
      blind: 'no-such-file',
      says: 'No nginx configuration at /etc/nginx/nginx.conf',
      go: 'haproxy/fallen',
    })
  })
})

describe('proxy-down', () => {
  it('when nobody listens, and the connection is refused', async () => {
    expect((await diagnose(PROXY_DOWN)).verdict).toEqual({
      id: 'proxy/down',
      cause: 'proxy-down',
      confidence: 'confirmed',
      outcome: 'diagnosed',
      state: 'failing',
      place: 'proxy',
      sides: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      says: 'Nothing listens on shop.example.com:80 on this machine: the gateway itself is down',
      proofs: ['locate/destination.silent', 'locate/response.refused-here'],
    })
  })

  it.each<[string, Partial<World>]>([
    ['its unit', { gatewayUnit: blind('missing-tool') }],
    ['its journal', { gatewayJournal: blind('no-permission') }],
    ['its configuration', { configOnDisk: blind('no-such-file') }],
    ['its log', { errorLog: blind('no-permission') }],
  ])('is certain without %s', async (_, parts) => {
    expect((await diagnose({ ...PROXY_DOWN, ...parts })).short).toBe('proxy-down confirmed')
  })

  it.each<[string, Partial<World>, string]>([
    ['the address is another machine’s', { destination: FAR }, 'proxy/far'],
    ['who listens was seen in part', { destination: cut(PROXY_DOWN.destination ?? FAR) }, 'proxy/far'],
    ['the connection was not refused but dropped', { request: exchange(DROPPED) }, 'proxy/far'],
    ['there was no route', { request: exchange(NO_ROUTE) }, 'proxy/far'],
    ['somebody took the connection', { request: exchange(EMPTY) }, 'locate/unknown-gateway'],
  ])('is not said when %s', async (_, parts, short) => {
    expect((await diagnose({ ...PROXY_DOWN, ...parts })).short).toBe(short)
  })

  it('is only likely when no request was made', async () => {
    const seen = await diagnose({ ...PROXY_DOWN, request: blind('declined') })
    expect(seen.path).toContain('locate/log.nobody-here')
    expect(seen.verdict).toMatchObject({ cause: 'proxy-down', confidence: 'likely', open: ['blocked', 'host-down'] })
  })

  it('far away nobody can tell a refusal from a gateway that is down', async () => {
    expect((await diagnose({ destination: FAR, request: exchange(REFUSED) })).end).toEqual({
      node: 'proxy/far',
      kind: 'inconclusive',
      outcome: 'inconclusive',
      state: 'failing',
      says: 'Nothing answers on shop.example.com:80 from here. Whether the gateway is down or something in between refuses cannot be told from this machine.',
    })
  })
})
