import { request } from 'node:http'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { later, site, url } from '../kit.ts'
import type { Lab } from '../lab.ts'

const race = {
  outcome: 'diagnosed',
  state: 'intermittent',
  cause: 'keepalive-race',
  bornAt: 'proxy',
  shape: 'reset',
} as const
const both = { place: ['proxy', 'app'] } as const

/** nginx that keeps connections to its upstream, for so long (60 s unless it is set). */
async function keeping(lab: Lab, ports: Ports, { pool = '', location = '' } = {}): Promise<void> {
  const upstream = `upstream shop { server 127.0.0.1:${ports.app}; keepalive 16; ${pool} }`
  const pass = `proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ""; ${location}`
  await lab.nginx({ port: ports.site, http: `${upstream} ${site(ports, pass)}` })
}

/** One request of a visitor with a connection of his own; its status, 0 where none came. */
function visit(address: string, method: 'GET' | 'POST'): Promise<number> {
  return new Promise((resolve) => {
    const asking = request(address, { method, agent: false, timeout: 10_000 }, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode ?? 0))
    })
    asking.once('error', () => resolve(0))
    asking.end(method === 'POST' ? 'item=7' : undefined)
  })
}

/**
 * Visitors who come four at a time, a little before the application closes what has been idle: while it works on the first of
 * them, the others' requests wait in connections whose time runs out meanwhile. Until as many were lost as are wanted.
 */
async function crowds(address: string, idleMs: number, lost: { posts: number }, methods = 'GPPG'): Promise<number[]> {
  const statuses: number[] = []
  for (let round = 0; round < 14 && statuses.filter((status) => status === 502).length < lost.posts; round++) {
    const four = [...methods.slice(round % 4), ...methods.slice(0, round % 4)]
    statuses.push(...(await Promise.all(four.map((method) => visit(address, method === 'P' ? 'POST' : 'GET')))))
    await later(idleMs - 350 + (round % 3) * 75)
  }
  return statuses
}

/** A Node application that closes idle connections after a second (and the second that Node adds), and works for a while on each request. */
const HURRIED = { KEEP_MS: '1000', WORK_MS: '200' }
const CLOSES_AFTER_MS = 2000

/** Connections that are used again as they are closed, and their twins with the times in the right order. */
export const KEEPALIVE_CASES: readonly Case[] = [
  {
    name: 'keepalive-race-node',
    says: 'nginx keeps connections to a Node application for 60 s, which closes them after 2: some POSTs are lost, some GETs are sent again',
    truth: { ...race, ...both, cites: ['60000 ms', 'closes it after 20', 'sent again to the same and only server'] },
    async start(lab, ports) {
      await lab.app('shop', apps.KEEPS, ports.app, { PORT: String(ports.app), ...HURRIED })
      await keeping(lab, ports)
      const statuses = await crowds(url(ports), CLOSES_AFTER_MS, { posts: 3 })
      if (!statuses.includes(502)) throw new Error('no request was lost in a closing connection')
      return { url: url(ports) }
    },
  },
  {
    name: 'keepalive-in-order',
    says: 'nginx keeps connections to a Node application for 2 s, which keeps them for 65',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await lab.app('shop', apps.KEEPS, ports.app, { PORT: String(ports.app), KEEP_MS: '65000', WORK_MS: '200' })
      await keeping(lab, ports, { pool: 'keepalive_timeout 2s;' })
      await crowds(url(ports), CLOSES_AFTER_MS, { posts: 1 })
      return { url: url(ports) }
    },
  },
]
