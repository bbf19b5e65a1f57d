import { type Infer, t } from '../../words/value.ts'

const member = t.record({ host: t.string, port: t.int, socket: t.string, down: t.bool, backup: t.bool })

/** What Apache's configuration files say about the URL. `…_at` is `file:line`. */
export const apacheConfig = t.record({
  /** Every included file was read, and nothing on the URL's way had to be guessed. */
  complete: t.bool,
  conf: t.string,
  files: t.int,
  /** The newest change of any file read. */
  newest: t.timestamp,
  newest_file: t.string,
  /** The last change of each file read, and of each certificate named: lines of `editsOf`. */
  edits: t.list(t.string),
  /** When Apache last read its configuration, by its PidFile; NEVER where that cannot be told. */
  loaded_at: t.timestamp,
  unreadable: t.list(t.string),
  /** What Apache would refuse to start with, '' when none was seen. */
  broken: t.string,
  listens: t.bool,
  server_found: t.bool,
  server_name: t.string,
  server_at: t.string,
  /** Absolute; '' when it goes nowhere or to syslog or a pipe. `/dev/stderr` for standard error. */
  error_log: t.string,
  error_log_kind: t.string,
  error_log_level: t.string,
  access_log: t.string,
  /** In nginx's words, for the reader of access logs. */
  access_log_format: t.string,
  /** proxy | fastcgi | uwsgi | scgi | ajp | return | static | '' */
  handler: t.string,
  pass: t.string,
  pass_at: t.string,
  /** A status that the configuration itself answers with, 0 when none. */
  returns: t.int,
  returns_at: t.string,
  /** The file whose being there makes it so, '' when none. */
  returns_if_file: t.string,
  scheme: t.string,
  upstream_name: t.string,
  /** The target holds a variable: it is resolved while Apache runs. */
  variable: t.bool,
  members: t.list(member),
  /** `host:port` of the members that are names. */
  named: t.list(t.string),
  upstream_host_header: t.string,
  upstream_path: t.string,
  /** `…_at`: '' where Apache's defaults apply. */
  connect_timeout_ms: t.int,
  connect_timeout_at: t.string,
  read_timeout_ms: t.int,
  read_timeout_at: t.string,
  /** How long a visitor's idle connection is kept; 0: it is closed after each answer. */
  idle_ms: t.int,
  idle_at: t.string,
  /** How long further requests are sent over an idle connection to the upstream; 0: never; a day: as long as it stays open. */
  reuse_ms: t.int,
  reuse_at: t.string,
  /** A member that failed is not asked for so long. */
  retry_seconds: t.int,
  /** Members that all failed are asked all the same (`forcerecovery`, the default). */
  forced: t.bool,
  /** The largest single header of an answer, in bytes. */
  field_bytes: t.int,
  tls_engine: t.bool,
  tls_sni: t.string,
  tls_verify: t.bool,
  tls_name: t.string,
  tls_protocols: t.list(t.string),
  tls_ciphers: t.string,
  tls_trusted: t.string,
  tls_at: t.string,
  intercept_errors: t.bool,
  error_pages: t.list(t.record({ code: t.int, uri: t.string, at: t.string })),
  /** MaxRequestWorkers as configured, 0 where nothing is. */
  max_workers: t.int,
  max_workers_at: t.string,
  /** Every other address any server of this configuration sends to. */
  claimed: t.list(t.record({ host: t.string, port: t.int, socket: t.string, at: t.string })),
  /** Words that name this site. */
  names: t.list(t.string),
})
export type ApacheConfig = Infer<typeof apacheConfig>
