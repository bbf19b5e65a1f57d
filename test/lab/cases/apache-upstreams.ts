import type { ChildProcess } from 'node:child_process'
import { apache, behindApache, pass, shop } from '../apache.ts'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { certified, tlsUpstream } from '../certificates.ts'
import { url, visitors, well } from '../kit.ts'
import type { Lab } from '../lab.ts'
import { fpm, script } from '../workers.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const unreachable = { ...failing, shape: 'unreachable' } as const
const HELLO = '<?php echo "hello\\n";'

/** Every `.php` goes to PHP-FPM, as Debian's own `php8.2-fpm.conf` has it. */
const toPhp = (root: string, where: number | string, more = '') =>
  `DocumentRoot ${root}
<Directory ${root}>
  Require all granted
</Directory>
${more}
<FilesMatch "\\.ph(?:ar|p|tml)$">
  SetHandler "proxy:${typeof where === 'number' ? `fcgi://127.0.0.1:${where}` : `unix:${where}|fcgi://localhost`}"
</FilesMatch>`

/** Apache in front of PHP-FPM, with one script that is asked for. */
async function php(lab: Lab, ports: Ports, code: string, where: number | string, more = ''): Promise<{ url: string }> {
  const root = script(lab, 'page.php', code)
  await apache(lab, { port: ports.site, sites: shop(ports, toPhp(root, where, more)) })
  return { url: url(ports, '/page.php') }
}

const balancer = (ports: Ports, more = '') => `<Proxy balancer://shop>
  BalancerMember http://127.0.0.1:${ports.app}
  BalancerMember http://127.0.0.1:${ports.other}
  ${more}
</Proxy>
ProxyPass / balancer://shop/`

async function balanced(lab: Lab, ports: Ports, more = ''): Promise<{ url: string }> {
  await apache(lab, { port: ports.site, sites: shop(ports, balancer(ports, more)) })
  return { url: url(ports) }
}

/** Members of the shop's, by their ports. */
const members = (lab: Lab, ...ports: number[]): Promise<ChildProcess[]> =>
  Promise.all(ports.map((port) => well(lab, `shop-${port}`, port)))

const tls = (port: number, more = '') => `SSLProxyEngine on\n${more}\nProxyPass / https://127.0.0.1:${port}/`

