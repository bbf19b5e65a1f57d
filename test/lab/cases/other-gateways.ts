import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { apache, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, did, reverseProxy, sites, transport } from '../caddy.ts'
import type { Case, Made, Ports } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { statusOf, url, well } from '../kit.ts'
import { type Lab, listening, until } from '../lab.ts'
import { backend, varnish } from '../varnish.ts'
import { gunicorn, hold } from '../workers.ts'

// Causes that other themes make behind nginx, made behind the other gateways: each waits a second for an answer.

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const inner = { ...failing, place: ['proxy', 'app'], shape: 'unreachable' } as const
const stale = { ...inner, cause: 'stale-address', cites: ['127.0.0.2', '127.0.0.3', 'shop.internal'] } as const
const apart = { ...inner, cause: 'wrong-interface', cites: ['3000', '::1'] } as const
const spins = { ...failing, cause: 'event-loop-blocked', place: ['app'], shape: 'slow' } as const
const waiting = {
  ...failing,
  cause: 'slow-dependency',
  place: ['app'],
  shape: 'slow',
  cites: ['127.0.0.1:3700'],
} as const
const ofACall = { ...failing, bornAt: 'app', cause: 'third-party', place: ['app'] } as const
const PATIENCE = ['--timeout', '6s']

const NAME = 'shop.internal'
/** No machine has it, in a network that this one is in. */
const NOBODY = '10.77.0.9'
/** What the application asks for every request. */
const PAYMENTS = 3700

const GATEWAYS = {
  haproxy: (lab: Lab, ports: Ports, host: string) =>
    haproxy(lab, ports, { back: `server app1 ${host}:${ports.app}`, defaults: 'timeout connect 4s' }),
  apache: (lab: Lab, ports: Ports, host: string) =>
    apache(lab, { port: ports.site, sites: shop(ports, `ProxyTimeout 1\nProxyPass / http://${host}:${ports.app}/`) }),
  caddy: (lab: Lab, ports: Ports, host: string) =>
    caddy(
      lab,
      ports,
      sites(ports, reverseProxy(`${host}:${ports.app}`, transport('\t\t\tresponse_header_timeout 1s'))),
    ),
  varnish: (lab: Lab, ports: Ports, host: string) =>
    varnish(
      lab,
      ports,
      `${backend('shop', ports.app, '.first_byte_timeout = 1s;').replace('127.0.0.1', host)}\nsub vcl_recv { return (pass); }`,
    ),
}
type Gateway = keyof typeof GATEWAYS

/** Asks the payments for every request, over a connection of its own, and answers 502 itself when that fails. */
const CALLS = `
const http = require('node:http')
http.createServer((request, response) => {
  http.get({ host: '127.0.0.1', port: ${PAYMENTS}, agent: false }, (answer) => {
    answer.resume().once('end', () => response.end('paid\\n'))
  }).once('error', (error) => {
    console.error(new Date().toISOString(), 'charge failed:', String(error))
    response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ error: 'payment provider' }))
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
`
/** Answers after four seconds. */
const TIRED = `
require('node:http').createServer((request, response) => setTimeout(() => response.end('ok'), 4000)).listen(${PAYMENTS}, '127.0.0.1')
`
/** A WSGI application that sleeps on /checkout. */
const SLEEPS = `import time
def app(environ, start_response):
    if environ['PATH_INFO'] == '/checkout':
        time.sleep(30)
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello\\n']
`

const made = (ports: Ports, args: string[] = []): Made => ({ url: url(ports), args })

/** An application with one habit. */
const behind =
  (gateway: Gateway, code: string, args: string[] = []): Case['start'] =>
  async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app) })
    await GATEWAYS[gateway](lab, ports, '127.0.0.1')
    return made(ports, args)
  }

