import { dirname } from 'node:path'
import type { Case, Ports } from '../case.ts'
import { front, url, visitors } from '../kit.ts'
import { collect, type Lab, listening } from '../lab.ts'

const failing = { outcome: 'diagnosed', state: 'failing' } as const
/** The application answers the error itself, for a call of its own. */
const ofACall = { ...failing, cause: 'third-party', place: ['app'], bornAt: 'app' } as const
const waiting = { ...failing, cause: 'slow-dependency', place: ['app'], bornAt: 'proxy', shape: 'slow' } as const

/** Where the shop's payments are: a service of somebody else. */
const PAYMENTS = 3700

/** Asks `payments` for every request; gives it PATIENCE ms, and answers STATUS itself when that fails. POOLED: over one connection that it keeps. */
const CALLS = `
const http = require('node:http')
const agent = process.env.POOLED ? new http.Agent({ keepAlive: true }) : undefined
const patience = Number(process.env.PATIENCE ?? 0)
function pay(path) {
  return new Promise((resolve, reject) => {
    const call = http.get({ host: '127.0.0.1', port: ${PAYMENTS}, path, agent }, (answer) => {
      answer.resume()
      answer.once('end', resolve)
    })
    call.once('error', reject)
    if (patience > 0) setTimeout(() => call.destroy(new Error('timeout of ' + patience + 'ms exceeded')), patience)
  })
}
http.createServer(async (request, response) => {
  try {
    await pay(request.url)
    response.end('paid\\n')
  } catch (error) {
    console.error(new Date().toISOString(), 'charge failed:', String(error))
    response.writeHead(Number(process.env.STATUS ?? 502), { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: 'payment provider' }))
  }
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Opens its circuit after the first call that failed, and asks nobody for a minute. */
const BREAKS = `
const http = require('node:http')
let openUntil = 0
const call = () => new Promise((resolve, reject) => {
  if (Date.now() < openUntil) return reject(new Error('Breaker is open'))
  http.get({ host: '127.0.0.1', port: ${PAYMENTS} }, (answer) => answer.resume().once('end', resolve)).once('error', (error) => {
    openUntil = Date.now() + 60_000
    reject(error)
  })
})
http.createServer(async (request, response) => {
  try {
    await call()
    response.end('paid\\n')
  } catch (error) {
    console.error(new Date().toISOString(), String(error))
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '60' })
    response.end(JSON.stringify({ error: 'payments are switched off for now' }))
  }
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Is paid at once over a connection that it keeps, and then takes four seconds for itself. */
const SLOW_ITSELF = `
const http = require('node:http')
const agent = new http.Agent({ keepAlive: true })
http.createServer((request, response) => {
  http.get({ host: '127.0.0.1', port: ${PAYMENTS}, agent }, (answer) => {
    answer.resume().once('end', () => setTimeout(() => response.end('paid\\n'), 4000))
  }).once('error', () => response.writeHead(502).end())
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Answers a mistake of its own; what failed an hour ago was a call. */
const OWN_MISTAKE = `
const http = require('node:http')
console.error(new Date(Date.now() - 3_600_000).toISOString(), 'charge failed:', 'Error: connect ECONNREFUSED 127.0.0.1:${PAYMENTS}')
http.createServer((request, response) => {
  try {
    response.end(request.basket.items.length)
  } catch (error) {
    console.error(new Date().toISOString(), String(error))
    response.writeHead(503, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: 'the basket cannot be shown' }))
  }
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Answers a mistake of its own, and beside that asks for news three times a second, in vain. */
const ASKS_FOR_NEWS = `
const http = require('node:http')
setInterval(() => {
  http.get({ host: '127.0.0.1', port: ${PAYMENTS} }).once('error', (error) => console.error(new Date().toISOString(), 'news:', String(error)))
}, 300)
http.createServer((request, response) => {
  response.writeHead(500, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: 'the basket cannot be shown' }))
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** A service with one habit. */
const PAYMENTS_WITH = (habit: string) => `
const net = require('node:net')
net.createServer((socket) => {
  socket.on('error', () => {})
  ${habit}
}).listen(${PAYMENTS}, '127.0.0.1')
`
const WELL = PAYMENTS_WITH(
  `socket.on('data', () => socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'))`,
)
const MUTE = PAYMENTS_WITH(`socket.on('data', () => {})`)
const HANGS_UP = PAYMENTS_WITH(`socket.once('data', () => socket.end())`)
const NOT_HTTP = PAYMENTS_WITH(`socket.once('data', () => socket.end('-ERR unknown command\\r\\n'))`)
const OK = "socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')"
/** Answers two requests at once, and all after them three seconds later. */
const TIRES = `let asked = 0\n${PAYMENTS_WITH(`socket.on('data', () => (asked++ < 2 ? ${OK} : setTimeout(() => ${OK}, 3000)))`)}`

/** The shop, which writes into a file, and nginx in front of it. */
async function shop(lab: Lab, ports: Ports, code: string, env: Record<string, string> = {}, settings = '') {
  const file = lab.write('srv/shop/server.js', code)
  const options = {
    cwd: dirname(file),
    stderr: lab.path('srv/shop/shop.log'),
    env: { PORT: String(ports.app), ...env },
  }
  const child = lab.start([process.execPath, file], options)
  await listening(ports.app, '127.0.0.1')
  await front(lab, ports, settings)
  return child
}

async function payments(lab: Lab, code: string): Promise<void> {
  await lab.app('payments', code, PAYMENTS)
}

