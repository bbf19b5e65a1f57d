import type { GatewayTimes } from '../gateway/times.ts'
import { parameterOf, type Target, type Time } from './model.ts'

/**
 * How long Varnish waits for this backend, and where that is set; '' where its defaults apply.
 * @param file the same backend as the files have it: their lines are named where they say the same
 */
export function timesOf(
  target: Target | undefined,
  file: Target | undefined,
  params: ReadonlyMap<string, string>,
): GatewayTimes {
  const [connect, read] = [placed(target?.connect, file?.connect), placed(target?.firstByte, file?.firstByte)]
  const [reuse, idle] = [parameterOf(params, 'backend_idle_timeout'), parameterOf(params, 'timeout_idle')]
  return {
    connect_timeout_ms: BigInt(connect.ms),
    connect_timeout_at: connect.at,
    read_timeout_ms: BigInt(read.ms),
    read_timeout_at: read.at,
    idle_ms: BigInt(idle.ms),
    idle_at: idle.at,
    reuse_ms: BigInt(target ? reuse.ms : 0),
    reuse_at: target ? reuse.at : '',
  }
}

function placed(time: Time | undefined, file: Time | undefined): Time {
  if (time === undefined) return { ms: 0, at: '' }
  return file !== undefined && file.ms === time.ms && file.at !== '' ? file : time
}