/** The shop, which writes into a file, and asks the payments. */
const calling =
  (gateway: Gateway, payments: string): Case['start'] =>
  async (lab, ports) => {
    if (payments !== '') await lab.app('payments', payments, PAYMENTS)
    const file = lab.write('srv/shop/server.js', CALLS)
    const env = { PORT: String(ports.app) }
    lab.start([process.execPath, file], { cwd: dirname(file), stderr: lab.path('srv/shop/shop.log'), env })
    await listening(ports.app, '127.0.0.1')
    await GATEWAYS[gateway](lab, ports, '127.0.0.1')
    return made(ports)
  }

/** It listens on ::1 alone. */
const elsewhere =
  (gateway: Gateway): Case['start'] =>
  async (lab, ports) => {
    await well(lab, 'shop', ports.app, '::1')
    await GATEWAYS[gateway](lab, ports, '127.0.0.1')
    return made(ports)
  }

/** The application moved to another address, its name with it. */
const moved =
  (gateway: Gateway): Case['start'] =>
  async (lab, ports) => {
    const hosts = lab.overlay('/etc/hosts', `127.0.0.1 localhost\n127.0.0.2 ${NAME}\n`)
    const old = await well(lab, 'shop', ports.app, '127.0.0.2')
    await GATEWAYS[gateway](lab, ports, NAME)
    if ((await statusOf(url(ports))) !== 200) throw new Error('it never worked')
    await lab.stop(old)
    writeFileSync(hosts, `127.0.0.1 localhost\n127.0.0.3 ${NAME}\n`)
    await well(lab, 'shop', ports.app, '127.0.0.3')
    return made(ports)
  }

/** A network with nobody else in it. */
const lonely =
  (gateway: Gateway): Case['start'] =>
  async (lab, ports) => {
    if (!lab.alone) throw new Error('a network is made only in one of its own')
    await did(['ip', 'link', 'add', 'wire', 'type', 'veth', 'peer', 'name', 'end'])
    await did(['ip', 'addr', 'add', '10.77.0.1/24', 'dev', 'wire'])
    for (const each of ['wire', 'end']) await did(['ip', 'link', 'set', each, 'up'])
    await GATEWAYS[gateway](lab, ports, NOBODY)
    return made(ports, ['--timeout', '12s'])
  }

/** A route forbids this machine to connect to it. */
const forbidden =
  (gateway: Gateway): Case['start'] =>
  async (lab, ports) => {
    if (!lab.alone) throw new Error('routes are changed only in a network of its own')
    await did(['ip', 'route', 'add', 'prohibit', '10.99.0.5/32'])
    await GATEWAYS[gateway](lab, ports, '10.99.0.5')
    return made(ports)
  }

/** Both sync workers of gunicorn sleep, and the next requests wait. */
const exhausted =
  (gateway: Gateway): Case['start'] =>
  async (lab, ports) => {
    await gunicorn(lab, { bind: ports.app, code: SLEEPS })
    await GATEWAYS[gateway](lab, ports, '127.0.0.1')
    await hold(lab, `http://127.0.0.1:${ports.app}/checkout`, 4)
    await until(async () => (await statusOf(url(ports, '/'))) >= 502, 'all workers are busy')
    return made(ports, PATIENCE)
  }

/** gunicorn kills the worker after a second, and Caddy would wait for ever. */
const impatient: Case['start'] = async (lab, ports) => {
  await gunicorn(lab, { bind: ports.app, code: SLEEPS, args: ['--timeout', '1'] })
  await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)))
  return made(ports, ['--budget', '5m'])
}

const each = (gateway: Gateway, kind: string, says: string, truth: Case['truth'], start: Case['start']): Case => ({
  name: `${gateway}-${kind}`,
  says,
  truth,
  start,
})

