import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { did, HERE, machineAt, wire } from '../chain.ts'
import { haproxy } from '../haproxy.ts'
import { site, statusOf, url, visitors } from '../kit.ts'
import { type Lab, listening } from '../lab.ts'

// Faults that only some requests meet: one address of a name, one of several servers, what a cache does not hold.

const NAME = 'shop.example.com'
const FIRST = '10.77.5.1'
const SECOND = '10.77.5.2'

/** A server that answers with STATUS, and says who it is in a header of its own. */
const SERVER = `
const http = require('node:http')
http.createServer((request, response) => {
  response.writeHead(Number(process.env.STATUS), process.env.NAME ? { 'x-served-by': process.env.NAME } : {})
  response.end(process.env.STATUS + '\\n')
}).listen(Number(process.env.PORT), process.env.HOST)
`

/** The site's name has two addresses, each a machine of its own; a machine without a status serves nothing. */
function twoAddresses(
  statuses: readonly (number | null)[],
  breaks: (there: string[]) => Promise<void> = async () => {},
): Case['start'] {
  return async (lab) => {
    await wire()
    const file = lab.write('srv/site/server.js', SERVER)
    for (const [at, address] of [FIRST, SECOND].entries()) {
      const { there } = await machineAt(lab, address)
      const status = statuses[at] ?? null
      if (status === null) {
        await breaks(there)
        continue
      }
      lab.start([...there, process.execPath, file], { env: { PORT: '80', HOST: address, STATUS: String(status) } })
      await listening(80, address)
    }
    lab.overlay('/etc/hosts', `127.0.0.1 localhost\n${HERE} here\n${FIRST} ${NAME}\n${SECOND} ${NAME}\n`)
    return { url: `http://${NAME}/checkout` }
  }
}

/** A balancer that asks these in turn, and passes on what they answer. */
async function balancer(lab: Lab, ports: Ports, members: readonly number[]): Promise<void> {
  const code = `
const http = require('node:http')
let turn = 0
http.createServer((asked, response) => {
  const port = [${members}][turn++ % 2]
  http.get({ port, path: asked.url, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
`
  await lab.app('balancer', code, ports.app, { PORT: String(ports.app) })
}

type Front = (lab: Lab, ports: Ports) => Promise<unknown>

const NGINX: Front = (lab, ports) =>
  lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://127.0.0.1:${ports.app};`) })
const HAPROXY: Front = (lab, ports) => haproxy(lab, ports, { back: `server app1 127.0.0.1:${ports.app}` })

/** A gateway here; behind it a balancer with two servers, which the gateway does not know, but they name themselves. */
async function behindBalancer(
  lab: Lab,
  ports: Ports,
  statuses: readonly [number, number],
  front: Front = NGINX,
): Promise<{ url: string }> {
  const file = lab.write('srv/shop/server.js', SERVER)
  const members = [3101, 3102]
  for (const [at, port] of members.entries()) {
    const env = { PORT: String(port), HOST: '127.0.0.1', STATUS: String(statuses[at]), NAME: `app-${at + 1}` }
    lab.start([process.execPath, file], { env })
    await listening(port, '127.0.0.1')
  }
  await balancer(lab, ports, members)
  await front(lab, ports)
  // An even number: the next one begins with the first server again.
  await visitors(url(ports), 6)
  return { url: url(ports) }
}

const sometimes = { outcome: 'diagnosed', state: 'intermittent' } as const

export const SAMPLER_CASES: readonly Case[] = [
  {
    name: 'sampler-address-refused',
    says: "the site's name has two addresses, and nobody listens at one of them",
    truth: {
      ...sometimes,
      cause: 'proxy-down',
      place: ['proxy'],
      shape: 'unreachable',
      cites: ['all of them by 10.77.5.2', 'answered well, all by 10.77.5.1'],
    },
    start: twoAddresses([200, null]),
  },
  {
    name: 'sampler-address-error',
    says: "the site's name has two addresses, and the server at one of them answers 500",
    truth: {
      outcome: 'inconclusive',
      state: 'intermittent',
      cause: null,
      cites: ['all of them by 10.77.5.2', 'answered well, all by 10.77.5.1'],
    },
    start: twoAddresses([200, 500]),
  },
  {
    name: 'sampler-address-first',
    says: "the site's name has two addresses, and the server at the first of them answers 500",
    truth: {
      outcome: 'inconclusive',
      state: 'intermittent',
      cause: null,
      cites: ['all of them by 10.77.5.1', 'answered well, all by 10.77.5.2'],
    },
    start: twoAddresses([500, 200]),
  },
  {
    name: 'sampler-address-silent',
    says: "the site's name has two addresses, and the machine at one of them drops all that comes",
    truth: {
      ...sometimes,
      cause: 'host-down',
      also: ['blocked'],
      place: ['proxy'],
      shape: 'unreachable',
      cites: ['all of them by 10.77.5.2', 'answered well, all by 10.77.5.1'],
    },
    start: twoAddresses([200, null], (there) => did([...there, 'iptables', '-P', 'INPUT', 'DROP'])),
  },
  {
    name: 'sampler-addresses-well',
    says: "the site's name has two addresses, and both servers are well",
    // Whether others fail only their logs, or a person, can tell.
    truth: { outcome: 'inconclusive', state: 'well', cause: null },
    start: twoAddresses([200, 200]),
  },
  {
    name: 'sampler-haproxy',
    says: 'one of two servers behind HAProxy and a balancer answers 500; each names itself in a header',
    truth: {
      ...sometimes,
      cause: 'app-error',
      place: ['app'],
      shape: 'none',
      cites: ['all of them by app-2 (x-served-by)', 'all by app-1'],
    },
    start: (lab, ports) => behindBalancer(lab, ports, [200, 500], HAPROXY),
  },
  {
    name: 'sampler-cache',
    says: 'one of two caches holds the page; what the other one must fetch fails, as the application is down',
    truth: {
      outcome: 'inconclusive',
      state: 'intermittent',
      cause: null,
      cites: ['all of them by MISS (x-cache)', 'all by HIT'],
    },
    async start(lab, ports) {
      const app = await lab.app('shop', apps.WELL, 3200, { PORT: '3200' })
      for (const port of [3101, 3102]) {
        const folder = lab.path(`cache${port}/tmp`)
        const cache = `proxy_cache_path ${folder} keys_zone=shop:1m;`
        const keep = 'proxy_cache shop; proxy_cache_valid 200 10m; add_header X-Cache $upstream_cache_status always;'
        const server = `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:3200; ${keep} } }`
        await lab.nginx({ name: `cache${port}`, port, http: `${cache} ${server}` })
      }
      await statusOf('http://127.0.0.1:3101/checkout')
      await lab.stop(app)
      await balancer(lab, ports, [3101, 3102])
      await NGINX(lab, ports)
      await visitors(url(ports), 6)
      return { url: url(ports) }
    },
  },
  {
    name: 'sampler-endpoint',
    says: 'one of two servers behind a balancer answers 500; each names itself in a header',
    truth: {
      ...sometimes,
      cause: 'app-error',
      place: ['app'],
      shape: 'none',
      cites: ['all of them by app-2 (x-served-by)', 'all by app-1'],
    },
    start: (lab, ports) => behindBalancer(lab, ports, [200, 500]),
  },
  {
    name: 'sampler-endpoint-well',
    says: 'both servers behind a balancer are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: (lab, ports) => behindBalancer(lab, ports, [200, 200]),
  },
]
