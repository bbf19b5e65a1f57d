import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { statusOf, url, visitors, well } from '../kit.ts'
import { until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const

/** Answers its pages, and knows no /health. */
const NO_HEALTH = `
const http = require('node:http')
http.createServer((request, response) => {
  response.statusCode = request.url.startsWith('/health') ? 404 : 200
  response.end('hello')
}).listen(Number(process.env.PORT), '127.0.0.1')
`

const CHECKED = '\t\thealth_uri /healthz\n\t\thealth_interval 500ms\n\t\thealth_timeout 1s'
const both = (ports: Ports) => `127.0.0.1:${ports.app} 127.0.0.1:${ports.other}`

/** Waits until Caddy asks nobody any more. */
async function asksNobody(ports: Ports): Promise<void> {
  await until(async () => (await statusOf(url(ports))) === 503, 'Caddy holds every member for down')
}

/** Pools behind Caddy, and what its health checks make of them. */
export const CADDY_POOL_CASES: readonly Case[] = [
  {
    name: 'caddy-pool-healthy',
    says: 'both members are well, and so is the health check',
    truth: { outcome: 'healthy', state: 'well', cause: null },

    async start(lab, ports) {
      await well(lab, 'shop-a', ports.app)
      await well(lab, 'shop-b', ports.other)
      await caddy(lab, ports, sites(ports, reverseProxy(both(ports), CHECKED)))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-pool-one-down',
    says: 'one member of two is down, and Caddy asks it as often as the other',
    truth: { ...failing, state: 'intermittent', cause: 'process-down', place: ['app'], cites: ['127.0.0.1:3000'] },

    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      await caddy(lab, ports, sites(ports, reverseProxy(both(ports), '\t\tlb_policy round_robin')))
      await visitors(url(ports), 4)
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-pool-one-down-held',
    says: 'one member of two is down, and the health check keeps visitors from it',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000'] },

    async start(lab, ports) {
      await well(lab, 'shop-b', ports.other)
      await caddy(lab, ports, sites(ports, reverseProxy(both(ports), CHECKED)))
      await until(async () => !(await visitors(url(ports), 6)).includes(502), 'Caddy asks only the member that is well')
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-pool-all-down',
    says: 'both members are down, and Caddy asks nobody',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      shape: 'unreachable',
      cites: ['no upstreams available'],
    },

    async start(lab, ports) {
      await caddy(lab, ports, sites(ports, reverseProxy(both(ports), CHECKED)))
      await asksNobody(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-health-check-wrong',
    says: 'both members are well, and the health check asks a path that they do not know',
    truth: {
      ...failing,
      cause: 'health-check-wrong',
      place: ['proxy', 'app'],
      shape: 'unreachable',
      cites: ['/healthz', '404', '2xx'],
    },

    async start(lab, ports) {
      await lab.app('shop-a', NO_HEALTH, ports.app, { PORT: String(ports.app) })
      await lab.app('shop-b', NO_HEALTH, ports.other, { PORT: String(ports.other) })
      await caddy(lab, ports, sites(ports, reverseProxy(both(ports), CHECKED)))
      await asksNobody(ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-health-port-wrong',
    says: 'the only upstream is well, and the health check asks a port where nobody listens',
    truth: { ...failing, cause: 'health-check-wrong', place: ['proxy', 'app'], shape: 'unreachable', cites: ['3001'] },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const options = `${CHECKED}\n\t\thealth_port ${ports.other}`
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`, options)))
      await asksNobody(ports)
      return { url: url(ports) }
    },
  },
]
