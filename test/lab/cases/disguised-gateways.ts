import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { apache, pass, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { type HaproxyOptions, haproxy } from '../haproxy.ts'
import { later, statusOf, url, visitors, well } from '../kit.ts'
import { type Lab, listening, until } from '../lab.ts'
import { backend, twoSites, varnish } from '../varnish.ts'

// The disguises of `disguised.ts` behind the other gateways: other clocks, rotated logs, other places, other people's
// failures in the same log.

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const down = { ...failing, cause: 'process-down', place: ['app'], shape: 'unreachable' } as const
const slow = { ...failing, cause: 'slow-app', place: ['app'], shape: 'slow' } as const
const dies = { ...failing, cause: 'crashed-mid-response', place: ['app'], shape: 'reset' } as const
const stranger = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'wrong-port',
  also: ['app-error'],
  place: ['proxy', 'app'],
} as const
const recovered = { outcome: 'diagnosed', state: 'recovered', cause: 'recovered' } as const
const healthy = { outcome: 'healthy', state: 'well', cause: null } as const
const PATIENCE = ['--timeout', '20s']

/** Answers slowly, and ends before the gateway loses patience; whoever started it starts it again. */
const SLOW_THEN_DIES = `
const http = require('node:http')
http.createServer(() => setTimeout(() => process.exit(1), 2000)).listen(Number(process.env.PORT), '127.0.0.1')
`
/** Somebody else's: it answers this site's paths with an error of its own. */
const METRICS = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/metrics' ? 200 : 503
  response.end('metrics exporter: no such target\\n')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** The application that dies late, and its supervisor. */
async function dying(lab: Lab, ports: Ports): Promise<void> {
  const program = lab.write('srv/shop/server.js', SLOW_THEN_DIES)
  const supervisor = lab.write('srv/supervisor/server.js', apps.SUPERVISES)
  lab.start([process.execPath, supervisor], { env: { PORT: String(ports.app), PROGRAM: program } })
  await listening(ports.app, '127.0.0.1')
}

/** The shop listens next door, and an exporter where the gateway sends; gives the exporter's pid. */
async function strangers(lab: Lab, ports: Ports): Promise<string[]> {
  await well(lab, 'shop', ports.app)
  const { pid } = await lab.app('exporter', METRICS, ports.other, { PORT: String(ports.other) })
  return [`pid ${pid}`]
}

const slowly = (lab: Lab, port: number) => lab.app('shop', apps.SLOW, port, { PORT: String(port), SLOW_MS: '3000' })

async function failed(address: string, times: number, status: number): Promise<void> {
  const told = await visitors(address, times)
  if (told.some((each) => each !== status)) throw new Error(`${address} answered ${told}, not ${status}`)
}

/** One request of the wiki, by its name. */
async function wikiFails(ports: Ports, times = 5): Promise<void> {
  const argv = ['-s', '-o', '/dev/null', '--noproxy', '*', '-H', 'Host: wiki.example.com', url(ports)]
  for (let n = 0; n < times; n++) execFileSync('curl', argv)
}

const haproxyWith = (ports: Ports, options: Partial<HaproxyOptions> = {}): HaproxyOptions => ({
  back: `server app1 127.0.0.1:${ports.app}`,
  ...options,
})

/** The wiki's backend of HAProxy, where nobody listens. */
const wikiOf = (ports: Ports, options: Partial<HaproxyOptions> = {}) =>
  haproxyWith(ports, {
    front: 'use_backend wiki if { hdr(host) -i wiki.example.com }',
    more: 'backend wiki\n    server wiki1 127.0.0.1:3990',
    ...options,
  })

