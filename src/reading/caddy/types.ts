import { type Infer, t } from '../../words/value.ts'
import { gatewayLog } from '../gateway/types.ts'

const member = t.record({ host: t.string, port: t.int, socket: t.string, text: t.string })

/** What Caddy's configuration says about the URL: of what runs where its admin endpoint tells it, else of the files. `…_at` is `file:line`. */
export const caddyConfig = t.record({
  /** All of it was read, and nothing on the URL's way had to be guessed. */
  complete: t.bool,
  conf: t.string,
  newest: t.timestamp,
  newest_file: t.string,
  /** The last change of each file read, and of each certificate named: lines of `editsOf`. */
  edits: t.list(t.string),
  /** running | files | '' */
  source: t.string,
  /** The admin endpoint that told what runs, '' when none did. */
  admin: t.string,
  /** It can be given another configuration while it runs. */
  reloadable: t.bool,
  listens: t.bool,
  site_found: t.bool,
  /** Host names of the site. */
  names: t.list(t.string),
  /** proxy | fastcgi | return | abort | static | '' */
  handler: t.string,
  at: t.string,
  /** Status that it answers by itself; 0 where it is computed, or it does not. */
  returns: t.int,
  members: t.list(member),
  /** Upstreams come from a DNS record or a module. */
  dynamic: t.bool,
  scheme: t.string,
  /** What the upstream gets: 1.1, or 2 where that is spoken without TLS (h2c). */
  http_version: t.string,
  upstream_path: t.string,
  upstream_host_header: t.string,
  tls_name: t.string,
  tls_verify: t.bool,
  tls_trusted: t.string,
  /** `…_at`: '' where Caddy's defaults apply. */
  connect_timeout_ms: t.int,
  connect_timeout_at: t.string,
  /** How long it waits for the head of an answer: one number, or none where no limit is set. */
  read_timeout_ms: t.list(t.int),
  read_timeout_at: t.string,
  /** How long a visitor's idle connection is kept; 0: not known. */
  idle_ms: t.int,
  idle_at: t.string,
  /** How long further requests are sent over an idle connection to the upstream; 0: never. */
  reuse_ms: t.int,
  reuse_at: t.string,
  /** How large the head of an answer may be, in bytes; 0: not limited here. */
  head_bytes: t.int,
  policy: t.string,
  /** For how long it asks others after a failure, in ms; 0: it does not. */
  try_ms: t.int,
  retries: t.int,
  /** Active health checks: path and port that they ask ('' and 0: the usual ones), status that they want (`200`, `2xx`). */
  health: t.bool,
  health_uri: t.string,
  health_port: t.int,
  health_wants: t.string,
  health_least: t.int,
  health_most: t.int,
  /** How long a member is held for down after it failed, in ms; 0: not at all. */
  fail_ms: t.int,
  /** Errors are answered with pages of its own: then the log is silent about them. */
  handles_errors: t.bool,
  /** What other sites of it send to. */
  claimed: t.list(t.string),
  /** Members that are names, `host:port`. */
  named: t.list(t.string),
  log: t.string,
  /** file | journal | elsewhere | '' */
  log_kind: t.string,
  log_level: t.string,
  /** What the files say otherwise than what runs, as a sentence; '' where they agree or cannot be compared. */
  differs: t.string,
  /** upstream | handler | scheme | timeout | health | tls | '' */
  differs_in: t.string,
  /** Files and what runs were both read, and say the same about this URL. */
  agrees: t.bool,
  /** What the files say, where that differs. */
  file_at: t.string,
  file_handler: t.string,
  file_members: t.list(member),
  file_scheme: t.string,
  file_path: t.string,
  file_read_timeout_ms: t.list(t.int),
  /** How the admin endpoint counts each upstream: requests that it has now, failures it remembers. */
  upstreams: t.list(t.record({ address: t.string, requests: t.int, fails: t.int })),
})
export type CaddyConfig = Infer<typeof caddyConfig>

/** What Caddy's log says about the URL. */
export const caddyLog = t.record({
  ...gatewayLog.fields,
  /** Where its failures lie together by how long they took, as half a sentence; '' where they do not. */
  rounds: t.string,
})
