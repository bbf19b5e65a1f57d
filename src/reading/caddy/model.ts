/** What of a Caddy configuration decides where a request goes. Made from a Caddyfile or from Caddy's JSON. */
export interface CaddyModel {
  servers: Server[]
  /** The admin endpoint's address as configured; '' for the default, `off` where there is none. */
  admin: string
  /** Where the default logger writes. */
  log: LogTarget
  /** Something of it was not understood, as a sentence; '' when all was. */
  doubt: string
}

export interface Server {
  name: string
  /** Ports that it listens on, each with the address it is bound to ('' for all). */
  listen: { host: string; from: number; to: number }[]
  routes: Route[]
  /** How long it keeps a visitor's idle connection, in ms; 0 where nothing is set. */
  idleMs: number
  /** It answers errors with pages of its own. */
  handlesErrors: boolean
}

export interface Route {
  /** Any of these must fit; none: every request fits. */
  match: Matcher[]
  handle: Handler[]
  /** Of the routes of one group only the first that fits is taken. */
  group: string
  terminal: boolean
}

/** All parts must fit. `undefined`: the part is not asked for. */
export interface Matcher {
  hosts: string[] | undefined
  paths: string[] | undefined
  methods: string[] | undefined
  not: Matcher[]
  /** Names of matchers that cannot be judged from outside (headers, addresses, expressions). */
  others: string[]
}

export type Handler =
  | { kind: 'subroute'; routes: Route[]; handlesErrors: boolean }
  | { kind: 'proxy'; proxy: Relay }
  /** Asks somebody whether a request may go on, and lets it go on: `forward_auth`. */
  | { kind: 'asks'; proxy: Relay }
  /** `abort`: the connection is closed without an answer. */
  | { kind: 'respond'; status: number; abort: boolean; at: string }
  | { kind: 'files'; at: string }
  | { kind: 'rewrite'; strip: string; uri: string; other: boolean }
  | { kind: 'other'; name: string }

export interface Relay {
  /** `host:port`, `unix/path`, as written behind the scheme. */
  members: string[]
  /** Upstreams come from a DNS record or a module: they are not in the configuration. */
  dynamic: boolean
  /** http | https | h2c | fastcgi */
  scheme: string
  serverName: string
  verify: boolean
  trusted: string
  /** Milliseconds; 0 where none is set. */
  dialMs: number
  headerMs: number
  readMs: number
  /** How many bytes the head of an answer may have; 0 where none is set: then 10 MB (Go's net/http, MaxResponseHeaderBytes). */
  headMost: number
  /** How long it sends further requests over an idle connection, in ms; 0: never. */
  keepMs: number
  /** Where these are set, '' where Caddy's defaults apply. */
  dialAt: string
  headerAt: string
  readAt: string
  keepAt: string
  policy: string
  tryMs: number
  retries: number
  /** Active health checks; `uri` is '' where there are none. */
  health: { uri: string; port: number; status: number; intervalMs: number; timeoutMs: number }
  /** Passive health checks: how long a failed member is not asked, in ms; 0 where it is asked again at once. */
  failMs: number
  maxFails: number
  /** The Host that the upstream gets, '' for the visitor's. */
  hostHeader: string
  at: string
}

export interface LogTarget {
  /** stderr | stdout | file | discard | other */
  kind: string
  path: string
  /** '' for Caddy's default, INFO. */
  level: string
}

export const DEFAULT_LOG: LogTarget = { kind: 'stderr', path: '', level: '' }

/** A proxy with Caddy's defaults. Source: Caddy's reference, `http.handlers.reverse_proxy` (dial_timeout 3s, keepalive 2m). */
export function emptyProxy(at: string): Relay {
  return {
    members: [],
    dynamic: false,
    scheme: 'http',
    serverName: '',
    verify: true,
    trusted: '',
    dialMs: 3000,
    headerMs: 0,
    readMs: 0,
    headMost: 0,
    keepMs: 120_000,
    dialAt: '',
    headerAt: '',
    readAt: '',
    keepAt: '',
    policy: '',
    tryMs: 0,
    retries: 0,
    health: { uri: '', port: 0, status: 0, intervalMs: 30_000, timeoutMs: 5000 },
    failMs: 0,
    maxFails: 1,
    hostHeader: '',
    at,
  }
}

export const ANY: Matcher = { hosts: undefined, paths: undefined, methods: undefined, not: [], others: [] }
