import { readFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { CLOSES_AFTER_MS, crowds, HURRIED } from '../crowds.ts'
import { haproxy } from '../haproxy.ts'
import { site, url } from '../kit.ts'
import type { Lab, Nginx } from '../lab.ts'

const race = {
  outcome: 'diagnosed',
  state: 'intermittent',
  cause: 'keepalive-race',
  bornAt: 'proxy',
  shape: 'reset',
} as const
const both = { place: ['proxy', 'app'] } as const

const order = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'timeout-order',
  bornAt: 'proxy',
  shape: 'slow',
  place: ['proxy', 'app'],
} as const

/** A second nginx behind the first one, in front of the application. */
async function inner(lab: Lab, ports: Ports): Promise<Nginx> {
  const pass = `location / { proxy_pass http://127.0.0.1:${ports.app}; }`
  const http = `server { listen 127.0.0.1:${ports.other}; server_name shop.example.com; ${pass} }`
  return lab.nginx({ name: 'inner', port: ports.other, http, neighbour: false })
}

/** nginx that keeps connections to its upstream, for so long (60 s unless it is set). */
async function keeping(lab: Lab, ports: Ports, { pool = '', location = '' } = {}): Promise<Nginx> {
  const upstream = `upstream shop { server 127.0.0.1:${ports.app}; keepalive 16; ${pool} }`
  const pass = `proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ""; ${location}`
  return lab.nginx({ port: ports.site, http: `${upstream} ${site(ports, pass)}` })
}

/** Of both kinds, so many requests stand in the error log as lost: GETs, which are sent again, and POSTs, which are not. */
const lostBoth = (log: string, many: number) => () => {
  // What stands in it of other days counts for nothing.
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(today) && line.includes('client: 127.0.0.1'))
  const lost = (method: string) =>
    lines.filter((line) => line.includes(`"${method} /checkout`) && line.includes('reading response header')).length
  return lost('GET') >= many && lost('POST') >= many
}

/** Connections that are used again as they are closed, and their twins with the times in the right order. */
export const KEEPALIVE_CASES: readonly Case[] = [
  {
    name: 'keepalive-race-node',
    says: 'nginx keeps connections to a Node application for 60 s, which closes them after 2: some POSTs are lost, some GETs are sent again',
    truth: { ...race, ...both, cites: ['60000 ms', 'closes it after', 'sent again to the same and only server'] },
    async start(lab, ports) {
      await lab.app('shop', apps.KEEPS, ports.app, { PORT: String(ports.app), ...HURRIED })
      const { errorLog } = await keeping(lab, ports)
      const enough = lostBoth(errorLog, 1)
      await crowds(url(ports), CLOSES_AFTER_MS, enough)
      if (!enough()) throw new Error('not enough requests were lost in closing connections')
      return { url: url(ports) }
    },
  },
  {
    name: 'keepalive-in-order',
    says: 'nginx keeps connections to a Node application for 2 s, which keeps them for 65',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await lab.app('shop', apps.KEEPS, ports.app, { PORT: String(ports.app), KEEP_MS: '65000', WORK_MS: '300' })
      await keeping(lab, ports, { pool: 'keepalive_timeout 2s;' })
      await crowds(url(ports), CLOSES_AFTER_MS, () => false, 4)
      return { url: url(ports) }
    },
  },
  {
    name: 'order-haproxy-nginx',
    says: 'HAProxy in front waits a second, nginx behind it sixty, and the application needs two and a half',
    truth: { ...order, cites: ['1000 ms', 'a gateway itself'] },
    async start(lab, ports) {
      await lab.app('shop', apps.SLOW, ports.app, { PORT: String(ports.app), SLOW_MS: '2500' })
      await inner(lab, ports)
      await haproxy(lab, ports, { back: `server web1 127.0.0.1:${ports.other}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'order-nginx-nginx',
    says: 'nginx in front waits a second, nginx behind it sixty, and the application needs two and a half',
    truth: { ...order, cites: ['1000 ms', 'a gateway itself'] },
    async start(lab, ports) {
      await lab.app('shop', apps.SLOW, ports.app, { PORT: String(ports.app), SLOW_MS: '2500' })
      await inner(lab, ports)
      const pass = `proxy_pass http://127.0.0.1:${ports.other}; proxy_read_timeout 1s;`
      await lab.nginx({ port: ports.site, http: site(ports, pass) })
      return { url: url(ports) }
    },
  },
]
