import { request } from 'node:http'
import type { Case, Ports } from '../case.ts'
import { site, url, visitors, well } from '../kit.ts'
import type { Lab } from '../lab.ts'

const healthy = { outcome: 'healthy', state: 'degraded', cause: null } as const

/** Answers GET, and refuses every order: its disk is an old one. */
const REFUSES_ORDERS = `
require('http')
  .createServer((request, response) => {
    response.statusCode = request.method === 'POST' ? 500 : 200
    request.resume().on('end', () => response.end('shop\\n'))
  })
  .listen(Number(process.env.PORT), '127.0.0.1')
`

/** nginx in front of two, whose access log tells for every request whom it asked. */
async function logged(lab: Lab, ports: Ports, member = ''): Promise<void> {
  const members = [ports.app, ports.other].map((port) => `server 127.0.0.1:${port} ${member};`).join(' ')
  const format = `log_format asked '$remote_addr $host [$time_local] "$request" $status "$http_user_agent" $upstream_addr/$upstream_status/$upstream_response_time';`
  const own = `access_log ${lab.path('nginx/shop.log')} asked;`
  const http = `${format} upstream shop_pool { ${members} } ${site(ports, 'proxy_pass http://shop_pool;', own)}`
  await lab.nginx({ port: ports.site, http })
}

/** So many orders, one after the other. */
async function orders(address: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve, reject) => {
      const sent = request(address, { method: 'POST', agent: false, timeout: 10_000 }, (response) => {
        response.resume().once('close', () => resolve())
      })
      sent.once('error', reject).end('one')
    })
  }
}

/** Pools whose gateway writes down whom it asked for each request. */
export const POOL_LOG_CASES: readonly Case[] = [
  {
    name: 'pool-one-refuses-orders',
    says: 'one member of two answers every POST with an error of its own; GET is well at both',
    truth: {
      outcome: 'diagnosed',
      state: 'intermittent',
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cites: ['127.0.0.1:3000 was asked', 'failed 15 times (500)', 'never failed'],
    },
    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      await lab.app('shop-a', REFUSES_ORDERS, ports.app, { PORT: String(ports.app) })
      await logged(lab, ports)
      await visitors(url(ports), 10)
      await orders(url(ports), 30)
      return { url: url(ports) }
    },
  },
  {
    name: 'pool-one-down-logged',
    says: 'one member of two is down; nginx asks the other one each time, and writes both down',
    truth: { ...healthy, cites: ['127.0.0.1:3000 refuses', '127.0.0.1:3000 was asked', '(502)', 'never failed'] },
    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      await logged(lab, ports, 'max_fails=0')
      await visitors(url(ports), 12)
      return { url: url(ports) }
    },
  },
]
