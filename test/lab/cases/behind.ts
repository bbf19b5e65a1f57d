import { apache, pass, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case } from '../case.ts'
import { AT, did, type Hop } from '../chain.ts'
import { haproxy } from '../haproxy.ts'
import { ALB, CF, CLOUDFRONT, HOARDER, inFront, mended, type Starts } from '../in-front.ts'
import { twoSites, varnish } from '../varnish.ts'

// A CDN and a load balancer in front, and on this machine no nginx but HAProxy, Varnish, Apache or Caddy. Only the URL is given.

const failing = { outcome: 'diagnosed', state: 'failing' } as const

const NO_TARGET: Hop = { player: 'alb', env: { TARGETS: '0' } }
/** It waits for an answer a second and a half. */
const IMPATIENT: Hop = { player: 'alb', env: { ANSWER_MS: '1500' } }

/** After two requests somebody sets another port of its target. */
const MOVED: Hop = { player: 'alb', env: { MOVES_AFTER: '2', THEN_PORT: '8085' } }

const ANY = '0.0.0.0'
const PATIENT = 'timeout server 20s'

/** Each gateway as the fault of a case finds it: on every address, in front of the shop's port. */
const GATEWAYS: Readonly<Record<string, Starts>> = {
  haproxy: (lab, ports) =>
    haproxy(lab, ports, { host: ANY, back: `${PATIENT}\n    server app1 127.0.0.1:${ports.app}` }),
  varnish: (lab, ports) => varnish(lab, ports, twoSites(ports, '', 'return (pass);'), [], ANY),
  apache: (lab, ports) => apache(lab, { port: ports.site, host: ANY, sites: shop(ports, pass(ports)) }),
  caddy: (lab, ports) => caddy(lab, ports, sites(ports, `\tlog\n${reverseProxy(`127.0.0.1:${ports.app}`)}`)),
}

/** HAProxy with a rule for the shop's name. */
const named: Starts = (lab, ports) =>
  haproxy(lab, ports, {
    host: ANY,
    front: 'use_backend shop if { hdr(host) -i shop.example.com }',
    noDefault: true,
    back: `${PATIENT}\n    server app1 127.0.0.1:${ports.app}`,
  })

/** What every gateway must be told as. */
const EVERY = Object.entries(GATEWAYS).flatMap(([name, gateway]): Case[] => [
  {
    name: `behind-${name}-healthy`,
    says: `nothing is wrong behind a CDN, a load balancer and ${name}`,
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: inFront([CF, ALB], gateway),
  },
  {
    name: `behind-${name}-down`,
    says: `the application is down behind a CDN, a load balancer and ${name}`,
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: [AT.alb, '127.0.0.1:3000'],
    },
    start: inFront([CF, ALB], gateway, { app: null }),
  },
  {
    name: `behind-${name}-own-502`,
    says: `the application's own 502 comes through ${name}, a load balancer and a CDN`,
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: [AT.alb] },
    start: inFront([CF, ALB], gateway, { app: apps.OWN_502 }),
  },
  {
    name: `behind-${name}-balancer-gives-up`,
    says: `the load balancer waits less than the application takes and ${name} would wait`,
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['load-balancer', 'proxy', 'app'],
      bornAt: 'load-balancer',
      shape: 'slow',
      cites: [AT.alb],
    },
    start: inFront([IMPATIENT], gateway, { app: apps.SLOW, env: { SLOW_MS: '4000' } }),
  },
  {
    name: `behind-${name}-cloudfront`,
    says: `the application is down behind a CDN that sends a User-Agent of its own, and ${name}`,
    truth: { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' },
    start: inFront([CLOUDFRONT], gateway, { app: null }),
  },
])

/** Without HAProxy: a sweep of all that it tells then is more than a recording may hold. */
const RECOVERED = Object.entries(GATEWAYS).flatMap(([name, gateway]): Case[] =>
  name === 'haproxy'
    ? []
    : [
        {
          name: `behind-${name}-recovered`,
          says: `the application was down for three requests through a CDN and ${name}, and is up again`,
          truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered' },
          start: mended([CF], gateway, 3),
        },
      ],
)

