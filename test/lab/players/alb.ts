import { randomBytes } from 'node:crypto'
import { KeptConnection } from './kept.ts'
import { ask, forwardedFor, type Given, nextHop, type Outcome, passedBack, passedOn, serve, setting } from './relay.ts'

// Plays an AWS Application Load Balancer in front of one target. What it plays, and where that is documented (Elastic Load
// Balancing, Application Load Balancers, "Troubleshoot your Application Load Balancers" and "Sticky sessions"):
// - Answers of its own have `Server: awselb/2.0` and a page like nginx's without the line that names a server.
// - 502: the target refused, reset or closed the connection, or what it sent is no HTTP. 503: no target is registered.
//   504: no connection within 10 s, or no answer before the idle timeout of 60 s.
// - A target's own answer is passed on as it is, its Server included; with stickiness a cookie AWSALB is added.

const REASONS = { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' } as const

const OWN: Record<Exclude<Outcome['kind'], 'answer'>, keyof typeof REASONS> = {
  refused: 502,
  reset: 502,
  garbage: 502,
  'no-route': 502,
  'no-name': 502,
  dropped: 504,
  slow: 504,
  'no-handshake': 502,
  'bad-certificate': 502,
}

/** A target group's protocol is HTTP or HTTPS; certificates of targets are not verified. */
const secure = setting('TARGET_PROTOCOL', 'HTTP') === 'HTTPS'
const next = { ...nextHop(10_000, 60_000), ...(secure ? { tls: 'target', lax: true } : {}) }
const targets = Number(setting('TARGETS', '1'))
/** After so many requests its targets are taken out. */
const until = Number(setting('TARGETS_UNTIL', '0'))
let served = 0
const sticky = setting('STICKY', '') !== ''
/** It keeps its connection to the target, as the real one does; most cases need none. */
const kept = setting('KEEPS', '') === '' ? undefined : new KeptConnection()

serve(async (asked) => {
  served += 1
  if (targets === 0 || (until > 0 && served > until)) return ownPage(503)
  const headers = {
    ...passedOn(asked.headers),
    'x-forwarded-for': forwardedFor(asked),
    'x-forwarded-proto': asked.headers['x-forwarded-proto']?.toString() ?? 'http',
    'x-forwarded-port': '80',
    'x-amzn-trace-id': `Root=1-${hex(4)}-${hex(12)}`,
  }
  const path = asked.url ?? '/'
  const outcome = await (kept ? kept.ask(next, path, headers) : ask(next, path, headers))
  if (outcome.kind !== 'answer') return ownPage(OWN[outcome.kind])
  const { status, reason, body } = outcome
  const cookies = sticky
    ? { 'set-cookie': [`AWSALB=${hex(16)}; Path=/`, `AWSALBCORS=${hex(16)}; Path=/; SameSite=None`] }
    : {}
  return { status, reason, body, headers: { ...passedBack(outcome.headers), ...cookies } }
})

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

function ownPage(status: keyof typeof REASONS): Given {
  const reason = REASONS[status]
  const body = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n</body>\r\n</html>\r\n`
  return {
    status,
    reason,
    headers: { server: 'awselb/2.0', date: new Date().toUTCString(), 'content-type': 'text/html' },
    body,
  }
}
