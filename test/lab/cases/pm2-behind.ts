import { WELL } from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { later, statusOf, url, visitors } from '../kit.ts'
import { listening, until } from '../lab.ts'
import { pm2 } from '../pm2.ts'

/** Applications under a real PM2 behind HAProxy and Caddy. They want namespaces of their own. */
export const PM2_BEHIND_CASES: readonly Case[] = [
  {
    name: 'pm2-haproxy-stopped',
    says: 'somebody stopped the application behind HAProxy',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      place: ['app'],
      bornAt: 'proxy',
      shape: 'unreachable',
      cause: 'process-down',
      cites: ['shop', 'stopped', '127.0.0.1:3000'],
    },
    async start(lab, ports) {
      const made = pm2(lab)
      made.start('shop', WELL, { env: { PORT: String(ports.app) } })
      await listening(ports.app, '127.0.0.1')
      await haproxy(lab, ports, { back: `server app1 127.0.0.1:${ports.app}` })
      await statusOf(url(ports))
      made.run(['stop', 'shop'])
      return { url: url(ports) }
    },
  },
  {
    name: 'pm2-caddy-recovered',
    says: 'the application behind Caddy was down for four requests while somebody restarted it, and is back',
    truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: ['connection refused'] },
    async start(lab, ports) {
      const made = pm2(lab)
      made.start('shop', WELL, { env: { PORT: String(ports.app) } })
      await listening(ports.app, '127.0.0.1')
      await caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`)))
      made.run(['stop', 'shop'])
      const told = await visitors(url(ports), 4)
      if (told.some((status) => status !== 502)) throw new Error(`Caddy answered ${told}`)
      await later(3000)
      made.run(['start', 'shop'])
      await until(async () => (await statusOf(url(ports))) === 200, 'the application answers again')
      return { url: url(ports) }
    },
  },
]