export const OTHER_GATEWAY_CASES: readonly Case[] = [
  each(
    'haproxy',
    'wrong-interface',
    'the application listens on ::1, HAProxy sends to 127.0.0.1',
    apart,
    elsewhere('haproxy'),
  ),
  each(
    'varnish',
    'wrong-interface',
    'the application listens on ::1, Varnish sends to 127.0.0.1',
    apart,
    elsewhere('varnish'),
  ),
  each(
    'haproxy',
    'event-loop-blocked',
    'one thread at full speed answers nobody behind HAProxy',
    spins,
    behind('haproxy', apps.SPINS, PATIENCE),
  ),
  each(
    'apache',
    'event-loop-blocked',
    'one thread at full speed answers nobody behind Apache',
    spins,
    behind('apache', apps.SPINS, PATIENCE),
  ),
  each(
    'varnish',
    'app-hung',
    'the application takes requests and never answers',
    { ...failing, cause: 'app-hung', place: ['app'], shape: 'slow' },
    behind('varnish', apps.MUTE, PATIENCE),
  ),
  each(
    'haproxy',
    'slow-dependency',
    'the application waits four seconds for a service, HAProxy waits one for it',
    waiting,
    calling('haproxy', TIRED),
  ),
  each(
    'caddy',
    'slow-dependency',
    'the application waits four seconds for a service, Caddy waits one for it',
    waiting,
    calling('caddy', TIRED),
  ),
  each(
    'apache',
    'third-party',
    'the service that the application calls refuses; it answers 502 itself',
    { ...ofACall, cites: ['ECONNREFUSED 127.0.0.1:3700'] },
    calling('apache', ''),
  ),
  each(
    'varnish',
    'third-party',
    'the service that the application calls refuses; it answers 502 itself',
    { ...ofACall, cites: ['ECONNREFUSED 127.0.0.1:3700'] },
    calling('varnish', ''),
  ),
  each(
    'haproxy',
    'stale-address',
    'the application moved to another address, its name with it, and HAProxy never looked again',
    stale,
    moved('haproxy'),
  ),
  each(
    'varnish',
    'stale-address',
    'the application moved to another address, its name with it, and Varnish never looked again',
    { ...stale, cites: ['127.0.0.3', 'shop.internal'] },
    moved('varnish'),
  ),
  each(
    'apache',
    'name-moved',
    'the application moved to another address, its name with it: Apache looks it up again',
    { outcome: 'healthy', state: 'well', cause: null },
    moved('apache'),
  ),
  each(
    'haproxy',
    'host-down',
    'no machine has the address that HAProxy sends to',
    { ...failing, cause: 'host-down', place: ['app'], shape: 'unreachable', cites: [NOBODY, 'ARP'] },
    lonely('haproxy'),
  ),
  each(
    'caddy',
    'host-down',
    'no machine has the address that Caddy sends to',
    { ...failing, cause: 'host-down', place: ['app'], shape: 'unreachable', cites: [NOBODY, 'ARP'] },
    lonely('caddy'),
  ),
  each(
    'caddy',
    'connect-forbidden',
    'a route forbids this machine to connect to the application',
    { ...failing, cause: 'access-denied-by-policy', place: ['proxy'], shape: 'unreachable', cites: ['10.99.0.5'] },
    forbidden('caddy'),
  ),
  each(
    'apache',
    'connect-forbidden',
    'a route forbids this machine to connect to the application',
    { ...failing, cause: 'access-denied-by-policy', place: ['proxy'], shape: 'unreachable', cites: ['10.99.0.5'] },
    forbidden('apache'),
  ),
  each(
    'haproxy',
    'gunicorn-exhausted',
    'both sync workers of gunicorn are busy behind HAProxy',
    { ...failing, cause: 'workers-exhausted', place: ['app'], shape: 'slow' },
    exhausted('haproxy'),
  ),
  each(
    'caddy',
    'gunicorn-timeout',
    'gunicorn kills a worker that takes longer than its --timeout; Caddy would wait for ever',
    { ...failing, cause: 'worker-timeout', place: ['app'], shape: 'reset', cites: ['WORKER TIMEOUT'] },
    impatient,
  ),
]
