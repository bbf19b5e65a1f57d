import type { Capture, LookRequest } from '../../src/words/look.ts'
import { type Answer, answered, capture, clock, type Exchange, exchange, REFUSED } from './http.ts'
import { blind, destination, NGINX_PID } from './looks.ts'
import { rules } from './packets.ts'
import { accessLine, errorLog } from './text.ts'
import { config, type World } from './world.ts'

// A walk whose URL leads to something in front: nginx is here, on a port of its own.

/** The URL's name leads to somebody else's machine. */
export const FAR = destination({ addresses: ['203.0.113.9'], listening: false, bound: '' }, null)
/** Where nginx here can be asked itself. */
export const GATEWAY = 'http://127.0.0.1:8080/checkout'
export const BALANCER = '10.0.0.9'

/** nginx here, on port 8080; `more` is what the look measured. */
export const here = (meta = {}): Capture => {
  const made = config()
  const out = made.out.replace('listen 80;', 'listen 8080;')
  return { ...made, out, meta: { ...made.meta, ...meta } }
}

const OURS = 'triage502/0.1.0'

/** A line of our own request that came through. */
export const came = (status: number, at = clock(0)): string => accessLine({ status, at, agent: OURS })

/** What nginx's access log holds when it is read first, and what once nginx was asked directly. */
export function logs(first: string[], second: string[] = [...first, came(200, clock(1))]): Answer {
  return (request) => {
    const lines = request.at === 'here' ? second : first
    return capture('log', lines.map((line) => `${line}\n`).join(''), {
      startedAt: clock(request.at === 'here' ? 1.6 : 0.5).toISOString(),
      meta: {
        path: '/var/log/nginx/access.log',
        held: 'yes',
        moved: false,
        reached: true,
        records: 9,
        full: false,
        gaps: [],
        left: [],
      },
    })
  }
}

/** nginx asked directly; the application's own answers stay as they are. */
export const direct =
  (gateway: Exchange, application: Exchange = answered(200)): Answer =>
  (request: LookRequest) => {
    const asked = request.kind === 'http' && request.url === GATEWAY ? { ...gateway, at: clock(1) } : application
    const answer = exchange(asked)
    return typeof answer === 'function' ? answer(request) : answer
  }

/** An answer with these headers and this body. */
export const page = (
  status: number,
  headers: Record<string, string>,
  body: string,
  more: Partial<Exchange> = {},
): Exchange => {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const out = `HTTP/1.1 ${status} x\r\n${head.join('')}\r\n${body}`
  return { ...answered(status), out, status, ...more }
}

/** Cloudflare's own page. */
export const cloudflare = (status: number, more: Partial<Exchange> = {}, says = `Error code ${status}`): Exchange =>
  page(
    status,
    { Server: 'cloudflare', 'CF-RAY': '8f2a1b3c4d5e6f70-FRA' },
    `<div id="cf-error-details">${says} <span>Ray ID: 8f2a1b3c4d5e6f70</span></div>`,
    more,
  )

/** AWS's balancer's own page. */
export const balancer = (status: number, more: Partial<Exchange> = {}): Exchange =>
  page(status, { Server: 'awselb/2.0' }, `<center><h1>${status} Reason</h1></center>\r\n</body>`, more)

/** Behind something in front, all is well; the URL is answered with this. */
export const behind = (answer: Exchange, more: Partial<World> = {}): Partial<World> => ({
  destination: FAR,
  configOnDisk: here({ pid: NGINX_PID, running: 1 }),
  config: here(),
  request: exchange(answer),
  accessLog: logs([accessLine({ at: clock(-60) })]),
  errorLog: errorLog([]),
  direct: direct(answered(200)),
  firewall: rules(),
  ...more,
})

/** `iptables -S -v` with a rule that has met so many packets from there. */
export const stopping = (source: string, packets: number, more = ''): Capture =>
  rules(`-A INPUT -s ${source} ${more}-p tcp -m tcp --dport 8080 -c ${packets} ${packets * 60} -j DROP`)

/** No nginx runs here, and its files are there; nobody listens where it did. */
export const stopped = (answer: Exchange, more: Partial<World> = {}): Partial<World> =>
  behind(answer, {
    configOnDisk: here({ running: 0 }),
    config: blind('no-such-file'),
    direct: direct(REFUSED),
    ...more,
  })
