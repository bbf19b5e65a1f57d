import { type Infer, t } from '../../words/value.ts'

const hop = t.record({ kind: t.string, vendor: t.string, role: t.string })

/** One response, or how it failed to come. Also used for the upstream asked directly. */
export const httpResponse = t.record({
  /** The look ended by itself (an answer or a definite failure), so what is absent was absent. */
  complete: t.bool,
  /** A connection was made (TCP or unix socket). */
  connected: t.bool,
  /**
   * '' when a whole response came, else: dns | refused | rejected (ICMP or no route) | connect-timeout |
   * socket-missing | socket-denied | tls-handshake | tls-alert | not-tls (plain answer to a hello) | cert-expired |
   * cert-self-signed | cert-untrusted | cert-wrong-name | reset | empty-reply | silent (open and mute
   * at the limit) | stalled (mute in mid-body at the limit) | truncated | not-http | other
   */
  failure: t.string,
  /** Where it failed or ended: dns | connect | tls | send | wait | body | done */
  phase: t.string,
  /** A sentence for `failure`, from the client that asked. */
  error: t.string,
  /** 0 when there was none. */
  status: t.int,
  reason: t.string,
  /** '0.9', '1.0', '1.1', '2', '' */
  version: t.string,
  server: t.string,
  content_type: t.string,
  location: t.string,
  headers: t.list(t.record({ name: t.string, value: t.string })),
  /** The first 4 KB as visible text. */
  body: t.string,
  body_bytes: t.int,
  /** Bytes of the whole head as it came, which a proxy must find room for; -1 when not measured. */
  head_bytes: t.int,
  /** -1 when the head names none. */
  content_length: t.int,
  redirects: t.list(t.string),
  address: t.string,
  port: t.int,
  ms: t.int,
  connect_ms: t.int,
  first_byte_ms: t.int,
  /** The limit this look had. */
  limit_ms: t.int,
  /** Of a failure: a default of some layer that its duration fits, in ms, and whose it is: a hint. 0 and '' where none fits. */
  round_ms: t.int,
  round_whose: t.string,
  /** For what is not HTTP: the protocol its first bytes look like (tls, ssh, redis, fastcgi, http2, mysql, smtp, postgres), or ''. */
  speaks: t.string,
  /** The first bytes as visible text, for what is not HTTP. */
  first_bytes: t.string,
  /** Ids of the fingerprints that fit. */
  fingerprints: t.list(t.string),
  /** Who made it by fingerprint; vendor '' when unknown. */
  made_kind: t.string,
  made_vendor: t.string,
  /** The body is the maker's own error page, not merely a header of it. */
  own_page: t.bool,
  /** What the maker's page or header says, in a sentence; '' where it says nothing that is known. */
  made_says: t.string,
  /** What the maker met, a shape or ''; and the likely cause, a cause or ''. */
  made_shape: t.string,
  made_cause: t.string,
  /** Hops from the outside in, as far as the response shows them. */
  hops: t.list(hop),
})
export type HttpResponse = Infer<typeof httpResponse>

/** Several requests one after the other. */
export const httpSamples = t.record({
  complete: t.bool,
  asked: t.int,
  /** Below 500 and whole. */
  well: t.int,
  /** 5xx, cut, not HTTP or no answer. */
  failed: t.int,
  /** Status of each, 0 where none came. */
  statuses: t.list(t.int),
  /** `failure` of each failed one. */
  failures: t.list(t.string),
  /** How they ended, most frequent first: `5 times 200, 3 times 502`. */
  tally: t.string,
  slowest_ms: t.int,
  first_at: t.timestamp,
  last_at: t.timestamp,
})
