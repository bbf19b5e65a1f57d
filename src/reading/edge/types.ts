import { type Infer, t } from '../../words/value.ts'

/** One place where a gateway sends requests. */
const member = t.record({
  host: t.string,
  port: t.int,
  socket: t.string,
  /** `127.0.0.1:3000`, `[::1]:3000`, a socket's path. */
  text: t.string,
  /** The gateway sends requests there; true also where it does not say. */
  up: t.bool,
  /** Why not, in words; '' where it does or does not say. */
  why: t.string,
})

/**
 * What a gateway that is asked for its routes (Envoy's admin interface, Traefik's API), or its files, say of the URL: the same of
 * both, so that the flows have one node for them. Times are milliseconds.
 */
export const edgeConfig = t.record({
  /** All that decides of this URL was read, and nothing of it had to be guessed. */
  complete: t.bool,
  /** running | files | '' */
  source: t.string,
  /** The address that told what runs; '' when none did. */
  admin: t.string,
  version: t.string,
  /** What it says of itself: `LIVE`, `DRAINING`; '' where it does not. */
  state: t.string,
  conf: t.string,
  newest: t.timestamp,
  newest_file: t.string,
  listens: t.bool,
  /** What takes requests on the port, by its name. */
  entry: t.string,
  /** A virtual host or a router fits the URL. */
  site_found: t.bool,
  /** It is certain that nothing fits. */
  no_route: t.bool,
  /** Why, in words. */
  no_route_why: t.string,
  names: t.list(t.string),
  /** proxy | return | redirect | '' */
  handler: t.string,
  /** Which route, in words. */
  at: t.string,
  returns: t.int,
  /** The cluster or service that gets it; '' for none, or where it is not certain which. */
  backend: t.string,
  /** The route names it, and it is not there. */
  backend_missing: t.bool,
  members: t.list(member),
  /** Of them, how many it sends requests to by its own word. */
  usable: t.int,
  /** So few are well that it sends to all of them, well or not. */
  panic: t.bool,
  /** Members of the configuration that are names. */
  named: t.list(t.string),
  /** Members come from a discovery service. */
  discovered: t.bool,
  /** The last update of its configuration that it refused, in words. */
  refused: t.string,
  scheme: t.string,
  /** It can be asked over HTTP/1 as the gateway asks it. */
  askable: t.bool,
  upstream_path: t.string,
  upstream_host_header: t.string,
  tls_name: t.string,
  tls_verify: t.bool,
  tls_trusted: t.string,
  /** One number each, or none where there is no limit or it is not known. `…_at`: where that stands, or that it is the default. */
  connect_timeout_ms: t.list(t.int),
  read_timeout_ms: t.list(t.int),
  read_timeout_at: t.string,
  reuse_ms: t.list(t.int),
  reuse_at: t.string,
  keeps_ms: t.list(t.int),
  keeps_at: t.string,
  /** Active health checks. */
  health: t.bool,
  health_scheme: t.string,
  health_uri: t.string,
  health_port: t.int,
  health_wants: t.string,
  health_least: t.int,
  health_most: t.int,
  /** Limits of the cluster, and how often they were met, in words. */
  limits: t.string,
  /** One of them is met now. */
  limit_met: t.bool,
  /** What other routes send to. */
  claimed: t.list(t.string),
})
export type EdgeConfig = Infer<typeof edgeConfig>
export type EdgeMember = EdgeConfig['members'][number]
export type HealthField = Extract<keyof EdgeConfig, `health${string}`>

/** Nothing is known: what a reading begins with. */
export function nothingKnown(): EdgeConfig {
  return {
    ...{
      complete: false,
      source: '',
      admin: '',
      version: '',
      state: '',
      conf: '',
      newest: new Date(0),
      newest_file: '',
    },
    ...{
      listens: false,
      entry: '',
      site_found: false,
      no_route: false,
      no_route_why: '',
      names: [],
      handler: '',
      at: '',
    },
    ...{ returns: 0n, backend: '', backend_missing: false, members: [], usable: 0n, panic: false, named: [] },
    ...{ discovered: false, refused: '', scheme: 'http', askable: false, upstream_path: '', upstream_host_header: '' },
    ...{ tls_name: '', tls_verify: false, tls_trusted: '', connect_timeout_ms: [], read_timeout_ms: [] },
    ...{
      read_timeout_at: '',
      reuse_ms: [],
      reuse_at: '',
      keeps_ms: [],
      keeps_at: '',
      health: false,
      health_scheme: 'http',
    },
    ...{ health_uri: '', health_port: 0n, health_wants: '', health_least: 0n, health_most: 0n, limits: '' },
    ...{ limit_met: false, claimed: [] },
  }
}

/** `127.0.0.1:3000`, `[::1]:3000`. */
export function memberText(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Is the host a name, that has to be looked up? */
export function isName(host: string): boolean {
  return /[a-z]/i.test(host) && !host.includes(':') && host !== 'localhost'
}
