import { type Infer, t } from '../../words/value.ts'

/** What HAProxy's configuration files say about one URL. `…_at` is `file:line`. */
export const haproxyConfig = t.record({
  /** Every file was read, and nothing on the URL's way had to be guessed. */
  complete: t.bool,
  conf: t.string,
  newest: t.timestamp,
  newest_file: t.string,
  /** The last change of each file read, and of each certificate named: lines of `editsOf`. */
  edits: t.list(t.string),
  /** What could not be told from the files, '' when nothing. */
  doubt: t.string,
  /** Some frontend binds the URL's port. */
  listens: t.bool,
  frontend: t.string,
  frontend_at: t.string,
  /** http | tcp */
  mode: t.string,
  /** '' where none could be told. */
  backend: t.string,
  backend_at: t.string,
  /** Where the backend is chosen. */
  chosen_at: t.string,
  /** proxy | tcp | return | '' */
  handler: t.string,
  /** The status that a rule surely answers this URL with, 0 when none. */
  returns: t.int,
  returns_at: t.string,
  /** Rules that may answer this URL, depending on the visitor or on what he did before. */
  answers: t.list(
    t.record({ status: t.int, action: t.string, at: t.string, rule: t.string, limit: t.bool, bound: t.string }),
  ),
  members: t.list(
    t.record({
      name: t.string,
      host: t.string,
      port: t.int,
      socket: t.string,
      backup: t.bool,
      disabled: t.bool,
      check: t.bool,
      maxconn: t.int,
      at: t.string,
    }),
  ),
  /** `host:port` of the members that are names. */
  named: t.list(t.string),
  /** Those of all backends without which it does not start: names that are looked up then, and must resolve. */
  needed: t.list(t.string),
  /** How many members there are beside those that are disabled and backups. */
  in_service: t.int,
  scheme: t.string,
  /** Path and Host header that the server gets; '' where rules make them. */
  upstream_path: t.string,
  upstream_host_header: t.string,
  /** http/1.1 is asked unless `proto` says otherwise. */
  protocol: t.string,
  proxy_protocol: t.bool,
  /** Its servers can be asked as HAProxy asks them: HTTP/1 without the PROXY protocol in front. */
  askable: t.bool,
  /** 0: not set, so it waits for ever. */
  connect_timeout_ms: t.int,
  connect_timeout_at: t.string,
  server_timeout_ms: t.int,
  server_timeout_at: t.string,
  queue_timeout_ms: t.int,
  client_timeout_ms: t.int,
  tunnel_timeout_ms: t.int,
  /** How long a visitor's idle connection is kept. */
  idle_ms: t.int,
  idle_at: t.string,
  /** How long further requests are sent over an idle connection to the server; 0: never. '' where HAProxy's default applies. */
  reuse_ms: t.int,
  reuse_at: t.string,
  retries: t.int,
  redispatch: t.bool,
  /** What its own pages are replaced with: `errorfile`. */
  error_files: t.list(t.record({ code: t.int, path: t.string, at: t.string })),
  /** How health is asked: '' where it is not, `connect`, `http`, or the name of another protocol. */
  check: t.string,
  check_method: t.string,
  check_path: t.string,
  check_host: t.string,
  check_expects: t.string,
  /** Which statuses a check over HTTP takes for well, in words and as a range; '' and 0 where they cannot be told. */
  check_wants: t.string,
  check_least: t.int,
  check_most: t.int,
  check_port: t.int,
  check_at: t.string,
  /** Addresses of the name servers of the section `resolvers` that the first member is looked up with; '' for none. */
  resolver: t.string,
  tls_sni: t.string,
  tls_verify: t.bool,
  tls_name: t.string,
  tls_protocols: t.list(t.string),
  tls_ciphers: t.string,
  tls_trusted: t.string,
  tls_at: t.string,
  /** Targets of `log`, as written: `/dev/log`, `127.0.0.1:514`, `stdout`. Empty: it logs nowhere. */
  log_targets: t.list(t.string),
  /** httplog | httpslog | tcplog | clf | custom | short */
  log_format: t.string,
  /** Paths of `stats socket`, absolute. */
  stats_sockets: t.list(t.string),
  chroot: t.string,
  /** Requests at the same time in all; 0 where nothing is configured. */
  maxconn: t.int,
  maxconn_at: t.string,
  frontend_maxconn: t.int,
  /** Room for the head of an answer, in bytes: a buffer less what is kept free for rewriting. */
  buffer_bytes: t.int,
  buffer_at: t.string,
  /** Every other address that any server of this configuration has. */
  claimed: t.list(t.string),
  /** Words that name this site: its backend, hosts of rules. */
  names: t.list(t.string),
  /** Other backends, and in all how many proxies there are. */
  backends: t.list(t.string),
})
export type HaproxyConfig = Infer<typeof haproxyConfig>
