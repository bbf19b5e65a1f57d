import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { certified, selfSigned, tlsUpstream } from '../certificates.ts'
import { type HaproxyOptions, haproxy } from '../haproxy.ts'
import { later, nameServer, statusOf, url, visitors, well } from '../kit.ts'
import { collect, type Lab, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const down = { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' } as const
const cut = { ...failing, cause: 'truncated-response', place: ['app'], shape: 'reset' } as const
const mismatch = { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'], bornAt: 'proxy' } as const
const PATIENCE = ['--timeout', '6s']

/** The shop's server on the app's port, with these words behind its address. */
const app1 = (ports: Ports, words = '') => `server app1 127.0.0.1:${ports.app} ${words}`
const app2 = (ports: Ports, words = '') => `server app2 127.0.0.1:${ports.other} ${words}`

type Options = Omit<HaproxyOptions, 'back'> & { server?: string; env?: Record<string, string>; args?: string[] }

/** One application with a habit behind HAProxy. */
function behind(code: string, { server = '', env = {}, args = [], ...options }: Options = {}): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app), ...env })
    await haproxy(lab, ports, { back: app1(ports, server), ...options })
    return { url: url(ports), args }
  }
}

/** Nothing runs behind HAProxy. */
function alone(options: (lab: Lab, ports: Ports) => HaproxyOptions): Case['start'] {
  return async (lab, ports) => {
    await haproxy(lab, ports, options(lab, ports))
    return { url: url(ports) }
  }
}

async function status(ports: Ports, wanted: number): Promise<void> {
  await until(async () => (await statusOf(url(ports))) === wanted, `HAProxy answers ${wanted}`)
}