const HAPROXY: readonly Case[] = [
  {
    name: 'haproxy-log-rotated',
    says: 'the application was down for five requests and is up again; the log was rotated and compressed since, and HAProxy logs on',
    truth: { ...recovered, cites: ['5 of 5'] },
    async start(lab, ports) {
      const { log } = await haproxy(lab, ports, haproxyWith(ports))
      await failed(url(ports), 5, 503)
      await until(() => readFileSync(log, 'utf8').split('\n').length >= 10, 'the syslog daemon has written')
      execFileSync('gzip', ['-k', log])
      renameSync(`${log}.gz`, `${log}.1.gz`)
      // The daemon writes on into the file that it holds open.
      writeFileSync(log, '')
      await well(lab, 'shop', ports.app)
      await later(3000)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-slow-then-dies',
    says: 'the application works on the request for two seconds and then dies; its supervisor starts it again',
    truth: { ...dies, cites: ['SH'] },
    async start(lab, ports) {
      await dying(lab, ports)
      await haproxy(lab, ports, haproxyWith(ports, { defaults: 'timeout server 10s' }))
      return { url: url(ports), args: PATIENCE }
    },
  },
  {
    name: 'haproxy-stranger-on-the-port',
    says: 'HAProxy sends to a port on which an exporter answers 503; the shop listens on another',
    truth: { ...stranger, cites: ['3001'] },
    async start(lab, ports) {
      const cites = await strangers(lab, ports)
      await haproxy(lab, ports, { back: `server app1 127.0.0.1:${ports.other}` })
      return { url: url(ports), cites }
    },
  },
  {
    name: 'haproxy-well-beside-broken',
    says: 'nothing is wrong; another site of the same HAProxy fails just now, in the same log',
    truth: healthy,
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await haproxy(lab, ports, wikiOf(ports))
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'haproxy-broken-beside-broken',
    says: 'the application is slow; another site of the same HAProxy is refused just now, in the same log',
    truth: { ...slow, cites: ['1000 ms', 'sH'] },
    async start(lab, ports) {
      await slowly(lab, ports.app)
      await haproxy(lab, ports, wikiOf(ports))
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
]

const wikiVhost = (ports: Ports) =>
  `<VirtualHost *:${ports.site}>\n  ServerName wiki.example.com\n  ProxyPass / http://127.0.0.1:3990/\n</VirtualHost>`

const APACHE: readonly Case[] = [
  {
    name: 'apache-log-dateext',
    says: 'the application was down for five requests and is up again; the logs were rotated with the date in their names since',
    truth: recovered,
    async start(lab, ports) {
      const { child, errorLog } = await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)) })
      await failed(url(ports), 5, 503)
      const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
      const access = errorLog.replace('error.log', 'access.log')
      for (const log of [errorLog, access]) renameSync(log, `${log}-${day}`)
      child.kill('SIGUSR1')
      await until(() => [errorLog, access].every(existsSync), 'Apache has opened its logs anew')
      await well(lab, 'shop', ports.app)
      await until(async () => (await statusOf(url(ports))) === 200, 'Apache asks the application again')
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-other-time-zone',
    says: 'the application is down; Apache writes its logs in a zone nine and a half hours behind',
    truth: { ...down, cites: ['127.0.0.1:3000', '000-shop.conf:'] },
    async start(lab, ports) {
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)), env: { TZ: 'Pacific/Marquesas' } })
      await visitors(url(ports), 3)
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-slow-then-dies',
    says: 'the application works on the request for two seconds and then dies; its supervisor starts it again',
    truth: dies,
    async start(lab, ports) {
      await dying(lab, ports)
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports, 'timeout=10')) })
      return { url: url(ports), args: PATIENCE }
    },
  },
  {
    name: 'apache-stranger-on-the-port',
    says: 'Apache sends to a port on which an exporter answers 503; the shop listens on another',
    truth: { ...stranger, cites: ['3001'] },
    async start(lab, ports) {
      const cites = await strangers(lab, ports)
      await apache(lab, { port: ports.site, sites: shop(ports, pass({ ...ports, app: ports.other })) })
      return { url: url(ports), cites }
    },
  },
  {
    name: 'apache-broken-beside-broken',
    says: 'the application is slow; another site of the same Apache is refused just now, in the same log',
    truth: { ...slow, cites: ['1000 ms'] },
    async start(lab, ports) {
      await slowly(lab, ports.app)
      const lines = `ProxyTimeout 1\n${pass(ports)}`
      await apache(lab, { port: ports.site, sites: shop(ports, lines, wikiVhost(ports)) })
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-well-beside-broken',
    says: 'nothing is wrong; another site of the same Apache fails just now, in the same log',
    truth: healthy,
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports), wikiVhost(ports)) })
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-unusual-places',
    says: 'the application is slow; the logs, the file with the site and the ports are where nobody expects them',
    truth: { ...slow, cites: ['39017', '1000 ms', 'etc/gate/till'] },
    async start(lab, ports) {
      const [site, app] = [ports.site + 10_663, 39_017]
      await lab.app('third floor/till', apps.SLOW, app, { PORT: String(app), SLOW_MS: '3000' })
      const log = lab.path('var/gate/failures.txt')
      const till = lab.write('etc/gate/till', `ProxyTimeout 1\nProxyPass / http://127.0.0.1:${app}/\n`)
      const own = `<VirtualHost *:${site}>\n  ErrorLog ${log}\n  Include ${till}\n</VirtualHost>`
      await apache(lab, { port: site, sites: own })
      return { url: `http://127.0.0.1:${site}/shop%20window?day=today` }
    },
  },
]