/** Apache in front of PHP-FPM, of several members, of TLS, of a name. */
export const APACHE_UPSTREAM_CASES: readonly Case[] = [
  {
    name: 'apache-fpm-healthy',
    says: 'Apache and PHP-FPM are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },

    async start(lab, ports) {
      const listen = lab.path('php/fpm.sock')
      await fpm(lab, { listen })
      return php(lab, ports, HELLO, listen)
    },
  },
  {
    name: 'apache-fpm-down',
    says: 'PHP-FPM is not running; Apache sends to its port',
    truth: { ...unreachable, cause: 'process-down', place: ['app'], cites: ['127.0.0.1:3000'] },
    start: (lab, ports) => php(lab, ports, HELLO, ports.app),
  },
  {
    name: 'apache-fpm-socket-missing',
    says: 'PHP-FPM is not running; its socket is gone with it',
    truth: { ...unreachable, cause: 'socket-missing', place: ['app'], cites: ['php/fpm.sock'] },
    start: (lab, ports) => php(lab, ports, HELLO, lab.path('php/fpm.sock')),
  },
  {
    name: 'apache-fpm-socket-permission',
    says: "listen.mode lets Apache's workers not use the socket",
    truth: { ...unreachable, cause: 'socket-permission', place: ['app'], cites: ['php/fpm.sock', '600'] },

    async start(lab, ports) {
      const listen = lab.path('php/fpm.sock')
      await fpm(lab, { listen, pool: 'listen.owner = root\nlisten.group = root\nlisten.mode = 0600' })
      return php(lab, ports, HELLO, listen)
    },
  },
  {
    name: 'apache-fpm-slow',
    says: 'the script takes longer than Apache waits: a 504 over FastCGI; PHP-FPM has free workers',
    truth: { ...failing, cause: 'slow-app', place: ['app'], shape: 'slow', cites: ['1000 ms', '504'] },

    async start(lab, ports) {
      await fpm(lab, { listen: ports.app })
      return php(lab, ports, '<?php sleep(6);', ports.app, 'ProxyTimeout 1')
    },
  },
  {
    name: 'apache-fpm-terminated',
    says: 'PHP-FPM ends a worker after request_terminate_timeout',
    truth: { ...failing, cause: 'worker-timeout', place: ['app'], shape: 'reset', cites: ['execution timed out'] },

    async start(lab, ports) {
      await fpm(lab, { listen: ports.app, pool: 'request_terminate_timeout = 2s' })
      return php(lab, ports, '<?php sleep(30);', ports.app)
    },
  },
  {
    name: 'apache-asks-http-in-fastcgi',
    says: 'Apache speaks FastCGI to an application that speaks HTTP',
    truth: {
      ...failing,
      cause: 'protocol-mismatch',
      place: ['proxy', 'app'],
      cites: ['fastcgi', 'plain HTTP'],
    },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      return php(lab, ports, HELLO, ports.app)
    },
  },
  {
    name: 'apache-balancer-healthy',
    says: 'both members of the balancer are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },

    async start(lab, ports) {
      await members(lab, ports.app, ports.other)
      return balanced(lab, ports)
    },
  },
  {
    name: 'apache-balancer-one-down',
    says: 'one member of two is down; visitors see nothing of it',
    truth: { outcome: 'healthy', state: 'degraded', cause: null, cites: ['127.0.0.1:3000'] },

    async start(lab, ports) {
      await members(lab, ports.other)
      return balanced(lab, ports, 'ProxySet lbmethod=byrequests')
    },
  },
  {
    name: 'apache-balancer-all-down',
    says: 'both members of the balancer are down',
    truth: { ...unreachable, cause: 'process-down', place: ['app'], cites: ['127.0.0.1:3000', '127.0.0.1:3001'] },
    start: (lab, ports) => balanced(lab, ports),
  },
  {
    name: 'apache-held-for-down',
    says: 'both members are back, and Apache does not ask them yet (retry=60)',
    truth: {
      ...unreachable,
      cause: 'no-healthy-upstream',
      place: ['proxy'],
      cites: ['All workers are in error state'],
    },

    async start(lab, ports) {
      const made = await balanced(lab, ports, 'ProxySet forcerecovery=Off')
      await visitors(url(ports), 4)
      await members(lab, ports.app, ports.other)
      return made
    },
  },
  {
    name: 'apache-tls-to-plain',
    says: 'Apache speaks TLS to an application that speaks plain HTTP: a 500',
    truth: { ...failing, cause: 'protocol-mismatch', place: ['proxy', 'app'], cites: ['500', 'plain HTTP'] },
    start: behindApache(apps.WELL, (ports) => tls(ports.app)),
  },
  {
    name: 'apache-plain-to-tls',
    says: 'Apache speaks plain HTTP to an application that speaks TLS, which answers 400 itself',
    truth: { ...failing, bornAt: 'app', cause: 'protocol-mismatch', place: ['proxy', 'app'], cites: ['TLS'] },

    async start(lab, ports) {
      await tlsUpstream(lab, ports, await certified(lab, { names: 'DNS:app.internal' }))
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports)) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-certificate-ended',
    says: "Apache verifies the upstream's certificate, which ended: a 500",
    truth: {
      ...failing,
      cause: 'cert-invalid',
      place: ['app', 'proxy'],
      shape: 'reset',
      cites: ['certificate has expired', '500'],
    },

    async start(lab, ports) {
      const made = await certified(lab, { names: 'IP:127.0.0.1', from: '250101000000Z', to: '250301000000Z' })
      await tlsUpstream(lab, ports, made)
      const lines = tls(ports.app, `SSLProxyVerify require\nSSLProxyCACertificateFile ${made.ca}`)
      await apache(lab, { port: ports.site, sites: shop(ports, lines) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-certificate-name',
    says: 'the certificate is for another name, which Apache checks without being told to: a 500 without a word why',
    truth: {
      ...failing,
      cause: 'cert-invalid',
      place: ['app', 'proxy'],
      shape: 'reset',
      cites: ['app.internal', '127.0.0.1'],
    },

    async start(lab, ports) {
      await tlsUpstream(lab, ports, await certified(lab, { names: 'DNS:app.internal' }))
      await apache(lab, { port: ports.site, sites: shop(ports, tls(ports.app)) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-no-proxy-engine',
    says: 'the target is https and SSLProxyEngine is not on: a 500',
    truth: { ...failing, cause: 'proxy-config', place: ['proxy'], shape: 'none', cites: ['SSLProxyEngine'] },

    async start(lab, ports) {
      await tlsUpstream(lab, ports, await certified(lab, { names: 'IP:127.0.0.1' }))
      await apache(lab, { port: ports.site, sites: shop(ports, pass(ports, '', 'https')) })
      return { url: url(ports) }
    },
  },
  {
    name: 'apache-no-such-name',
    says: 'the name of the upstream does not resolve: a 500',
    truth: { ...unreachable, cause: 'dns-failure', place: ['proxy', 'app'], cites: ['app.internal.test', '500'] },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      lab.overlay('/etc/nsswitch.conf', 'hosts: files\n')
      await apache(lab, { port: ports.site, sites: shop(ports, `ProxyPass / http://app.internal.test:${ports.app}/`) })
      return { url: url(ports) }
    },
  },
]
