import { createSocket } from 'node:dgram'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Case, Ports } from '../case.ts'
import { later, nameServer, site, statusOf, url, well } from '../kit.ts'
import type { Lab } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const atName = { ...failing, place: ['proxy'], bornAt: 'proxy' } as const

const DNS_PORT = 5353
const NAME = 'shop.internal'

/** nginx looks the name up for every request. */
async function atRunTime(lab: Lab, ports: Ports, settings: string): Promise<string> {
  const location = `set $backend ${NAME}; proxy_pass http://$backend:${ports.app};`
  const { conf } = await lab.nginx({ port: ports.site, http: `${settings} ${site(ports, location)}` })
  return conf
}

/** nginx with the system's own configuration file, which names a host that nobody knows. */
async function refusesToStart(lab: Lab, ports: Ports, words: string[]): Promise<{ url: string }> {
  lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
  lab.overlay('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
  await nameServer(lab, 53, { 'blog.internal': '127.0.0.1' })
  await well(lab, 'shop', ports.app)
  const http = site(ports, `proxy_pass http://${NAME}:${ports.app};`)
  const logs = 'error_log /var/log/nginx/error.log;\nevents {}\nhttp {\n  access_log /var/log/nginx/access.log;'
  lab.overlay('/etc/nginx/nginx.conf', `${logs}\n  ${http}\n}\n`)
  lab.folderOf('/var/log/nginx/error.log')
  const child = lab.start(['/usr/sbin/nginx', ...words, '-g', 'daemon off;'])
  const exit = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (exit !== 1) throw new Error(`nginx did not refuse to start (exit ${exit})`)
  return { url: url(ports) }
}

/** Names that do not resolve, and names that moved. They change files of the system, so they want a mount namespace of their own. */
export const NAME_CASES: readonly Case[] = [
  {
    name: 'no-such-name',
    says: "the upstream's name stands in the hosts file, which nginx's resolver does not read",
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'dns-failure',
      shape: 'unreachable',
      cites: ['shop.internal', '127.0.0.1:5353', 'NXDOMAIN', 'hosts file'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', `127.0.0.1 localhost ${NAME}\n`)
      await well(lab, 'shop', ports.app)
      await nameServer(lab, DNS_PORT, { 'blog.internal': '127.0.0.1' })
      await atRunTime(lab, ports, `resolver 127.0.0.1:${DNS_PORT} valid=5s;`)
      return { url: url(ports) }
    },
  },
  {
    name: 'resolver-silent',
    says: "nginx's resolver takes questions and never answers",
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'dns-failure',
      shape: 'unreachable',
      cites: ['shop.internal', '127.0.0.1:5353 does not answer'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      await well(lab, 'shop', ports.app)
      const mute = createSocket('udp4')
      await new Promise<void>((resolve) => mute.bind(DNS_PORT, '127.0.0.1', resolve))
      lab.closing(() => mute.close())
      await atRunTime(lab, ports, `resolver 127.0.0.1:${DNS_PORT}; resolver_timeout 2s;`)
      return { url: url(ports) }
    },
  },
  {
    name: 'resolver-down',
    says: "nothing listens where nginx's resolver should be",
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'dns-failure',
      shape: 'unreachable',
      cites: ['shop.internal', '127.0.0.1:5353'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      await well(lab, 'shop', ports.app)
      await atRunTime(lab, ports, `resolver 127.0.0.1:${DNS_PORT}; resolver_timeout 2s;`)
      return { url: url(ports) }
    },
  },
  {
    name: 'no-resolver',
    says: 'the name stands in a variable, and no resolver is configured',
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'proxy-config',
      shape: 'none',
      cites: ['shop.internal', 'nginx.conf:'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', `127.0.0.1 localhost ${NAME}\n`)
      await well(lab, 'shop', ports.app)
      await atRunTime(lab, ports, '')
      return { url: url(ports) }
    },
  },
  {
    name: 'resolver-not-loaded',
    says: 'the missing resolver was added to the file, and nginx never reloaded',
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'config-not-loaded',
      cites: ['127.0.0.1:5353', 'nginx.conf'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      await well(lab, 'shop', ports.app)
      await nameServer(lab, DNS_PORT, { [NAME]: '127.0.0.1' })
      const conf = await atRunTime(lab, ports, 'server_tokens on;')
      await later()
      const text = readFileSync(conf, 'utf8')
      writeFileSync(conf, text.replace('server_tokens on;', `resolver 127.0.0.1:${DNS_PORT};`))
      return { url: url(ports) }
    },
  },
  {
    name: 'host-not-found',
    says: "the upstream's name does not resolve, nginx refuses to start, and logs why",
    truth: {
      ...failing,
      cause: 'proxy-down',
      place: ['proxy'],
      shape: 'unreachable',
      cites: ['host not found in upstream', 'shop.internal', 'nginx.conf:'],
    },

    // As the packages of nginx.org are built; Debian's write to standard error alone.
    start: (lab, ports) => refusesToStart(lab, ports, ['-e', '/var/log/nginx/error.log']),
  },
  {
    name: 'host-not-found-unlogged',
    says: "the upstream's name does not resolve, nginx refuses to start, and its last words are lost",
    truth: {
      ...failing,
      cause: 'proxy-down',
      place: ['proxy'],
      shape: 'unreachable',
      cites: ['shop.internal', '8080'],
    },

    start: (lab, ports) => refusesToStart(lab, ports, []),
  },
  {
    name: 'stale-address',
    says: 'the application moved to another address, its name with it, and nginx never looked again',
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'stale-address',
      shape: 'unreachable',
      cites: ['127.0.0.2', '127.0.0.3', 'shop.internal'],
    },

    async start(lab, ports) {
      const hosts = lab.overlay('/etc/hosts', `127.0.0.1 localhost\n127.0.0.2 ${NAME}\n`)
      const old = await well(lab, 'shop', ports.app, '127.0.0.2')
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://${NAME}:${ports.app};`) })
      if ((await statusOf(url(ports))) !== 200) throw new Error('it never worked')
      await lab.stop(old)
      writeFileSync(hosts, `127.0.0.1 localhost\n127.0.0.3 ${NAME}\n`)
      await well(lab, 'shop', ports.app, '127.0.0.3')
      return { url: url(ports) }
    },
  },
  {
    name: 'stale-address-dns',
    says: 'the record of the name was changed, and nginx keeps the address that it got at its start',
    truth: {
      ...atName,
      place: ['proxy'],
      cause: 'stale-address',
      shape: 'unreachable',
      cites: ['127.0.0.2', '127.0.0.3', 'shop.internal'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', '127.0.0.1 localhost\n')
      lab.overlay('/etc/resolv.conf', 'nameserver 127.0.0.1\n')
      const names = await nameServer(lab, 53, { [NAME]: '127.0.0.2' })
      const upstream = `upstream shop { server ${NAME}:${ports.app}; }`
      await lab.nginx({ port: ports.site, http: `${upstream} ${site(ports, 'proxy_pass http://shop;')}` })
      await lab.stop(names)
      await nameServer(lab, 53, { [NAME]: '127.0.0.3' })
      await well(lab, 'shop', ports.app, '127.0.0.3')
      return { url: url(ports) }
    },
  },
  {
    name: 'down-behind-a-name',
    says: 'the name is right, a file was touched since the last load, and the application is down',
    truth: {
      ...failing,
      cause: 'process-down',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cites: ['127.0.0.2:3000'],
    },

    async start(lab, ports) {
      lab.overlay('/etc/hosts', `127.0.0.1 localhost\n127.0.0.2 ${NAME}\n`)
      const http = site(ports, `proxy_pass http://${NAME}:${ports.app};`)
      const { conf } = await lab.nginx({ port: ports.site, http })
      await later()
      writeFileSync(conf, readFileSync(conf, 'utf8'))
      return { url: url(ports) }
    },
  },
]
