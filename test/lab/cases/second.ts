import { apache, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { chain } from '../chain.ts'
import { haproxy } from '../haproxy.ts'
import { url } from '../kit.ts'
import { type Lab, listening } from '../lab.ts'
import { backend, varnish } from '../varnish.ts'

// Two gateways on one machine, one behind the other: the first only passes on what the next one made.

const failing = { outcome: 'diagnosed', state: 'failing' } as const
/** Where the second gateway takes requests. */
const SECOND = 8081

type Starts = (lab: Lab, ports: Ports) => Promise<unknown>

/** The first gateway, which sends to `to`. */
const haproxyTo =
  (to: number): Starts =>
  (lab, ports) =>
    haproxy(lab, ports, { back: `timeout server 20s\n    server inner 127.0.0.1:${to}` })
const varnishTo =
  (to: number): Starts =>
  (lab, ports) =>
    varnish(lab, ports, `${backend('inner', to)}\nsub vcl_recv { return (pass); }`)
const apacheTo =
  (to: number): Starts =>
  (lab, ports) =>
    apache(lab, { port: ports.site, sites: shop(ports, `ProxyPass / http://127.0.0.1:${to}/\nProxyPreserveHost On`) })
const caddyTo =
  (to: number): Starts =>
  (lab, ports) =>
    caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${to}`)))

/** nginx behind it, with this location. */
const nginxOn =
  (port: number, location = 'proxy_pass http://127.0.0.1:3000; proxy_set_header Host $http_host;'): Starts =>
  async (lab) => {
    const http = `server { listen 127.0.0.1:${port}; server_name _; location / { ${location} } }`
    await lab.nginx({ name: `nginx-${port}`, port, http })
    await listening(port, '127.0.0.1')
  }

function behind(app: string | null, ...gateways: Starts[]): Case['start'] {
  return async (lab, ports) => {
    if (app !== null) await lab.app('shop', app, ports.app, { PORT: String(ports.app) })
    // The innermost first: HAProxy and Varnish begin to ask it at once.
    for (const start of gateways.toReversed()) await start(lab, ports)
    return { url: url(ports) }
  }
}

const down = {
  ...failing,
  cause: 'process-down',
  place: ['app'],
  bornAt: 'proxy',
  shape: 'unreachable',
  cites: ['127.0.0.1:3000', '8081'],
} as const

const FIRST: Readonly<Record<string, (to: number) => Starts>> = {
  haproxy: haproxyTo,
  varnish: varnishTo,
  apache: apacheTo,
  caddy: caddyTo,
}

export const SECOND_CASES: readonly Case[] = [
  ...Object.entries(FIRST).flatMap(([name, to]): Case[] => [
    {
      name: `second-${name}-down`,
      says: `the application is down behind nginx, which stands behind ${name} on the same machine`,
      truth: down,
      start: behind(null, to(SECOND), nginxOn(SECOND)),
    },
    {
      name: `second-${name}-healthy`,
      says: `nothing is wrong behind ${name} and nginx on one machine`,
      truth: { outcome: 'healthy', state: 'well', cause: null },
      start: behind(apps.WELL, to(SECOND), nginxOn(SECOND)),
    },
  ]),
  {
    name: 'second-own-502',
    says: "the application's own 502 comes through HAProxy and nginx on one machine",
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: ['8081'] },
    start: behind(apps.OWN_502, haproxyTo(SECOND), nginxOn(SECOND)),
  },
  {
    name: 'second-maintenance',
    says: 'the second gateway answers 503 by itself, with a page of its own words',
    truth: {
      ...failing,
      cause: 'deliberate',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'none',
      cites: ['nginx.conf:'],
    },
    start: behind(apps.WELL, haproxyTo(SECOND), nginxOn(SECOND, "return 503 'back at noon';")),
  },
  {
    name: 'second-behind-cdn-down',
    says: 'the application is down behind a CDN, Varnish and nginx, both on this machine',
    truth: { ...down, cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      await nginxOn(SECOND)(lab, ports)
      await varnish(lab, ports, `${backend('inner', SECOND)}\nsub vcl_recv { return (pass); }`, [], '0.0.0.0')
      await chain(lab, ports.site, [{ player: 'cloudflare' }])
      return { url: 'http://shop.example.com/checkout' }
    },
  },
]
