import type { Value } from '../../words/value.ts'
import type { AskedRequest } from './config-request.ts'

/**
 * The request that the URL's facts describe. Unknown facts: `http`, no host, the scheme's port, `/`. Where something stands
 * in front (a CDN, a balancer, another gateway), `gateway.…` says where the gateway itself takes the site's requests, and with
 * which Host and path.
 */
export function askedRequest(facts: ReadonlyMap<string, Value>): AskedRequest {
  const text = (name: string): string => {
    const value = facts.get(name)
    return typeof value === 'string' ? value : ''
  }
  const scheme = text('gateway.scheme') || text('url.scheme') || 'http'
  const port = Number(facts.get('gateway.port') ?? facts.get('url.port') ?? 0)
  const path = (text('gateway.path') || text('url.path')).split(/[?#]/)[0] ?? ''
  return {
    scheme,
    host: nameOf(text('gateway.host')) || nameOf(text('url.host')),
    port: Number.isInteger(port) && port > 0 ? port : scheme === 'https' ? 443 : 80,
    rawPath: path.startsWith('/') ? path : `/${path}`,
  }
}

/** The name of a Host header: lower case, without port and brackets. */
function nameOf(host: string): string {
  const bare = host.toLowerCase()
  if (bare.startsWith('[')) return bare.slice(1, bare.includes(']') ? bare.indexOf(']') : undefined)
  return bare.split(':').length === 2 ? bare.slice(0, bare.indexOf(':')) : bare
}
