/**
 * How long a gateway waits and keeps connections, as its configuration's reading has it: milliseconds, and `file:line` of what sets
 * them. '' where its defaults apply, 0 where it does not.
 */
export interface GatewayTimes {
  connect_timeout_ms: bigint
  connect_timeout_at: string
  read_timeout_ms: bigint
  read_timeout_at: string
  /** A visitor's idle connection. */
  idle_ms: bigint
  idle_at: string
  /** An idle connection to the upstream, until which it is used again. */
  reuse_ms: bigint
  reuse_at: string
}
