import { hasOption, lastLine, modeOf } from './config-proxy.ts'
import type { Server } from './config-server.ts'
import { type ConfigLine, duration } from './parse-config.ts'
import type { HaproxyConfig } from './types.ts'

type Times = Pick<
  HaproxyConfig,
  | 'connect_timeout_ms'
  | 'connect_timeout_at'
  | 'server_timeout_ms'
  | 'server_timeout_at'
  | 'queue_timeout_ms'
  | 'client_timeout_ms'
  | 'tunnel_timeout_ms'
  | 'idle_ms'
  | 'idle_at'
  | 'reuse_ms'
  | 'reuse_at'
>

/** `pool-purge-delay`: after so long HAProxy begins to close what lies idle (configuration manual, 5.2). */
const PURGE_MS = 5000

/**
 * How long HAProxy waits at each stage, and where that is set; 0 and '' where nothing is, which means for ever.
 * @param front lines of the frontend, @param back lines of the backend, each behind those of its defaults section
 */
export function timesOf(front: readonly ConfigLine[], back: readonly ConfigLine[], server: Server | undefined): Times {
  const [connect, answer, queue] = [timeout(back, 'connect'), timeout(back, 'server'), timeout(back, 'queue')]
  const client = timeout(front, 'client')
  // Each stands in for the one before it where that is not set (configuration manual, "timeout http-keep-alive").
  const idle = [timeout(front, 'http-keep-alive'), timeout(front, 'http-request'), client].find(({ ms }) => ms > 0)
  return {
    connect_timeout_ms: BigInt(connect.ms),
    connect_timeout_at: connect.at,
    server_timeout_ms: BigInt(answer.ms),
    server_timeout_at: answer.at,
    queue_timeout_ms: BigInt(queue.ms || connect.ms),
    client_timeout_ms: BigInt(client.ms),
    tunnel_timeout_ms: BigInt(timeout(back, 'tunnel').ms),
    idle_ms: BigInt(idle?.ms ?? 0),
    idle_at: idle?.at ?? '',
    ...reuseOf(front, back, server),
  }
}

/**
 * How long HAProxy sends further requests over an idle connection to the server: 0 where it never does. Without a word about it,
 * connections are kept and shared (configuration manual, "http-reuse", "option http-keep-alive").
 */
function reuseOf(
  front: readonly ConfigLine[],
  back: readonly ConfigLine[],
  server: Server | undefined,
): Pick<Times, 'reuse_ms' | 'reuse_at'> {
  const closes = (lines: readonly ConfigLine[]) =>
    hasOption(lines, 'httpclose') || hasOption(lines, 'forceclose') || hasOption(lines, 'http-server-close')
  const never = lastLine(back, 'http-reuse')?.words[1] === 'never'
  if (server === undefined || modeOf(front) !== 'http' || never || closes(front) || closes(back) || server.pool === 0)
    return { reuse_ms: 0n, reuse_at: '' }
  return { reuse_ms: BigInt(server.purgeMs ?? PURGE_MS), reuse_at: server.purgeMs === undefined ? '' : server.at }
}

/** `timeout server 30s` in ms, and where it stands; 0 and '' where none is set, which means that it waits for ever. */
function timeout(lines: readonly ConfigLine[], name: string): { ms: number; at: string } {
  const line = lastLine(lines, 'timeout', name)
  const ms = duration(line?.words[2] ?? '')
  return { ms, at: ms > 0 ? (line?.at ?? '') : '' }
}