const wikiSite = (ports: Ports) =>
  `http://wiki.example.com:${ports.site} {\n${reverseProxy('127.0.0.1:3990')}\n}\n${sites(ports, reverseProxy(`127.0.0.1:${ports.app}`))}`

const CADDY: readonly Case[] = [
  {
    name: 'caddy-log-rolled',
    says: 'the application was down for five requests and is up again; Caddy has rolled and compressed its log since',
    truth: { ...recovered, cites: ['connection refused'] },
    async start(lab, ports) {
      // Caddy rolls at a megabyte; this much of yesterday leaves room for some twenty lines.
      const line = `${JSON.stringify({ level: 'info', ts: Date.now() / 1000 - 93_600, logger: 'admin', msg: 'x'.repeat(930) })}\n`
      const log = lab.write('caddy/shop.log', line.repeat(Math.floor(1_028_000 / line.length)))
      const global = `\tlog {\n\t\toutput file ${log} {\n\t\t\troll_size 1MiB\n\t\t}\n\t}`
      const site = `\tlog\n${reverseProxy(`127.0.0.1:${ports.app}`)}`
      await caddy(lab, ports, sites(ports, site), { logs: 'stderr', global })
      await failed(url(ports), 5, 502)
      await well(lab, 'shop', ports.app)
      const rolled = () => readdirSync(dirname(log)).some((name) => /^shop-.*\.log\.gz$/.test(name))
      await until(async () => (await statusOf(url(ports))) === 200 && rolled(), 'Caddy has rolled its log')
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-slow-then-dies',
    says: 'the application works on the request for two seconds and then dies; its supervisor starts it again',
    truth: { ...dies, cites: ['EOF'] },
    async start(lab, ports) {
      await dying(lab, ports)
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)))
      return { url: url(ports), args: PATIENCE }
    },
  },
  {
    name: 'caddy-stranger-on-the-port',
    says: 'Caddy sends to a port on which an exporter answers 503; the shop listens on another',
    truth: { ...stranger, cites: ['3001'] },
    async start(lab, ports) {
      const cites = await strangers(lab, ports)
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.other}`)))
      return { url: url(ports), cites }
    },
  },
  {
    name: 'caddy-broken-beside-broken',
    says: 'the application closes without a word; another site of the same Caddy is refused just now, in the same log',
    truth: { ...failing, cause: 'truncated-response', place: ['app'], shape: 'reset', cites: ['EOF'] },
    async start(lab, ports) {
      await lab.app('shop', apps.CLOSES, ports.app, { PORT: String(ports.app) })
      await caddy(lab, ports, wikiSite(ports))
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-well-beside-broken',
    says: 'nothing is wrong; another site of the same Caddy fails just now, in the same log',
    truth: healthy,
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await caddy(lab, ports, wikiSite(ports))
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
]

const threeSites = (ports: Ports, more = '') =>
  twoSites(
    ports,
    more,
    'if (req.http.host == "wiki.example.com") { set req.backend_hint = wiki; }\n  return (pass);',
  ).replace('sub vcl_recv', `${backend('wiki', 3990)}\nsub vcl_recv`)

const VARNISH: readonly Case[] = [
  {
    name: 'varnish-slow-then-dies',
    says: 'the application works on the request for two seconds and then dies; its supervisor starts it again',
    truth: dies,
    async start(lab, ports) {
      await dying(lab, ports)
      await varnish(lab, ports, twoSites(ports))
      return { url: url(ports), args: PATIENCE }
    },
  },
  {
    name: 'varnish-stranger-on-the-port',
    says: 'Varnish sends to a port on which an exporter answers 503; the shop listens on another',
    truth: { ...stranger, cites: ['3001'] },
    async start(lab, ports) {
      const cites = await strangers(lab, ports)
      await varnish(lab, ports, `${backend('shop', ports.other)}\nsub vcl_recv { return (pass); }`)
      return { url: url(ports), cites }
    },
  },
  {
    name: 'varnish-broken-beside-broken',
    says: 'the application is slow; another site of the same Varnish is refused just now, in the same log',
    truth: { ...slow, cites: ['1000 ms', 'first byte timeout'] },
    async start(lab, ports) {
      await slowly(lab, ports.app)
      await varnish(lab, ports, threeSites(ports, '.first_byte_timeout = 1s;'))
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-well-beside-broken',
    says: 'nothing is wrong; another site of the same Varnish fails just now, in the same log',
    truth: healthy,
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await varnish(lab, ports, threeSites(ports))
      await wikiFails(ports)
      return { url: url(ports) }
    },
  },
]

export const DISGUISED_GATEWAY_CASES: readonly Case[] = [...HAPROXY, ...APACHE, ...CADDY, ...VARNISH]
