import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { apache, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { front, site, statusOf, url } from '../kit.ts'
import { type Lab, until } from '../lab.ts'
import { backend, varnish } from '../varnish.ts'

// A gateway on this machine that sends to a second one, which was stopped. The application behind both is well.

const SECOND = 8081
const inner = (ports: Ports): Ports => ({ ...ports, site: SECOND })

type Starts = (lab: Lab, ports: Ports) => Promise<ChildProcess>

/** The first gateway. It sends to the second. */
const FIRST = {
  haproxy: async (lab: Lab, ports: Ports) => {
    await haproxy(lab, ports, { back: `server inner 127.0.0.1:${SECOND}` })
  },
  nginx: async (lab: Lab, ports: Ports) => {
    await front(lab, { ...ports, app: SECOND })
  },
  varnish: async (lab: Lab, ports: Ports) => {
    await varnish(lab, ports, `${backend('inner', SECOND)}\nsub vcl_recv { return (pass); }`)
  },
} as const

/** The second one, with its configuration where its package has it. */
const SECONDS: Readonly<Record<string, Starts>> = {
  nginx: async (lab, ports) => {
    const started = await lab.nginx({
      name: 'second',
      port: SECOND,
      http: site(inner(ports), `proxy_pass http://127.0.0.1:${ports.app};`),
    })
    lab.overlay('/etc/nginx/nginx.conf', readFileSync(started.conf, 'utf8'))
    return started.child
  },
  haproxy: async (lab, ports) => {
    const started = await haproxy(lab, inner(ports), { back: `server app1 127.0.0.1:${ports.app}` })
    lab.overlay('/etc/haproxy/haproxy.cfg', readFileSync(started.conf, 'utf8'))
    return started.child
  },
  apache: async (lab, ports) => {
    const lines = `ProxyPass / http://127.0.0.1:${ports.app}/`
    const started = await apache(lab, { port: SECOND, sites: shop(inner(ports), lines) })
    lab.overlay('/etc/apache2/apache2.conf', mainOf(started.errorLog, shop(inner(ports), lines)))
    return started.child
  },
  caddy: async (lab, ports) => {
    const started = await caddy(lab, inner(ports), sites(inner(ports), reverseProxy(`127.0.0.1:${ports.app}`)))
    lab.overlay('/etc/caddy/Caddyfile', readFileSync(started.file, 'utf8'))
    return started.child
  },
}

/** Apache's main file with all in it. */
const mainOf = (errorLog: string, virtual: string) => `Listen ${SECOND}\nErrorLog ${errorLog}\n${virtual}\n`

/** Both served until the second was stopped. */
function stopped(first: keyof typeof FIRST, second: keyof typeof SECONDS): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
    const child = await SECONDS[second]?.(lab, ports)
    await FIRST[first](lab, ports)
    await until(async () => (await statusOf(url(ports))) === 200, 'both gateways pass a request on')
    if (child) await lab.stop(child)
    return { url: url(ports) }
  }
}

const NAMES = { nginx: 'nginx', haproxy: 'HAProxy', apache: 'Apache', caddy: 'Caddy' } as const

/** `confidence`: that HAProxy ever ran is not seen where its files name no log and no unit runs it. */
const down = (first: keyof typeof FIRST, second: keyof typeof NAMES, confidence = 'confirmed'): Case => ({
  name: `chain-${first}-${second}-down`,
  says: `the application is well; ${second}, to which ${first} sends, was stopped`,
  truth: {
    outcome: 'diagnosed',
    confidence,
    state: 'failing',
    cause: 'proxy-down',
    place: ['proxy'],
    bornAt: 'proxy',
    shape: 'unreachable',
    cites: [NAMES[second], String(SECOND)],
  },
  start: stopped(first, second),
})

export const CHAIN_CASES: readonly Case[] = [
  down('haproxy', 'nginx'),
  down('nginx', 'haproxy', 'likely'),
  down('varnish', 'apache'),
  down('haproxy', 'caddy'),
  {
    name: 'chain-nginx-apache-serves-down',
    says: 'Apache serves the site itself behind nginx, and was stopped',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'process-down',
      place: ['app', 'proxy'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['Apache', String(SECOND)],
    },
    async start(lab, ports) {
      const lines = 'DocumentRoot /usr/share/doc'
      const { child, errorLog } = await apache(lab, { port: SECOND, sites: shop(inner(ports), lines) })
      lab.overlay('/etc/apache2/apache2.conf', mainOf(errorLog, shop(inner(ports), lines)))
      await FIRST.nginx(lab, ports)
      await lab.stop(child)
      return { url: url(ports) }
    },
  },
  {
    name: 'second-closes-unknown-host',
    says: 'the second nginx closes on names that it does not know (444), and the first one does not pass the name on',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'deliberate',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'reset',
      cites: ['444', 'nginx.conf:'],
    },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const unknown = `server { listen 127.0.0.1:${SECOND} default_server; return 444; }`
      const known = `server { listen 127.0.0.1:${SECOND}; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`
      await lab.nginx({ name: 'second', port: SECOND, http: `${unknown} ${known}` })
      await front(lab, { ...ports, app: SECOND })
      return { url: url(ports) }
    },
  },
  {
    name: 'second-limited',
    says: 'the second nginx lets one request a minute through, and there were three',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'rate-limited',
      place: ['proxy'],
      bornAt: 'proxy',
      cites: ['second/nginx.conf:', '1r/m'],
    },
    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const zone = 'limit_req_zone $binary_remote_addr zone=few:1m rate=1r/m;'
      const http = site(inner(ports), `limit_req zone=few; proxy_pass http://127.0.0.1:${ports.app};`)
      await lab.nginx({ name: 'second', port: SECOND, http: `${zone} ${http}` })
      await front(lab, { ...ports, app: SECOND })
      for (let n = 0; n < 3; n++) await statusOf(url(ports))
      return { url: url(ports) }
    },
  },
  {
    name: 'nginx-sends-to-itself',
    says: 'nginx sends to its own port, where its own server takes it and sends it to that port again',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      cause: 'proxy-config',
      place: ['proxy'],
      bornAt: 'proxy',
      cites: ['127.0.0.1:8080'],
    },
    async start(lab, ports) {
      await lab.nginx({
        port: ports.site,
        connections: 16,
        http: site(ports, `proxy_pass http://127.0.0.1:${ports.site};`),
      })
      return { url: url(ports) }
    },
  },
]
