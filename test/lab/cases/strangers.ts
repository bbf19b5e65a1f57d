import * as apps from '../apps.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { haproxy } from '../haproxy.ts'
import { front, later, statusOf, url } from '../kit.ts'
import { type Lab, listening } from '../lab.ts'

// The application is down, and something else on this machine answers well.

const down = {
  outcome: 'diagnosed',
  state: 'failing',
  cause: 'process-down',
  place: ['app'],
  bornAt: 'proxy',
  shape: 'unreachable',
  cites: ['127.0.0.1:3000'],
} as const

/** Somebody else's program, in a folder, under a user's home or in /opt, which has nothing of the site in it. */
const stranger = (lab: Lab, port: number, folder = 'opt/grafana', name = 'main.js') => {
  const file = lab.write(`${folder}/${name}`, apps.WELL)
  lab.start([process.execPath, file], { cwd: lab.path(`${folder}/x`).replace(/\/x$/, ''), env: { PORT: String(port) } })
  return listening(port, '127.0.0.1')
}

const GATEWAYS = {
  nginx: (lab: Lab, ports: Ports) => front(lab, ports),
  haproxy: (lab: Lab, ports: Ports) => haproxy(lab, ports, { back: `server app1 127.0.0.1:${ports.app}` }),
  caddy: (lab: Lab, ports: Ports) => caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`))),
} as const

export const STRANGER_CASES: readonly Case[] = [
  ...(['nginx', 'haproxy', 'caddy'] as const).flatMap((name): Case[] => [
    {
      name: `stranger-young-${name}`,
      says: `the application behind ${name} never started, and a stranger's began a moment ago and answers well`,
      truth: down,
      async start(lab, ports) {
        await GATEWAYS[name](lab, ports)
        await stranger(lab, 4000)
        return { url: url(ports) }
      },
    },
    {
      name: `stranger-after-${name}`,
      says: `the application behind ${name} went down, visitors met it, and then a stranger's was started`,
      truth: down,
      async start(lab, ports) {
        const app = await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
        await GATEWAYS[name](lab, ports)
        await statusOf(url(ports))
        await lab.stop(app)
        for (let n = 0; n < 3; n++) await statusOf(url(ports))
        await later(1500)
        await stranger(lab, 4000)
        return { url: url(ports) }
      },
    },
  ]),
  {
    name: 'stranger-other-of-the-company',
    says: "the application is down; another application of the same company's domain answers well (api.example.com)",
    truth: down,
    async start(lab, ports) {
      await front(lab, ports)
      await stranger(lab, 4000, 'srv/api.example.com')
      return { url: url(ports) }
    },
  },
  {
    name: 'stranger-that-it-calls',
    says: "the application is down; another one, which names the application's port as a service that it calls, answers well",
    truth: down,
    async start(lab, ports) {
      await front(lab, ports)
      const file = lab.write('srv/mailer/main.js', apps.WELL)
      lab.start([process.execPath, file], {
        cwd: '/',
        env: { PORT: '4000', SHOP_URL: `http://127.0.0.1:${ports.app}` },
      })
      await listening(4000, '127.0.0.1')
      return { url: url(ports) }
    },
  },
  {
    name: 'stranger-admin-of-the-site',
    says: "the application is down; the shop's own admin tool, in a folder beside it, answers every path well",
    // It is tied by its folder, and nothing tells it from the application that moved.
    truth: { ...down, outcome: 'suspected', cause: 'wrong-port', confidence: 'likely', place: ['app', 'proxy'] },
    async start(lab, ports) {
      const app = await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
      await stranger(lab, 4000, 'srv/shop-admin')
      await front(lab, ports)
      await statusOf(url(ports))
      await lab.stop(app)
      return { url: url(ports) }
    },
  },
]
