import { readFileSync } from 'node:fs'
import { apache, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites, transport } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { CLOSES_AFTER_MS, crowds, HURRIED } from '../crowds.ts'
import { haproxy } from '../haproxy.ts'
import { url } from '../kit.ts'
import { collect, type Lab } from '../lab.ts'
import { backend, varnish } from '../varnish.ts'

const race = {
  outcome: 'diagnosed',
  state: 'intermittent',
  cause: 'keepalive-race',
  bornAt: 'proxy',
  shape: 'reset',
  place: ['proxy', 'app'],
} as const
const healthy = { outcome: 'healthy', state: 'well', cause: null } as const

/** Starts the gateway, and returns what tells how many requests were lost by now. */
type Gateway = (lab: Lab, ports: Ports) => Promise<() => Promise<number>>

/** The application closes idle connections after two seconds, and visitors come just then until some are lost. */
function racing(gateway: Gateway, wanted: number, methods?: string): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', apps.KEEPS, ports.app, { PORT: String(ports.app), ...HURRIED })
    const lost = await gateway(lab, ports)
    for (let turn = 0; turn < 30 && (await lost()) < wanted; turn++)
      await crowds(url(ports), CLOSES_AFTER_MS, () => false, 1, methods)
    if ((await lost()) < wanted) throw new Error('not enough requests were lost in closing connections')
    return { url: url(ports) }
  }
}

/** The application keeps idle connections for longer than the gateway uses them. */
function inOrder(gateway: Gateway): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', apps.KEEPS, ports.app, { PORT: String(ports.app), KEEP_MS: '65000', WORK_MS: '300' })
    await gateway(lab, ports)
    await crowds(url(ports), CLOSES_AFTER_MS, () => false, 4)
    return { url: url(ports) }
  }
}

/** Lines of a log that hold these words, of this run alone. */
const linesOf = (log: string, ...words: string[]) =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => words.every((word) => line.includes(word))).length

const behindHaproxy =
  (words = ''): Gateway =>
  async (lab, ports) => {
    const back = `http-reuse always\n    server app1 127.0.0.1:${ports.app} ${words}`
    const { log } = await haproxy(lab, ports, { back, defaults: 'timeout server 10s' })
    return async () => linesOf(log, ' SH-- ')
  }
const behindApache =
  (words = ''): Gateway =>
  async (lab, ports) => {
    const lines = `ProxyPass / http://127.0.0.1:${ports.app}/ ${words}`
    const { errorLog } = await apache(lab, { port: ports.site, sites: shop(ports, lines) })
    return async () => linesOf(errorLog, 'AH01102')
  }
const behindCaddy =
  (words = ''): Gateway =>
  async (lab, ports) => {
    const options = words === '' ? '' : transport(`\t\t\t${words}`)
    const { log } = await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`, options)))
    return async () => linesOf(log, '"method":"POST"', 'http.log.error')
  }
const behindVarnish =
  (words: string[] = []): Gateway =>
  async (lab, ports) => {
    const { folder } = await varnish(
      lab,
      ports,
      `${backend('shop', ports.app)}\nsub vcl_recv { return (pass); }`,
      words,
    )
    const argv = ['varnishlog', '-n', folder, '-d', '-g', 'request', '-q', 'RespStatus >= 500', '-i', 'FetchError']
    return async () => (await collect(argv)).out.split('\n').filter((line) => line.includes('FetchError')).length
  }

/** Connections that other gateways than nginx use again as they are closed, each with its twin in the right order. */
export const RACE_CASES: readonly Case[] = [
  {
    name: 'race-haproxy',
    says: 'HAProxy keeps idle connections for five seconds and more, the application for two: now and then a POST is lost',
    truth: { ...race, confidence: 'likely', cites: ['5000 ms', 'closes an idle connection after', 'SH'] },
    start: racing(behindHaproxy(), 1, 'PP'),
  },
  {
    name: 'race-haproxy-in-order',
    says: 'HAProxy begins to close idle connections after half a second, the application keeps them for 65',
    truth: healthy,
    start: inOrder(behindHaproxy('pool-purge-delay 500ms')),
  },
  {
    name: 'race-apache',
    says: 'Apache uses connections for as long as they stay open, the application closes them after two seconds',
    truth: {
      ...race,
      confidence: 'likely',
      cites: ['as long as it stays open', 'closes an idle connection after', 'AH01102'],
    },
    start: racing(behindApache(), 2),
  },
  {
    name: 'race-apache-in-order',
    says: 'ttl=1 lets Apache use no connection again that was idle for longer, the application keeps them for 65',
    truth: healthy,
    start: inOrder(behindApache('ttl=1')),
  },
  {
    name: 'race-caddy',
    says: 'Caddy keeps idle connections for two minutes, the application for two seconds: now and then a POST is lost',
    truth: { ...race, confidence: 'likely', cites: ['120000 ms', 'closes an idle connection after', 'POST'] },
    start: racing(behindCaddy(), 1, 'PP'),
  },
  {
    name: 'race-caddy-in-order',
    says: 'Caddy keeps idle connections for a second, the application for 65',
    truth: healthy,
    start: inOrder(behindCaddy('keepalive 1s')),
  },
  {
    name: 'race-varnish',
    says: 'Varnish keeps idle connections for a minute, the application for two seconds: POSTs are lost, GETs are sent again',
    truth: { ...race, confidence: 'confirmed', cites: ['60000 ms', 'closes an idle connection after', 'reuse'] },
    start: racing(behindVarnish(), 1, 'PP'),
  },
  {
    name: 'race-varnish-in-order',
    says: 'Varnish keeps idle connections for a second, the application for 65',
    truth: healthy,
    start: inOrder(behindVarnish(['-p', 'backend_idle_timeout=1'])),
  },
]
