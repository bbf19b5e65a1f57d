import type { BoxCase } from '../case.ts'
import { later } from '../kit.ts'
import { NODE, type Shop } from '../systemd/shop.ts'

const SHOP = `Environment=PORT=3000\nWorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/server.js`

const down = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'proxy-down',
  place: ['proxy'],
  bornAt: 'proxy',
  shape: 'unreachable',
} as const

const healthy = { outcome: 'healthy', state: 'well', cause: null } as const

const CADDYFILE = '/etc/caddy/Caddyfile'
const VCL = '/etc/varnish/default.vcl'
const VARNISH_UNIT = '/etc/systemd/system/varnish.service.d/port.conf'
const SITE = '/etc/apache2/sites-enabled/shop.conf'

const HAPROXY_CFG = '/etc/haproxy/haproxy.cfg'
/** A certificate that was there once. */
const GONE = '/etc/ssl/shop.pem'

const haproxyCfg = (bind: string) =>
  `defaults\n  mode http\n  timeout connect 5s\n  timeout client 50s\n  timeout server 50s\nfrontend web\n  ${bind}\n  default_backend shop\nbackend shop\n  server app1 127.0.0.1:3000\n`
const caddyfile = (line: string) => `:8080 {\n\t${line}\n}\n`
const vcl = (more = '') => `vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "3000"; ${more} }\n`
/** Where it listens stands on the command line of its unit. */
const ON_8080 = `[Service]\nExecStart=\nExecStart=/usr/sbin/varnishd -j unix,user=vcache -F -a :8080 -f ${VCL} -s malloc,64m\n`
const site = (lines: string) =>
  `Listen 8080\n<VirtualHost *:8080>\n  ServerName shop.example.com\n  ${lines}\n</VirtualHost>\n`

/** The application is well, and this gateway of Debian's stands in front of it. */
async function shopBehind(shop: Shop, unit: string, files: Record<string, string>): Promise<void> {
  await shop.service(SHOP)
  await shop.listens(3000)
  await shop.gateway(unit, files)
}

const refused = (
  name: string,
  says: string,
  unit: string,
  files: Record<string, string>,
  cites: string[],
): BoxCase => ({
  name,
  says,
  truth: { ...down, cites: [`${unit}.service`, ...cites] },
  async inBox(shop) {
    await shopBehind(shop, unit, files)
    await shop.isNow('failed', `${unit}.service`)
  },
})

const stopped = (unit: string, files: Record<string, string>): BoxCase => ({
  name: `systemd-${unit}-stopped`,
  says: `somebody stopped ${unit}`,
  truth: { ...down, cites: [`${unit}.service`, 'stopped'] },
  async inBox(shop) {
    await shopBehind(shop, unit, files)
    await shop.listens(8080)
    await shop.ok('systemctl', 'stop', unit)
  },
})

const well = (unit: string, files: Record<string, string>): BoxCase => ({
  name: `systemd-${unit}-well`,
  says: `nothing is wrong behind ${unit} under systemd`,
  truth: healthy,
  async inBox(shop) {
    await shopBehind(shop, unit, files)
    await shop.listens(8080)
  },
})

const CADDY = { [CADDYFILE]: caddyfile('reverse_proxy 127.0.0.1:3000') }
const VARNISH = { [VCL]: vcl(), [VARNISH_UNIT]: ON_8080 }

