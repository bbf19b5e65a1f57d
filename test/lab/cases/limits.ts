import { type ChildProcess, execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import * as apps from '../apps.ts'
import type { Case, Ports } from '../case.ts'
import { behind, site, url } from '../kit.ts'
import { type Lab, until } from '../lab.ts'

// nginx's own limits, reached by real requests and held by real connections while somebody looks.

const failing = { outcome: 'diagnosed', state: 'failing', bornAt: 'proxy' } as const
const refused = { ...failing, cause: 'rate-limited', place: ['proxy'], shape: 'none' } as const
const files = { ...failing, cause: 'fd-exhausted', place: ['proxy'] } as const
const connections = { ...failing, cause: 'connections-exhausted', place: ['proxy'] } as const

const BY_ADDRESS = 'limit_req_zone $binary_remote_addr zone=visitors:1m rate=1r/m;'

/** So many requests by the same address before ours. */
async function asked(url: string, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await fetch(url, { headers: { connection: 'close' } }).then((answer) => answer.text())
}

function limited(settings: string): Case['start'] {
  return async (lab, ports) => {
    const made = await behind(apps.WELL, settings, { http: BY_ADDRESS })(lab, ports)
    await asked(made.url, 3)
    return made
  }
}

/** The whole of nginx's limits in a small place: many idle visitors, each in the middle of a request. */
async function crowd(lab: Lab, ports: Ports, limit: { main?: string; connections?: number }): Promise<Crowd> {
  await lab.app('shop', apps.WELL, ports.app, { PORT: String(ports.app) })
  const pass = `proxy_pass http://127.0.0.1:${ports.app};`
  const http = `client_header_timeout 10m; ${site(ports, pass)}`
  const { child } = await lab.nginx({ port: ports.site, http, level: 'error', ...limit })
  const crowd = new Crowd(ports, workerOf(child))
  lab.closing(() => crowd.leave(Number.POSITIVE_INFINITY))
  return crowd
}

function workerOf(master: ChildProcess): number {
  return Number(execFileSync('pgrep', ['-P', String(master.pid)], { encoding: 'utf8' }).trim())
}

class Crowd {
  readonly #held: Socket[] = []
  readonly #ports: Ports
  readonly #worker: number

  constructor(ports: Ports, worker: number) {
    this.#ports = ports
    this.#worker = worker
  }

  /** Files that the worker has open. */
  #open(): number {
    return readdirSync(`/proc/${this.#worker}/fd`).length
  }

  /** One more visitor; false when nginx does not take it in, or sends it away. */
  async #comes(): Promise<boolean> {
    const before = this.#open()
    const socket = connect(this.#ports.site, '127.0.0.1')
    let closed = false
    socket.on('error', () => {})
    socket.on('close', () => {
      closed = true
    })
    socket.on('connect', () => socket.write('GET /later HTTP/1.1\r\nHost: shop.example.com\r\n'))
    const late = Date.now() + 400
    while (!closed && this.#open() <= before && Date.now() < late) await pause(10)
    // What was taken in may be sent away at once.
    await pause(30)
    const stays = !closed && this.#open() > before
    if (stays) this.#held.push(socket)
    else socket.destroy()
    return stays
  }

  /** Visitors come until no more are taken in. */
  async fills(): Promise<void> {
    while (this.#held.length < 1000 && (await this.#comes())) {}
    await pause(700)
  }

  leave(count: number): void {
    for (const socket of this.#held.splice(0, count)) socket.destroy()
  }

  /** All places are taken but one: enough to be let in, too little to be passed on. */
  async leavesOne(): Promise<void> {
    await this.fills()
    const full = this.#open()
    this.leave(1)
    await until(() => this.#open() < full, 'one has left')
    await pause(700)
  }
}

/** nginx holds a connection to the application. */
function passedOn({ app }: Ports): boolean {
  const argv = ['-Htn', 'state', 'established', `dst 127.0.0.1:${app}`]
  return execFileSync('ss', argv, { encoding: 'utf8' }).trim() !== ''
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export const LIMIT_CASES: readonly Case[] = [
  {
    name: 'limited-requests',
    says: 'nginx lets one request a minute through, and there were three',
    truth: { ...refused, cites: ['visitors', '1r/m', 'nginx.conf:'] },

    start: limited('limit_req zone=visitors;'),
  },
  {
    name: 'limited-429',
    says: 'the same limit answers 429: no gateway error',
    truth: { outcome: 'healthy', state: 'well', cause: null },

    start: limited('limit_req zone=visitors; limit_req_status 429;'),
  },
  {
    name: 'limited-connections',
    says: 'nginx lets one connection through, and somebody holds it',
    truth: { ...refused, cites: ['zone site', 'nginx.conf:'] },

    async start(lab, ports) {
      const settings = 'limit_conn site 1; proxy_read_timeout 10m;'
      const made = await behind(apps.MUTE, settings, { http: 'limit_conn_zone $server_name zone=site:1m;' })(lab, ports)
      lab.start(['curl', '-sS', '-m', '600', url(ports, '/stream')])
      // Asked earlier, our own request could take the one place, and curl be the one that is refused.
      await until(() => passedOn(ports), 'the place is taken')
      await until(
        async () =>
          (await fetch(made.url, { signal: AbortSignal.timeout(300) }).then(
            ({ status }) => status,
            () => 0,
          )) === 503,
        'the limit refuses',
      )
      return made
    },
  },
  {
    name: 'own-503-behind-limit',
    says: 'the application answers 503 itself; the limit in front of it is not reached',
    truth: {
      ...failing,
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      cites: ['the upstream itself answers 503'],
    },

    start: behind(apps.OWN_502.replaceAll('502', '503'), 'limit_req zone=visitors burst=100 nodelay;', {
      http: 'limit_req_zone $binary_remote_addr zone=visitors:1m rate=100r/s;',
    }),
  },
  {
    name: 'files-for-upstream',
    says: 'nginx has one file left: enough for the visitor, none for the upstream',
    truth: { ...files, shape: 'none', cites: ['40', 'nginx.conf:'] },

    async start(lab, ports) {
      await (await crowd(lab, ports, { main: 'worker_rlimit_nofile 40;' })).leavesOne()
      return { url: url(ports) }
    },
  },
  {
    name: 'files-for-visitors',
    says: 'nginx has no file left and takes in nobody',
    truth: { ...files, cites: ['40', 'nginx.conf:'] },

    async start(lab, ports) {
      await (await crowd(lab, ports, { main: 'worker_rlimit_nofile 40;' })).fills()
      return { url: url(ports), args: ['--timeout', '5s'] }
    },
  },
  {
    name: 'connections-for-upstream',
    says: 'an nginx worker has one connection left: enough for the visitor, none for the upstream',
    truth: { ...connections, shape: 'none', cites: ['32', 'nginx.conf:'] },

    async start(lab, ports) {
      await (await crowd(lab, ports, { connections: 32 })).leavesOne()
      return { url: url(ports) }
    },
  },
  {
    name: 'connections-for-visitors',
    says: 'an nginx worker has no connection left and closes on whoever comes',
    truth: { ...connections, cites: ['32', 'nginx.conf:'] },

    async start(lab, ports) {
      await (await crowd(lab, ports, { connections: 32 })).fills()
      return { url: url(ports) }
    },
  },
]
