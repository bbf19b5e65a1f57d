import type { Case, Ports } from '../case.ts'
import { type Engine, engine } from '../engine.ts'
import { statusOf, url, visitors } from '../kit.ts'
import { type Lab, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const inApp = { ...failing, place: ['app'] } as const
const between = { ...failing, place: ['proxy', 'app'] } as const

const WEB = 'registry.example.com/shop/web:1.4.2'
const NGINX = 'registry.example.com/shop/nginx:1.22'
/** What `docker compose` calls them. */
const [APP, GATEWAY, NET] = ['shop-web-1', 'shop-nginx-1', 'shop_default']

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
  const { code = serves(), location = 'proxy_pass http://web:3000;', networks = [NET, NET], inside = 80 } = wanted
  const logs = 'access_log /var/log/nginx/access.log; error_log /var/log/nginx/error.log;'
  const server = `server { listen 80; server_name shop.example.com; location / { ${location} } }`
  const conf = `user www-data;\nevents {}\nhttp { ${logs} ${wanted.http ?? ''} ${server} }\n`
  made.image(NGINX, { 'etc/nginx/nginx.conf': conf }, ['CMD ["nginx", "-g", "daemon off;"]'])
  for (const network of new Set(networks)) made.docker('network', 'create', network)
  if (code !== null) {
    made.image(WEB, { 'srv/shop/server.js': code }, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
    runWeb(made, networks[0], wanted.web)
    if (wanted.ready !== false) await says(made, 'listens')
  }
  const publish = ['-p', `127.0.0.1:${ports.site}:${inside}`]
  const options = [...publish, '--name', GATEWAY, '--network', networks[1], ...labels('nginx'), ...(wanted.nginx ?? [])]
  made.docker('run', '-d', ...options, NGINX)
  if (inside === 80) await until(async () => (await statusOf(url(ports, '/ready'))) !== 0, 'nginx answers')
  return made
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
      const made = await compose(lab, ports)
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
      const made = await compose(lab, ports)
      made.image(WEB, { 'srv/shop/server.js': "require('express')\n" }, [
        'WORKDIR /srv/shop',
        'CMD ["node", "server.js"]',
      ])
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
      made.docker('run', '-d', '--name', 'shop-worker-1', '--network', NET, WEB, 'node', '-e', 'setInterval(() => {}, 1000)')
      runWeb(made, NET)
      await says(made, 'listens')
      return { url: url(ports) }
    },
  },
]