/** Debian's Caddy, Varnish and Apache under systemd: stopped, and refusing their configuration. */
export const SYSTEMD_GATEWAY_CASES: readonly BoxCase[] = [
  well('caddy', CADDY),
  stopped('caddy', CADDY),
  refused(
    'systemd-caddy-refused',
    'Caddy does not know a directive of its Caddyfile, and does not start',
    'caddy',
    { [CADDYFILE]: caddyfile('reverse_proxyy 127.0.0.1:3000') },
    ['reverse_proxyy'],
  ),
  well('varnish', VARNISH),
  stopped('varnish', VARNISH),
  refused(
    'systemd-varnish-refused',
    'Varnish cannot translate its VCL, and does not start',
    'varnish',
    { [VCL]: vcl('.prot = "80";'), [VARNISH_UNIT]: ON_8080 },
    ['VCL'],
  ),
  stopped('apache2', { [SITE]: site('Redirect / /shop') }),
  refused(
    'systemd-apache2-module',
    'Apache does not know ProxyPass, as the module is not loaded, and does not start',
    'apache2',
    { [SITE]: site('ProxyPass / http://127.0.0.1:3000/') },
    ['shop.conf:4', 'proxy_module is not loaded'],
  ),
  well('apache2', {
    '/etc/apache2/mods-enabled/zz-proxy.load':
      'LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so\nLoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so\n',
    [SITE]: site('ProxyPass / http://127.0.0.1:3000/'),
  }),
  refused(
    'systemd-apache2-certificate',
    'the file of the certificate is gone, and Apache does not start',
    'apache2',
    {
      '/etc/apache2/mods-enabled/zz-ssl.load': 'LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so\n',
      [SITE]: site(`SSLEngine on\n  SSLCertificateFile ${GONE}`),
    },
    [`line 5 of ${SITE}`, GONE],
  ),
  refused(
    'systemd-haproxy-certificate',
    'the file of the certificate is gone, and HAProxy does not start',
    'haproxy',
    { [HAPROXY_CFG]: haproxyCfg(`bind :8080 ssl crt ${GONE}`) },
    ['haproxy.cfg:7', GONE],
  ),
  {
    name: 'systemd-caddy-stopped-beside-haproxy',
    says: 'somebody stopped Caddy; a HAProxy that was never started has the same port in its file',
    truth: { ...down, cites: ['caddy.service', 'caddy ran last', 'haproxy.cfg:'] },
    async inBox(shop) {
      await shopBehind(shop, 'caddy', {
        ...CADDY,
        '/etc/haproxy/haproxy.cfg': `frontend web\n  mode http\n  bind :8080\n  default_backend shop\nbackend shop\n  mode http\n  server app1 127.0.0.1:3000\n`,
      })
      await shop.listens(8080)
      await later()
      await shop.ok('systemctl', 'stop', 'caddy')
    },
  },
  {
    name: 'systemd-second-haproxy-stopped',
    says: 'the application is well; HAProxy, to which nginx sends, was stopped',
    truth: { ...down, confidence: 'confirmed', cites: ['haproxy.service', '8081', 'to which nginx sends'] },
    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.gateway('haproxy', {
        [HAPROXY_CFG]: haproxyCfg('bind :8081'),
      })
      await shop.nginx('location / { proxy_pass http://127.0.0.1:8081; }')
      await shop.listens(8081)
      await shop.ok('systemctl', 'stop', 'haproxy')
    },
  },
  {
    name: 'systemd-second-varnish-refused',
    says: 'the application is well; Varnish, to which nginx sends, cannot translate its VCL',
    truth: { ...down, confidence: 'confirmed', cites: ['varnish.service', '8081', 'VCL'] },
    async inBox(shop) {
      await shopBehind(shop, 'varnish', {
        [VCL]: vcl('.prot = "80";'),
        [VARNISH_UNIT]: ON_8080.replace('8080', '8081'),
      })
      await shop.isNow('failed', 'varnish.service')
      await shop.nginx('location / { proxy_pass http://127.0.0.1:8081; }')
    },
  },
  {
    name: 'systemd-nginx-port-taken',
    says: 'nginx does not start, as another program has one of its ports',
    truth: { ...down, cause: 'port-in-use', cites: ['nginx.service', '8090'] },
    async inBox(shop) {
      await shop.service(SHOP)
      await shop.listens(3000)
      await shop.ok('systemctl', 'stop', 'nginx')
      await shop.stray(`${NODE} -e "require('http').createServer(()=>{}).listen(8090,'127.0.0.1')"`)
      await shop.listens(8090)
      await shop.box.exec(['systemctl', 'start', 'nginx'])
      await shop.isNow('failed', 'nginx.service')
    },
  },
]
