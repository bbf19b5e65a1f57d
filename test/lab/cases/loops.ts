import type { Case } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { url } from '../kit.ts'

// Servers of one gateway that send to each other.

const truth = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'proxy-config',
  place: ['proxy'],
  bornAt: 'proxy',
} as const

const server = (port: number, to: number, more = '') =>
  `server { listen 127.0.0.1:${port}; ${more} location / { proxy_pass http://127.0.0.1:${to}; } }`

export const LOOP_CASES: readonly Case[] = [
  {
    name: 'loop-nginx-two-servers',
    says: 'two servers of one nginx send to each other until its connections are used up',
    truth: { ...truth, cites: ['8080', '8085'] },
    async start(lab, ports) {
      await lab.nginx({ port: ports.site, connections: 32, http: `${server(ports.site, 8085)} ${server(8085, ports.site)}` })
      return { url: url(ports) }
    },
  },
  {
    name: 'loop-nginx-three-servers',
    says: 'three servers of one nginx send to each other in a circle',
    truth: { ...truth, cites: ['8080', '8085', '8086'] },
    async start(lab, ports) {
      await lab.nginx({
        port: ports.site,
        connections: 32,
        http: `${server(ports.site, 8085)} ${server(8085, 8086)} ${server(8086, ports.site)}`,
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'loop-nginx-by-upstream',
    says: 'two servers of one nginx send to each other by named upstreams, and pass the Host on',
    truth: { ...truth, cites: ['8080', '8085'] },
    async start(lab, ports) {
      const one = (port: number, to: string) =>
        `server { listen 127.0.0.1:${port}; server_name _; location / { proxy_set_header Host $host; proxy_pass http://${to}; } }`
      await lab.nginx({
        port: ports.site,
        connections: 32,
        http: `upstream api { server 127.0.0.1:8085; } upstream web { server 127.0.0.1:${ports.site}; } ${one(ports.site, 'api')} ${one(8085, 'web')}`,
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'loop-haproxy-two-frontends',
    says: 'two frontends of one HAProxy send to each other until its connections are used up',
    truth: { ...truth, cites: ['8080', '8085'] },
    async start(lab, ports) {
      await haproxy(lab, ports, {
        back: 'server other 127.0.0.1:8085',
        more: `frontend second\n    bind 127.0.0.1:8085\n    default_backend first\nbackend first\n    server web 127.0.0.1:${ports.site}`,
        global: 'maxconn 60',
      })
      return { url: url(ports) }
    },
  },
  {
    name: 'loop-haproxy-itself',
    says: 'HAProxy sends to its own port',
    truth: { ...truth, cites: ['8080'] },
    async start(lab, ports) {
      await haproxy(lab, ports, { back: `server self 127.0.0.1:${ports.site}`, global: 'maxconn 60' })
      return { url: url(ports) }
    },
  },
]
