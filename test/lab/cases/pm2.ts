import { rmSync } from 'node:fs'
import { WELL } from '../apps.ts'
import type { Case } from '../case.ts'
import { front, later, passes, statusOf, url, visitors } from '../kit.ts'
import { type Lab, listening, until } from '../lab.ts'
import { type Pm2, pm2 } from '../pm2.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const inApp = { ...failing, place: ['app'], bornAt: 'proxy', shape: 'unreachable' } as const

const status = (made: Pm2, name = 'shop') => made.list().find((each) => each.name === name)?.pm2_env.status ?? ''
const restarts = (made: Pm2) => made.list().find((each) => each.name === 'shop')?.pm2_env.restart_time ?? 0

/** The neighbour, whose daemon is the same. */
async function blog(made: Pm2, port: number): Promise<void> {
  made.start('blog', WELL, { env: { PORT: String(port) } })
  await listening(port, '127.0.0.1')
}

/** Ends on every path but the first one. */
const DIES_ON_REQUEST = `
require('node:http')
  .createServer((request, response) => { if (request.url !== '/') process.exit(70); response.end('hello') })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

async function dies(lab: Lab, port: number, words: readonly string[]): Promise<void> {
  pm2(lab).start('shop', DIES_ON_REQUEST, { env: { PORT: String(port) }, words })
  await listening(port, '127.0.0.1')
}

/** Applications under a real PM2; nginx in front of them. They want namespaces of their own. */
export const PM2_CASES: readonly Case[] = [
  {
    name: 'pm2-healthy',
    says: 'the application runs under PM2 and is well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      pm2(lab).start('shop', WELL, { env: { PORT: String(ports.app) } })
      await listening(ports.app, '127.0.0.1')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-errored',
    says: 'PM2 gave up restarting it; its error log names a module that is missing',
    truth: { ...inApp, cause: 'crash-on-start', cites: ['shop', "Cannot find module 'express'", 'errored'] },
    async start(lab, ports) {
      const made = pm2(lab)
      await blog(made, ports.other)
      made.start('shop', "require('express')\n", { env: { PORT: String(ports.app) }, words: ['--max-restarts', '3'] })
      await until(() => status(made) === 'errored', 'PM2 gave up')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-socket-errored',
    says: 'the application should make a unix socket; PM2 gave up restarting it, for a module is missing',
    truth: { ...inApp, place: ['app', 'proxy'], cause: 'crash-on-start', cites: ["Cannot find module 'express'"] },
    async start(lab, ports) {
      const made = pm2(lab)
      const socket = lab.path('run/shop.sock')
      made.start('shop', "require('express')\n", { env: { PORT: socket }, words: ['--max-restarts', '3'] })
      await until(() => status(made) === 'errored', 'PM2 gave up')
      await passes(lab, ports, `proxy_pass http://unix:${socket};`)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-stopped',
    says: 'somebody stopped the application; its neighbour in the same PM2 is well',
    truth: { ...inApp, cause: 'process-down', cites: ['shop', 'stopped'] },
    async start(lab, ports) {
      const made = pm2(lab)
      await blog(made, ports.other)
      made.start('shop', WELL, { env: { PORT: String(ports.app) } })
      await listening(ports.app, '127.0.0.1')
      await front(lab, ports)
      await statusOf(url(ports))
      made.run(['stop', 'shop'])
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-crash-loop',
    says: 'it ends again and again without a word, and PM2 waits longer before each start',
    truth: { ...inApp, cause: 'crash-loop', cites: ['shop'] },
    async start(lab, ports) {
      const made = pm2(lab)
      const words = ['--exp-backoff-restart-delay', '300']
      made.start('shop', 'setTimeout(() => process.exit(3), 100)\n', { env: { PORT: String(ports.app) }, words })
      await until(() => restarts(made) >= 4 && status(made) === 'waiting restart', 'it was restarted')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-wrong-port',
    says: 'PM2 runs the application on the next port',
    truth: { ...inApp, place: ['proxy', 'app'], cause: 'wrong-port', cites: ['3001', '3000'] },
    async start(lab, ports) {
      pm2(lab).start('shop', WELL, { env: { PORT: String(ports.other) } })
      await listening(ports.other, '127.0.0.1')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-starting',
    says: 'somebody restarted it just now, and it listens only after its caches are warm',
    truth: { ...inApp, cause: 'not-ready', cites: ['shop'] },
    async start(lab, ports) {
      const made = pm2(lab)
      const code = "console.log('warming caches'); setInterval(() => {}, 1000)\n"
      made.start('shop', code, { env: { PORT: String(ports.app) } })
      await until(() => status(made) === 'online', 'PM2 started it')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-recovered',
    says: 'it was down for four requests while somebody restarted it, and is back',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['it failed 4 times'] },
    async start(lab, ports) {
      const made = pm2(lab)
      made.start('shop', WELL, { env: { PORT: String(ports.app) } })
      await listening(ports.app, '127.0.0.1')
      await front(lab, ports)
      made.run(['stop', 'shop'])
      const statuses = await visitors(url(ports), 4)
      if (statuses.some((each) => each !== 502)) throw new Error(`not down: ${statuses}`)
      await later(3000)
      made.run(['start', 'shop'])
      await listening(ports.app, '127.0.0.1')
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-dies-on-request',
    says: 'the application ends on the request, and PM2 starts it again',
    truth: {
      ...failing,
      place: ['app'],
      cause: 'crashed-mid-response',
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'status 70'],
    },
    async start(lab, ports) {
      await dies(lab, ports.app, [])
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-worker-dies',
    says: "one of two workers of PM2's cluster mode ends on the request",
    truth: {
      ...failing,
      place: ['app'],
      cause: 'crashed-mid-response',
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'children started at'],
    },
    async start(lab, ports) {
      await dies(lab, ports.app, ['-i', '2'])
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-memory',
    says: 'PM2 restarts it whenever it holds more memory than it may, and it takes long to come up',
    truth: { ...inApp, cause: 'oom-killed', cites: ['shop', 'max_memory_restart'] },
    async start(lab, ports) {
      // PM2 looks every 30 seconds unless it is told otherwise.
      const made = pm2(lab, { PM2_WORKER_INTERVAL: '1000' })
      const code = 'const held = []; setInterval(() => { if (held.length < 30) held.push(Buffer.alloc(4e6, 1)) }, 20)\n'
      made.start('shop', code, { env: { PORT: String(ports.app) }, words: ['--max-memory-restart', '90M'] })
      await until(() => restarts(made) >= 2, 'PM2 restarted it')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-not-at-boot',
    says: 'its list was saved, and after a boot nothing started PM2',
    truth: { ...inApp, cause: 'not-enabled', cites: ['shop', 'dump.pm2'] },
    async start(lab, ports) {
      const made = pm2(lab)
      lab.overlay(
        '/etc/passwd',
        `root:x:0:0:root:/root:/bin/sh\nshop:x:1000:1000::${made.home}:/bin/sh\nwww-data:x:33:33::/:\nnobody:x:65534:65534::/:\n`,
      )
      made.start('shop', WELL, { env: { PORT: String(ports.app) } })
      await listening(ports.app, '127.0.0.1')
      made.run(['save'])
      made.run(['kill'])
      for (const name of ['pm2.pid', 'rpc.sock', 'pub.sock']) rmSync(`${made.home}/.pm2/${name}`, { force: true })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
]
