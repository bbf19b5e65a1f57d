import { type Infer, t } from '../../words/value.ts'
import { gatewayLog } from '../gateway/types.ts'

/** What Varnish's VCL says about the backend that gets the URL. `…at` is `file:line`. */
export const varnishConfig = t.record({
  /** All of it was read. */
  complete: t.bool,
  conf: t.string,
  newest: t.timestamp,
  newest_file: t.string,
  /** The last change of each file read, and of each certificate named: lines of `editsOf`. */
  edits: t.list(t.string),
  /** running | files | '' */
  source: t.string,
  /** The folder that it works in: how its own tools are told which Varnish is meant. */
  workdir: t.string,
  /** How many backends the VCL has. */
  backends: t.int,
  /** One backend surely is the URL's: the log named it, or there is no other. */
  known: t.bool,
  name: t.string,
  at: t.string,
  host: t.string,
  port: t.int,
  socket: t.string,
  /** As the flow writes an upstream. */
  text: t.string,
  /** Members of the director that the URL's backend is one of; [] without one. */
  members: t.list(t.string),
  named: t.list(t.string),
  claimed: t.list(t.string),
  /** `…_at`: '' where Varnish's defaults apply. */
  connect_timeout_ms: t.int,
  connect_timeout_at: t.string,
  /** first_byte_timeout */
  read_timeout_ms: t.int,
  read_timeout_at: t.string,
  /** timeout_idle: how long a visitor's idle connection is kept. */
  idle_ms: t.int,
  idle_at: t.string,
  /** backend_idle_timeout: how long further requests are sent over an idle connection to the backend. */
  reuse_ms: t.int,
  reuse_at: t.string,
  health: t.bool,
  health_uri: t.string,
  health_wants: t.string,
  health_least: t.int,
  health_most: t.int,
  /** Room for the head of an answer, `http_resp_size`. */
  head_bytes: t.int,
  /** Where the VCL itself answers with the status that was seen, '' where it does not. */
  synth_at: t.string,
  differs: t.string,
  differs_in: t.string,
  agrees: t.bool,
  file_host: t.string,
  file_port: t.int,
})
export type VarnishConfig = Infer<typeof varnishConfig>

/** What Varnish's log in memory says about the URL. */
export const varnishLog = t.record({
  ...gatewayLog.fields,
  /** How our own request was answered: failed | synth | hit | passed | ''. */
  how: t.string,
  /** The backend of our own request. */
  backend: t.string,
  /** Of a hit: the number of the answer that was kept, and for how many more seconds. */
  hit_of: t.int,
  hit_left_s: t.int,
})
