import type { JsonObject } from '../../words/json.ts'
import { flag, object, objects, text, texts } from '../process/found.ts'

/**
 * The virtual host for a Host header, as Envoy looks for it: the exact name, then the longest `*.example.com`, the longest
 * `www.*`, and `*`. Source: envoyproxy/envoy:api/envoy/config/route/v3/route_components.proto, `VirtualHost.domains`.
 */
export function virtualHost(config: JsonObject, host: string): JsonObject | undefined {
  const asked = host.toLowerCase()
  let best: { rank: number; length: number; found: JsonObject } | undefined
  for (const each of objects(config, 'virtual_hosts')) {
    for (const domain of texts(each, 'domains')) {
      const rank = rankOf(domain.toLowerCase(), asked)
      if (rank === undefined) continue
      if (!best || rank < best.rank || (rank === best.rank && domain.length > best.length)) {
        best = { rank, length: domain.length, found: each }
      }
    }
  }
  return best?.found
}

function rankOf(domain: string, host: string): number | undefined {
  if (domain === host) return 0
  if (domain === '*') return 3
  // A star stands for at least one character.
  if (domain.startsWith('*')) return host.length >= domain.length && host.endsWith(domain.slice(1)) ? 1 : undefined
  if (domain.endsWith('*')) return host.length >= domain.length && host.startsWith(domain.slice(0, -1)) ? 2 : undefined
  return undefined
}

/** Conditions that a plain GET from outside cannot be judged by. */
const OTHERS = ['headers', 'query_parameters', 'runtime_fraction', 'dynamic_metadata', 'filter_state', 'tls_context']
const NO_GET = ['grpc', 'connect_matcher']

/** Does a route fit the path of a GET? Undefined where that cannot be told. */
export function routeFits(route: JsonObject, path: string): boolean | undefined {
  const match = object(route, 'match')
  const fits = pathFits(match, path)
  if (fits === false || NO_GET.some((name) => name in match)) return false
  return OTHERS.some((name) => name in match) ? undefined : fits
}

function pathFits(match: JsonObject, path: string): boolean | undefined {
  const sensitive = !('case_sensitive' in match) || flag(match, 'case_sensitive')
  const same = (text: string) => (sensitive ? text : text.toLowerCase())
  const asked = same(path)
  if (typeof match.prefix === 'string') return asked.startsWith(same(match.prefix))
  if (typeof match.path === 'string') return asked === same(match.path)
  if (typeof match.path_separated_prefix === 'string') {
    const prefix = same(match.path_separated_prefix)
    return asked === prefix || asked.startsWith(`${prefix}/`)
  }
  return undefined
}

/** What a route's path condition is, to be named: `prefix /api`. */
export function shownMatch(route: JsonObject): string {
  const match = object(route, 'match')
  const [kind] = ['prefix', 'path', 'path_separated_prefix'].filter((name) => typeof match[name] === 'string')
  if (kind !== undefined) return `${kind.replaceAll('_', ' ')} ${text(match, kind)}`
  return `regex ${text(object(match, 'safe_regex'), 'regex')}`.trim()
}
