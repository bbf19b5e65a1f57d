import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { dirname } from 'node:path'
import * as apps from './apps.ts'
import { ANSWER_CASES } from './cases/answers.ts'
import { BLOCKED_CASES } from './cases/blocked.ts'
import { LIMIT_CASES } from './cases/limits.ts'
import { LOADING_CASES } from './cases/loading.ts'
import { NAME_CASES } from './cases/names.ts'
import { POOL_CASES } from './cases/pools.ts'
import { TLS_CASES } from './cases/tls.ts'
import { WORKER_CASES } from './cases/workers.ts'
import { collect, type Lab, listening } from './lab.ts'
import type { CaseName } from './truths.ts'

/** Where a case listens. A recording is made in a network of its own, so there they are always the same. */
export interface Ports {
  /** nginx. */
  site: number
  /** Where nginx sends to. */
  app: number
  /** Where something else listens. */
  other: number
}

export const USUAL_PORTS: Ports = { site: 8080, app: 3000, other: 3001 }

/** A fault on real servers. `start` resolves when the fault is there to be seen. */
export interface Case {
  name: CaseName
  /** One sentence: what is broken. */
  says: string
  start(lab: Lab, ports: Ports): Promise<{ url: string; args?: string[] }>
}

const server = (port: number, location: string, more = '') =>
  `server { listen 127.0.0.1:${port}; server_name shop.example.com; ${more} location / { ${location} } }`

const url = (ports: Ports, path = '/checkout') => `http://127.0.0.1:${ports.site}${path}`

/** nginx in front of whatever is on the app's port. */
async function front(lab: Lab, ports: Ports, settings = '', more = ''): Promise<void> {
  const pass = `proxy_pass http://127.0.0.1:${ports.app}; ${settings}`
  await lab.nginx({ port: ports.site, http: server(ports.site, pass, more) })
}

/** An application with one habit, and nginx in front of it. */
function behind(code: string, settings = '', env: Record<string, string> = {}): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', code, ports.app, { PORT: String(ports.app), ...env })
    await front(lab, ports, settings)
    return { url: url(ports) }
  }
}

/** Ends on the first request. */
const DIES = `
const http = require('node:http')
http.createServer(() => process.exit(1)).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Starts PROGRAM again whenever it ends; takes it along when it is ended itself. */
const SUPERVISES = `
const { spawn } = require('node:child_process')
let child
const start = () => { child = spawn(process.execPath, [process.env.PROGRAM], { stdio: 'inherit' }).once('exit', start) }
process.once('SIGTERM', () => { child.removeAllListeners().kill('SIGKILL'); process.exit(0) })
start()
`

const SPEAKS_TLS = `
const { readFileSync } = require('node:fs')
require('node:https')
  .createServer({ key: readFileSync(process.env.KEY), cert: readFileSync(process.env.CERT) }, (request, response) => response.end('hello'))
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** For upstreams that do not answer: nginx gives up after a second, we after six. */
const IMPATIENT = 'proxy_read_timeout 1s;'
const PATIENCE = ['--timeout', '6s']

