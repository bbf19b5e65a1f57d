import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ask, forwardedFor, type Given, nextHop, type Outcome, passedBack, passedOn, serve, setting } from './relay.ts'

// Plays Cloudflare in front of an origin. What it plays, and where that is documented:
// - Marks on all answers: `server: cloudflare`, `cf-ray`, `cf-cache-status`. developers.cloudflare.com, "HTTP headers".
// - An origin's own 502 and 504 get Cloudflare's page and keep their number; a 503 keeps the origin's body.
//   "Error 502 bad gateway or error 504 gateway timeout", "Error 503".
// - 521 refused, 522 no SYN+ACK in 19 s, 523 no route, 524 no answer in 120 s, 520 empty, reset or not HTTP, 530 with 1016
//   where the origin's name does not resolve, 525 no handshake, 526 a certificate that does not hold. "Cloudflare 5xx errors", each with its page.
// - `cf-error-type` and `cf-error-origin` stand on pages of its own only. "Cloudflare error headers".

const TITLES: Record<number, string> = {
  502: 'Bad gateway',
  504: 'Gateway time-out',
  520: 'Web server is returning an unknown error',
  521: 'Web server is down',
  522: 'Connection timed out',
  523: 'Origin is unreachable',
  524: 'A timeout occurred',
  525: 'SSL handshake failed',
  526: 'Invalid SSL certificate',
}

const OWN: Record<Exclude<Outcome['kind'], 'answer'>, number> = {
  refused: 521,
  dropped: 522,
  'no-route': 523,
  'no-name': 530,
  slow: 524,
  'no-handshake': 525,
  'bad-certificate': 526,
  reset: 520,
  garbage: 520,
}

const next = nextHop(19_000, 120_000)
/** Encryption mode "Strict (SSL-Only Origin Pull)": the origin is always asked by TLS, and its certificate must hold. */
const strict = setting('STRICT', '') !== ''
const marks = (ray: string) => ({ server: 'cloudflare', 'cf-ray': `${ray}-FRA` })

serve(async (asked) => {
  const ray = randomBytes(8).toString('hex')
  const outcome = await ask(
    strict ? { ...next, tls: asked.headers.host ?? '' } : next,
    asked.url ?? '/',
    headersOn(asked, ray),
  )
  if (outcome.kind !== 'answer') return ownPage(OWN[outcome.kind], asked, ray, true)
  if (outcome.status === 502 || outcome.status === 504) return ownPage(outcome.status, asked, ray, false)
  const { status, reason, body } = outcome
  return {
    status,
    reason,
    body,
    headers: { ...passedBack(outcome.headers), 'cf-cache-status': 'DYNAMIC', ...marks(ray) },
  }
})

function headersOn(asked: IncomingMessage, ray: string): Record<string, string> {
  return {
    ...passedOn(asked.headers),
    'accept-encoding': 'gzip, br',
    'x-forwarded-for': forwardedFor(asked),
    'x-forwarded-proto': 'http',
    'cf-connecting-ip': forwardedFor(asked).split(', ')[0] ?? '',
    'cf-ray': `${ray}-FRA`,
    'cdn-loop': 'cloudflare; loops=1',
  }
}

/** `typed`: it could not get an answer of the origin, so the page is about Cloudflare's own trouble. */
function ownPage(status: number, asked: IncomingMessage, ray: string, typed: boolean): Given {
  const host = asked.headers.host ?? ''
  const type = status === 530 ? 1016 : status
  const about = status === 530 ? 'Error 1016' : `Error code ${status}`
  const title = status === 530 ? 'Origin DNS error' : (TITLES[status] ?? '')
  const body = `<!DOCTYPE html>
<html lang="en-US">
<head><title>${host} | ${type}: ${title}</title></head>
<body>
<div id="cf-wrapper"><div id="cf-error-details">
<header><h1><span>${title}</span> <span>${about}</span></h1></header>
<footer><p><span>Ray ID: <strong>${ray}</strong></span> <span>Performance &amp; security by Cloudflare</span></p></footer>
</div></div>
</body>
</html>
`
  const typeOf: Record<string, string> = typed ? { 'cf-error-type': String(type), 'cf-error-origin': 'fl' } : {}
  const headers = {
    'content-type': 'text/html; charset=UTF-8',
    'cache-control': 'private, no-store',
    ...typeOf,
    ...marks(ray),
  }
  return { status, reason: status > 504 ? '<none>' : title.replace('gateway', 'Gateway'), headers, body }
}
