import { apache, pass, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { AT, chain, did, type Hop } from '../chain.ts'
import { haproxy } from '../haproxy.ts'
import { later, visitors } from '../kit.ts'
import type { Lab } from '../lab.ts'
import { twoSites, varnish } from '../varnish.ts'

// A CDN and a load balancer in front, and on this machine no nginx but HAProxy, Varnish, Apache or Caddy. Only the URL is given.

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const URL = 'http://shop.example.com/checkout'

const CF: Hop = { player: 'cloudflare' }
const CLOUDFRONT: Hop = { player: 'cloudfront' }
const ALB: Hop = { player: 'alb' }
const NO_TARGET: Hop = { player: 'alb', env: { TARGETS: '0' } }
/** It waits for an answer a second and a half. */
const IMPATIENT: Hop = { player: 'alb', env: { ANSWER_MS: '1500' } }

type Starts = (lab: Lab, ports: Ports) => Promise<unknown>

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

interface Setting {
  app?: string | null
  env?: Record<string, string>
  /** Requests that come through while all is well. */
  visits?: number
  breaks?: (lab: Lab, ports: Ports) => Promise<void>
}

/** Hops in front of a gateway of this machine. */
function behind(hops: readonly Hop[], gateway: Starts, setting: Setting = {}): Case['start'] {
  const { app = apps.WELL, env = {}, visits = 0, breaks } = setting
  return async (lab, ports) => {
    if (app !== null) await lab.app('shop', app, ports.app, { PORT: String(ports.app), ...env })
    await gateway(lab, ports)
    await chain(lab, ports.site, hops)
    await visitors(URL, visits)
    // A log of whole seconds: what follows must not stand in the same one.
    if (visits > 0) await later(1100)
    await breaks?.(lab, ports)
    return { url: URL }
  }
}

/** What every gateway must be told as. */
const EVERY = Object.entries(GATEWAYS).flatMap(([name, gateway]): Case[] => [
  {
    name: `behind-${name}-healthy`,
    says: `nothing is wrong behind a CDN, a load balancer and ${name}`,
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behind([CF, ALB], gateway),
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
    start: behind([CF, ALB], gateway, { app: null }),
  },
  {
    name: `behind-${name}-own-502`,
    says: `the application's own 502 comes through ${name}, a load balancer and a CDN`,
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: [AT.alb] },
    start: behind([CF, ALB], gateway, { app: apps.OWN_502 }),
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
    start: behind([IMPATIENT], gateway, { app: apps.SLOW, env: { SLOW_MS: '4000' } }),
  },
  {
    name: `behind-${name}-cloudfront`,
    says: `the application is down behind a CDN that sends a User-Agent of its own, and ${name}`,
    truth: { ...failing, cause: 'process-down', place: ['app'], bornAt: 'proxy', shape: 'unreachable' },
    start: behind([CLOUDFRONT], gateway, { app: null }),
  },
])

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
    start: behind([{ player: 'alb', env: { TARGETS_UNTIL: '3' } }], gateway, { visits: 3 }),
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
    start: behind([ALB], gateway, {
      visits: 2,
      breaks: (_, ports) =>
        did([
          ...['iptables', '-A', 'INPUT', '-s', AT.alb, '-p', 'tcp', '--dport', String(ports.site)],
          ...['-j', 'REJECT', '--reject-with', 'tcp-reset'],
        ]),
    }),
  },
])

export const BEHIND_CASES: readonly Case[] = [
  ...EVERY,
  ...KNOWN,
  {
    name: 'behind-haproxy-unknown',
    says: 'no target is registered, and HAProxy here takes every name: whether the site is behind it cannot be told',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null },
    start: behind([NO_TARGET], GATEWAYS.haproxy ?? named),
  },
]