/** Sends bytes once something was asked, then does what THEN says. */
const raw = (reply: string, then: string) => `
const net = require('node:net')
net.createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => socket.write(${reply}, () => setTimeout(() => { ${then} }, 50)))
}).listen(Number(process.env.PORT), '127.0.0.1')
`
const SPEAKS_TLS = `
const { readFileSync } = require('node:fs')
require('node:https')
  .createServer({ key: readFileSync(process.env.KEY), cert: readFileSync(process.env.CERT) }, (request, response) => response.end('hello'))
  .listen(Number(process.env.PORT), '127.0.0.1')
`
const BIG_COOKIES = `
require('node:http').createServer((request, response) => {
  response.setHeader('Set-Cookie', [1, 2, 3, 4, 5, 6].map((n) => 'cart' + n + '=' + 'item-'.repeat(640) + '; Path=/'))
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`
/** Answers its pages, and knows no path for a health check. */
const NO_HEALTH = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/checkout' ? 200 : 404
  response.end('shop')
}).listen(Number(process.env.PORT), '127.0.0.1')
`
/** Takes requests, never answers, and leaves a file when the first one came. */
const HOLDS = `
require('node:http').createServer(() => require('node:fs').writeFileSync(process.env.HELD, '')).listen(Number(process.env.PORT), '127.0.0.1')
`
/** Closes on whoever does not begin with the PROXY protocol; answers the others after three seconds. */
const WANTS_PROXY = `
require('node:net').createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', (data) => {
    if (!data.toString('latin1').startsWith('PROXY ')) socket.end()
    else setTimeout(() => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'), 3000)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
`
const DIES = `
require('node:http').createServer(() => process.exit(1)).listen(Number(process.env.PORT), '127.0.0.1')
`

/** One server behind HAProxy that cannot be reached, is slow, or answers badly. */
const UPSTREAM: readonly Case[] = [
  {
    name: 'haproxy-healthy',
    says: 'nothing is wrong behind HAProxy; yesterday there was',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behind(apps.WELL),
  },
  {
    name: 'haproxy-recovered',
    says: 'the application was down for five requests and is up again',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['5 of 5'] },
    async start(lab, ports) {
      await haproxy(lab, ports, { back: app1(ports) })
      const statuses = await visitors(url(ports), 5)
      if (statuses.some((each) => each !== 503)) throw new Error(`HAProxy answered ${statuses}`)
      await well(lab, 'shop', ports.app)
      await later(3000)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-process-down',
    says: 'the application is not running; the blog behind the same HAProxy is well, and yesterday another server was slow',
    truth: { ...down, cites: ['127.0.0.1:3000', 'SC'] },
    async start(lab, ports) {
      await well(lab, 'blog', 4100)
      await haproxy(lab, ports, { back: app1(ports) })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-process-down-unlogged',
    says: 'the application is not running, and HAProxy logs nowhere and has no runtime socket',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    start: alone((_, ports) => ({ back: app1(ports), log: 'nowhere', mute: true })),
  },
  {
    name: 'haproxy-process-down-stdout',
    says: 'the application is not running; a master with a worker that changed its root logs to a file by its standard output',
    truth: { ...down, cites: ['127.0.0.1:3000', 'SC'] },
    start: alone((lab, ports) => ({
      back: app1(ports),
      log: 'stdout',
      words: ['-W', '-db'],
      global: `chroot ${dirname(lab.path('jail/empty'))}\n    user nobody`,
    })),
  },
  {
    name: 'haproxy-backend-made',
    says: 'a rule makes the name of the backend for each request, and its application is not running',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    start: alone((_, ports) => ({
      front: 'use_backend %[req.hdr(host),map_str(/dev/null,cart)]',
      noDefault: true,
      back: 'server app9 127.0.0.1:3999',
      more: `backend cart\n    server cart1 127.0.0.1:${ports.app}`,
    })),
  },
  {
    name: 'haproxy-wrong-port',
    says: 'the application listens next door to where HAProxy sends',
    truth: {
      ...failing,
      cause: 'wrong-port',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['3000', '3001'],
    },
    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      await haproxy(lab, ports, { back: app1(ports) })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-dropped',
    says: 'the firewall drops what HAProxy sends to the application',
    truth: {
      ...failing,
      cause: 'blocked',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['sC', 'DROP'],
    },
    async start(lab, ports) {
      const made = await behind(apps.WELL, { args: PATIENCE })(lab, ports)
      const rule = ['iptables', '-A', 'OUTPUT', '-p', 'tcp', '--dport', String(ports.app), '-j', 'DROP']
      const { exit, err } = await collect(rule)
      if (exit !== 0) throw new Error(`iptables: ${err}`)
      return made
    },
  },
  {
    name: 'haproxy-closes',
    says: 'the application closes without a word and lives on',
    truth: { ...cut, bornAt: 'proxy', cites: ['SH'] },
    start: behind(apps.CLOSES),
  },
  {
    name: 'haproxy-closes-unlogged',
    says: 'the application closes without a word, and HAProxy logs nowhere',
    truth: { ...cut, bornAt: 'proxy', cites: ['127.0.0.1:3000', 'it did not die'] },
    start: behind(apps.CLOSES, { log: 'nowhere', mute: true }),
  },
  {
    name: 'haproxy-crashes',
    says: 'the application dies on the request',
    truth: {
      ...failing,
      cause: 'crashed-mid-response',
      place: ['app'],
      bornAt: 'proxy',
      cites: ['127.0.0.1:3000', 'SH'],
    },
    async start(lab, ports) {
      const program = lab.write('srv/shop/server.js', DIES)
      const supervisor = `
const { spawn } = require('node:child_process')
let child
const start = () => { child = spawn(process.execPath, [process.env.PROGRAM], { stdio: 'inherit' }).once('exit', start) }
process.once('SIGTERM', () => { child.removeAllListeners().kill('SIGKILL'); process.exit(0) })
start()`
      await lab.app('supervisor', supervisor, ports.app, { PORT: String(ports.app), PROGRAM: program })
      await haproxy(lab, ports, { back: app1(ports) })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-slow',
    says: 'the application answers after three seconds, HAProxy waits one',
    truth: { ...failing, cause: 'slow-app', place: ['app'], bornAt: 'proxy', shape: 'slow', cites: ['1000 ms', 'sH'] },
    start: behind(apps.SLOW, { env: { SLOW_MS: '3000' } }),
  },
  {
    name: 'haproxy-hung',
    says: 'the application takes requests and never answers',
    truth: {
      ...failing,
      cause: 'app-hung',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['127.0.0.1:3000', 'sH'],
    },
    start: behind(apps.MUTE, { args: PATIENCE }),
  },
  {
    name: 'haproxy-proxy-protocol',
    says: 'the application is slow and wants the PROXY protocol, without which it closes on everybody: it cannot be asked directly',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null, cites: ['sH'] },
    start: behind(WANTS_PROXY, { server: 'send-proxy', args: PATIENCE }),
  },
  {
    name: 'haproxy-not-http',
    says: 'what listens there speaks something else',
    truth: { ...failing, cause: 'not-http', place: ['app', 'proxy'], bornAt: 'proxy', shape: 'garbage', cites: ['PH'] },
    start: behind(apps.NOT_HTTP),
  },
  {
    name: 'haproxy-cut-body',
    says: 'the application promises 1000 bytes and sends ten',
    truth: { ...cut, cites: ['SD'] },
    start: behind(apps.CUTS),
  },
  {
    name: 'haproxy-header-too-big',
    says: 'the head of the answer is larger than HAProxy has room for',
    truth: {
      ...failing,
      cause: 'header-too-big',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'garbage',
      cites: ['15360'],
    },
    start: behind(BIG_COOKIES),
  },
  {
    name: 'haproxy-invalid-header',
    says: 'the application sends a header with a blank in its name',
    truth: {
      ...failing,
      cause: 'invalid-header',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'garbage',
      cites: ['X Cart', 'PH'],
    },
    start: behind(raw("'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nX Cart: 7\\r\\n\\r\\nok'", 'socket.end()')),
  },
  {
    name: 'haproxy-own-502',
    says: 'the application answers 502 itself',
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: ['502, ----'] },
    start: behind(apps.OWN_502),
  },
  {
    name: 'haproxy-socket-in-jail',
    says: 'the server is a unix socket, and HAProxy changed its root to a folder without it',
    truth: {
      ...failing,
      cause: 'socket-missing',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['run/shop.sock'],
    },
    async start(lab, ports) {
      const socket = lab.path('run/shop.sock')
      await lab.app('shop', apps.WELL, socket, { LISTEN: socket })
      const global = `chroot ${dirname(lab.path('jail/empty'))}`
      await haproxy(lab, ports, { back: `server app1 unix@${socket}`, global })
      return { url: url(ports) }
    },
  },
]

/** TLS between HAProxy and its server, and names in front of it. */
const TLS_AND_NAMES: readonly Case[] = [
  {
    name: 'haproxy-tls-to-plain',
    says: 'HAProxy speaks TLS to an application that speaks plain HTTP',
    truth: { ...mismatch, cites: ['SC'] },
    start: behind(apps.WELL, { server: 'ssl verify none' }),
  },
  {
    name: 'haproxy-tls-sni',
    says: 'the upstream wants a server name, and HAProxy sends none',
    truth: {
      ...failing,
      cause: 'tls-handshake',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      cites: ['app.internal'],
    },
    async start(lab, ports) {
      const files = await certified(lab, { names: 'DNS:app.internal' })
      const refuses = `server { listen 127.0.0.1:${ports.app} ssl default_server; ssl_reject_handshake on; }`
      await tlsUpstream(lab, ports, files, '', refuses)
      const host = 'http-request set-header Host app.internal'
      await haproxy(lab, ports, { back: `${host}\n    ${app1(ports, 'ssl verify none')}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-plain-to-tls',
    says: 'the application speaks TLS, HAProxy speaks plain HTTP to it',
    truth: { ...mismatch, cites: ['127.0.0.1:3000 speaks TLS'] },
    async start(lab, ports) {
      const [key, cert] = [lab.path('tls/app.key'), lab.path('tls/app.crt')]
      await selfSigned(key, cert)
      return behind(SPEAKS_TLS, { env: { KEY: key, CERT: cert } })(lab, ports)
    },
  },
  {
    name: 'haproxy-cert-expired',
    says: "HAProxy verifies its server's certificate, which ended yesterday",
    truth: { ...failing, cause: 'cert-invalid', place: ['app', 'proxy'], bornAt: 'proxy', cites: ['ended on'] },
    async start(lab, ports) {
      const { key, cert, ca } = await certified(lab, {
        names: 'IP:127.0.0.1',
        from: '250101000000Z',
        to: '260101000000Z',
      })
      const server = `ssl verify required ca-file ${ca}`
      return behind(SPEAKS_TLS, { server, env: { KEY: key, CERT: cert } })(lab, ports)
    },
  },
  {
    name: 'haproxy-cert-self-signed',
    says: "HAProxy verifies its server's certificate, which nobody vouches for, and has no log and no socket",
    truth: {
      ...failing,
      cause: 'cert-invalid',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      cites: ['127.0.0.1:3000', 'shop.cfg:'],
    },
    async start(lab, ports) {
      const { ca } = await certified(lab, { names: 'IP:127.0.0.1' })
      const authority = lab.write('tls/authority.crt', readFileSync(ca, 'utf8'))
      const [key, cert] = [lab.path('tls/own.key'), lab.path('tls/own.crt')]
      await selfSigned(key, cert)
      const server = `ssl verify required ca-file ${authority}`
      const dark = { log: 'nowhere', mute: true } as const
      return behind(SPEAKS_TLS, { server, env: { KEY: key, CERT: cert }, ...dark })(lab, ports)
    },
  },
  {
    name: 'haproxy-no-such-name',
    says: "HAProxy's own resolver does not know the name of its server",
    truth: {
      ...failing,
      cause: 'dns-failure',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['shop.internal', '127.0.0.1:5353', 'NXDOMAIN'],
    },
    async start(lab, ports) {
      await nameServer(lab, 5353, { 'blog.internal': '127.0.0.1' })
      await haproxy(lab, ports, {
        back: `server app1 shop.internal:${ports.app} resolvers inside init-addr none`,
        more: 'resolvers inside\n    nameserver dns1 127.0.0.1:5353\n    hold nx 1s\n    hold valid 1s\n    timeout retry 500ms',
      })
      await status(ports, 503)
      await later(2000)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-name-at-start',
    says: 'the name of its server does not resolve, and HAProxy refuses to start',
    truth: {
      ...failing,
      cause: 'proxy-down',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['shop.internal', 'haproxy.cfg'],
    },
    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      lab.overlay('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
      await nameServer(lab, 53, { 'blog.internal': '127.0.0.1' })
      const timeouts = 'timeout connect 1s\n    timeout client 5s\n    timeout server 5s'
      const listen = `listen shop\n    bind 127.0.0.1:${ports.site}\n    server app1 shop.internal:${ports.app}`
      const file = '/etc/haproxy/haproxy.cfg'
      lab.overlay(file, `defaults\n    mode http\n    ${timeouts}\n${listen}\n`)
      const { exit } = await collect(['/usr/sbin/haproxy', '-db', '-f', file])
      if (exit !== 1) throw new Error(`HAProxy did not refuse to start (exit ${exit})`)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-name-unknown',
    says: 'the name of its server was not known when HAProxy started, and it has nobody to ask again',
    truth: {
      ...failing,
      cause: 'dns-failure',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['shop.internal'],
    },
    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      lab.overlay('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
      await nameServer(lab, 53, { 'blog.internal': '127.0.0.1' })
      await haproxy(lab, ports, { back: `server app1 shop.internal:${ports.app} init-addr last,libc,none` })
      return { url: url(ports) }
    },
  },
]

/** Several servers, and the checks by which HAProxy holds them for down. */
const POOLS: readonly Case[] = [
  {
    name: 'haproxy-check-wrong',
    says: 'the health check asks for a path that the application does not have',
    truth: {
      ...failing,
      cause: 'health-check-wrong',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['/health', '404'],
    },
    async start(lab, ports) {
      await lab.app('shop', NO_HEALTH, ports.app, { PORT: String(ports.app) })
      await haproxy(lab, ports, { back: `option httpchk GET /health\n    ${app1(ports, 'check inter 200ms')}` })
      await status(ports, 503)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-check-wrong-pool',
    says: 'the health check of two servers asks a port where nobody listens; HAProxy has no runtime socket',
    truth: { ...failing, cause: 'health-check-wrong', place: ['proxy', 'app'], bornAt: 'proxy', cites: ['3999'] },
    async start(lab, ports) {
      await well(lab, 'shop-a', ports.app)
      await well(lab, 'shop-b', ports.other)
      const check = 'check inter 200ms port 3999'
      const back = `option httpchk GET /health\n    ${app1(ports, check)}\n    ${app2(ports, check)}`
      await haproxy(lab, ports, { back, mute: true })
      await status(ports, 503)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-all-down',
    says: 'both servers are held for down, because neither runs',
    truth: { ...down, cites: ['L4CON'] },
    async start(lab, ports) {
      const check = 'check inter 200ms'
      await haproxy(lab, ports, { back: `${app1(ports, check)}\n    ${app2(ports, check)}` })
      await status(ports, 503)
      await later(1000)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-one-down',
    says: 'one server of two is down, HAProxy knows it and asks the other',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      const check = 'check inter 200ms fall 1'
      await haproxy(lab, ports, { back: `${app1(ports, check)}\n    ${app2(ports, check)}` })
      await later(1500)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-one-down-felt',
    says: 'one server of two is down, and HAProxy checks neither',
    truth: { ...down, state: 'intermittent', cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      await haproxy(lab, ports, { back: `${app1(ports)}\n    ${app2(ports)}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-redispatched',
    says: 'one server of two is down, and HAProxy may try the other one when a connection fails',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      const back = `option redispatch 1\n    balance first\n    ${app1(ports, 'maxconn 50')}\n    ${app2(ports, 'maxconn 50')}`
      await haproxy(lab, ports, { back })
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-frontend-full',
    says: 'the frontend may serve one connection, and somebody holds it',
    truth: {
      ...failing,
      cause: 'connections-exhausted',
      place: ['proxy'],
      bornAt: 'proxy',
      cites: ['may serve 1'],
    },
    async start(lab, ports) {
      const held = lab.path('run/held')
      await lab.app('shop', HOLDS, ports.app, { PORT: String(ports.app), HELD: held })
      await haproxy(lab, ports, { back: app1(ports), front: 'maxconn 1', defaults: 'timeout server 120s' })
      lab.start(['curl', '-s', '--noproxy', '*', url(ports)])
      await until(() => existsSync(held), 'the only place is taken')
      return { url: url(ports), args: PATIENCE }
    },
  },
  {
    name: 'haproxy-queue',
    says: 'the server may have one request at a time, and that one never ends',
    truth: {
      ...failing,
      cause: 'connections-exhausted',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      cites: ['maxconn 1', 'sQ'],
    },
    async start(lab, ports) {
      const held = lab.path('run/held')
      await lab.app('shop', HOLDS, ports.app, { PORT: String(ports.app), HELD: held })
      const back = `timeout queue 500ms\n    timeout server 120s\n    ${app1(ports, 'maxconn 1')}`
      await haproxy(lab, ports, { back })
      lab.start(['curl', '-s', '--noproxy', '*', url(ports)])
      await until(() => existsSync(held), 'the only place is taken')
      return { url: url(ports), args: PATIENCE }
    },
  },
]

/** HAProxy answers by itself, or runs something else than its files say. */
const OWN: readonly Case[] = [
  {
    name: 'haproxy-returns-503',
    says: 'a rule answers this path with 503',
    truth: { ...failing, cause: 'deliberate', place: ['proxy'], bornAt: 'proxy', shape: 'none', cites: ['shop.cfg:'] },
    start: behind(apps.WELL, {
      front: 'http-request return status 503 content-type text/plain string "back at six" if { path_beg /checkout }',
    }),
  },
  {
    name: 'haproxy-denies-503',
    says: 'a rule denies this path with 503',
    truth: { ...failing, cause: 'deliberate', place: ['proxy'], bornAt: 'proxy', shape: 'none', cites: ['shop.cfg:'] },
    start: behind(apps.WELL, { front: 'http-request deny deny_status 503 if { path /checkout }' }),
  },
  {
    name: 'haproxy-maintenance',
    says: 'the only server is disabled in the configuration',
    truth: { ...failing, cause: 'deliberate', place: ['proxy'], bornAt: 'proxy', cites: ['MAINT'] },
    start: behind(apps.WELL, { server: 'disabled' }),
  },
  {
    name: 'haproxy-sends-nowhere',
    says: 'no rule fits the request, and there is no default_backend',
    truth: { ...failing, cause: 'proxy-config', place: ['proxy'], bornAt: 'proxy', cites: ['default_backend'] },
    start: behind(apps.WELL, { noDefault: true, front: 'use_backend shop if { path_beg /cart }' }),
  },
  {
    name: 'haproxy-limited-429',
    says: 'a rule that counts requests refuses ours with 429',
    truth: { ...failing, cause: 'rate-limited', place: ['proxy'], bornAt: 'proxy', shape: 'none', cites: ['gt 5'] },
    start: limited('429'),
  },
  {
    name: 'haproxy-limited-503',
    says: 'a rule that counts requests refuses ours with 503',
    truth: { ...failing, cause: 'rate-limited', place: ['proxy'], bornAt: 'proxy', shape: 'none', cites: ['gt 5'] },
    start: limited('503'),
  },
  {
    name: 'haproxy-config-not-loaded',
    says: 'the port was corrected in the configuration, and HAProxy never reloaded',
    truth: { ...failing, cause: 'config-not-loaded', place: ['proxy'], bornAt: 'proxy', cites: ['3000', '3001'] },
    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      const { conf } = await haproxy(lab, ports, { back: app1(ports) })
      await later()
      writeFileSync(conf, readFileSync(conf, 'utf8').replace(`:${ports.app} `, `:${ports.other} `))
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-rule-not-loaded',
    says: 'the maintenance is over in the configuration, and HAProxy never reloaded',
    truth: { ...failing, cause: 'config-not-loaded', place: ['proxy'], bornAt: 'proxy', cites: ['shop.cfg', '503'] },
    async start(lab, ports) {
      const rule = 'http-request return status 503 content-type text/plain string closed'
      await well(lab, 'shop', ports.app)
      const { conf } = await haproxy(lab, ports, { back: app1(ports), front: rule })
      await later()
      writeFileSync(conf, readFileSync(conf, 'utf8').replace(rule, ''))
      return { url: url(ports) }
    },
  },
]

function limited(refusal: string): Case['start'] {
  return async (lab, ports) => {
    const front = `stick-table type ip size 10k expire 5m store http_req_rate(5m)
    http-request track-sc0 src
    http-request deny deny_status ${refusal} if { sc_http_req_rate(0) gt 5 }`
    const made = await behind(apps.WELL, { front })(lab, ports)
    await visitors(made.url, 8)
    return made
  }
}

/** HAProxy as the gateway: Debian's, with a syslog daemon behind its log. */
export const HAPROXY_CASES: readonly Case[] = [...UPSTREAM, ...TLS_AND_NAMES, ...POOLS, ...OWN]
