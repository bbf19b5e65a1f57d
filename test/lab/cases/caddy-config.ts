import { readFileSync, writeFileSync } from 'node:fs'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case } from '../case.ts'
import { later, url, well } from '../kit.ts'

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const notLoaded = { ...failing, cause: 'config-not-loaded', place: ['proxy'] } as const

/** What Caddy's own configuration does, and what of it was never loaded. */
export const CADDY_CONFIG_CASES: readonly Case[] = [
  {
    name: 'caddy-deliberate',
    says: 'somebody closed the site with respond 503',
    truth: { ...failing, cause: 'deliberate', place: ['proxy'], shape: 'none', cites: ['Caddyfile:', '503'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      const closed = '\trespond /admin* 404\n\trespond "closed until noon" 503'
      await caddy(lab, ports, sites(ports, `${closed}\n${reverseProxy(`127.0.0.1:${ports.app}`)}`))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-not-loaded',
    says: 'the application moved, the file says so, and Caddy was never told to load it',
    truth: { ...notLoaded, shape: 'unreachable', cites: ['127.0.0.1:3000', '127.0.0.1:3001', 'Caddyfile'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      const { file } = await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)))
      await later()
      writeFileSync(file, readFileSync(file, 'utf8').replace(`127.0.0.1:${ports.app}`, `127.0.0.1:${ports.other}`))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-maintenance-not-loaded',
    says: 'the maintenance is over in the file, and Caddy still answers 503',
    truth: { ...notLoaded, shape: 'none', cites: ['answers 503', '127.0.0.1:3000'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.app)
      const pass = reverseProxy(`127.0.0.1:${ports.app}`)
      const { file } = await caddy(lab, ports, sites(ports, `\trespond "closed until noon" 503\n${pass}`))
      await later()
      writeFileSync(file, readFileSync(file, 'utf8').replace('\trespond "closed until noon" 503\n', ''))
      return { url: url(ports) }
    },
  },
  {
    name: 'caddy-not-loaded-without-admin',
    says: 'the same, with the admin endpoint switched off: only the log tells what runs',
    truth: { ...notLoaded, shape: 'unreachable', cites: ['127.0.0.1:3000', '127.0.0.1:3001'] },

    async start(lab, ports) {
      await well(lab, 'shop', ports.other)
      const pass = reverseProxy(`127.0.0.1:${ports.app}`)
      const { file } = await caddy(lab, ports, sites(ports, pass), { global: '\tadmin off' })
      await later()
      writeFileSync(file, readFileSync(file, 'utf8').replace(`127.0.0.1:${ports.app}`, `127.0.0.1:${ports.other}`))
      return { url: url(ports) }
    },
  },
]
