import type { JsonObject } from '../../../src/words/json.ts'
import type { Answers } from './stand-in.ts'

// Objects of the Heroku Platform API (devcenter.heroku.com/articles/platform-api-reference: app, domain, dyno, release), as the client prints
// them with --json; log lines by devcenter.heroku.com/articles/logging, http-routing and error-codes.

export const WEB = 'shop-1a2b3c4d5e6f.herokuapp.com'

/** #app */
export const app = (more: JsonObject = {}): JsonObject => ({
  id: '01234567-89ab-cdef-0123-456789abcdef',
  name: 'shop',
  maintenance: false,
  region: { id: '01234567-89ab-cdef-0123-456789abcdef', name: 'eu' },
  owner: { id: '01234567-89ab-cdef-0123-456789abcdef', email: 'ops@example.com' },
  web_url: `https://${WEB}/`,
  ...more,
})

/** #domain */
export const domain = (hostname: string): JsonObject => ({
  hostname,
  cname: hostname.endsWith('.herokuapp.com') ? null : 'young-rain-1.herokudns.com',
  kind: hostname.endsWith('.herokuapp.com') ? 'heroku' : 'custom',
  status: 'succeeded',
})

/** #dyno */
export const dyno = (name: string, state: string, more: JsonObject = {}): JsonObject => ({
  id: '01234567-89ab-cdef-0123-456789abcdef',
  name,
  type: name.split('.')[0] ?? 'web',
  state,
  size: 'standard-1X',
  command: 'npm start',
  release: { id: '01234567-89ab-cdef-0123-456789abcdef', version: 42 },
  created_at: '2026-11-21T01:00:00Z',
  updated_at: '2026-11-21T02:00:00Z',
  ...more,
})

/** #release */
export const release = (version: number, at: string, more: JsonObject = {}): JsonObject => ({
  id: '01234567-89ab-cdef-0123-456789abcdef',
  version,
  status: 'succeeded',
  current: true,
  description: 'Deploy 0a1b2c3d',
  user: { id: '01234567-89ab-cdef-0123-456789abcdef', email: 'ops@example.com' },
  created_at: at,
  ...more,
})

/** A line of the router (http-routing, "Heroku router log format"). */
export function routed(
  code: string,
  desc: string,
  { at = '2026-11-21T02:03:12.345678+00:00', path = '/checkout', host = WEB } = {},
) {
  return `${at} heroku[router]: at=error code=${code} desc="${desc}" method=GET path="${path}" host=${host} request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 fwd="204.204.204.204" dyno=web.1 connect=0ms service=30001ms status=503 bytes=0 protocol=https tls_version=tls1.3`
}

/** A line of a dyno's own output, and of the dyno manager. */
export const printedBy = (dynoName: string, message: string, at = '2026-11-21T02:02:40.100000+00:00') =>
  `${at} app[${dynoName}]: ${message}`
export const managed = (dynoName: string, message: string, at = '2026-11-21T02:02:41.000000+00:00') =>
  `${at} heroku[${dynoName}]: ${message}`

/** A start that fails, as the dyno manager and the application tell it. */
export const CRASH = [
  managed('web.1', 'Starting process with command `npm start`', '2026-11-21T02:02:38.000000+00:00'),
  printedBy('web.1', "Error: Cannot find module 'express'"),
  managed('web.1', 'Process exited with status 1', '2026-11-21T02:02:41.500000+00:00'),
  managed('web.1', 'State changed from starting to crashed', '2026-11-21T02:02:41.600000+00:00'),
]

export interface Known {
  app: JsonObject
  apps: JsonObject[]
  domains: JsonObject[]
  dynos: JsonObject[]
  releases: JsonObject[]
  log: string[]
  /** Colour of `Apps` in `heroku status`. */
  status: string
}

/** What the client prints about an application that is well but for these parts. */
export function heroku(known: Partial<Known> = {}): Answers {
  const json = (value: unknown) => ({ out: `${JSON.stringify(value, null, 2)}\n` })
  const status = { status: [{ system: 'Apps', status: known.status ?? 'green' }], incidents: [], scheduled: [] }
  return {
    'auth:whoami': { out: 'ops@example.com\n' },
    'apps --all --json': json(known.apps ?? [app()]),
    'domains -a shop --json': json(known.domains ?? [domain(WEB)]),
    'apps:info -a shop --json': json({
      addons: [],
      app: known.app ?? app(),
      collaborators: [],
      dynos: [],
      pipeline_coupling: null,
    }),
    'ps -a shop --json': json(known.dynos ?? [dyno('web.1', 'up'), dyno('worker.1', 'up')]),
    'releases -a shop --json': json(
      known.releases ?? [release(42, '2026-11-19T08:00:00Z'), release(41, '2026-11-12T08:00:00Z')],
    ),
    'logs -a shop -n 1000': { out: (known.log ?? [printedBy('web.1', 'GET /health 200')]).join('\n') },
    'status --json': json(status),
  }
}
