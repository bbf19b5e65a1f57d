import { readFileSync } from 'node:fs'
import { WELL } from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { type Engine, engine } from '../engine.ts'
import { later, site, statusOf, url, visitors } from '../kit.ts'
import { type Lab, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const inApp = { ...failing, place: ['app'], bornAt: 'proxy', shape: 'unreachable' } as const

/** The gateway itself is what is down. */
const atGateway = {
  ...failing,
  place: ['proxy'],
  bornAt: 'proxy',
  cause: 'proxy-down',
  shape: 'unreachable',
} as const

const IMAGE = 'registry.example.com/shop/web:1.4.2'
const NGINX = 'registry.example.com/shop/nginx:1.22'
/** A neighbour's. */
const BLOG = 'registry.example.com/blog/web:2.0.0'

const listens = (host = '0.0.0.0', port = 3000, more = '') => `
const http = require('node:http')
const server = http.createServer((request, response) => { ${more} response.end('hello from ' + request.url + '\\n') })
server.listen(${port}, '${host}', () => console.log('shop listens on', server.address().port))
process.once('SIGTERM', () => process.exit(0))
`

/** The shop's image with this code in it, and a container of it that publishes the port nginx sends to. */
interface Shop {
  code?: string
  /** Options of `docker run`. */
  options?: readonly string[]
  /** `-p`; '' publishes nothing. */
  publish?: string
  ready?: boolean
}

async function shop(lab: Lab, ports: Ports, wanted: Shop = {}): Promise<Engine> {
  const made = await engine(lab)
  const files = { 'srv/shop/server.js': wanted.code ?? listens() }
  made.image(IMAGE, files, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
  const publish = wanted.publish ?? `127.0.0.1:${ports.app}:3000`
  const words = [...(publish === '' ? [] : ['-p', publish]), '--name', 'shop-web-1', ...(wanted.options ?? [])]
  made.docker('run', '-d', ...words, IMAGE)
  if (wanted.ready !== false) await answers(ports.app)
  return made
}

const answers = (port: number, host = '127.0.0.1') =>
  until(async () => (await statusOf(`http://${host}:${port}/`)) === 200, `${host}:${port} answers`)

async function front(lab: Lab, ports: Ports, location = `proxy_pass http://127.0.0.1:${ports.app};`) {
  return lab.nginx({ port: ports.site, http: site(ports, location) })
}

/** The shop's image and nginx's, which sends to the name `app`, and two networks. */
async function inContainers(lab: Lab, ports: Ports): Promise<Engine> {
  const made = await engine(lab)
  made.image(IMAGE, { 'srv/shop/server.js': listens() }, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
  const server = `server { listen 80; server_name shop.example.com; location / { proxy_pass http://app:${ports.app}; } }`
  const conf = `user www-data;\nevents {}\nhttp { access_log /var/log/nginx/access.log; error_log /var/log/nginx/error.log; ${server} }\n`
  made.image(NGINX, { 'etc/nginx/nginx.conf': conf }, ['CMD ["nginx", "-g", "daemon off;"]'])
  for (const network of ['front', 'back']) made.docker('network', 'create', network)
  return made
}

const state = (made: Engine, container = 'shop-web-1') => made.inspect(container, '{{.State.Status}}')

/** Faults of applications that a real Docker engine runs; nginx is on the host. They want namespaces of their own. */
export const DOCKER_CASES: readonly Case[] = [
  {
    name: 'docker-healthy',
    says: 'the application runs in a container and is well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await shop(lab, ports)
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-stopped',
    says: 'somebody stopped the container; another one is well',
    truth: { ...inApp, cause: 'process-down', cites: ['shop-web-1', 'signal 15'] },
    async start(lab, ports) {
      const made = await shop(lab, ports)
      made.docker('tag', IMAGE, BLOG)
      made.docker('run', '-d', '--name', 'blog-web-1', '-p', `127.0.0.1:${ports.other}:3000`, BLOG)
      await front(lab, ports)
      await statusOf(url(ports))
      made.docker('stop', 'shop-web-1')
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-missing-module',
    says: 'a deploy left a module out: the container ends with status 1 right after its start',
    truth: { ...inApp, cause: 'crash-on-start', cites: ['shop-web-1', "Cannot find module 'express'"] },
    async start(lab, ports) {
      const made = await shop(lab, ports, { code: "require('express')\n", ready: false })
      await until(() => state(made) === 'exited', 'the container ended')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-socket-crashed',
    says: 'the container makes a unix socket in a folder that it shares with the machine, and ends right after its start',
    truth: {
      ...inApp,
      place: ['app', 'proxy'],
      cause: 'crash-on-start',
      cites: ["Cannot find module 'express'", 'shop-web-1'],
    },
    async start(lab, ports) {
      const folder = lab.path('run/shop/x').replace(/\/x$/, '')
      await shop(lab, ports, {
        code: "require('express')\n",
        publish: '',
        options: ['-v', `${folder}:/run/shop`],
        ready: false,
      })
      await front(lab, ports, `proxy_pass http://unix:${folder}/shop.sock;`)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-crash-loop',
    says: 'the container ends again and again without a word, and Docker starts it anew each time',
    // While it lives, Docker takes the connection, and nobody is behind it.
    truth: { ...inApp, shape: ['unreachable', 'reset'], cause: 'crash-loop', cites: ['shop-web-1'] },
    async start(lab, ports) {
      const code = 'console.log("shop 1.4.2 boots"); setTimeout(() => process.exit(3), 150)\n'
      const made = await shop(lab, ports, { code, options: ['--restart', 'always'], ready: false })
      await until(() => Number(made.inspect('shop-web-1', '{{.RestartCount}}')) >= 4, 'it was restarted')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-oom-killed',
    says: "the container's memory limit ended it",
    truth: { ...inApp, cause: 'oom-killed', cites: ['shop-web-1', '64 MB'] },
    async start(lab, ports) {
      const grows = 'const held = []; setInterval(() => held.push(Buffer.alloc(4e6, 1)), 10)\n'
      const made = await shop(lab, ports, { code: grows, options: ['--memory', '64m'], ready: false })
      await until(() => state(made) === 'exited', 'the container ended')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-loopback',
    says: 'inside its container the application listens on 127.0.0.1',
    truth: {
      ...failing,
      place: ['proxy', 'app'],
      cause: 'wrong-interface',
      cites: ['shop-web-1', '127.0.0.1 port 3000'],
    },
    async start(lab, ports) {
      const made = await shop(lab, ports, { code: listens('127.0.0.1'), ready: false })
      await until(() => made.docker('logs', 'shop-web-1').includes('listens'), 'the application listens')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-wrong-port',
    says: 'the container listens on 8000, and the published port leads to 3000',
    truth: { ...failing, place: ['proxy', 'app'], cause: 'wrong-port', cites: ['shop-web-1', '8000', '3000'] },
    async start(lab, ports) {
      const made = await shop(lab, ports, { code: listens('0.0.0.0', 8000), ready: false })
      await until(() => made.docker('logs', 'shop-web-1').includes('listens'), 'the application listens')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-paused',
    says: 'the container is paused: it takes connections and answers nobody',
    truth: { ...failing, place: ['app'], cause: 'app-hung', shape: 'slow', cites: ['shop-web-1', 'paused'] },
    async start(lab, ports) {
      const made = await shop(lab, ports)
      await front(lab, ports, `proxy_read_timeout 1s; proxy_pass http://127.0.0.1:${ports.app};`)
      made.docker('pause', 'shop-web-1')
      return { url: url(ports), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'docker-not-ready',
    says: 'a new container is still starting: its health check says so, and nothing listens in it yet',
    truth: { ...failing, place: ['app'], cause: 'not-ready', cites: ['shop-web-1', 'starting'] },
    async start(lab, ports) {
      const code = "console.log('shop 1.4.2: waiting for the migration lock'); setInterval(() => {}, 1000)\n"
      const health = ['--health-cmd', 'node -e "fetch(\'http://127.0.0.1:3000/\')"', '--health-start-period', '120s']
      const made = await shop(lab, ports, { code, options: health, ready: false })
      await until(() => made.docker('logs', 'shop-web-1').includes('migration'), 'the container runs')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-unhealthy',
    says: 'the application takes connections and answers nobody: Docker calls it unhealthy, and leaves it alone',
    truth: { ...failing, place: ['app'], cause: 'app-hung', shape: 'slow', cites: ['shop-web-1', 'unhealthy'] },
    async start(lab, ports) {
      const code =
        "require('node:http').createServer(() => {}).listen(3000, '0.0.0.0', () => console.log('shop listens on 3000'))\n"
      const check = "fetch('http://127.0.0.1:3000/', { signal: AbortSignal.timeout(300) }).catch(() => process.exit(1))"
      const health = ['--health-cmd', `node -e "${check}"`, '--health-interval', '1s', '--health-retries', '2']
      const made = await shop(lab, ports, { code, options: health, ready: false })
      await until(() => made.inspect('shop-web-1', '{{.State.Health.Status}}') === 'unhealthy', 'it is unhealthy')
      await front(lab, ports, `proxy_read_timeout 1s; proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'docker-not-enabled',
    says: 'the container has no restart policy, and Docker was restarted; its neighbour has one and is back',
    truth: { ...inApp, cause: 'not-enabled', cites: ['shop-web-1', '"no"'] },
    async start(lab, ports) {
      const made = await shop(lab, ports)
      const blog = ['--name', 'blog-web-1', '--restart', 'unless-stopped', '-p', `127.0.0.1:${ports.other}:3000`]
      made.docker('tag', IMAGE, BLOG)
      made.docker('run', '-d', ...blog, BLOG)
      await front(lab, ports)
      await made.restart()
      await answers(ports.other)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-port-taken',
    says: "a new container has the port, and Docker could not start the shop's",
    truth: { ...failing, place: ['app'], cause: 'port-in-use', cites: ['shop-web-1', 'cache-1'] },
    async start(lab, ports) {
      const made = await engine(lab)
      const code =
        "require('node:net').createServer((socket) => socket.once('data', () => socket.end('-ERR unknown command\\r\\n'))).listen(3000)\n"
      made.image(IMAGE, { 'srv/shop/server.js': code }, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
      const publish = ['-p', `127.0.0.1:${ports.app}:3000`]
      made.docker('run', '-d', ...publish, '--name', 'cache-1', IMAGE)
      const refused = made.attempt('run', '-d', ...publish, '--name', 'shop-web-1', IMAGE)
      if (refused.status === 0) throw new Error('Docker gave the port twice')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-recovered',
    says: 'the container was restarted by somebody, and is back',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['shop-web-1'] },
    async start(lab, ports) {
      const made = await shop(lab, ports)
      await front(lab, ports)
      made.docker('stop', 'shop-web-1')
      const statuses = await visitors(url(ports), 4)
      if (statuses.some((status) => status !== 502)) throw new Error(`not down: ${statuses}`)
      await later(3000)
      made.docker('start', 'shop-web-1')
      await answers(ports.app)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-other-zone',
    says: 'the container ended with an error stamped in UTC; the host is nine hours ahead',
    truth: { ...inApp, cause: 'crash-on-start', cites: ['shop-web-1', 'DATABASE_URL'] },
    async start(lab, ports) {
      lab.overlay('/etc/timezone', 'Asia/Tokyo\n')
      lab.overlay('/etc/localtime', readFileSync('/usr/share/zoneinfo/Asia/Tokyo'))
      const code = "throw new Error('DATABASE_URL is not set')\n"
      const made = await shop(lab, ports, { code, ready: false })
      await until(() => state(made) === 'exited', 'the container ended')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-by-address',
    says: "nginx sends to the container's own address, and the application in it dies on the request",
    truth: { ...failing, place: ['app'], cause: 'crashed-mid-response', shape: 'reset', cites: ['shop-web-1'] },
    async start(lab, ports) {
      const code = listens('0.0.0.0', 3000, "if (request.url !== '/') process.exit(70);")
      const made = await shop(lab, ports, { code, publish: '', options: ['--restart', 'always'], ready: false })
      const address = made.inspect('shop-web-1', '{{.NetworkSettings.IPAddress}}')
      await answers(3000, address)
      await front(lab, ports, `proxy_pass http://${address}:3000;`)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-no-program',
    says: 'the command of the container is not in its image: Docker cannot start it',
    truth: { ...inApp, cause: 'crash-on-start', cites: ['shop-web-1', '/srv/shop/bin/start'] },
    async start(lab, ports) {
      const made = await engine(lab)
      made.image(IMAGE, { 'srv/shop/server.js': listens() }, ['WORKDIR /srv/shop'])
      const publish = ['-p', `127.0.0.1:${ports.app}:3000`]
      const refused = made.attempt('run', '-d', ...publish, '--name', 'shop-web-1', IMAGE, '/srv/shop/bin/start')
      if (refused.status === 0) throw new Error('Docker started what is not there')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-port-in-use-inside',
    says: 'two parts of the application want the same port inside their container, and it ends',
    truth: { ...inApp, cause: 'port-in-use', cites: ['shop-web-1', 'EADDRINUSE'] },
    async start(lab, ports) {
      const code = `require('node:net').createServer().listen(3000, () => { ${listens()} })\n`
      const made = await shop(lab, ports, { code, ready: false })
      await until(() => state(made) === 'exited', 'the container ended')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-cpu-starved',
    says: 'the container may use a tenth of a core: what takes 200 ms of work takes two seconds',
    truth: {
      ...failing,
      place: ['app'],
      bornAt: 'proxy',
      cause: 'cpu-starved',
      shape: 'slow',
      cites: ['held it back', '100 thousandths'],
    },
    async start(lab, ports) {
      const works =
        "if (request.url !== '/') for (const end = process.cpuUsage().user + 200_000; process.cpuUsage().user < end; );"
      await shop(lab, ports, { code: listens('0.0.0.0', 3000, works), options: ['--cpus', '0.1'] })
      await front(lab, ports, `proxy_read_timeout 1s; proxy_pass http://127.0.0.1:${ports.app};`)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-moved',
    says: 'the new version runs on another port; what had the old one is stopped, and nginx was forgotten',
    truth: { ...inApp, place: ['proxy', 'app'], cause: 'wrong-port', cites: ['shop-web-2', '3001', '3000'] },
    async start(lab, ports) {
      const made = await shop(lab, ports)
      const next = 'registry.example.com/shop/web:1.5.0'
      made.docker('tag', IMAGE, next)
      made.docker('stop', 'shop-web-1')
      made.docker('run', '-d', '--name', 'shop-web-2', '-p', `127.0.0.1:${ports.other}:3000`, next)
      await answers(ports.other)
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-taken-over',
    says: 'the application runs without Docker now, on another port; the stopped container is a leftover',
    truth: {
      ...inApp,
      outcome: 'suspected',
      place: ['proxy', 'app'],
      cause: 'wrong-port',
      cites: ['shop-web-1', '3001'],
    },
    async start(lab, ports) {
      const made = await shop(lab, ports)
      made.docker('stop', 'shop-web-1')
      await lab.app('shop', WELL, ports.other, { PORT: String(ports.other) })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-oom-on-request',
    says: 'the request lets the container reach its memory limit; Docker starts it again each time',
    truth: { ...failing, place: ['app'], cause: 'oom-killed', shape: 'reset', cites: ['shop-web-1', 'memory'] },
    async start(lab, ports) {
      const grows = "if (request.url !== '/') { const held = []; for (;;) held.push(Buffer.alloc(4e6, 1)) }"
      const options = ['--memory', '96m', '--restart', 'always']
      await shop(lab, ports, { code: listens('0.0.0.0', 3000, grows), options })
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-gateway-no-name',
    says: 'nginx is a container too, in another network than the application: the name does not resolve, and nginx ends',
    truth: { ...atGateway, cites: ['shop-nginx-1', 'host not found in upstream', 'front'] },
    async start(lab, ports) {
      const made = await inContainers(lab, ports)
      made.docker('run', '-d', '--name', 'app', '--network', 'back', IMAGE)
      made.docker(
        'run',
        '-d',
        '--name',
        'shop-nginx-1',
        '--network',
        'front',
        '-p',
        `127.0.0.1:${ports.site}:80`,
        NGINX,
      )
      await until(() => state(made, 'shop-nginx-1') === 'exited', 'nginx ended')
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-gateway-stopped',
    says: 'nginx is a container too, and somebody stopped it',
    truth: { ...atGateway, cites: ['shop-nginx-1'] },
    async start(lab, ports) {
      const made = await inContainers(lab, ports)
      made.docker('run', '-d', '--name', 'app', '--network', 'back', IMAGE)
      made.docker('run', '-d', '--name', 'shop-nginx-1', '--network', 'back', '-p', `127.0.0.1:${ports.site}:80`, NGINX)
      await answers(ports.site)
      made.docker('stop', 'shop-nginx-1')
      return { url: url(ports) }
    },
  },
]
