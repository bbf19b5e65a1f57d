import { readFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { AT, did, type Hop } from '../chain.ts'
import { haproxy } from '../haproxy.ts'
import { ALB, CF, inFront, type Starts } from '../in-front.ts'
import { statusOf, url } from '../kit.ts'
import { type Lab, until } from '../lab.ts'
import { backend, varnish } from '../varnish.ts'

// nginx has the site's name and listens on every address, and yet what stands in front calls another gateway of this
// machine, which sends on to nginx.

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const ANY = '0.0.0.0'
const SECOND = 8081

/** nginx, which whoever stands in front could call too. */
const open: Starts = (lab, ports) =>
  lab.nginx({
    name: 'inner',
    port: SECOND,
    http: `server { listen ${SECOND}; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`,
  })

const before =
  (gateway: Starts, to = SECOND): Starts =>
  async (lab, ports) => {
    await open(lab, ports)
    await gateway(lab, { ...ports, app: to })
  }

const haproxyWith =
  (back = 'timeout server 20s', front = ''): Starts =>
  (lab, ports) =>
    haproxy(lab, ports, { host: ANY, front, back: `${back}\n    server app1 127.0.0.1:${ports.app}` })
const varnishTo: Starts = (lab, ports) =>
  varnish(lab, ports, `${backend('inner', ports.app)}\nsub vcl_recv { return (pass); }`, [], ANY)
const caddyTo: Starts = (lab, ports) =>
  caddy(lab, ports, sites(ports, `\tlog\n${reverseProxy(`127.0.0.1:${ports.app}`)}`))

const GATEWAYS: Readonly<Record<string, Starts>> = { haproxy: haproxyWith(), varnish: varnishTo, caddy: caddyTo }

const EVERY = Object.entries(GATEWAYS).flatMap(([name, gateway]): Case[] => [
  {
    name: `between-${name}-port`,
    says: `behind a CDN ${name} sends to a port on which nobody listens; nginx, to which it should send, listens on every address`,
    truth: {
      ...failing,
      cause: 'wrong-port',
      also: ['process-down'],
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['8082'],
    },
    start: inFront([CF], before(gateway, 8082)),
  },
  {
    name: `between-${name}-healthy`,
    says: `nothing is wrong behind a CDN, ${name} and an nginx that listens on every address`,
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: inFront([CF], before(gateway)),
  },
])

export const BETWEEN_CASES: readonly Case[] = [
  ...EVERY,
  {
    name: 'between-haproxy-gives-up',
    says: 'behind a CDN HAProxy waits less than nginx, which listens on every address, and the application take',
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['1500 ms'],
    },
    start: inFront([CF], before(haproxyWith('timeout server 1500ms')), { app: apps.SLOW, env: { SLOW_MS: '4000' } }),
  },
  {
    name: 'between-unlogged-gives-up',
    says: 'behind a CDN a HAProxy without any log waits less than nginx, which listens on every address, and the application take',
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'slow',
      confidence: 'likely',
      cites: ['127.0.0.1'],
    },
    start: inFront(
      [CF],
      before((lab, ports) =>
        haproxy(lab, ports, {
          host: ANY,
          log: 'nowhere',
          mute: true,
          back: `timeout server 1500ms\n    server app1 localhost:${ports.app}`,
        }),
      ),
      { app: apps.SLOW, env: { SLOW_MS: '4000' } },
    ),
  },
  {
    name: 'between-haproxy-maintenance',
    says: 'behind a CDN HAProxy answers 503 by a rule; the nginx behind it listens on every address',
    truth: { ...failing, cause: 'deliberate', place: ['proxy'], bornAt: 'proxy', shape: 'none' },
    start: inFront([CF], before(haproxyWith('timeout server 20s', 'http-request return status 503'))),
  },
  {
    name: 'between-haproxy-blocked',
    says: 'the firewall here rejects the load balancer at the port of HAProxy; the nginx behind it listens on every address',
    truth: {
      ...failing,
      cause: 'edge-blocked',
      place: ['proxy'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: [AT.alb, '8080'],
    },
    start: inFront([ALB], before(haproxyWith()), {
      visits: 2,
      breaks: (_, ports) =>
        did([
          ...['iptables', '-A', 'INPUT', '-s', AT.alb, '-p', 'tcp', '--dport', String(ports.site)],
          ...['-j', 'REJECT', '--reject-with', 'tcp-reset'],
        ]),
    }),
  },
  ...stoppedFronts(),
]

/** nginx on loopback, which is well; the gateway in front of it was stopped. */
function stoppedFronts(): Case[] {
  const inner: Starts = (lab, ports) =>
    lab.nginx({
      name: 'inner',
      port: SECOND,
      http: `server { listen 127.0.0.1:${SECOND}; server_name shop.example.com 127.0.0.1; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`,
    })
  const FRONTS = {
    haproxy: async (lab: Lab, ports: Ports) => {
      const started = await haproxy(
        lab,
        { ...ports, app: SECOND },
        { host: ANY, back: `server inner 127.0.0.1:${SECOND}` },
      )
      lab.overlay('/etc/haproxy/haproxy.cfg', readFileSync(started.conf, 'utf8'))
      return started.child
    },
    caddy: async (lab: Lab, ports: Ports) => {
      const started = await caddy(lab, ports, sites(ports, `\tlog\n${reverseProxy(`127.0.0.1:${SECOND}`)}`))
      lab.overlay('/etc/caddy/Caddyfile', readFileSync(started.file, 'utf8'))
      return started.child
    },
  } as const
  const NAMES = { haproxy: 'HAProxy', caddy: 'Caddy' } as const
  return (['haproxy', 'caddy'] as const).flatMap((name): Case[] => [
    {
      name: `stopped-${name}-before-nginx`,
      says: `${name} was stopped, in front of an nginx on loopback that is well`,
      truth: { ...failing, cause: 'proxy-down', place: ['proxy'], shape: 'unreachable', cites: [NAMES[name], '8080'] },
      async start(lab, ports) {
        await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
        await inner(lab, ports)
        const child = await FRONTS[name](lab, ports)
        await until(async () => (await statusOf(url(ports))) === 200, 'both gateways pass a request on')
        await lab.stop(child)
        return { url: url(ports) }
      },
    },
    ...([CF, ALB] as Hop[]).map(
      (hop): Case => ({
        name: `stopped-${name}-before-nginx-behind-${hop.player}`,
        says: `${name} was stopped, in front of an nginx on loopback that is well, behind ${hop.player}`,
        truth: {
          ...failing,
          cause: 'proxy-down',
          place: ['proxy'],
          shape: 'unreachable',
          cites: [NAMES[name], '8080'],
        },
        start: async (lab, ports) => {
          let child: Awaited<ReturnType<(typeof FRONTS)[typeof name]>> | undefined
          const made = inFront(
            [hop],
            async (l, p) => {
              await inner(l, p)
              child = await FRONTS[name](l, p)
            },
            {
              visits: 2,
              breaks: async (l) => {
                if (child) await l.stop(child)
              },
            },
          )
          return made(lab, ports)
        },
      }),
    ),
  ])
}
