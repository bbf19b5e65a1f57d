import type { Case } from '../case.ts'
import { APP, compose, ended, GATEWAY, NET, runWeb, says, serves, TO_WEB, webImage } from '../compose.ts'
import { later, statusOf, url, visitors } from '../kit.ts'
import { until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const inApp = { ...failing, place: ['app'] } as const
const between = { ...failing, place: ['proxy', 'app'] } as const

/** The application in its container is at fault; the gateway, in another one, sends to the name of its service. */
export const INNER_CASES: readonly Case[] = [
  {
    name: 'inner-healthy',
    says: 'nginx and the application run in containers, and are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await compose(lab, ports)
      await visitors(url(ports), 3)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-stopped',
    says: 'somebody stopped the container of the application; nginx, in another container, runs on',
    truth: { ...inApp, cause: 'process-down', shape: 'unreachable', cites: [APP, GATEWAY, 'signal 15'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 2s; ${TO_WEB}` })
      await visitors(url(ports), 2)
      made.docker('stop', APP)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-missing-module',
    says: 'a deploy left a module out: the container of the application ends right after its start',
    truth: { ...inApp, cause: 'crash-on-start', shape: 'unreachable', cites: [APP, "Cannot find module 'express'"] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 2s; ${TO_WEB}` })
      webImage(made, "require('express')\n")
      made.docker('rm', '-f', APP)
      runWeb(made, NET)
      await ended(made)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-wrong-port',
    says: 'nginx sends to web:3000, and the application listens on 8000 in its container',
    truth: { ...between, cause: 'wrong-port', shape: 'unreachable', cites: [APP, '8000', '3000'] },
    async start(lab, ports) {
      await compose(lab, ports, { code: serves('0.0.0.0', 8000) })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-loopback',
    says: 'the application listens on 127.0.0.1 inside its container',
    truth: { ...between, cause: 'wrong-interface', shape: 'unreachable', cites: [APP, '127.0.0.1 port 3000'] },
    async start(lab, ports) {
      await compose(lab, ports, { code: serves('127.0.0.1') })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-crash-loop',
    says: 'the container of the application ends again and again without a word, and Docker starts it anew each time',
    truth: { ...inApp, cause: 'crash-loop', cites: [APP] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 2s; ${TO_WEB}` })
      webImage(made, 'console.log("shop 1.4.2 boots"); setTimeout(() => process.exit(3), 150)\n')
      made.docker('rm', '-f', APP)
      runWeb(made, NET, ['--restart', 'always'])
      await until(() => Number(made.inspect(APP, '{{.RestartCount}}')) >= 4, 'it was restarted')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-oom-killed',
    says: 'the memory limit of the container of the application ended it',
    truth: { ...inApp, cause: 'oom-killed', shape: 'unreachable', cites: [APP, '64 MB'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 2s; ${TO_WEB}` })
      webImage(made, 'const held = []; setInterval(() => held.push(Buffer.alloc(4e6, 1)), 10)\n')
      made.docker('rm', '-f', APP)
      runWeb(made, NET, ['--memory', '64m'])
      await ended(made)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-not-ready',
    says: 'the container of the application runs, waits for a lock, and listens nowhere yet',
    truth: { ...inApp, cause: 'not-ready', shape: 'unreachable', cites: [APP, 'migration'] },
    async start(lab, ports) {
      const code = "console.log('shop 1.4.2: waiting for the migration lock'); setInterval(() => {}, 1000)\n"
      const made = await compose(lab, ports, { code, ready: false })
      await says(made, 'migration')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-paused',
    says: 'the container of the application is paused: it takes connections and answers nobody',
    truth: { ...inApp, cause: 'app-hung', shape: 'slow', cites: [APP, 'paused'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_read_timeout 1s; ${TO_WEB}` })
      made.docker('pause', APP)
      return { url: url(ports), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'inner-hung',
    says: 'the application takes connections and answers nobody: Docker calls its container unhealthy, and leaves it alone',
    truth: { ...inApp, cause: 'app-hung', shape: 'slow', cites: [APP, 'unhealthy'] },
    async start(lab, ports) {
      const code =
        "require('node:http').createServer(() => {}).listen(3000, '0.0.0.0', () => console.log('shop listens on 3000'))\n"
      const check = "fetch('http://127.0.0.1:3000/', { signal: AbortSignal.timeout(300) }).catch(() => process.exit(1))"
      const web = ['--health-cmd', `node -e "${check}"`, '--health-interval', '1s', '--health-retries', '2']
      const made = await compose(lab, ports, { code, web, location: `proxy_read_timeout 1s; ${TO_WEB}` })
      await until(() => made.inspect(APP, '{{.State.Health.Status}}') === 'unhealthy', 'it is unhealthy')
      return { url: url(ports), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'inner-slow',
    says: 'the application answers after three seconds, and nginx waits for one',
    truth: { ...inApp, cause: 'slow-app', shape: 'slow', cites: ['1000 ms', GATEWAY] },
    async start(lab, ports) {
      const code = serves(
        '0.0.0.0',
        3000,
        'if (request.url !== "/ready") return void setTimeout(() => response.end("late\\n"), 3000);',
      )
      await compose(lab, ports, { code, location: `proxy_read_timeout 1s; ${TO_WEB}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-crash-on-request',
    says: 'the application ends on the request, and Docker starts its container again each time',
    truth: { ...inApp, cause: 'crashed-mid-response', shape: 'reset', cites: [APP, 'status 70'] },
    async start(lab, ports) {
      const code = serves('0.0.0.0', 3000, "if (request.url !== '/ready') process.exit(70);")
      await compose(lab, ports, { code, web: ['--restart', 'always'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-not-http',
    says: 'what listens where nginx sends speaks another protocol',
    truth: { ...failing, place: ['app', 'proxy'], cause: 'not-http', shape: 'garbage', cites: ['-ERR'] },
    async start(lab, ports) {
      const code =
        "require('node:net').createServer((socket) => socket.once('data', () => socket.end('-ERR unknown command\\r\\n'))).listen(3000, () => console.log('it listens'))\n"
      await compose(lab, ports, { code })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-app-error',
    says: 'the application answers 500 itself; nginx passes it on',
    truth: { ...failing, place: ['app'], bornAt: 'app', cause: 'app-error', shape: 'none', cites: ['500'] },
    async start(lab, ports) {
      await compose(lab, ports, { code: serves('0.0.0.0', 3000, 'response.statusCode = 500;') })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-recovered',
    says: 'the container of the application was restarted by somebody, and is back',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: [APP] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 1s; ${TO_WEB}` })
      made.docker('stop', APP)
      const statuses = await visitors(url(ports), 3)
      if (statuses.some((status) => status < 500)) throw new Error(`not down: ${statuses}`)
      await later(2000)
      made.docker('start', APP)
      await until(async () => (await statusOf(url(ports, '/ready'))) === 200, 'it is back')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-maintenance',
    says: 'nginx in its container answers 503 on purpose',
    truth: { ...failing, place: ['proxy'], cause: 'deliberate', shape: 'none', cites: ['503', 'nginx.conf'] },
    async start(lab, ports) {
      await compose(lab, ports, { location: 'return 503;' })
      return { url: url(ports) }
    },
  },
]
