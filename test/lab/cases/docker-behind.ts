import { apache, pass, shop as vhost } from '../apache.ts'
import { caddy, reverseProxy, sites } from '../caddy.ts'
import type { Case, Ports } from '../case.ts'
import { type Engine, engine } from '../engine.ts'
import { haproxy } from '../haproxy.ts'
import { later, statusOf, url, visitors } from '../kit.ts'
import { type Lab, until } from '../lab.ts'
import { backend, varnish } from '../varnish.ts'

// The application in a container of the real engine, behind the gateways that are not nginx.

const failing = { outcome: 'diagnosed', state: 'failing', place: ['app'], bornAt: 'proxy' } as const
const down = { ...failing, shape: 'unreachable' } as const
const NAME = 'shop-web-1'
const IMAGE = 'registry.example.com/shop/web:1.4.2'

const listens = (host = '0.0.0.0') => `
const server = require('node:http').createServer((request, response) => response.end('hello\\n'))
server.listen(3000, '${host}', () => console.log('shop listens on', server.address().port))
process.once('SIGTERM', () => process.exit(0))
`

/** A container of the shop, which publishes the port that the gateway sends to. */
async function shop(lab: Lab, ports: Ports, code: string): Promise<Engine> {
  const made = await engine(lab)
  made.image(IMAGE, { 'srv/shop/server.js': code }, ['WORKDIR /srv/shop', 'CMD ["node", "server.js"]'])
  made.docker('run', '-d', '-p', `127.0.0.1:${ports.app}:3000`, '--name', NAME, IMAGE)
  return made
}

const answers = (port: number) =>
  until(async () => (await statusOf(`http://127.0.0.1:${port}/`)) === 200, 'the container answers')

const front = {
  haproxy: (lab: Lab, ports: Ports) => haproxy(lab, ports, { back: `server app1 127.0.0.1:${ports.app}` }),
  caddy: (lab: Lab, ports: Ports) => caddy(lab, ports, sites(ports, reverseProxy(`127.0.0.1:${ports.app}`))),
  varnish: (lab: Lab, ports: Ports) => varnish(lab, ports, backend('default', ports.app)),
  // By default Apache asks nobody for a minute after a refusal.
  apache: (lab: Lab, ports: Ports) => apache(lab, { port: ports.site, sites: vhost(ports, pass(ports, 'retry=0')) }),
}

/** Somebody stops the container, visitors see it, and somebody starts it again. */
const restarted = (gateway: keyof typeof front, status: number): Case => ({
  name: `docker-${gateway}-recovered`,
  says: `the container behind ${gateway} was restarted by somebody, and is back`,
  truth: { outcome: 'diagnosed', state: 'recovered', cause: 'recovered', cites: [NAME] },
  async start(lab, ports) {
    const made = await shop(lab, ports, listens())
    await answers(ports.app)
    await front[gateway](lab, ports)
    made.docker('stop', NAME)
    const told = await visitors(url(ports), 4)
    if (told.some((each) => each !== status)) throw new Error(`not down: ${told}`)
    await later(3000)
    made.docker('start', NAME)
    await answers(ports.app)
    await until(async () => (await statusOf(url(ports))) === 200, 'the site is well again')
    return { url: url(ports) }
  },
})

export const DOCKER_BEHIND_CASES: readonly Case[] = [
  {
    name: 'docker-haproxy-healthy',
    says: 'the application in a container is well behind HAProxy',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await shop(lab, ports, listens())
      await answers(ports.app)
      await front.haproxy(lab, ports)
      return { url: url(ports) }
    },
  },
  restarted('haproxy', 503),
  restarted('caddy', 502),
  restarted('varnish', 503),
  {
    name: 'docker-apache-stopped',
    says: 'somebody stopped the container behind Apache',
    truth: { ...down, cause: 'process-down', cites: [NAME, 'signal 15'] },
    async start(lab, ports) {
      const made = await shop(lab, ports, listens())
      await answers(ports.app)
      await front.apache(lab, ports)
      made.docker('stop', NAME)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-caddy-missing-module',
    says: 'a deploy left a module out: the container behind Caddy ends right after its start',
    truth: { ...down, cause: 'crash-on-start', cites: [NAME, "Cannot find module 'express'"] },
    async start(lab, ports) {
      const made = await shop(lab, ports, "require('express')\n")
      const state = () => made.docker('inspect', '-f', '{{.State.Status}}', NAME).trim()
      await until(() => state() === 'exited', 'the container ended')
      await front.caddy(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'docker-varnish-loopback',
    says: 'inside its container the application listens on 127.0.0.1; Varnish gets a connection, and no answer',
    truth: {
      outcome: 'diagnosed',
      state: 'failing',
      place: ['proxy', 'app'],
      cause: 'wrong-interface',
      cites: [NAME, '127.0.0.1 port 3000'],
    },
    async start(lab, ports) {
      const made = await shop(lab, ports, listens('127.0.0.1'))
      await until(() => made.docker('logs', NAME).includes('listens'), 'the application listens')
      await front.varnish(lab, ports)
      return { url: url(ports) }
    },
  },
]
