import type { GatewayTimes } from '../gateway/times.ts'
import type { Relay } from './model.ts'
import type { View } from './view.ts'

/** `read_timeout_ms` is empty where nothing limits the wait. */
type Times = Omit<GatewayTimes, 'read_timeout_ms'> & { read_timeout_ms: bigint[] }

/** How long Caddy keeps a visitor's idle connection by itself (Caddy's reference, servers, `idle_timeout`). */
const IDLE_MS = 300_000

/**
 * How long Caddy waits at each stage, and where that is set; '' where its defaults apply.
 * @param runs the view is of what runs: then all is known. Of a Caddyfile its `servers` option is not read
 * @param file what the files say of the same URL: their lines are named where they say the same
 */
export function timesOf(view: View, runs: boolean, file: View | undefined): Times {
  const { proxy, idleMs } = view.fate
  const written = file?.fate.proxy
  const at = (ms: 'dialMs' | 'headerMs' | 'readMs' | 'keepMs', place: 'dialAt' | 'headerAt' | 'readAt' | 'keepAt') =>
    (written !== undefined && written[ms] === proxy?.[ms] && written[place]) || proxy?.[place] || ''
  return {
    connect_timeout_ms: BigInt(proxy?.dialMs ?? 0),
    connect_timeout_at: at('dialMs', 'dialAt'),
    read_timeout_ms: view.waits,
    read_timeout_at: proxy?.headerMs ? at('headerMs', 'headerAt') : proxy?.readMs ? at('readMs', 'readAt') : '',
    idle_ms: BigInt(idleMs || (runs ? IDLE_MS : 0)),
    idle_at: idleMs > 0 ? 'the running configuration' : '',
    reuse_ms: BigInt(reuses(proxy) ? (proxy?.keepMs ?? 0) : 0),
    reuse_at: reuses(proxy) ? at('keepMs', 'keepAt') : '',
  }
}

/** FastCGI goes over a connection of its own for each request. */
function reuses(proxy: Relay | undefined): boolean {
  return proxy !== undefined && proxy.scheme !== 'fastcgi'
}