/** The front's own trouble: that no request came here counts where this machine is known to be the right one. */
const KNOWN = Object.entries({ ...GATEWAYS, haproxy: named }).flatMap(([name, gateway]): Case[] => [
  {
    name: `behind-${name}-no-target`,
    says: `the load balancer has no target registered, and ${name} here is well`,
    truth: {
      ...failing,
      cause: 'no-healthy-upstream',
      place: ['load-balancer'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['503'],
    },
    // It had one until a moment ago.
    start: inFront([{ player: 'alb', env: { TARGETS_UNTIL: '3' } }], gateway, { visits: 3 }),
  },
  {
    name: `behind-${name}-blocked`,
    says: `the firewall here rejects the load balancer, and ${name} is well`,
    truth: {
      ...failing,
      cause: 'edge-blocked',
      place: ['proxy'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['502', AT.alb],
    },
    start: inFront([ALB], gateway, {
      visits: 2,
      breaks: (_, ports) =>
        did([
          ...['iptables', '-A', 'INPUT', '-s', AT.alb, '-p', 'tcp', '--dport', String(ports.site)],
          ...['-j', 'REJECT', '--reject-with', 'tcp-reset'],
        ]),
    }),
  },
  {
    name: `behind-${name}-target-port`,
    says: `the load balancer calls a port since a moment on which nobody listens, and ${name} is well`,
    truth: {
      ...failing,
      cause: 'origin-moved',
      place: ['load-balancer', 'proxy'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['502', '8080'],
    },
    start: inFront([MOVED], gateway, { visits: 2 }),
  },
  {
    name: `behind-${name}-cached`,
    says: `a CDN keeps an error that is over, and ${name} is well`,
    truth: { ...failing, cause: 'cached-error', place: ['cdn'], shape: 'none', cites: ['out of a cache'] },
    start: mended([HOARDER], gateway, 1),
  },
])

/** nginx on loopback, which has the shop's name; it is what the gateway in front of it sends to. */
const SECOND = 8081
const nginxNamed: Starts = (lab, ports) =>
  lab.nginx({
    name: 'inner',
    port: SECOND,
    http: `server { listen 127.0.0.1:${SECOND}; server_name shop.example.com; location / { proxy_pass http://127.0.0.1:${ports.app}; } }`,
  })

/** A gateway that sends to `to`, where that nginx listens unless the case says another port. */
const beforeNginx =
  (gateway: Starts, to = SECOND): Starts =>
  async (lab, ports) => {
    await nginxNamed(lab, ports)
    await gateway(lab, { ...ports, app: to })
  }

const { haproxy: plainly = named } = GATEWAYS

/** HAProxy's own trouble, while the nginx that has the site's name is well. */
const BEFORE_WELL_NGINX: readonly Case[] = [
  {
    name: 'behind-haproxy-before-nginx-port',
    says: "behind a CDN HAProxy sends to a port on which nobody listens; the nginx that has the site's name is on another",
    truth: {
      ...failing,
      cause: 'wrong-port',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: [AT.cloudflare, '8082'],
    },
    start: inFront([CF], beforeNginx(plainly, 8082)),
  },
  {
    name: 'behind-haproxy-before-nginx-gives-up',
    says: 'behind a CDN HAProxy waits less than nginx and the application take',
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      shape: 'slow',
      cites: ['1500 ms', 'nginx'],
    },
    start: inFront(
      [CF],
      beforeNginx((lab, ports) =>
        haproxy(lab, ports, { host: ANY, back: `timeout server 1500ms\n    server app1 127.0.0.1:${ports.app}` }),
      ),
      { app: apps.SLOW, env: { SLOW_MS: '4000' } },
    ),
  },
  {
    name: 'behind-haproxy-before-nginx-blocked',
    says: "the firewall here rejects the load balancer, and HAProxy and the nginx that has the site's name are well",
    truth: {
      ...failing,
      cause: 'edge-blocked',
      place: ['proxy'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['502', AT.alb, '8080'],
    },
    start: inFront([ALB], beforeNginx(named), {
      visits: 2,
      breaks: (_, ports) =>
        did([
          ...['iptables', '-A', 'INPUT', '-s', AT.alb, '-p', 'tcp', '--dport', String(ports.site)],
          ...['-j', 'REJECT', '--reject-with', 'tcp-reset'],
        ]),
    }),
  },
  {
    name: 'behind-haproxy-before-nginx-well',
    says: "nothing is wrong behind a CDN, HAProxy and an nginx that has the site's name",
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: inFront([CF], beforeNginx(plainly)),
  },
]

export const BEHIND_CASES: readonly Case[] = [
  ...EVERY,
  ...RECOVERED,
  ...KNOWN,
  ...BEFORE_WELL_NGINX,
  {
    name: 'behind-haproxy-unknown',
    says: 'no target is registered, and HAProxy here takes every name: whether the site is behind it cannot be told',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null },
    start: inFront([NO_TARGET], GATEWAYS.haproxy ?? named),
  },
]
