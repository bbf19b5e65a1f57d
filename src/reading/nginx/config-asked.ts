import type { Value } from '../../words/value.ts'
import type { AskedRequest } from './config-request.ts'

/**
 * The request that the URL's facts describe. Unknown facts: `http`, no host, the scheme's port, `/`. Where something stands
 * in front (a CDN, a balancer), `gateway.port` and `gateway.scheme` say where the gateway itself takes the site's requests.
 */
export function askedRequest(facts: ReadonlyMap<string, Value>): AskedRequest {
  const text = (name: string): string => {
    const value = facts.get(name)
    return typeof value === 'string' ? value : ''
  }
  const scheme = text('gateway.scheme') || text('url.scheme') || 'http'
  const port = Number(facts.get('gateway.port') ?? facts.get('url.port') ?? 0)
  const path = text('url.path').split(/[?#]/)[0] ?? ''
  return {
    scheme,
    host: text('url.host')
      .toLowerCase()
      .replace(/^\[|\]$/g, ''),
    port: Number.isInteger(port) && port > 0 ? port : scheme === 'https' ? 443 : 80,
    rawPath: path.startsWith('/') ? path : `/${path}`,
  }
}
