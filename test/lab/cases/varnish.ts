import { readFileSync, writeFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import { did } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { later, statusOf, url, visitors, well } from '../kit.ts'
import { until } from '../lab.ts'
import { admin, backend, behindVarnish, heldForDown, twoSites, varnish } from '../varnish.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const made = { ...failing, bornAt: 'proxy' } as const
const PATIENCE = ['--timeout', '6s']

/** A session in cookies: forty kilobytes of it. */
const BIG_COOKIES = `
require('node:http').createServer((request, response) => {
  response.setHeader('Set-Cookie', Array.from({ length: 14 }, (_, n) => 'cart' + n + '=' + 'item-'.repeat(600) + '; Path=/'))
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Fails until somebody creates the file that MENDED names. */
const MENDED_LATER = `
const { existsSync } = require('node:fs')
require('node:http').createServer((request, response) => {
  response.statusCode = existsSync(process.env.MENDED) ? 200 : 502
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Answers its pages, and knows no /healthz. */
const NO_HEALTH = `
require('node:http').createServer((request, response) => {
  response.statusCode = request.url.startsWith('/healthz') ? 404 : 200
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

const CHECKED = '.probe = { .url = "/healthz"; .interval = 500ms; .timeout = 1s; }'

const director = (ports: Ports, more = '') =>
  `import directors;\n${backend('a', ports.app, more)}\n${backend('b', ports.other, more)}\nsub vcl_init {\n  new pool = directors.round_robin();\n  pool.add_backend(a);\n  pool.add_backend(b);\n}\nsub vcl_recv { set req.backend_hint = pool.backend(); return (pass); }`

/** Varnish in front of an application, and what becomes of its requests there. */
export const VARNISH_CASES: readonly Case[] = [
  {
    name: 'varnish-healthy',
    says: 'nothing is wrong',
    truth: { outcome: 'healthy', state: 'well', cause: null },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await varnish(lab, ports, backend('default', ports.app))
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-recovered',
    says: 'the application was down for five requests and is up again',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['fail errno'] },

    async start(lab, ports) {
      await varnish(lab, ports, backend('default', ports.app))
      for (let request = 0; request < 5; request++) {
        if ((await statusOf(url(ports))) !== 503) throw new Error('Varnish did not answer 503 while the app was down')
      }
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      // For a quarter of a second after a refusal Varnish does not ask at all.
      await until(async () => (await statusOf(url(ports))) === 200, 'Varnish asks the application again')
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-process-down',
    says: 'the application is not running; another site of the same Varnish is well',
    truth: {
      ...made,
      cause: 'process-down',
      place: ['app'],
      shape: 'unreachable',
      cites: ['127.0.0.1:3000', 'fail errno 111', 'shop.vcl:'],
    },

    async start(lab, ports) {
      await varnish(lab, ports, twoSites(ports))
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-wrong-port',
    says: 'the application listens next door to where Varnish sends',
    truth: { ...made, cause: 'wrong-port', place: ['proxy', 'app'], shape: 'unreachable', cites: ['3000', '3001'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      await varnish(lab, ports, backend('shop', ports.app))
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-blocked',
    says: 'a firewall here drops what is sent to the application',
    truth: {
      ...made,
      cause: 'blocked',
      place: ['proxy', 'app'],
      shape: 'unreachable',
      cites: ['--dport 3000 -j DROP', 'fail errno 110'],
    },

    async start(lab, ports) {
      const found = await behindVarnish(apps.WELL, { more: '.connect_timeout = 1s;', args: PATIENCE })(lab, ports)
      await did(['iptables', '-A', 'OUTPUT', '-p', 'tcp', '--dport', String(ports.app), '-j', 'DROP'])
      return found
    },
  },
  {
    name: 'varnish-closed',
    says: 'the application closes before it answers, and lives',
    truth: { ...made, cause: 'truncated-response', place: ['app'], shape: 'reset', cites: ['HTC eof'] },
    start: behindVarnish(apps.CLOSES),
  },
  {
    name: 'varnish-cut-body',
    says: 'the application promises 1000 bytes and sends ten',
    truth: { ...failing, cause: 'truncated-response', place: ['app'], shape: 'reset', cites: ['insufficient bytes'] },
    start: behindVarnish(apps.CUTS),
  },
  {
    name: 'varnish-slow-app',
    says: 'the application answers later than first_byte_timeout',
    truth: { ...made, cause: 'slow-app', place: ['app'], shape: 'slow', cites: ['1000 ms', 'first byte timeout'] },
    start: behindVarnish(apps.SLOW, { more: '.first_byte_timeout = 1s;', env: { SLOW_MS: '2500' } }),
  },
  {
    name: 'varnish-not-http',
    says: 'what listens there speaks something else',
    truth: {
      ...made,
      cause: 'not-http',
      place: ['app', 'proxy'],
      shape: 'reset',
      cites: ['127.0.0.1:3000', '-ERR unknown command'],
    },
    start: behindVarnish(apps.NOT_HTTP),
  },
  {
    name: 'varnish-app-error',
    says: "the application's own 502 is passed on",
    truth: {
      ...failing,
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cites: ['the upstream itself answers 502'],
    },
    start: behindVarnish(apps.OWN_502, { recv: 'return (pass);' }),
  },
  {
    name: 'varnish-header-too-big',
    says: 'forty kilobytes of cookies do not fit into http_resp_size',
    truth: {
      ...made,
      cause: 'header-too-big',
      place: ['proxy', 'app'],
      shape: 'garbage',
      cites: ['overflow', '32768'],
    },
    start: behindVarnish(BIG_COOKIES),
  },
  {
    name: 'varnish-cached-error',
    says: "the application's 502 was kept for ten minutes, and it is well again",
    truth: {
      ...failing,
      cause: 'cached-error',
      place: ['proxy', 'app'],
      shape: 'none',
      cites: ['from its cache', 'answers 200'],
    },

    async start(lab, ports) {
      const mended = lab.path('srv/mended')
      await lab.app('shop', MENDED_LATER, ports.app, { PORT: String(ports.app), MENDED: mended })
      const keeps = 'sub vcl_backend_response {\n  set beresp.ttl = 10m;\n  set beresp.uncacheable = false;\n}'
      await varnish(lab, ports, `${backend('default', ports.app)}\n${keeps}`)
      await visitors(url(ports), 2)
      writeFileSync(mended, '')
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-deliberate',
    says: 'somebody closed the site with synth(503)',
    truth: { ...made, cause: 'deliberate', place: ['proxy'], shape: 'none', cites: ['shop.vcl:', '503'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await varnish(lab, ports, twoSites(ports, '', '\n  return (synth(503, "Closed until noon"));'))
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-pool-one-down',
    says: 'one member of two is down, and the director asks it as often as the other',
    truth: { ...made, state: 'intermittent', cause: 'process-down', place: ['app'], cites: ['127.0.0.1:3000'] },

    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      await varnish(lab, ports, director(ports))
      await visitors(url(ports), 4)
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-pool-all-down',
    says: 'both members are down, and the director gives no backend',
    truth: { ...made, cause: 'process-down', place: ['app'], shape: 'unreachable', cites: ['returned no backend'] },

    async start(lab, ports) {
      await varnish(lab, ports, director(ports, CHECKED))
      await heldForDown(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-health-check-wrong',
    says: 'the application is well, and the probe asks a path that it does not know',
    truth: {
      ...made,
      cause: 'health-check-wrong',
      place: ['proxy', 'app'],
      shape: 'unreachable',
      cites: ['/healthz', '404', '200'],
    },

    async start(lab, ports) {
      await lab.app('shop', NO_HEALTH, ports.app, { PORT: String(ports.app) })
      await varnish(lab, ports, twoSites(ports, CHECKED))
      await heldForDown(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'varnish-not-loaded',
    says: 'the application moved, the file says so, and Varnish was never told to load it',
    truth: {
      ...made,
      cause: 'config-not-loaded',
      place: ['proxy'],
      shape: 'unreachable',
      cites: ['127.0.0.1:3000', '127.0.0.1:3001', 'shop.vcl'],
    },

    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      const { file, folder } = await varnish(lab, ports, backend('default', ports.app))
      await later()
      writeFileSync(file, readFileSync(file, 'utf8').replace(`"${ports.app}"`, `"${ports.other}"`))
      if (!(await admin(folder, 'vcl.list')).includes('boot')) throw new Error('another VCL runs than at the start')
      return { url: url(ports) }
    },
  },
]
