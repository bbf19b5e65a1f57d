import type { GatewayTimes } from '../gateway/times.ts'
import type { Target } from './config-target.ts'
import { isOn, type Levels, last, milliseconds, placeOf } from './config-values.ts'

/** Sources: core's and mod_proxy's manual (Timeout, KeepAliveTimeout, ProxyPass). */
const TIMEOUT_MS = 60_000
const KEEP_ALIVE_MS = 5000
/** Without `ttl=` a connection is used again for as long as the other side keeps it; a day stands for that. */
const FOR_EVER_MS = 86_400_000

/** How long Apache waits, and where that is set; '' where its defaults apply. */
export function timesOf(levels: Levels, target: Target | undefined): GatewayTimes {
  const server = [setTime(levels, 'proxytimeout'), setTime(levels, 'timeout')].find(({ ms }) => ms > 0)
  const usual = server ?? { ms: TIMEOUT_MS, at: '' }
  const read = target && target.timeoutMs > 0 ? { ms: target.timeoutMs, at: target.at } : usual
  const connect = target && target.connectTimeoutMs > 0 ? { ms: target.connectTimeoutMs, at: target.at } : usual
  const keeps = isOn(levels, 'keepalive', true)
  const idle = setTime(levels, 'keepalivetimeout')
  const closes = last(levels, 'keepalive')
  return {
    connect_timeout_ms: BigInt(connect.ms),
    connect_timeout_at: connect.at,
    read_timeout_ms: BigInt(read.ms),
    read_timeout_at: read.at,
    idle_ms: BigInt(keeps ? idle.ms || KEEP_ALIVE_MS : 0),
    idle_at: keeps ? idle.at : closes ? placeOf(closes) : '',
    ...reuseOf(levels, target),
  }
}

/** How long Apache sends further requests over an idle connection to the upstream. */
function reuseOf(levels: Levels, target: Target | undefined): Pick<GatewayTimes, 'reuse_ms' | 'reuse_at'> {
  const spoken = target !== undefined && /^(https?|ajp)$/.test(target.scheme)
  const denied = levels
    .flat()
    .some(({ name, args }) => name === 'setenv' && /^(proxy-nokeepalive|force-proxy-request-1\.0)$/.test(args[0] ?? ''))
  if (!spoken || denied || target.closes) return { reuse_ms: 0n, reuse_at: '' }
  return { reuse_ms: BigInt(target.ttlMs || FOR_EVER_MS), reuse_at: target.ttlMs > 0 ? target.at : '' }
}

function setTime(levels: Levels, name: string): { ms: number; at: string } {
  const directive = last(levels, name)
  const ms = milliseconds(directive?.args[0] ?? '')
  return { ms, at: directive && ms > 0 ? placeOf(directive) : '' }
}
