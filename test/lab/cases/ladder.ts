import { apache, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites, transport } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { url } from '../kit.ts'
import type { Lab } from '../lab.ts'
import { backend, twoSites, varnish } from '../varnish.ts'

const slow = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'slow-app',
  place: ['app'],
  bornAt: 'proxy',
  shape: 'slow',
} as const

/** An application that needs three and a half seconds, behind a gateway that waits less. */
function slowBehind(gateway: (lab: Lab, ports: Ports) => Promise<unknown>): Case['start'] {
  return async (lab, ports) => {
    await lab.app('shop', apps.SLOW, ports.app, { PORT: String(ports.app), SLOW_MS: '3500' })
    await gateway(lab, ports)
    return { url: url(ports) }
  }
}

/** Each gateway's own limit, cited with the line that sets it. */
export const LADDER_CASES: readonly Case[] = [
  {
    name: 'ladder-haproxy',
    says: 'the backend lets HAProxy wait two seconds, its defaults one; the application needs three and a half',
    truth: { ...slow, cites: ['2000 ms', 'haproxy/shop.cfg:25'] },
    start: slowBehind((lab, ports) =>
      haproxy(lab, ports, { back: `timeout server 2s\n    server app1 127.0.0.1:${ports.app}` }),
    ),
  },
  {
    name: 'ladder-apache',
    says: 'ProxyTimeout of the virtual host is two seconds, Timeout of the whole server thirty',
    truth: { ...slow, cites: ['2000 ms', '000-shop.conf:4'] },
    start: slowBehind((lab, ports) => {
      const lines = `ProxyTimeout 2\nProxyPass / http://127.0.0.1:${ports.app}/`
      return apache(lab, { port: ports.site, sites: shop(ports, lines), main: 'Timeout 30' })
    }),
  },
  {
    name: 'ladder-caddy',
    says: 'the transport of Caddy waits two seconds for the head of an answer',
    truth: { ...slow, cites: ['2000 ms', 'Caddyfile:15'] },
    start: slowBehind((lab, ports) => {
      const settings = transport('\t\t\tdial_timeout 1s\n\t\t\tresponse_header_timeout 2s')
      return caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`, settings)))
    }),
  },
  {
    name: 'ladder-varnish',
    says: "the shop's backend has a first_byte_timeout of two seconds, the blog's has none",
    truth: { ...slow, cites: ['2000 ms', 'varnish/shop.vcl:6'] },
    start: slowBehind((lab, ports) => {
      const timed = '.connect_timeout = 1s;\n  .first_byte_timeout = 2s;'
      return varnish(lab, ports, twoSites(ports, timed))
    }),
  },
  {
    name: 'ladder-varnish-parameter',
    says: 'varnishd was started with -p first_byte_timeout=2',
    truth: { ...slow, cites: ['2000 ms', 'varnishd -p first_byte_timeout=2'] },
    start: slowBehind((lab, ports) => varnish(lab, ports, backend('shop', ports.app), ['-p', 'first_byte_timeout=2'])),
  },
]
