import { readFileSync, writeFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../cases.ts'
import type { Lab, Nginx } from '../lab.ts'
import { until } from '../lab.ts'
import { later, site, url, well } from './kit.ts'

/** nginx with a location that does this; some seconds later the file says something else, and nobody reloads. */
async function edited(lab: Lab, ports: Ports, from: string, to: string): Promise<Nginx> {
  const nginx = await lab.nginx({ port: ports.site, http: site(ports.site, from) })
  await later()
  const text = readFileSync(nginx.conf, 'utf8')
  writeFileSync(nginx.conf, text.replace(from, to))
  return nginx
}

const pass = (port: number, settings = '') => `proxy_pass http://127.0.0.1:${port}; ${settings}`

/** Files that say something else than what runs, and files that cannot work. */
export const LOADING_CASES: readonly Case[] = [
  {
    name: 'reload-refused',
    says: 'the port was corrected with a mistyped word beside it: nginx refused the reload',
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
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await edited(lab, ports, 'return 503;', pass(ports.app))
      return { url: url(ports) }
    },
  },
  {
    name: 'rewrite-loop',
    says: 'a rewrite leads to itself; the application is well',
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      const http = site(ports.site, `rewrite ^/(.*)$ /shop/$1; ${pass(ports.app)}`)
      await lab.nginx({ port: ports.site, http })
      return { url: url(ports) }
    },
  },
  {
    name: 'bind-address',
    says: 'nginx shall connect from an address that this machine does not have; the application is well',
    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      await lab.nginx({ port: ports.site, http: site(ports.site, pass(ports.app, 'proxy_bind 192.0.2.1;')) })
      return { url: url(ports) }
    },
  },
]
