import { readFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { certified } from '../certificates.ts'
import { AT, BLACK_HOLE, blackHole, chain, did, type Hop } from '../chain.ts'
import { ALB, CF, CLOUDFRONT, HOARDER, inFront, mended, type Setting, SITE, type Starts } from '../in-front.ts'
import { later, visitors } from '../kit.ts'
import type { Lab, Nginx } from '../lab.ts'

// A CDN and a load balancer in front: machines of their own, and this one is nginx's and the application's. Only the URL is
// given, and its name leads to the outermost.

const failing = { outcome: 'diagnosed', state: 'failing' } as const

/** It marks what it passes on by a cookie. */
const STICKY: Hop = { player: 'alb', env: { STICKY: 'yes' } }
/** It waits for an answer a second and a half. */
const impatient = ({ player }: Hop): Hop => ({ player, env: { ANSWER_MS: '1500' } })

/** nginx here, for two sites: the shop and another that is well; behind it the application, if there is one. */
async function origin(lab: Lab, port: number, pass: string): Promise<Nginx> {
  const other = `server { listen ${port} default_server; server_name _; return 404; }`
  const shop = `server { listen ${port}; server_name shop.example.com www.shop.example.com; location / { ${pass} } }`
  return await lab.nginx({ port, http: `${other} ${shop}` })
}

/** nginx that passes on, with these settings. */
const nginxWith =
  (settings = ''): Starts =>
  (lab, ports) =>
    origin(lab, ports.site, `proxy_pass http://127.0.0.1:${ports.app}; proxy_set_header Host $host; ${settings}`)

/** Hops in front of nginx with this location; some visits come through while all is well, before `breaks`. */
function behindHops(
  hops: readonly Hop[],
  { settings = '', ...setting }: Setting & { settings?: string } = {},
  breaks: (lab: Lab, ports: Ports) => Promise<void> = async () => {},
): Case['start'] {
  return inFront(hops, nginxWith(settings), { visits: setting.app === null ? 0 : 2, breaks, ...setting })
}

const CF_AT = AT.cloudflare
const down = {
  ...failing,
  cause: 'process-down',
  place: ['app'],
  bornAt: 'proxy',
  shape: 'unreachable',
  cites: [AT.alb, '127.0.0.1:3000'],
} as const
const SLOW_4S = { app: apps.SLOW, env: { SLOW_MS: '4000' }, visits: 0 }

/** The firewall here does this with what comes to nginx from an address. */
const stops = (from: string, port: number, ...what: string[]) =>
  did(['iptables', '-A', 'INPUT', '-s', from, '-p', 'tcp', '--dport', String(port), ...what])

export const HOP_CASES: readonly Case[] = [
  {
    name: 'hops-healthy',
    says: 'nothing is wrong behind a CDN and a load balancer',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    start: behindHops([CF, ALB]),
  },
  {
    name: 'hops-recovered',
    says: 'the application was down for five requests through a CDN and a load balancer, and is up again',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['it failed 5 times'] },
    start: mended([CF, ALB], nginxWith(), 5),
  },
  {
    name: 'hops-down-two',
    says: 'the application is down behind a load balancer and nginx',
    truth: down,
    start: async (lab, ports) => {
      // It started first, and serves another site.
      const news = `server { listen 8070; server_name news.example.com; return 404; }`
      await lab.nginx({ name: 'news', port: 8070, http: news })
      return await behindHops([ALB], { app: null })(lab, ports)
    },
  },
  {
    name: 'hops-down-unlogged',
    says: 'the application is down behind a CDN, a load balancer and an nginx that writes no access log',
    truth: { ...down, cites: [AT.alb, 'it came through'] },
    start: behindHops([CF, ALB], { app: null, settings: 'access_log off;' }),
  },
  {
    name: 'hops-down-three',
    says: 'the application is down behind a CDN, a load balancer and nginx',
    truth: down,
    start: behindHops([CF, STICKY], { app: null }),
  },
  {
    name: 'hops-down-cloudfront',
    says: 'the application is down behind a CDN that sends a User-Agent of its own',
    truth: { ...down, cites: [AT.cloudfront, '127.0.0.1:3000'] },
    start: behindHops([CLOUDFRONT], { app: null }),
  },
  {
    name: 'hops-slow',
    says: "the application is slower than nginx waits, and a CDN and a load balancer pass nginx's 504 on",
    truth: { ...failing, cause: 'slow-app', place: ['app'], bornAt: 'proxy', shape: 'slow', cites: [AT.alb] },
    start: behindHops([CF, ALB], { ...SLOW_4S, settings: 'proxy_read_timeout 2s;' }),
  },
  {
    name: 'hops-balancer-gives-up',
    says: 'the load balancer waits less than the application takes and nginx would wait',
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['load-balancer', 'proxy', 'app'],
      bornAt: 'load-balancer',
      shape: 'slow',
      cites: ['499', '60000 ms'],
    },
    start: behindHops([impatient(ALB)], SLOW_4S),
  },
  {
    name: 'hops-balancer-gives-up-dressed',
    says: 'the load balancer gives up first, and the CDN in front of it puts its own page over the 504',
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['load-balancer', 'proxy', 'app'],
      bornAt: 'load-balancer',
      shape: 'slow',
      cites: ['499', AT.alb],
    },
    start: behindHops([CF, impatient(ALB)], SLOW_4S),
  },
  {
    name: 'hops-cdn-gives-up',
    says: 'the CDN waits less than the application takes and nginx would wait',
    truth: {
      ...failing,
      cause: 'timeout-order',
      place: ['cdn', 'proxy', 'app'],
      bornAt: 'cdn',
      shape: 'slow',
      cites: ['499', '60000 ms'],
    },
    start: behindHops([impatient(CF)], SLOW_4S),
  },
  {
    name: 'hops-own-502',
    says: "the application's own 502 comes through nginx, a load balancer and a CDN",
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: [AT.alb] },
    start: behindHops([CF, ALB], { app: apps.OWN_502, visits: 0 }),
  },
  {
    name: 'hops-maintenance',
    says: 'nginx answers 503 by itself, and a CDN and a load balancer pass it on',
    truth: {
      ...failing,
      cause: 'deliberate',
      place: ['proxy'],
      bornAt: 'proxy',
      shape: 'none',
      cites: ['nginx.conf:', '503'],
    },
    start: async (lab, ports) => {
      await origin(lab, ports.site, 'return 503;')
      await chain(lab, ports.site, [CF, ALB])
      return { url: SITE }
    },
  },
  {
    name: 'hops-nginx-down',
    says: 'nginx is stopped, and the CDN in front says that the connection is refused',
    truth: {
      ...failing,
      cause: 'proxy-down',
      place: ['proxy'],
      bornAt: 'cdn',
      shape: 'unreachable',
      cites: ['521', CF_AT],
    },
    start: async (lab, ports) => {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      const nginx = await origin(lab, 80, `proxy_pass http://127.0.0.1:${ports.app};`)
      await chain(lab, 80, [CF])
      await visitors(SITE, 3)
      lab.overlay('/etc/nginx/nginx.conf', readFileSync(nginx.conf, 'utf8'))
      await lab.stop(nginx.child)
      return { url: SITE }
    },
  },
  {
    name: 'hops-blocked-dropped',
    says: "the firewall here drops the CDN's packets and nobody else's",
    truth: {
      ...failing,
      cause: 'edge-blocked',
      place: ['proxy'],
      bornAt: 'cdn',
      shape: 'unreachable',
      cites: ['522', '10.77.2.0/24'],
    },
    start: behindHops([{ player: 'cloudflare', env: { CONNECT_MS: '2000' } }], { port: 80 }, () =>
      stops('10.77.2.0/24', 80, '-j', 'DROP'),
    ),
  },
  {
    name: 'hops-blocked-rejected',
    says: "the firewall here rejects the load balancer's packets and nobody else's",
    truth: {
      ...failing,
      cause: 'edge-blocked',
      place: ['proxy'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['502', AT.alb],
    },
    start: behindHops([CF, ALB], {}, (_, ports) =>
      stops(AT.alb, ports.site, '-j', 'REJECT', '--reject-with', 'tcp-reset'),
    ),
  },
  {
    name: 'hops-origin-port',
    says: 'the CDN calls a port on which nobody listens',
    truth: {
      ...failing,
      cause: 'origin-moved',
      place: ['cdn', 'proxy'],
      bornAt: 'cdn',
      shape: 'unreachable',
      cites: ['521', '8080'],
    },
    start: behindHops([{ player: 'cloudflare', env: { NEXT_PORT: '80' } }], { visits: 0 }),
  },
  {
    name: 'hops-origin-gone',
    says: 'the CDN calls an address that no machine has any more',
    truth: {
      ...failing,
      cause: 'origin-moved',
      place: ['cdn', 'proxy'],
      bornAt: 'cdn',
      shape: 'unreachable',
      cites: ['523'],
    },
    start: behindHops([{ player: 'cloudflare', env: { NEXT_HOST: '10.77.9.9' } }], { port: 80, visits: 0 }),
  },
  {
    name: 'hops-origin-name',
    says: "the name of the CDN's origin does not resolve any more",
    truth: {
      ...failing,
      cause: 'origin-moved',
      place: ['cdn', 'proxy'],
      bornAt: 'cdn',
      shape: 'unreachable',
      cites: ['does not resolve'],
    },
    start: behindHops([{ player: 'cloudfront', env: { NEXT_HOST: 'origin.shop.example.com' } }], {
      port: 80,
      visits: 0,
    }),
  },
  {
    name: 'hops-certificate',
    says: 'the certificate that nginx shows the CDN has ended',
    truth: {
      ...failing,
      cause: 'cert-invalid',
      place: ['proxy', 'cdn'],
      bornAt: 'cdn',
      shape: 'reset',
      cites: ['526', 'expired'],
    },
    start: async (lab, ports) => {
      const { key, cert, ca } = await certified(lab, {
        names: 'DNS:shop.example.com',
        from: '250101000000Z',
        to: '250401000000Z',
      })
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      // An authority that everybody trusts: the CDN, and this machine.
      lab.overlay('/etc/ssl/certs/ca-certificates.crt', readFileSync(ca, 'utf8'))
      const tls = `ssl_certificate ${cert}; ssl_certificate_key ${key};`
      const shop = `server { listen 443 ssl; server_name shop.example.com; ${tls} location / { proxy_pass http://127.0.0.1:${ports.app}; } }`
      await lab.nginx({ port: 443, http: shop })
      await chain(lab, 443, [{ player: 'cloudflare', env: { STRICT: 'yes', NODE_EXTRA_CA_CERTS: ca } }])
      return { url: SITE }
    },
  },
  {
    name: 'hops-plain-origin',
    says: 'the CDN speaks TLS to port 443, and nginx speaks plain HTTP there',
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['proxy', 'cdn'],
      bornAt: 'cdn',
      shape: 'garbage',
      cites: ['525', '443'],
    },
    start: behindHops([{ player: 'cloudflare', env: { STRICT: 'yes' } }], { port: 443, visits: 0 }),
  },
  {
    name: 'hops-plain-target',
    says: "the load balancer's target group speaks TLS to nginx, which speaks plain HTTP on that port",
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['load-balancer', 'proxy'],
      bornAt: 'load-balancer',
      shape: 'garbage',
      cites: [AT.alb, 'began TLS', '8080'],
    },
    start: behindHops([{ player: 'alb', env: { TARGET_PROTOCOL: 'HTTPS' } }], { visits: 0 }),
  },
  {
    name: 'hops-target-port',
    says: 'the load balancer calls a port on which nobody listens',
    truth: {
      ...failing,
      cause: 'origin-moved',
      place: ['load-balancer', 'proxy'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['502', '8080'],
    },
    start: behindHops([{ player: 'alb', env: { NEXT_PORT: '8081' } }], { visits: 0 }),
  },
  {
    name: 'hops-no-target',
    says: 'the load balancer has no target registered',
    truth: {
      ...failing,
      cause: 'no-healthy-upstream',
      place: ['load-balancer'],
      bornAt: 'load-balancer',
      shape: 'unreachable',
      cites: ['503'],
    },
    start: behindHops([{ player: 'alb', env: { TARGETS: '0' } }], { visits: 0 }),
  },
  {
    name: 'hops-keepalive',
    says: 'nginx closes idle connections sooner than the load balancer, which sends a request into one',
    truth: {
      ...failing,
      state: 'intermittent',
      cause: 'keepalive-race',
      place: ['load-balancer', 'proxy'],
      bornAt: 'load-balancer',
      shape: 'reset',
      cites: ['nginx.conf:', '2000 ms', '60000 ms'],
    },
    start: behindHops([{ player: 'alb', env: { KEEPS: 'yes' } }], { settings: 'keepalive_timeout 2s;' }, () =>
      later(2500),
    ),
  },
  {
    name: 'hops-target-silent',
    says: 'the load balancer gets no connection, and nothing on this machine says why',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null },
    start: behindHops([{ player: 'alb', env: { NEXT_HOST: BLACK_HOLE, CONNECT_MS: '1500' } }], { visits: 0 }, (lab) =>
      blackHole(lab),
    ),
  },
  {
    name: 'hops-cached',
    says: 'a CDN keeps an error that is over',
    truth: { ...failing, cause: 'cached-error', place: ['cdn'], shape: 'none', cites: ['out of a cache'] },
    start: mended([HOARDER], nginxWith(), 1),
  },
  {
    name: 'hops-elsewhere',
    says: 'the site runs on another machine, and the copy of it on this one is down',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null },
    start: behindHops([CF, { player: 'alb', env: { TARGETS: '0' } }], { app: null }),
  },
  {
    name: 'hops-elsewhere-unlogged',
    says: 'the site runs on another machine; the copy of it on this one is down, and its nginx writes no access log',
    truth: { outcome: 'inconclusive', state: 'failing', cause: null },
    start: behindHops([CF, { player: 'alb', env: { TARGETS: '0' } }], { app: null, settings: 'access_log off;' }),
  },
]
