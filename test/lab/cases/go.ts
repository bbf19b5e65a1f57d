import { copyFileSync } from 'node:fs'
import type { Case, Ports } from '../case.ts'
import { type Engine, engine } from '../engine.ts'
import { buildGoProgram } from '../go/program.ts'
import { front, site, statusOf, url, visitors } from '../kit.ts'
import { collect, type Lab, listening, until } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
const inApp = { ...failing, place: ['app'], bornAt: 'proxy' } as const

const IMAGE = 'registry.example.com/shop/api:2.3.0'
/** What no image made from nothing has: a shell, a library, a log file. */
const CONTAINER = 'shop-api-1'

/** The program in a folder of the shop's; its words go into a file beside it. */
async function shop(lab: Lab, ports: Ports, habit = '') {
  const program = lab.path('srv/shop/shop')
  copyFileSync(buildGoProgram(), program)
  lab.programs.add('go')
  const env = { HOST: '127.0.0.1', PORT: String(ports.app), HABIT: habit }
  const child = lab.start([program], { env, stderr: lab.path('srv/shop/shop.log') })
  await listening(ports.app, '127.0.0.1')
  return child
}

/** A container of an image that holds this one file, published where nginx sends to. */
async function fromScratch(lab: Lab, ports: Ports, env: Readonly<Record<string, string>>): Promise<Engine> {
  const made = await engine(lab)
  copyFileSync(buildGoProgram(), lab.path('image/shop'))
  const archive = lab.path('shop.tar')
  await collect(['tar', '-C', lab.path('image/.'), '-cf', archive, 'shop'])
  lab.programs.add('go')
  made.docker('import', '--change', 'CMD ["/shop"]', archive, IMAGE)
  const words = Object.entries({ PORT: '3000', ...env }).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  made.docker('run', '-d', '--name', CONTAINER, '-p', `127.0.0.1:${ports.app}:3000`, ...words, IMAGE)
  return made
}

const saysThatItListens = (made: Engine) =>
  until(() => made.attempt('logs', CONTAINER).stderr.includes('listens'), 'the program listens')

/** One static file of Go as the application: bare, and in a container that holds nothing else. */
export const GO_CASES: readonly Case[] = [
  {
    name: 'go-healthy',
    says: 'the application is one static file and is well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await shop(lab, ports)
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'go-down',
    says: 'the application ended; nginx has served it before',
    truth: { ...inApp, cause: 'process-down', shape: 'unreachable', cites: ['127.0.0.1:3000'] },
    async start(lab, ports) {
      const child = await shop(lab, ports)
      await front(lab, ports)
      await visitors(url(ports), 3)
      await lab.stop(child)
      return { url: url(ports) }
    },
  },
  {
    name: 'go-panics',
    says: 'its handler panics: the connection is closed without a word, and the program lives on',
    truth: { ...inApp, cause: 'truncated-response', shape: 'reset', cites: ['panic serving'] },
    async start(lab, ports) {
      const { pid } = await shop(lab, ports, 'panics')
      await front(lab, ports)
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'go-late-write',
    says: 'it closes what it would answer after its own WriteTimeout of half a second; its handler takes three',
    truth: {
      ...inApp,
      cause: 'truncated-response',
      also: ['timeout-order', 'slow-app'],
      shape: 'reset',
      cites: ['127.0.0.1:3000', 'it did not die'],
    },
    async start(lab, ports) {
      const { pid } = await shop(lab, ports, 'late-write')
      await front(lab, ports)
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'go-slow',
    says: 'it answers after three seconds, nginx waits for one',
    truth: { ...inApp, cause: 'slow-app', shape: 'slow', cites: ['1000 ms'] },
    async start(lab, ports) {
      await shop(lab, ports, 'late')
      await front(lab, ports, 'proxy_read_timeout 1s;')
      return { url: url(ports) }
    },
  },
  {
    name: 'go-other-port',
    says: 'the application listens next door to where nginx sends',
    truth: { ...failing, cause: 'wrong-port', place: ['proxy', 'app'], bornAt: 'proxy', cites: ['3000', '3001'] },
    async start(lab, ports) {
      const { pid } = await shop(lab, ports)
      await lab.nginx({ port: ports.site, http: site(ports, `proxy_pass http://127.0.0.1:${ports.other};`) })
      return { url: url(ports), cites: [`pid ${pid}`] }
    },
  },
  {
    name: 'go-scratch-healthy',
    says: 'its container holds the one file and nothing else, and is well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      const made = await fromScratch(lab, ports, {})
      await saysThatItListens(made)
      await front(lab, ports)
      await until(async () => (await statusOf(url(ports))) === 200, 'the site answers')
      return { url: url(ports) }
    },
  },
  {
    name: 'go-scratch-variable',
    says: 'a container of the one file ends at once: a variable is not set',
    truth: {
      ...inApp,
      cause: 'crash-on-start',
      shape: 'unreachable',
      cites: [CONTAINER, 'DATABASE_URL is not set'],
    },
    async start(lab, ports) {
      const made = await fromScratch(lab, ports, { HABIT: 'wants-a-variable' })
      await until(() => made.inspect(CONTAINER, '{{.State.Status}}') === 'exited', 'the container ended')
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'go-scratch-loopback',
    says: 'in its container of one file it listens on 127.0.0.1',
    truth: {
      ...failing,
      place: ['proxy', 'app'],
      bornAt: 'proxy',
      cause: 'wrong-interface',
      cites: [CONTAINER, '127.0.0.1 port 3000'],
    },
    async start(lab, ports) {
      const made = await fromScratch(lab, ports, { HOST: '127.0.0.1' })
      await saysThatItListens(made)
      await front(lab, ports)
      return { url: url(ports) }
    },
  },
  {
    name: 'go-scratch-ends',
    says: 'it ends on the first request, and nobody starts the container again',
    truth: {
      ...inApp,
      cause: 'process-down',
      also: ['crashed-mid-response'],
      cites: [CONTAINER, 'cannot reach the ledger'],
    },
    async start(lab, ports) {
      const made = await fromScratch(lab, ports, { HABIT: 'ends' })
      await saysThatItListens(made)
      await front(lab, ports)
      await statusOf(url(ports))
      await until(() => made.inspect(CONTAINER, '{{.State.Status}}') === 'exited', 'the container ended')
      return { url: url(ports) }
    },
  },
]
