import * as apps from '../apps.ts'
import { behindCaddy, caddy, did, reverseProxy, sites, transport } from '../caddy.ts'
import type { Case } from '../case.ts'
import { nameServer, statusOf, url, well } from '../kit.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const made = { ...failing, bornAt: 'proxy' } as const
const PATIENCE = ['--timeout', '6s']
const NAME = 'shop.internal'

/** Resets on the first bytes: SO_LINGER 0, the kernel sends RST. */
const RESETS = `
const net = require('node:net')
net.createServer((socket) => { socket.on('error', () => {}); socket.once('data', () => socket.resetAndDestroy()) })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** Begins a body in chunks and never ends it. */
const UNFINISHED = `
const net = require('node:net')
net.createServer((socket) => {
  socket.on('error', () => {})
  socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\na\\r\\n0123456789\\r\\n'))
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** One application behind Caddy, that cannot be reached, is slow, or answers badly. */
export const CADDY_CASES: readonly Case[] = [
  {
    name: 'caddy-healthy',
    says: 'nothing is wrong; yesterday something was',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behindCaddy(apps.WELL),
  },
  {
    name: 'caddy-recovered',
    says: 'the application was down for five requests and is up again',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['connection refused'] },

    async start(lab, ports) {
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)))
      for (let request = 0; request < 5; request++) {
        if ((await statusOf(url(ports))) !== 502) throw new Error('Caddy did not answer 502 while the app was down')
      }
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-process-down',
    says: 'the application is not running; another site of the same Caddy is well',
    truth: {
      ...made,
      cause: 'process-down',
      place: ['app'],
      shape: 'unreachable',
      cites: ['127.0.0.1:3000', 'connection refused'],
    },

    async start(lab, ports) {
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)), { logs: 'stderr' })
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-wrong-port',
    says: 'the application listens next door to where Caddy sends',
    truth: { ...made, cause: 'wrong-port', place: ['proxy', 'app'], shape: 'unreachable', cites: ['3001', '3000'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-socket-missing',
    says: 'the unix socket in the configuration is not there',
    truth: {
      ...made,
      cause: 'socket-missing',
      place: ['app', 'proxy'],
      shape: 'unreachable',
      cites: ['run/shop.sock'],
    },

    async start(lab, ports) {
      await caddy(lab, ports, sites(ports, reverseProxy(`unix/${lab.path('run/shop.sock')}`)))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-blocked',
    says: 'a firewall here drops what is sent to the application',
    truth: {
      ...made,
      cause: 'blocked',
      place: ['proxy', 'app'],
      shape: 'unreachable',
      cites: ['--dport 3000 -j DROP', '0 waiting of'],
    },

    async start(lab, ports) {
      const found = await behindCaddy(apps.WELL, { options: transport('\t\t\tdial_timeout 1s'), args: PATIENCE })(
        lab,
        ports,
      )
      await did(['iptables', '-A', 'OUTPUT', '-p', 'tcp', '--dport', String(ports.app), '-j', 'DROP'])
      return found
    },
  },
  {
    name: 'caddy-no-such-name',
    says: "the upstream's name does not resolve",
    truth: {
      ...made,
      cause: 'dns-failure',
      place: ['proxy', 'app'],
      shape: 'unreachable',
      cites: [NAME, 'no such host'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      lab.overlay('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
      await nameServer(lab, 53, { 'blog.internal': '127.0.0.1' })
      await well(lab, 'shop', ports.app)
      await caddy(lab, ports, sites(ports, reverseProxy(`${NAME}:${ports.app}`)))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-closed',
    says: 'the application closes before it answers, and lives',
    truth: { ...made, cause: 'truncated-response', place: ['app'], shape: 'reset', cites: ['EOF'] },
    start: behindCaddy(apps.CLOSES),
  },
  {
    name: 'caddy-reset',
    says: 'the application resets the connection before it answers',
    truth: {
      ...made,
      cause: 'truncated-response',
      place: ['app'],
      shape: 'reset',
      cites: ['connection reset by peer'],
    },
    start: behindCaddy(RESETS),
  },
  {
    name: 'caddy-cut-body',
    says: 'the application promises 1000 bytes and sends ten',
    truth: { ...failing, cause: 'truncated-response', place: ['app'], shape: 'reset', cites: ['unexpected EOF'] },
    start: behindCaddy(apps.CUTS),
  },
  {
    name: 'caddy-cut-unseen',
    says: 'the last chunk never comes, and Caddy passes the answer on as if it were whole',
    truth: {
      ...failing,
      cause: 'truncated-response',
      place: ['app'],
      shape: 'reset',
      cites: ['unexpected EOF', 'looked whole'],
    },
    start: behindCaddy(UNFINISHED),
  },
  {
    name: 'caddy-slow-app',
    says: 'the application answers later than Caddy is told to wait',
    truth: { ...made, cause: 'slow-app', place: ['app'], shape: 'slow', cites: ['1000 ms'] },
    start: behindCaddy(apps.SLOW, { options: transport('\t\t\tresponse_header_timeout 1s'), env: { SLOW_MS: '2500' } }),
  },
  {
    name: 'caddy-app-hung',
    says: 'the application never answers, and Caddy has no limit of its own',
    truth: { ...failing, cause: 'app-hung', place: ['app'], shape: 'slow', cites: ['without any limit'] },
    start: behindCaddy(apps.MUTE, { args: PATIENCE }),
  },
  {
    name: 'caddy-not-http',
    says: 'what listens there speaks something else',
    truth: { ...made, cause: 'not-http', place: ['app', 'proxy'], shape: 'garbage', cites: ['malformed HTTP'] },
    start: behindCaddy(apps.NOT_HTTP),
  },
  {
    name: 'caddy-app-error',
    says: "the application's own 502 is passed on",
    truth: {
      ...failing,
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cites: ['the upstream itself answers 502'],
    },
    start: behindCaddy(apps.OWN_502),
  },
  {
    name: 'caddy-own-pages',
    says: 'the application is down, and Caddy answers errors with a page of its own',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      shape: 'unreachable',
      cites: ['handle_errors', '127.0.0.1:3000'],
    },

    async start(lab, ports) {
      const page = '\thandle_errors {\n\t\trespond "we are back soon ({http.error.status_code})" 502\n\t}'
      await caddy(lab, ports, sites(ports, `${reverseProxy(`127.0.0.1:${ports.app}`)}\n${page}`))
      return { url: url(ports) }
    },
  },
]
