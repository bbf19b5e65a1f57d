import { type Infer, t } from '../../words/value.ts'

/** One thing that a gateway wrote about a request. */
const line = t.record({
  /** False: there is none, and every other field is empty. */
  found: t.bool,
  at: t.timestamp,
  /** Id of the signature it fits, '' when none. Gateways share these ids: they say what happened, whoever wrote it. */
  signature: t.string,
  shape: t.string,
  cause: t.string,
  message: t.string,
  status: t.int,
  path: t.string,
  host_header: t.string,
  /** As the flow writes an upstream, '' where the line names none. */
  upstream: t.string,
  host: t.string,
  port: t.int,
  socket: t.string,
  /** The name that could not be resolved, where the line tells of one. */
  name: t.string,
})

/** What a gateway's own log says about the URL, in the same form for every gateway that writes one record a request. */
export const gatewayLog = t.record({
  /** Everything in the window was seen: that nothing is told proves that nothing happened. */
  complete: t.bool,
  path: t.string,
  /** Failed requests for this URL's site in the window, ours excluded. */
  count: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** What our own request caused. */
  ours: line,
  /** The latest about this URL, ours included; one of its own path before one of its site's. */
  latest: line,
  /** What the failures say, most frequent first. */
  kinds: t.list(
    t.record({
      signature: t.string,
      cause: t.string,
      count: t.int,
      upstream: t.string,
      host: t.string,
      port: t.int,
      socket: t.string,
      message: t.string,
    }),
  ),
  /** Requests for the site that were logged at all, ours excluded; 0 where it logs only failures. */
  requests: t.int,
  /** What its health checks last said of each upstream. */
  health: t.list(
    t.record({ at: t.timestamp, upstream: t.string, signature: t.string, message: t.string, status: t.int }),
  ),
  /** The last configuration that it refused to load in the window: when and why; NEVER and '' where there is none. */
  refused_at: t.timestamp,
  refused: t.string,
})
export type GatewayLog = Infer<typeof gatewayLog>
