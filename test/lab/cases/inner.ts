import { readFileSync } from 'node:fs'
import { WELL } from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { type Engine, engine } from '../engine.ts'
import { later, statusOf, url, visitors } from '../kit.ts'
import { type Lab, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const inApp = { ...failing, place: ['app'] } as const
const between = { ...failing, place: ['proxy', 'app'] } as const

const WEB = 'registry.example.com/shop/web:1.4.2'
const NGINX = 'registry.example.com/shop/nginx:1.22'
/** What `docker compose` calls them. */
const [APP, GATEWAY, NET] = ['shop-web-1', 'shop-nginx-1', 'shop_default']

const TO_WEB = 'proxy_pass http://web:3000;'
/** Looked up while nginx runs, by the engine's own resolver. */
const AT_RUN_TIME = 'resolver 127.0.0.11 valid=1s; resolver_timeout 2s; set $web web; proxy_pass http://$web:3000;'

const serves = (host = '0.0.0.0', port = 3000, more = '') => `
const http = require('node:http')
const server = http.createServer((request, response) => { ${more} response.end('hello from ' + request.url + '\\n') })
server.listen(${port}, '${host}', () => console.log('shop listens on', server.address().port))
process.once('SIGTERM', () => process.exit(0))
`

/** The labels that docker compose gives to the containers of a file. */
const labels = (service: string) =>
  [
    'com.docker.compose.project=shop',
    `com.docker.compose.service=${service}`,
    'com.docker.compose.project.config_files=/srv/shop/compose.yaml',
  ].flatMap((label) => ['--label', label])

/** nginx in a container in front of an application in another one: a compose file's two services. */
interface Compose {
  /** The application's code; null: no container of it is made. */
  code?: string | null
  /** What nginx's location does. */
  location?: string
  /** More in nginx's `http` block. */
  http?: string
  /** Options of `docker run`. */
  web?: readonly string[]
  nginx?: readonly string[]
  /** The network of the application, and of nginx. */
  networks?: readonly [string, string]
  /** Wait until the site answers, whatever it answers. */
  ready?: boolean
  /** The port inside that the site's leads to. */
  inside?: number
}

async function compose(lab: Lab, ports: Ports, wanted: Compose = {}): Promise<Engine> {
  const made = await engine(lab)
  const { code = serves(), location = TO_WEB, networks = [NET, NET], inside = 80 } = wanted
  const logs = 'access_log /var/log/nginx/access.log; error_log /var/log/nginx/error.log;'
  const server = `server { listen 80; server_name shop.example.com; location / { ${location} } }`
  const conf = `user www-data;\nevents {}\nhttp { ${logs} ${wanted.http ?? ''} ${server} }\n`
  made.image(NGINX, { 'etc/nginx/nginx.conf': conf }, ['CMD ["nginx", "-g", "daemon off;"]'])
  for (const network of new Set(networks)) made.docker('network', 'create', network)
  if (code !== null) {
    webImage(made, code)
    runWeb(made, networks[0], wanted.web)
    if (wanted.ready !== false) await says(made, 'listens')
  }
  const publish = ['-p', `127.0.0.1:${ports.site}:${inside}`]
  const options = [...publish, '--name', GATEWAY, '--network', networks[1], ...labels('nginx'), ...(wanted.nginx ?? [])]
  made.docker('run', '-d', ...options, NGINX)
  await until(() => listens80(made), 'nginx listens')
  return made
}

/** In the network of its container: what the engine holds outside says nothing. */
function listens80(made: Engine): boolean {
  const pid = made.inspect(GATEWAY, '{{.State.Pid}}')
  return Number(pid) > 0 && / 00000000:0050 00000000:0000 0A /.test(readFileSync(`/proc/${pid}/net/tcp`, 'utf8'))
}

function webImage(made: Engine, code: string): void {
  made.image(WEB, { 'srv/shop/server.js': code }, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
}

function runWeb(made: Engine, network: string, options: readonly string[] = []): void {
  const called = ['--name', APP, '--network', network, '--network-alias', 'web']
  made.docker('run', '-d', ...called, ...labels('web'), ...options, WEB)
}

const says = (made: Engine, word: string) => until(() => made.docker('logs', APP).includes(word), `it says ${word}`)
const state = (made: Engine) => made.inspect(APP, '{{.State.Status}}')
const ended = (made: Engine) => until(() => state(made) === 'exited', 'the container ended')

/** Compose style: the gateway runs in a container too, and sends to the name of a service. They want namespaces of their own. */
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
    name: 'inner-localhost',
    says: 'nginx, in a container, sends to localhost:3000: that is its own container, and the application is another',
    truth: { ...between, cause: 'wrong-interface', shape: 'unreachable', cites: [APP, GATEWAY, '127.0.0.1'] },
    async start(lab, ports) {
      await compose(lab, ports, { location: 'proxy_pass http://127.0.0.1:3000;' })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-stale-address',
    says: 'the container of the application was made anew and has another address; nginx keeps the one it resolved',
    truth: { ...between, cause: 'stale-address', shape: 'unreachable', cites: [APP, '172.18.0'] },
    async start(lab, ports) {
      const made = await compose(lab, ports)
      await visitors(url(ports), 1)
      made.docker('rm', '-f', APP)
      // What else is started takes the address that became free.
      made.docker(
        'run',
        '-d',
        '--name',
        'shop-worker-1',
        '--network',
        NET,
        WEB,
        'node',
        '-e',
        'setInterval(() => {}, 1000)',
      )
      runWeb(made, NET)
      await says(made, 'listens')
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
    name: 'inner-name-apart',
    says: 'nginx looks the name up while it runs, and is in another network than the application',
    truth: { ...between, cause: 'dns-failure', shape: 'unreachable', cites: [APP, 'shop_back', 'shop_front'] },
    async start(lab, ports) {
      await compose(lab, ports, { location: AT_RUN_TIME, networks: ['shop_back', 'shop_front'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-name-of-nobody',
    says: 'nginx looks up a name that no container has',
    truth: { ...failing, place: ['proxy'], cause: 'dns-failure', shape: 'unreachable', cites: ['wbe', GATEWAY] },
    async start(lab, ports) {
      await compose(lab, ports, { location: AT_RUN_TIME.replace('set $web web;', 'set $web wbe;') })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-name-stopped',
    says: 'nginx looks the name up while it runs, and somebody stopped the container that has it',
    truth: { ...inApp, cause: 'process-down', shape: 'unreachable', cites: [APP, 'signal 15'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: AT_RUN_TIME })
      await visitors(url(ports), 1)
      made.docker('stop', APP)
      await until(async () => (await statusOf(url(ports, '/ready'))) >= 500, 'nginx knows')
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-other-network',
    says: 'the application was taken out of the network of nginx, which keeps the address that it had there',
    truth: { ...between, cause: 'blocked', shape: 'unreachable', cites: [APP, GATEWAY, 'shop_back'] },
    async start(lab, ports) {
      const made = await compose(lab, ports, { location: `proxy_connect_timeout 2s; ${TO_WEB}` })
      await visitors(url(ports), 1)
      made.docker('network', 'create', 'shop_back')
      made.docker('network', 'connect', '--alias', 'web', 'shop_back', APP)
      made.docker('network', 'disconnect', NET, APP)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-by-address-apart',
    says: 'nginx sends to the address of a container in a network that it is not in: Docker lets nothing pass',
    truth: { ...between, cause: 'blocked', shape: 'unreachable', cites: [APP, GATEWAY, 'shop_back'] },
    async start(lab, ports) {
      // The first network that is made has the first addresses.
      const location = 'proxy_connect_timeout 2s; proxy_pass http://172.18.0.2:3000;'
      const made = await compose(lab, ports, { location, networks: ['shop_back', 'shop_front'] })
      const address = made.inspect(APP, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}')
      if (address !== '172.18.0.2') throw new Error(`the application has another address: ${address}`)
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-gateway-port',
    says: 'the published port leads to 8080 inside, where nobody listens: nginx listens on 80',
    truth: { ...failing, place: ['proxy'], cause: 'wrong-port', shape: 'reset', cites: [GATEWAY, '8080', '80'] },
    async start(lab, ports) {
      await compose(lab, ports, { inside: 8080 })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-host-loopback',
    says: 'the application runs on the machine itself and listens on 127.0.0.1; nginx in a container sends to host.docker.internal',
    truth: { ...between, cause: 'wrong-interface', shape: 'unreachable', cites: ['127.0.0.1', '172.17.0.1'] },
    async start(lab, ports) {
      await lab.app('shop', WELL, 3000, { PORT: '3000' })
      const location = 'proxy_pass http://host.docker.internal:3000;'
      await compose(lab, ports, { code: null, location, nginx: ['--add-host', 'host.docker.internal:host-gateway'] })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-host-down',
    says: 'the application that should run on the machine itself does not; nginx in a container sends there',
    truth: { ...inApp, outcome: 'diagnosed', cause: 'process-down', shape: 'unreachable', cites: ['3000'] },
    async start(lab, ports) {
      const location = 'proxy_pass http://host.docker.internal:3000;'
      await compose(lab, ports, { code: null, location, nginx: ['--add-host', 'host.docker.internal:host-gateway'] })
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
  {
    name: 'inner-local-driver',
    says: 'the engine keeps logs with its local driver, in another zone than nginx stamps: the application listens elsewhere',
    truth: { ...between, cause: 'wrong-port', shape: 'unreachable', cites: [APP, '8000', '3000'] },
    async start(lab, ports) {
      lab.overlay('/etc/timezone', 'Asia/Tokyo\n')
      lab.overlay('/etc/localtime', readFileSync('/usr/share/zoneinfo/Asia/Tokyo'))
      const nginx = ['--log-driver', 'local', '-e', 'TZ=UTC+5']
      await compose(lab, ports, { code: serves('0.0.0.0', 8000), nginx })
      return { url: url(ports) }
    },
  },
  {
    name: 'inner-no-log',
    says: 'the engine keeps no log of nginx: the application listens elsewhere, and that is seen all the same',
    truth: { ...between, cause: 'wrong-port', shape: 'unreachable', cites: [APP, '8000', '3000'] },
    async start(lab, ports) {
      await compose(lab, ports, { code: serves('0.0.0.0', 8000), nginx: ['--log-driver', 'none'] })
      return { url: url(ports) }
    },
  },
]
