import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import * as apps from '../apps.ts'
import type { Case } from '../case.ts'
import { selfSigned } from '../certificates.ts'
import { behind, front, site, url } from '../kit.ts'
import { listening } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const

const SPEAKS_TLS = `
const { readFileSync } = require('node:fs')
require('node:https')
  .createServer({ key: readFileSync(process.env.KEY), cert: readFileSync(process.env.CERT) }, (request, response) => response.end('hello'))
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** For upstreams that do not answer: nginx gives up after a second, we after six. */
const IMPATIENT = 'proxy_read_timeout 1s;'
const PATIENCE = ['--timeout', '6s']

/** One application behind nginx, that cannot be reached, is slow, or answers badly. */
export const UPSTREAM_CASES: readonly Case[] = [
  {
    name: 'process-down',
    says: 'the application is not running; another site of the same nginx is well',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.1:3000'],
    },

    async start(lab, ports) {
      await lab.app('blog', apps.WELL, ports.other, { PORT: String(ports.other) })
      const blog = `server { listen 127.0.0.1:${ports.site}; server_name blog.example.com; location / { proxy_pass http://127.0.0.1:${ports.other}; } }`
      const shop = site(ports, `proxy_pass http://127.0.0.1:${ports.app};`)
      await lab.nginx({ port: ports.site, http: `${shop} ${blog}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'wrong-port',
    says: 'the application listens next door to where nginx sends',
    truth: {
      ...failing,
      cause: 'wrong-port',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['3000', '3001'],
    },

    async start(lab, ports) {
      const { pid } = await lab.app('shop', apps.WELL, ports.other, { PORT: String(ports.other) })
      const upstream = `upstream shop { server 127.0.0.1:${ports.app}; }`
      await lab.nginx({ port: ports.site, http: `${upstream} ${site(ports, 'proxy_pass http://shop;')}` })
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'wrong-interface',
    says: 'the application listens on ::1, nginx sends to 127.0.0.1',
    truth: {
      ...failing,
      cause: 'wrong-interface',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['::1'],
    },

    async start(lab, ports) {
      const file = lab.write('srv/shop/server.js', apps.WELL)
      const env = { PORT: String(ports.app), HOST: '::1' }
      const { pid } = lab.start([process.execPath, file], { env, cwd: dirname(file) })
      await listening(ports.app, '::1')
      await front(lab, ports)
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'socket-missing',
    says: 'the unix socket in the configuration is not there',
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
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://unix:${socket}:/;`) })
      return { url: url(ports) }
    },
  },
  {
    name: 'socket-permission',
    says: "nginx's workers may not use the application's socket",
    truth: {
      ...failing,
      cause: 'socket-permission',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['run/shop.sock'],
    },

    async start(lab, ports) {
      const socket = lab.path('run/shop.sock')
      await lab.app('shop', apps.WELL, socket, { LISTEN: socket })
      chmodSync(socket, 0o600)
      const http = site(ports, `proxy_pass http://unix:${socket}:/;`)
      await lab.nginx({ port: ports.site, http })
      return { url: url(ports) }
    },
  },
  {
    name: 'slow-app',
    says: 'the application answers after three seconds, nginx waits one',
    truth: {
      ...failing,
      cause: 'slow-app',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['1000 ms'],
    },

    start: behind(apps.SLOW, IMPATIENT, { env: { SLOW_MS: '3000' }, cited: true }),
  },
  {
    name: 'app-hung',
    says: 'the application takes requests and never answers',
    truth: {
      ...failing,
      cause: 'app-hung',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['127.0.0.1:3000', 'is idle'],
    },

    start: behind(apps.MUTE, IMPATIENT, { args: PATIENCE, cited: true }),
  },
  {
    name: 'app-stopped',
    says: 'somebody stopped the process of the application, and it lives on',
    truth: {
      ...failing,
      cause: 'app-hung',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['stopped (state T)'],
    },
    async start(lab, ports) {
      const child = await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      child.kill('SIGSTOP')
      await front(lab, ports, IMPATIENT)
      return { url: url(ports), args: PATIENCE, cites: [`pid ${child.pid}`] }
    },
  },
  {
    name: 'event-loop-blocked',
    says: 'one thread at full speed answers nobody',
    truth: {
      ...failing,
      cause: 'event-loop-blocked',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['127.0.0.1:3000', 'answers nobody'],
    },

    start: behind(apps.SPINS, IMPATIENT, { args: PATIENCE, cited: true }),
  },
  {
    name: 'truncated-response',
    says: 'the application closes without a word and lives on',
    truth: {
      ...failing,
      cause: 'truncated-response',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'upstream prematurely closed'],
    },

    start: behind(apps.CLOSES, '', { cited: true }),
  },
  {
    name: 'cut-body',
    says: 'the application promises 1000 bytes and sends ten',
    truth: {
      ...failing,
      cause: 'truncated-response',
      place: ['app'],
      shape: 'reset',
      cites: ['127.0.0.1:3000', '990 bytes remaining'],
    },
    start: behind(apps.CUTS, '', { cited: true }),
  },
  {
    name: 'crashed-mid-response',
    says: 'the application dies on every request, and its supervisor starts it again',
    truth: {
      ...failing,
      cause: 'crashed-mid-response',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'which listened a moment ago'],
    },

    async start(lab, ports) {
      const file = lab.write('srv/shop/server.js', apps.DIES)
      await lab.app('supervisor', apps.SUPERVISES, ports.app, { PORT: String(ports.app), PROGRAM: file })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'crashed-zombie',
    says: 'the application dies on every request; what started it takes no note of that, so each stays a zombie',
    truth: {
      ...failing,
      cause: 'crashed-mid-response',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['is gone'],
    },

    async start(lab, ports) {
      const file = lab.write('srv/shop/server.js', apps.DIES)
      await lab.app('supervisor', apps.FORGETS, ports.app, { PORT: String(ports.app), PROGRAM: file })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'protocol-mismatch',
    says: 'the application speaks TLS, nginx speaks plain HTTP to it',
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      cites: ['127.0.0.1:3000 speaks TLS'],
    },

    async start(lab, ports) {
      const [key, cert] = [lab.path('tls/app.key'), lab.path('tls/app.crt')]
      await selfSigned(key, cert)
      return behind(SPEAKS_TLS, '', { env: { KEY: key, CERT: cert } })(lab, ports)
    },
  },
  {
    name: 'not-http',
    says: 'what listens there speaks something else',
    truth: {
      ...failing,
      cause: 'not-http',
      place: ['app', 'proxy'],
      shape: 'garbage',
      cites: ['127.0.0.1:3000', '-ERR unknown command'],
    },
    start: behind(apps.NOT_HTTP, '', { cited: true }),
  },
  {
    name: 'app-error',
    says: 'the application answers 502 itself',
    truth: {
      ...failing,
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      cites: ['the upstream itself answers 502'],
    },
    start: behind(apps.OWN_502, '', { cited: true }),
  },
]
