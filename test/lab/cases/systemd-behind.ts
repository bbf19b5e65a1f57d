import type { BoxCase } from '../case.ts'
import { NODE, type Shop } from '../systemd/shop.ts'
import type { Truth } from '../truth.ts'

// What becomes of a unit, behind Debian's HAProxy, Caddy, Varnish and Apache, which log as their packages have them log.

const failing = { outcome: 'diagnosed', state: 'failing', place: ['app'], bornAt: 'proxy' } as const
const down = { ...failing, shape: 'unreachable', confidence: 'confirmed' } as const
const recovered: Truth = { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['was restarted'] }

const run = (program: string, more = '') =>
  `Environment=PORT=3000 ${more}\nWorkingDirectory=/srv/shop\nExecStart=${NODE} ${program}`
const SHOP = run('/srv/shop/server.js')

const VCL = '/etc/varnish/default.vcl'
const vcl = (host: string) => `vcl 4.1;\nbackend default { .host = "${host}"; .port = "3000"; }\n`
const VARNISH = {
  [VCL]: vcl('127.0.0.1'),
  '/etc/systemd/system/varnish.service.d/port.conf': `[Service]\nExecStart=\nExecStart=/usr/sbin/varnishd -j unix,user=vcache -F -a :8080 -f ${VCL} -s malloc,64m\n`,
}
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  caddy: { '/etc/caddy/Caddyfile': ':8080 {\n\treverse_proxy 127.0.0.1:3000\n}\n' },
  varnish: VARNISH,
  apache2: {
    '/etc/apache2/mods-enabled/zz-proxy.load':
      'LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so\nLoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so\n',
    // Without retry=0 Apache asks nobody for a minute after a refusal.
    '/etc/apache2/sites-enabled/shop.conf':
      'Listen 8080\n<VirtualHost *:8080>\n  ServerName shop.example.com\n  ProxyPass / http://127.0.0.1:3000/ retry=0\n</VirtualHost>\n',
  },
}

/** This gateway stands in front, whatever is behind it. */
async function front(shop: Shop, gateway: string): Promise<void> {
  const files = FILES[gateway]
  if (files) await shop.gateway(gateway, files)
  else
    await shop.haproxy(
      'frontend web\n    bind 127.0.0.1:8080\n    default_backend shop\nbackend shop\n    server app1 127.0.0.1:3000',
    )
  await shop.listens(8080)
}

interface Behind {
  gateway: string
  kind: string
  says: string
  truth: Truth
  /** What becomes of the unit. */
  fault(shop: Shop): Promise<void>
}

const behind = ({ gateway, kind, says, truth, fault }: Behind): BoxCase => ({
  name: `systemd-${gateway}-${kind}`,
  says,
  truth,
  async inBox(shop) {
    await front(shop, gateway)
    await fault(shop)
  },
})

/** Somebody restarts the unit, visitors come meanwhile, and all is well again. */
const restarted = (gateway: string): BoxCase =>
  behind({
    gateway,
    kind: 'recovered',
    says: `somebody restarted the unit behind ${gateway}, requests failed meanwhile, and all is well again`,
    truth: recovered,
    async fault(shop) {
      // Longer than HAProxy tries again.
      await shop.service(run('/srv/shop/warms-up.js', 'WARM_MS=6000'))
      await shop.listens(3000)
      await shop.ok('systemctl', 'restart', 'shop')
      const told: number[] = []
      for (let request = 0; request < 4; request++) {
        told.push(await shop.ask())
        await new Promise((resolve) => setTimeout(resolve, 400))
      }
      if (!told.some((status) => status >= 502)) throw new Error(`no visitor saw it: ${told}`)
      await shop.listens(3000)
      await shop.until(async () => (await shop.ask()) === 200, 'the site is well again')
      // Logs know whole seconds: what follows must not stand in the same one.
      await new Promise((resolve) => setTimeout(resolve, 3000))
    },
  })

const crashed = (gateway: string): BoxCase =>
  behind({
    gateway,
    kind: 'crash',
    says: `the unit behind ${gateway} failed for a missing module`,
    truth: { ...down, cause: 'crash-on-start', cites: ['shop.service', 'not-there-at-all', '3000'] },
    async fault(shop) {
      await shop.box.write('/srv/shop/crashes.js', "require('./not-there-at-all')")
      await shop.service(run('crashes.js'))
      await shop.isNow('failed')
    },
  })

export const SYSTEMD_BEHIND_CASES: readonly BoxCase[] = [
  ...['haproxy', 'caddy', 'varnish', 'apache2'].map(restarted),
  ...['caddy', 'varnish'].map(crashed),
  behind({
    gateway: 'caddy',
    kind: 'oom',
    says: 'the unit behind Caddy was killed for memory',
    truth: { ...failing, shape: 'unreachable', cause: 'oom-killed', cites: ['shop.service'] },
    async fault(shop) {
      await shop.service(`MemoryMax=120M\nMemorySwapMax=0\nExecStart=${NODE} /srv/shop/eats.js --port 3000`)
      await shop.isNow('failed')
    },
  }),
  behind({
    gateway: 'haproxy',
    kind: 'warming-up',
    says: 'the unit behind HAProxy was started just now, and listens after 40 s',
    truth: { ...down, cause: 'not-ready', cites: ['does not listen yet'] },
    async fault(shop) {
      await shop.service(run('/srv/shop/warms-up.js', 'WARM_MS=40000'))
      await shop.isNow('active')
    },
  }),
  behind({
    gateway: 'caddy',
    kind: 'port-in-use',
    says: 'another program answers 503 on the port that the unit behind Caddy wants',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      place: ['app'],
      cause: 'port-in-use',
      cites: ['shop.service', 'EADDRINUSE', '/srv/other'],
    },
    async fault(shop) {
      await shop.stray(`${NODE} /srv/other/refuses.js`)
      await shop.listens(3000)
      await shop.service(SHOP)
      await shop.isNow('failed')
    },
  }),
  {
    name: 'systemd-varnish-name',
    says: 'the name of its backend does not resolve: Varnish refuses its VCL and does not start',
    truth: { ...down, cause: 'proxy-down', place: ['proxy'], cites: ['varnish.service', 'VCL compilation failed'] },
    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.gateway('varnish', { ...VARNISH, [VCL]: vcl('shop.internal') })
      await shop.isNow('failed', 'varnish.service')
    },
  },
]
