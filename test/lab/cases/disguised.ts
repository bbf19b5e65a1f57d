import { existsSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as apps from '../apps.ts'
import type { Case } from '../case.ts'
import { behind, front, passes, statusOf, url, visitors, well } from '../kit.ts'
import { type Lab, until } from '../lab.ts'

// Ordinary faults that look like others: other clocks, other places, other hours, other people.

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const down = { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' } as const

/** Answers slowly, and ends before the gateway loses patience; whoever started it starts it again. */
const SLOW_THEN_DIES = `
const http = require('node:http')
http.createServer(() => setTimeout(() => process.exit(1), 2000)).listen(Number(process.env.PORT), '127.0.0.1')
`
const SUPERVISES = `
const { spawn } = require('node:child_process')
let child
const start = () => { child = spawn(process.execPath, [process.env.PROGRAM], { stdio: 'inherit' }).once('exit', start) }
process.once('SIGTERM', () => { child.removeAllListeners().kill('SIGKILL'); process.exit(0) })
start()
`
/** Somebody else's: it answers this site's paths with an error of its own. */
const METRICS = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/metrics' ? 200 : 503
  response.end('metrics exporter: no such target\\n')
}).listen(Number(process.env.PORT), '127.0.0.1')
`
const OLD_RELEASE = apps.WELL
const NEW_RELEASE = `throw new Error('cannot read the new price list')\n`

/** Asked so often that there is a past, all of it well. */
async function wellBefore(lab: Lab, address: string, times = 4): Promise<void> {
  const told = await visitors(address, times)
  if (told.some((status) => status !== 200)) throw new Error(`it was not well before (${told}) in ${lab.folder}`)
}

export const DISGUISED_CASES: readonly Case[] = [
  {
    name: 'other-time-zone',
    says: 'the application is down; nginx writes its logs in a zone of its own, five hours and three quarters ahead',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const site = `server { listen 127.0.0.1:${ports.site}; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`
      await lab.nginx({ port: ports.site, http: site, env: { TZ: 'Asia/Kathmandu' }, main: 'env TZ;' })
      await visitors(url(ports), 3)
      return { url: url(ports) }
    },
  },
  {
    name: 'log-rotated',
    says: 'the application is down; the error log was rotated a moment ago, and its first lines stand in error.log.1',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const { errorLog, accessLog, child } = await front(lab, ports)
      await visitors(url(ports), 3)
      for (const log of [errorLog, accessLog]) renameSync(log, `${log}.1`)
      child.kill('SIGUSR1')
      await until(() => [errorLog, accessLog].every(existsSync), 'nginx has opened its logs anew')
      return { url: url(ports) }
    },
  },
  {
    name: 'log-moved',
    says: 'the application is down; the logs were moved away, and nginx still writes into the old ones',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const { errorLog, accessLog } = await front(lab, ports)
      await visitors(url(ports), 3)
      for (const log of [errorLog, accessLog]) {
        renameSync(log, `${log}.1`)
        writeFileSync(log, '')
      }
      return { url: url(ports) }
    },
  },
  {
    name: 'log-only-critical',
    says: 'the application is down; the error log keeps nothing below crit, so its silence proves nothing',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const site = `server { listen 127.0.0.1:${ports.site}; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`
      await lab.nginx({ port: ports.site, http: site, level: 'crit' })
      return { url: url(ports) }
    },
  },
  {
    name: 'unusual-places',
    says: 'the application is slow; configuration, logs and ports are where nobody expects them',
    truth: {
      ...failing,
      cause: 'slow-app',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['39017', '1000 ms'],
    },
    async start(lab, ports) {
      const [site, app] = [ports.site + 10_663, 39_017]
      await lab.app('third floor/till', apps.SLOW, app, { PORT: String(app), SLOW_MS: '3000' })
      const settings = lab.write('etc/gate/limits', 'proxy_read_timeout 1s;\n')
      const upstream = lab.write('etc/gate/where', `upstream till { server 127.0.0.1:${app}; }\n`)
      const log = lab.path('var/gate/failures.txt')
      const http = `include ${upstream}; server { listen 127.0.0.1:${site}; error_log ${log} error; location / { include ${settings}; proxy_pass http://till; } }`
      await lab.nginx({ port: site, http })
      return { url: `http://127.0.0.1:${site}/shop%20window?day=today` }
    },
  },
  {
    name: 'slow-then-dies',
    says: 'the application works on the request for two seconds and then dies; its supervisor starts it again',
    truth: {
      ...failing,
      cause: 'crashed-mid-response',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'upstream prematurely closed'],
    },
    async start(lab, ports) {
      const file = lab.write('srv/shop/server.js', SLOW_THEN_DIES)
      await lab.app('supervisor', SUPERVISES, ports.app, { PORT: String(ports.app), PROGRAM: file })
      await front(lab, ports, 'proxy_read_timeout 10s;')
      return { url: url(ports), args: ['--timeout', '20s'] }
    },
  },
  {
    name: 'stranger-on-the-port',
    says: 'nginx sends to a port on which an exporter answers 503; the shop listens on another',
    truth: { ...failing, cause: 'wrong-port', also: ['app-error'], place: ['proxy', 'app'], cites: ['3001'] },
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      const { pid } = await lab.app('exporter', METRICS, ports.other, { PORT: String(ports.other) })
      await passes(lab, ports, `proxy_pass http://127.0.0.1:${ports.other};`)
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'after-a-deploy',
    says: 'a new release was put in place a moment ago, and ends as soon as it is started',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const old = await lab.app('shop', OLD_RELEASE, ports.app, { PORT: String(ports.app) })
      await front(lab, ports)
      await wellBefore(lab, url(ports))
      await lab.stop(old)
      const file = lab.write('srv/shop/server.js', NEW_RELEASE)
      const again = lab.start([process.execPath, file], { cwd: dirname(file), env: { PORT: String(ports.app) } })
      await until(() => again.exitCode !== null, 'the new release has ended')
      await visitors(url(ports), 3)
      return { url: url(ports) }
    },
  },
  {
    name: 'well-beside-broken',
    says: 'nothing is wrong; another site of the same nginx fails just now, in the same logs',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      const made = await behind(apps.WELL, '', { http: brokenSite(ports.other) })(lab, ports)
      const told = await visitors(`http://127.0.0.1:${ports.other}/checkout`, 5)
      if (told.some((status) => status !== 502)) throw new Error(`the other site answered ${told}`)
      return made
    },
  },
  {
    name: 'down-beside-another-nginx',
    says: 'the application is down; another nginx was started just now, serves another site, and answers for any name and path',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const other = `server { listen 127.0.0.1:${ports.other}; location / { return 200 "wiki\\n"; } }`
      await lab.nginx({ name: 'wiki', port: ports.other, http: other })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'down-beside-a-tied-nginx',
    says: 'the application is down; an nginx for another site, in a folder of the shop, answers for any name and path',
    truth: { ...down, confidence: 'likely', cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await front(lab, ports)
      const other = `server { listen 127.0.0.1:${ports.other}; location / { return 200 "news\\n"; } }`
      await lab.nginx({ name: 'srv/shop', port: ports.other, http: other })
      return { url: url(ports) }
    },
  },
  {
    name: 'log-touched',
    says: 'nothing is wrong; an hour to the second after the last failure somebody touched the log',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const { errorLog } = await front(lab, ports)
      const hourAgo = new Date(Date.now() - 3_660_000)
      const stamp = hourAgo.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
      const request = `client: 127.0.0.1, server: shop.example.com, request: "GET /checkout HTTP/1.1", upstream: "http://127.0.0.1:${ports.app}/checkout", host: "127.0.0.1:${ports.site}"`
      writeFileSync(
        errorLog,
        `${stamp} [error] 71#71: *9 connect() failed (111: Connection refused) while connecting to upstream, ${request}\n`,
      )
      const touched = new Date(Math.floor(hourAgo.getTime() / 1000) * 1000 + 3_600_500)
      utimesSync(errorLog, touched, touched)
      return { url: url(ports) }
    },
  },
  {
    name: 'broken-beside-broken',
    says: 'the application is slow; another site of the same nginx is refused just now, in the same logs',
    truth: { ...failing, cause: 'slow-app', place: ['app'], bornAt: 'proxy', shape: 'slow', cites: ['1000 ms'] },
    async start(lab, ports) {
      const env = { SLOW_MS: '3000' }
      const made = await behind(apps.SLOW, 'proxy_read_timeout 1s;', { http: brokenSite(ports.other), env })(lab, ports)
      for (let n = 0; n < 5; n++) await statusOf(`http://127.0.0.1:${ports.other}/checkout`)
      return made
    },
  },
]

/** A site whose application is not there. */
const brokenSite = (port: number) =>
  `server { listen 127.0.0.1:${port}; server_name wiki.example.com; location / { proxy_pass http://127.0.0.1:3990; } }`
