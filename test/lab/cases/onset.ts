import { readFileSync, writeFileSync } from 'node:fs'
import * as apps from '../apps.ts'
import type { BoxCase, Case } from '../case.ts'
import { certified, tlsUpstream } from '../certificates.ts'
import { later, site, statusOf, url, well } from '../kit.ts'
import { until } from '../lab.ts'
import { NODE } from '../systemd/shop.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const unreachable = { ...failing, shape: 'unreachable' } as const

const SHOP = `WorkingDirectory=/srv/shop\nExecStart=${NODE} /srv/shop/server.js`

/** Errors that began with a change: the finding must name what changed, and how long before. */
export const ONSET_CASES: readonly Case[] = [
  {
    name: 'onset-edited',
    says: 'somebody put another port into the configuration and reloaded nginx; the errors began with the next visitor',
    truth: {
      ...unreachable,
      cause: 'wrong-port',
      also: ['process-down'],
      place: ['proxy', 'app'],
      cites: ['nginx.conf was changed at', 'was reloaded', 'before the first error', '3000', '3001'],
    },
    async start(lab, ports) {
      const { pid } = await well(lab, 'shop', ports.app)
      const nginx = await lab.nginx({
        port: ports.site,
        http: site(ports, `proxy_pass http://127.0.0.1:${ports.app};`),
      })
      await statusOf(url(ports))
      // A start with its workers takes less than five seconds: what is younger is of a reload.
      await later(8000)
      const text = readFileSync(nginx.conf, 'utf8')
      writeFileSync(nginx.conf, text.replace(`127.0.0.1:${ports.app};`, `127.0.0.1:${ports.other};`))
      nginx.child.kill('SIGHUP')
      await until(async () => (await statusOf(url(ports))) === 502, 'the next visitor gets a 502')
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'onset-not-loaded',
    says: 'the application moved to another port; the configuration was corrected, and nginx never reloaded',
    truth: {
      ...failing,
      cause: 'config-not-loaded',
      place: ['proxy'],
      cites: ['nginx.conf was changed at', 'and not loaded since'],
    },
    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      const nginx = await lab.nginx({
        port: ports.site,
        http: site(ports, `proxy_pass http://127.0.0.1:${ports.app};`),
      })
      await later()
      const text = readFileSync(nginx.conf, 'utf8')
      writeFileSync(nginx.conf, text.replace(`127.0.0.1:${ports.app};`, `127.0.0.1:${ports.other};`))
      return { url: url(ports) }
    },
  },
  {
    name: 'onset-certificate',
    says: "the upstream's certificate was renewed by another authority, which nginx does not trust",
    truth: {
      ...failing,
      shape: 'reset',
      cause: 'cert-invalid',
      place: ['app', 'proxy'],
      cites: ['the certificate that the upstream shows began to be valid at', 'before the first error'],
    },
    async start(lab, ports) {
      const old = await certified(lab, { names: 'DNS:app.internal' })
      const trusted = lab.write('nginx/ca.pem', readFileSync(old.ca))
      await tlsUpstream(lab, ports, old)
      const verify = `proxy_ssl_verify on; proxy_ssl_trusted_certificate ${trusted}; proxy_ssl_name app.internal; proxy_ssl_server_name on;`
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass https://127.0.0.1:${ports.app}; ${verify}`) })
      if ((await statusOf(url(ports))) !== 200) throw new Error('the old certificate was refused already')
      await later(3000)
      // The same files, with a key, a certificate and an authority that are new.
      await certified(lab, { names: 'DNS:app.internal' })
      process.kill(Number(readFileSync(lab.path('app/nginx.pid'), 'utf8')), 'SIGHUP')
      await until(async () => (await statusOf(url(ports))) === 502, 'nginx refuses the new certificate')
      return { url: url(ports) }
    },
  },
  {
    name: 'onset-authority',
    says: 'the file of authorities that nginx trusts was replaced by one of another authority',
    truth: {
      ...failing,
      shape: 'reset',
      cause: 'cert-invalid',
      place: ['app', 'proxy'],
      cites: ['ca.pem was changed at', 'was reloaded', 'before the first error'],
    },
    async start(lab, ports) {
      const other = await certified(lab, { names: 'DNS:app.internal' })
      const wrong = readFileSync(other.ca)
      const made = await certified(lab, { names: 'DNS:app.internal' })
      const trusted = lab.write('nginx/ca.pem', readFileSync(made.ca))
      await tlsUpstream(lab, ports, made)
      const verify = `proxy_ssl_verify on; proxy_ssl_trusted_certificate ${trusted}; proxy_ssl_name app.internal; proxy_ssl_server_name on;`
      const nginx = await lab.nginx({
        port: ports.site,
        http: site(ports, `proxy_pass https://127.0.0.1:${ports.app}; ${verify}`),
      })
      if ((await statusOf(url(ports))) !== 200) throw new Error('the right authority was refused already')
      await later(8000)
      writeFileSync(trusted, wrong)
      nginx.child.kill('SIGHUP')
      await until(async () => (await statusOf(url(ports))) === 502, 'nginx refuses the certificate')
      return { url: url(ports) }
    },
  },
  {
    name: 'onset-dotenv',
    says: 'the application was started anew with another port in its .env file',
    truth: {
      ...unreachable,
      cause: 'wrong-port',
      place: ['proxy', 'app'],
      cites: ['.env was changed at', '3000', '3001'],
    },
    async start(lab, ports) {
      const code = `process.loadEnvFile('.env')\n${apps.WELL}`
      lab.write('srv/shop/.env', `PORT=${ports.app}\n`)
      const first = await lab.app('shop', code, ports.app)
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://127.0.0.1:${ports.app};`) })
      await lab.stop(first)
      lab.write('srv/shop/.env', `PORT=${ports.other}\n`)
      const { pid } = await lab.app('shop', code, ports.other)
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
]

/** The same under systemd, which says what changed of a unit. */
export const SYSTEMD_ONSET_CASES: readonly BoxCase[] = [
  {
    name: 'systemd-onset-unit',
    says: 'the unit file was given the right port again, and systemd never read it: it was restarted with the wrong one',
    truth: {
      ...unreachable,
      cause: 'wrong-port',
      place: ['proxy', 'app'],
      cites: ['/shop.service was changed at', 'systemd has not read it since', '3000', '3001'],
    },
    async inBox(shop) {
      await shop.service(`Environment=PORT=3001\n${SHOP}`)
      await shop.listens(3001)
      await shop.box.exec(['sed', '-i', 's/PORT=3001/PORT=3000/', '/etc/systemd/system/shop.service'])
      await shop.ok('systemctl', 'restart', 'shop')
      await shop.listens(3001)
    },
  },
  {
    name: 'systemd-onset-environment',
    says: 'the port was changed in the environment file, and the unit restarted',
    truth: {
      ...unreachable,
      cause: 'wrong-port',
      place: ['proxy', 'app'],
      cites: ['/srv/shop/shop.env was changed at', 'shop.service started', '3000', '3001'],
    },
    async inBox(shop) {
      await shop.box.write('/srv/shop/shop.env', 'PORT=3000\n')
      await shop.service(`EnvironmentFile=/srv/shop/shop.env\n${SHOP}`)
      await shop.listens(3000)
      await shop.box.write('/srv/shop/shop.env', 'PORT=3001\n')
      await shop.ok('systemctl', 'restart', 'shop')
      await shop.listens(3001)
    },
  },
]
