import type { PassTarget, Upstream } from './config-pass.ts'
import { inherited, type Levels, nginxTime, placeOf } from './config-values.ts'

export interface Reuse {
  /** ms that an idle connection to the upstream is kept for another request; 0: none is, or it cannot be known. */
  reuse_ms: bigint
  /** `file:line` of what says so. */
  reuse_at: string
}

/** ngx_http_upstream_keepalive_module: keepalive_timeout of an upstream, unless it is set. */
const REUSE_MS = 60_000n
const NONE: Reuse = { reuse_ms: 0n, reuse_at: '' }

/**
 * Does nginx send further requests over an idle connection to its upstream, and how long after the last one? It takes a pool that
 * keeps some, and a request that does not say `Connection: close`, which nginx says by itself before 1.29.7
 * (ngx_http_proxy_module, proxy_set_header).
 * @param keeps the pool keeps idle connections
 * @param modern nginx 1.29.7 or later
 */
export function reuseOf(
  levels: Levels,
  target: PassTarget | undefined,
  upstream: Upstream | undefined,
  keeps: boolean,
  modern: boolean,
): Reuse {
  if (target?.handler !== 'proxy' || upstream === undefined || !keeps) return NONE
  const said = inherited(levels, 'proxy_set_header').findLast(({ args }) => args[0]?.toLowerCase() === 'connection')
  const connection = said === undefined ? (modern ? '' : 'close') : (said.args[1] ?? '')
  const version = inherited(levels, 'proxy_http_version').at(-1)?.args[0] ?? (modern ? '1.1' : '1.0')
  const stays = version === '1.0' ? /^keep-alive$/i : /^(keep-alive)?$/i
  if (!stays.test(connection)) return NONE
  const written = upstream.directive.block?.findLast(({ name }) => name === 'keepalive_timeout')
  const pool = upstream.directive.block?.findLast(({ name }) => name === 'keepalive')
  return {
    reuse_ms: nginxTime(written?.args[0] ?? '') ?? REUSE_MS,
    reuse_at: written ? placeOf(written) : pool ? placeOf(pool) : placeOf(upstream.directive),
  }
}