/** From now on packets to the service vanish. */
async function drop(lab: Lab): Promise<void> {
  const rule = ['-p', 'tcp', '--dport', String(PAYMENTS), '-j', 'DROP']
  const { exit, err } = await collect(['iptables', '-A', 'OUTPUT', ...rule])
  if (exit !== 0) throw new Error(`iptables: ${err}`)
  if (!lab.alone) throw new Error('a firewall is changed only in a network of its own')
}

const PEER = `127.0.0.1:${PAYMENTS}`
const GIVES_UP = { PATIENCE: '2000' }

/** What the application calls is at fault: it answers an error for it, or is slow because of it. */
export const OUTBOUND_CASES: readonly Case[] = [
  {
    name: 'outbound-healthy',
    says: 'the application asks another service for every request, and both are well',
    truth: { outcome: 'healthy', state: 'well', cause: null },
    async start(lab, ports) {
      await payments(lab, WELL)
      await shop(lab, ports, CALLS, GIVES_UP)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-refused',
    says: 'the service that the application calls refuses; it answers 502 itself',
    truth: { ...ofACall, cites: [`ECONNREFUSED ${PEER}`] },
    async start(lab, ports) {
      await shop(lab, ports, CALLS)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-dropped',
    says: 'nobody takes its connection to the service; after two seconds it answers 504 itself',
    truth: { ...ofACall, cites: [PEER, 'nobody took the connection'] },
    async start(lab, ports) {
      await payments(lab, WELL)
      await shop(lab, ports, CALLS, { ...GIVES_UP, STATUS: '504' })
      await drop(lab)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-silent',
    says: 'the service takes the call and does not answer; after two seconds the application answers 504 itself',
    truth: { ...ofACall, cites: [PEER, 'timeout of 2000ms exceeded'] },
    async start(lab, ports) {
      await payments(lab, MUTE)
      await shop(lab, ports, CALLS, { ...GIVES_UP, STATUS: '504' })
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-hangs-up',
    says: 'the service closes without a word; the application answers 502 itself',
    truth: { ...ofACall, cites: ['socket hang up'] },
    async start(lab, ports) {
      await payments(lab, HANGS_UP)
      await shop(lab, ports, CALLS)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-not-http',
    says: 'what the service answers is not HTTP; the application answers 502 itself',
    truth: { ...ofACall, cites: ['Parse Error'] },
    async start(lab, ports) {
      await payments(lab, NOT_HTTP)
      await shop(lab, ports, CALLS)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-breaker',
    says: 'its circuit breaker is open: it answers 503 at once and asks nobody',
    truth: { ...ofACall, cites: ['Breaker is open'] },
    async start(lab, ports) {
      await shop(lab, ports, BREAKS)
      await visitors(url(ports), 2)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-own-mistake',
    says: 'it answers a mistake of its own; the call that failed in its log did so an hour ago',
    truth: {
      ...failing,
      cause: 'app-error',
      place: ['app'],
      bornAt: 'app',
      shape: 'none',
      cites: ['the upstream itself answers 503'],
    },
    async start(lab, ports) {
      await shop(lab, ports, OWN_MISTAKE)
      return { url: url(ports) }
    },
  },
  {
    name: 'outbound-beside',
    says: 'it answers 500 for a mistake of its own; a call that fails all the time has nothing to do with it',
    truth: { ...failing, cause: 'app-error', place: ['app'], bornAt: 'app', shape: 'none', cites: ['is not known'] },
    async start(lab, ports) {
      await shop(lab, ports, ASKS_FOR_NEWS)
      return { url: url(ports) }
    },
  },
  {
    name: 'slow-dependency',
    says: 'it waits four seconds for a service, nginx waits one for it',
    truth: { ...waiting, cites: [PEER] },
    async start(lab, ports) {
      const slow = `socket.on('data', () => setTimeout(() => socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'), 4000))`
      await payments(lab, PAYMENTS_WITH(slow))
      await shop(lab, ports, CALLS, {}, 'proxy_read_timeout 1s;')
      return { url: url(ports) }
    },
  },
  {
    name: 'slow-dependency-pooled',
    says: 'the same over connections that stood before, as to a database',
    truth: { ...waiting, cites: [PEER] },
    async start(lab, ports) {
      await payments(lab, TIRES)
      await shop(lab, ports, CALLS, { POOLED: '1' }, 'proxy_read_timeout 1s;')
      await visitors(url(ports), 2)
      return { url: url(ports) }
    },
  },
  {
    name: 'slow-dependency-dropped',
    says: 'nobody takes its connection to the service, and it has no limit of its own: it never answers',
    truth: { ...waiting, cites: [PEER] },
    async start(lab, ports) {
      await payments(lab, WELL)
      await shop(lab, ports, CALLS, {}, 'proxy_read_timeout 1s;')
      await drop(lab)
      return { url: url(ports), args: ['--timeout', '6s'] }
    },
  },
  {
    name: 'slow-itself',
    says: 'it takes four seconds for itself, beside an open connection to a service that answered at once',
    truth: { ...failing, cause: 'slow-app', place: ['app'], bornAt: 'proxy', shape: 'slow', cites: ['1000 ms'] },
    async start(lab, ports) {
      await payments(lab, WELL)
      await shop(lab, ports, SLOW_ITSELF, {}, 'proxy_read_timeout 1s;')
      return { url: url(ports) }
    },
  },
]
