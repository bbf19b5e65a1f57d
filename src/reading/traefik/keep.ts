import type { Json } from '../../words/json.ts'

/** What decides where a request goes; of everything else nothing is kept: labels and middlewares hold passwords. In lower case. */
const KEPT = new Set(
  `list name provider status error rule rulesyntax priority service services entrypoints middlewares tls http routers type
  loadbalancer servers url weight preservepath healthcheck path port scheme interval timeout hostname mode passhostheader
  serverstransport serverstransports weighted failover fallback mirroring serverstatus usedby address transport respondingtimeouts
  idletimeout api insecure dashboard basepath providers file filename directory forwardingtimeouts dialtimeout
  responseheadertimeout idleconntimeout servername insecureskipverify rootcas stripprefix prefixes addprefix prefix replacepath
  redirectscheme redirectregex circuitbreaker ratelimit inflightreq errors using features accesslog filepath format
  bufferingsize version`.split(/\s+/),
)
/** Their entries have names of the user's own. */
const FREE = new Set([
  'routers',
  'services',
  'serverstransports',
  'middlewares',
  'entrypoints',
  'serverstatus',
  'providers',
])
/** Of these only that they are there. */
const PRESENT = new Set(['tls', 'redirectregex', 'ratelimit', 'inflightreq', 'accesslog', 'circuitbreaker'])
const MAX_DEPTH = 40
const LONGEST = 4000

/** Traefik's configuration, or an answer of its API, with lower-case names and only what decides where a request goes. */
export function keepTraefik(value: Json, parent = '', depth = 0): Json {
  if (depth > MAX_DEPTH) return true
  if (typeof value === 'string') return value.slice(0, LONGEST)
  if (Array.isArray(value)) return value.map((each) => keepTraefik(each, '', depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const free = FREE.has(parent)
  return Object.fromEntries(
    Object.entries(value).flatMap(([given, each]): [string, Json][] => {
      // The names of servers in `serverStatus` are URLs, as they are.
      const name = parent === 'serverstatus' ? given : given.toLowerCase()
      if (name === '__proto__') return []
      if (free) return [[name, keepTraefik(each, '', depth + 1)]]
      if (PRESENT.has(name)) return each === null || each === false ? [] : [[name, true]]
      if (KEPT.has(name)) return [[name, keepTraefik(each, name, depth + 1)]]
      // The kind of a middleware that is not known here, and nothing of it.
      return each === true || (typeof each === 'object' && each !== null) ? [[name, true]] : []
    }),
  )
}