export const CASES: readonly Case[] = [
  ...TLS_CASES,
  ...ANSWER_CASES,
  ...BLOCKED_CASES,
  ...LIMIT_CASES,
  {
    name: 'process-down',
    says: 'the application is not running; another site of the same nginx is well',
    async start(lab, ports) {
      await lab.app('blog', apps.WELL, ports.other, { PORT: String(ports.other) })
      const blog = `server { listen 127.0.0.1:${ports.site}; server_name blog.example.com; location / { proxy_pass http://127.0.0.1:${ports.other}; } }`
      const shop = server(ports.site, `proxy_pass http://127.0.0.1:${ports.app};`)
      await lab.nginx({ port: ports.site, http: `${shop} ${blog}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'wrong-port',
    says: 'the application listens next door to where nginx sends',
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.other, { PORT: String(ports.other) })
      const upstream = `upstream shop { server 127.0.0.1:${ports.app}; }`
      await lab.nginx({ port: ports.site, http: `${upstream} ${server(ports.site, 'proxy_pass http://shop;')}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'wrong-interface',
    says: 'the application listens on ::1, nginx sends to 127.0.0.1',
    async start(lab, ports) {
      const file = lab.write('srv/shop/server.js', apps.WELL)
      const env = { PORT: String(ports.app), HOST: '::1' }
      lab.start([process.execPath, file], { env, cwd: dirname(file) })
      await listening(ports.app, '::1')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'socket-missing',
    says: 'the unix socket in the configuration is not there',
    async start(lab, ports) {
      const socket = lab.path('run/shop.sock')
      await lab.nginx({ port: ports.site, http: server(ports.site, `proxy_pass http://unix:${socket}:/;`) })
      return { url: url(ports) }
    },
  },
  {
    name: 'socket-permission',
    says: "nginx's workers may not use the application's socket",
    async start(lab, ports) {
      const socket = lab.path('run/shop.sock')
      await lab.app('shop', apps.WELL, socket, { LISTEN: socket })
      chmodSync(socket, 0o600)
      const http = server(ports.site, `proxy_pass http://unix:${socket}:/;`)
      await lab.nginx({ port: ports.site, http })
      return { url: url(ports) }
    },
  },
  {
    name: 'slow-app',
    says: 'the application answers after three seconds, nginx waits one',
    start: behind(apps.SLOW, IMPATIENT, { SLOW_MS: '3000' }),
  },
  {
    name: 'app-hung',
    says: 'the application takes requests and never answers',
    start: async (lab, ports) => ({ ...(await behind(apps.MUTE, IMPATIENT)(lab, ports)), args: PATIENCE }),
  },
  {
    name: 'event-loop-blocked',
    says: 'one thread at full speed answers nobody',
    start: async (lab, ports) => ({ ...(await behind(apps.SPINS, IMPATIENT)(lab, ports)), args: PATIENCE }),
  },
  {
    name: 'truncated-response',
    says: 'the application closes without a word and lives on',
    start: behind(apps.CLOSES),
  },
  { name: 'cut-body', says: 'the application promises 1000 bytes and sends ten', start: behind(apps.CUTS) },
  {
    name: 'crashed-mid-response',
    says: 'the application dies on every request, and its supervisor starts it again',
    async start(lab, ports) {
      const file = lab.write('srv/shop/server.js', DIES)
      await lab.app('supervisor', SUPERVISES, ports.app, { PORT: String(ports.app), PROGRAM: file })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'protocol-mismatch',
    says: 'the application speaks TLS, nginx speaks plain HTTP to it',
    async start(lab, ports) {
      const [key, cert] = [lab.path('tls/app.key'), lab.path('tls/app.crt')]
      await selfSigned(key, cert)
      return behind(SPEAKS_TLS, '', { KEY: key, CERT: cert })(lab, ports)
    },
  },
  {
    name: 'config-not-loaded',
    says: 'the port was corrected in the configuration, and nginx never reloaded',
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.other, { PORT: String(ports.other) })
      await front(lab, ports)
      const file = lab.path('nginx/nginx.conf')
      const loaded = statSync(file).mtimeMs
      // Nearer than two seconds, a change and a reload cannot be told apart.
      while (Date.now() < loaded + 4000) await new Promise((resolve) => setTimeout(resolve, 100))
      writeFileSync(file, readFileSync(file, 'utf8').replace(`:${ports.app};`, `:${ports.other};`))
      return { url: url(ports) }
    },
  },
  { name: 'not-http', says: 'what listens there speaks something else', start: behind(apps.NOT_HTTP) },
  {
    name: 'deliberate',
    says: 'the configuration answers 503 by itself',
    async start(lab, ports) {
      await lab.nginx({ port: ports.site, http: server(ports.site, 'return 503;') })
      return { url: url(ports) }
    },
  },
  { name: 'app-error', says: 'the application answers 502 itself', start: behind(apps.OWN_502) },
  { name: 'healthy', says: 'nothing is wrong', start: behind(apps.WELL) },
  {
    name: 'proxy-down',
    says: 'nobody listens on the port of the URL',
    start: async (_, ports) => ({ url: url(ports) }),
  },
  {
    name: 'error-page',
    says: "nginx's own 502 wears the application's style",
    async start(lab, ports) {
      const page = lab.write('www/502.json', '{"error":"please try again","request":"af31"}\n')
      const location = `location = /502.json { root ${dirname(page)}; internal; default_type application/json; }`
      await front(lab, ports, '', `error_page 502 /502.json; ${location}`)
      return { url: url(ports) }
    },
  },
  {
    name: 'error-page-200',
    says: "nginx's own 502 is sent as 200",
    async start(lab, ports) {
      const page = lab.write('www/ok.json', '{"items":[]}\n')
      const location = `location = /ok.json { root ${dirname(page)}; internal; }`
      await front(lab, ports, '', `error_page 502 =200 /ok.json; ${location}`)
      return { url: url(ports) }
    },
  },
  {
    name: 'certificate-self-signed',
    says: 'the site shows a certificate that nobody vouches for',
    async start(lab, ports) {
      const [key, cert] = [lab.path('tls/shop.key'), lab.path('tls/shop.crt')]
      await selfSigned(key, cert)
      const http = `server { listen 127.0.0.1:${ports.site} ssl; server_name shop.example.com; ssl_certificate ${cert}; ssl_certificate_key ${key}; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await lab.nginx({ port: ports.site, http })
      return { url: `https://127.0.0.1:${ports.site}/checkout` }
    },
  },
  {
    name: 'recovered',
    says: 'the application was down for five requests and is up again',
    async start(lab, ports) {
      await front(lab, ports)
      for (let request = 0; request < 5; request++) {
        if ((await statusOf(url(ports))) !== 502) throw new Error('nginx did not answer 502 while the app was down')
      }
      // The log knows whole seconds: what follows must not stand in the same one.
      const later = Date.now() + 3000
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await new Promise((resolve) => setTimeout(resolve, later - Date.now()))
      return { url: url(ports) }
    },
  },
  ...POOL_CASES,
  ...NAME_CASES,
  ...LOADING_CASES,
  ...WORKER_CASES,
]

async function selfSigned(key: string, cert: string): Promise<void> {
  const subject = ['-subj', '/CN=shop.example.com', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', key, '-out', cert]
  const argv = ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '90', ...subject, ...files]
  const { exit, err } = await collect(argv)
  if (exit !== 0) throw new Error(`openssl: ${err}`)
}

function statusOf(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(address, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    }).once('error', reject)
  })
}
