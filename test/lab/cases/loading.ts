import { readFileSync, statSync, writeFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { front, later, site, url, well } from '../kit.ts'
import type { Lab, Nginx } from '../lab.ts'
import { until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const byProxy = { ...failing, place: ['proxy'], bornAt: 'proxy' }

/** nginx with a location that does this; some seconds later the file says something else, and nobody reloads. */
async function edited(lab: Lab, ports: Ports, from: string, to: string): Promise<Nginx> {
  const nginx = await lab.nginx({ port: ports.site, http: site(ports, from) })
  await later()
  const text = readFileSync(nginx.conf, 'utf8')
  writeFileSync(nginx.conf, text.replace(from, to))
  return nginx
}

const pass = (port: number, settings = '') => `proxy_pass http://127.0.0.1:${port}; ${settings}`

/** Files that say something else than what runs, and files that cannot work. */
export const LOADING_CASES: readonly Case[] = [
  {
    name: 'config-not-loaded',
    says: 'the port was corrected in the configuration, and nginx never reloaded',
    // Both its proofs compare facts (a fork), and only what a probe found makes a verdict likely.
    truth: {
      ...byProxy,
      cause: 'config-not-loaded',
      cites: ['nginx.conf'],
    },

    async start(lab, ports) {
      await lab.app('shop', apps.WELL, ports.other, { PORT: String(ports.other) })
      await front(lab, ports)
      const file = lab.path('nginx/nginx.conf')
      const loaded = statSync(file).mtimeMs
      // Nearer than two seconds, a change and a reload cannot be told apart.
      while (Date.now() < loaded + 4000) await new Promise((resolve) => setTimeout(resolve, 100))
      writeFileSync(file, readFileSync(file, 'utf8').replace(`:${ports.app};`, `:${ports.other};`))
      return { url: url(ports) }
    },
  },
  {
    name: 'reload-refused',
    says: 'the port was corrected with a mistyped word beside it: nginx refused the reload',
    truth: {
      ...byProxy,
      cause: 'config-not-loaded',
      cites: ['nginx.conf', 'proxy_read_timeoutt', '127.0.0.1:3000'],
    },

    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      const nginx = await edited(lab, ports, pass(ports.app), pass(ports.other, 'proxy_read_timeoutt 5s;'))
      nginx.child.kill('SIGHUP')
      await until(() => readFileSync(nginx.errorLog, 'utf8').includes('[emerg]'), 'nginx refuses the reload')
      return { url: url(ports) }
    },
  },
  {
    name: 'limit-not-loaded',
    says: 'the limit was raised in the file, and nginx never reloaded',
    truth: { ...byProxy, cause: 'config-not-loaded', shape: 'slow', cites: ['30000 ms', 'nginx.conf'] },

    async start(lab, ports) {
      await lab.app('shop', apps.SLOW, ports.app, { PORT: String(ports.app), SLOW_MS: '3000' })
      const short = 'proxy_read_timeout 1s;'
      await edited(lab, ports, pass(ports.app, short), pass(ports.app, 'proxy_read_timeout 30s;'))
      return { url: url(ports) }
    },
  },
  {
    name: 'maintenance-not-loaded',
    says: 'the maintenance page was taken out of the file, and nginx never reloaded',
    truth: { ...byProxy, cause: 'config-not-loaded', shape: 'none', cites: ['503', 'nginx.conf'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await edited(lab, ports, 'return 503;', pass(ports.app))
      return { url: url(ports) }
    },
  },
  {
    name: 'rewrite-loop',
    says: 'a rewrite leads to itself; the application is well',
    truth: {
      ...byProxy,
      cause: 'proxy-config',
      shape: 'none',
      cites: ['rewrite or internal redirection cycle'],
    },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      const http = site(ports, `rewrite ^/(.*)$ /shop/$1; ${pass(ports.app)}`)
      await lab.nginx({ port: ports.site, http })
      return { url: url(ports) }
    },
  },
  {
    name: 'bind-address',
    says: 'nginx shall connect from an address that this machine does not have; the application is well',
    truth: { ...byProxy, cause: 'proxy-config', shape: 'none', cites: ['192.0.2.1'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await lab.nginx({ port: ports.site, http: site(ports, pass(ports.app, 'proxy_bind 192.0.2.1;')) })
      return { url: url(ports) }
    },
  },
]
