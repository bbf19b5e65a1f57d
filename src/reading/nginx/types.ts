import { type Infer, t } from '../../words/value.ts'

/** One line of an nginx error log that is about an upstream or a request. */
const errorLine = t.record({
  /** False: there is no such line and every other field is empty. */
  found: t.bool,
  at: t.timestamp,
  level: t.string,
  /** Id of the signature it fits, '' when none. */
  signature: t.string,
  shape: t.string,
  cause: t.string,
  message: t.string,
  /** The limit's zone that the message names, '' when none. */
  zone: t.string,
  errno: t.int,
  /** `while …`: connecting to upstream, reading response header from upstream, … */
  action: t.string,
  client: t.string,
  server: t.string,
  request: t.string,
  path: t.string,
  /** The URI of a request that nginx makes besides, '' when it was the visitor's own. */
  subrequest: t.string,
  /** The Host the client sent. */
  host_header: t.string,
  /** As printed: http://127.0.0.1:3000/path */
  upstream: t.string,
  /** The upstream's host, port and socket, from `upstream`; '' and 0 when absent. */
  host: t.string,
  port: t.int,
  socket: t.string,
  /** The name that could not be resolved, where the line tells of one. */
  name: t.string,
  /** The file that nginx could not open or write, where the line tells of one. */
  file: t.string,
  /** The folder of that file. */
  folder: t.string,
})

export const nginxErrorLog = t.record({
  /**
   * The level lets `error` lines through, the zone is known, the file is the one the process holds
   * open (or nobody can hold another), it is a plain file, and it was read as far as the window.
   */
  complete: t.bool,
  path: t.string,
  /** Lines about this URL (host, path or upstream fits), ours excluded, in the window. */
  count: t.int,
  /** All lines with a signature in the window, about any URL. */
  total: t.int,
  /** Connections of other sites, named by their server blocks, on which a request failed; at least so many. */
  others: t.int,
  first: t.timestamp,
  last: t.timestamp,
  /** The line that our own request caused. */
  ours: errorLine,
  /** What a FastCGI application wrote to its standard error while it answered our own request, '' when nothing. */
  said: t.string,
  /** The latest line about this URL (ours included); one of its own path before one of its server's. */
  latest: errorLine,
  /** What this URL's lines say, most frequent first. */
  kinds: t.list(
    t.record({
      signature: t.string,
      shape: t.string,
      cause: t.string,
      count: t.int,
      first: t.timestamp,
      last: t.timestamp,
      host: t.string,
      port: t.int,
      socket: t.string,
      message: t.string,
    }),
  ),
  /** Lines of the process itself: emerg and alert, `signal … received`, `reconfiguring`, `exiting`. */
  process: t.list(t.record({ at: t.timestamp, level: t.string, signature: t.string, message: t.string })),
  /** The log's level as configured, '' when unknown. */
  level: t.string,
  /** Minutes east of UTC that the stamps were read with, and how that was known: env | mtime | host. */
  zone_minutes: t.int,
  zone_from: t.string,
  /** The process writes to another file than the one at this path (moved, not reopened). */
  moved: t.bool,
})
export type NginxErrorLog = Infer<typeof nginxErrorLog>

export const nginxAccessLog = t.record({
  complete: t.bool,
  path: t.string,
  /** Requests for this host in the window, ours excluded. */
  requests: t.int,
  /** Of those: 5xx, or 009 (raw bytes passed on). */
  failed: t.int,
  failed_permille: t.int,
  /** Requests of this URL's path in the window, ours excluded, and the failed ones of them. */
  same_path: t.int,
  same_path_failed: t.int,
  first_failed: t.timestamp,
  last_failed: t.timestamp,
  last_well: t.timestamp,
  /** 499: the client gave up first. */
  abandoned: t.int,
  /** The longest run of good answers between two failures of the same kind of request, and those since the last failure. */
  well_between: t.int,
  well_since: t.int,
  /** How many times such failures began anew, good answers in between. */
  failed_runs: t.int,
  /** Only this method failed, and was not answered well since; '' otherwise. */
  failed_method: t.string,
  /** Where failed requests lie together by how long they took, as half a sentence; '' where they do not. */
  rounds: t.string,
  ours_found: t.bool,
  ours_status: t.int,
  /**
   * Requests that say that they are ours (else of our path, in the seconds of ours) since our latest to the URL began: how
   * many, and the first one's status and client.
   */
  since: t.int,
  since_status: t.int,
  since_client: t.string,
  /** Read to its end for those seconds, and none of them is there; nor anybody else's of our path. (It may be buffered.) */
  none_since: t.bool,
  nobody_since: t.bool,
  /** Others' requests for our path in those seconds (a CDN may send its own User-Agent): how many, of them failed and given up. */
  beside: t.int,
  beside_failed: t.int,
  beside_abandoned: t.int,
  beside_client: t.string,
  /** Others asked for this host in the window, and not from this machine itself: from where last. */
  visited_from: t.string,
  /** Since then somebody, and not this machine itself, began TLS where the port speaks plain HTTP: how often, and who first. */
  hellos: t.int,
  hello_client: t.string,
  /** Does each line name its host or is the file used by this server alone? If not, counts are of the whole file. */
  by_host: t.bool,
})
export type NginxAccessLog = Infer<typeof nginxAccessLog>

const member = t.record({
  host: t.string,
  port: t.int,
  socket: t.string,
  down: t.bool,
  backup: t.bool,
})

/** What the configuration files say about the URL. `…_at` is `file:line`. */
export const nginxConfig = t.record({
  /** Every included file was read. */
  complete: t.bool,
  conf: t.string,
  prefix: t.string,
  files: t.int,
  /** The newest change of any file read. */
  newest: t.timestamp,
  newest_file: t.string,
  /** The last change of each file read, and of each certificate named: lines of `editsOf`. */
  edits: t.list(t.string),
  /** Files that could not be read. */
  unreadable: t.list(t.string),
  /** A problem of syntax that nginx would refuse, '' when none was seen. */
  broken: t.string,
  /** The nginx whose configuration it is, 0 where none was asked for or none runs. */
  pid: t.int,
  /** How many nginx run on this machine, where the look sought the one that serves the URL; -1 where it did not, or could not see. */
  running: t.int,
  listens: t.bool,
  /** A name of the server is the URL's: it is not merely the default one. */
  by_name: t.bool,
  /** Where that server can be asked on its own machine; '' and 0 where it cannot. */
  own_host: t.string,
  own_port: t.int,
  own_scheme: t.string,
  /** All its ports are on loopback: only this machine reaches it. */
  own_inner: t.bool,
  server_found: t.bool,
  server_name: t.string,
  server_at: t.string,
  location: t.string,
  location_at: t.string,
  /** Absolute; '' when it goes nowhere or to syslog/stderr/memory. */
  error_log: t.string,
  /** '' | syslog | stderr | memory */
  error_log_kind: t.string,
  error_log_level: t.string,
  access_log: t.string,
  access_log_format: t.string,
  /** proxy | fastcgi | uwsgi | scgi | grpc | return | static | '' */
  handler: t.string,
  pass: t.string,
  pass_at: t.string,
  /** `return CODE` that answers this URL, 0 when none; unconditional or on an existing file. */
  returns: t.int,
  returns_at: t.string,
  /** `if (-f FILE) { return … }`: the file, '' when none. */
  returns_if_file: t.string,
  scheme: t.string,
  upstream_name: t.string,
  /** The target contains a variable: resolved at run time. */
  variable: t.bool,
  members: t.list(member),
  /** `host:port` of the members that are names: nginx resolves them once, when it loads its configuration. */
  named: t.list(t.string),
  /** Host header and path that the upstream gets for this URL. */
  upstream_host_header: t.string,
  upstream_path: t.string,
  http_version: t.string,
  /** Where they are set: '' where nginx's defaults apply. */
  connect_timeout_ms: t.int,
  connect_timeout_at: t.string,
  read_timeout_ms: t.int,
  read_timeout_at: t.string,
  send_timeout_ms: t.int,
  next_upstream: t.string,
  /** Room for the head of an answer, and where it is set: '' for nginx's default. */
  buffer_bytes: t.int,
  buffer_at: t.string,
  resolver: t.string,
  tls_sni: t.string,
  tls_verify: t.bool,
  /** The name that the upstream's certificate is checked for. */
  tls_name: t.string,
  /** As configured; [] and '' where nginx's defaults apply. */
  tls_protocols: t.list(t.string),
  tls_ciphers: t.string,
  /** File with the authorities that are trusted. */
  tls_trusted: t.string,
  /** Where verifying, or else the protocols, are set. */
  tls_at: t.string,
  keepalive: t.int,
  /**
   * How long nginx keeps an idle connection to the upstream to send another request over it, and where that is set; 0 where it
   * closes after each, or where that cannot be known.
   */
  reuse_ms: t.int,
  reuse_at: t.string,
  /** How long a connection of a client, or of what stands in front, is kept while it is idle, and where that is set. */
  idle_ms: t.int,
  idle_at: t.string,
  intercept_errors: t.bool,
  /** error_page entries that apply at this location: `override` is -1 when the code is kept, 0 for a bare `=`. */
  error_pages: t.list(t.record({ code: t.int, uri: t.string, override: t.int, at: t.string })),
  /** Limits that hold for the URL; those that only pretend (dry run) are left out. */
  limits: t.list(
    t.record({
      /** requests | connections */
      kind: t.string,
      zone: t.string,
      /** What is counted: `$binary_remote_addr`. */
      key: t.string,
      /** `10r/s`, or so many connections. */
      most: t.string,
      burst: t.int,
      /** What a refused request is answered with. */
      status: t.int,
      at: t.string,
      zone_at: t.string,
    }),
  ),
  /** What one worker may have open; 0 and '' where nothing is configured. */
  worker_connections: t.int,
  worker_connections_at: t.string,
  worker_files: t.int,
  worker_files_at: t.string,
  /** Every other address any server of this configuration sends to. */
  claimed: t.list(t.record({ host: t.string, port: t.int, socket: t.string, at: t.string })),
  /** Words that name this site: server names, upstream name, last folder names of roots. */
  names: t.list(t.string),
})
export type NginxConfig = Infer<typeof nginxConfig>
