import type { Json, JsonObject } from '../../words/json.ts'
import { networkAddress } from './address.ts'
import { durationMs } from './duration.ts'
import {
  type CaddyModel,
  DEFAULT_LOG,
  emptyProxy,
  type Handler,
  type LogTarget,
  type Matcher,
  type Relay,
  type Route,
} from './model.ts'

/** Routes in routes deeper than this are not read. */
const MAX_DEPTH = 30

/** Reads Caddy's own JSON: what its admin endpoint tells, or a configuration file. Never throws. */
export function modelOfJson(config: Json, at: string): CaddyModel {
  const root = object(config)
  const servers = Object.entries(object(object(object(root.apps).http).servers))
  const admin = object(root.admin)
  return {
    servers: servers.map(([name, each]) => {
      const server = object(each)
      return {
        name,
        listen: texts(server.listen).map((text) => {
          const { host, from, to } = networkAddress(text)
          return { host, from, to }
        }),
        routes: routesOf(server.routes, at, 0),
        idleMs: durationMs(server.idle_timeout),
        handlesErrors: list(object(server.errors).routes).length > 0,
      }
    }),
    admin: admin.disabled === true ? 'off' : text(admin.listen),
    log: logOf(object(object(object(root.logging).logs).default)),
    doubt: '',
  }
}

function logOf(logger: JsonObject): LogTarget {
  const writer = object(logger.writer)
  const kind = text(writer.output) || DEFAULT_LOG.kind
  return { kind, path: text(writer.filename), level: text(logger.level) }
}

function routesOf(value: Json | undefined, at: string, depth: number): Route[] {
  if (depth > MAX_DEPTH) return []
  return list(value).map((each) => {
    const route = object(each)
    return {
      match: list(route.match).map((matcher) => matcherOf(object(matcher), 0)),
      handle: list(route.handle).map((handler) => handlerOf(object(handler), at, depth)),
      group: text(route.group),
      terminal: route.terminal === true,
    }
  })
}

const JUDGED = new Set(['host', 'path', 'method', 'not'])

function matcherOf(matcher: JsonObject, depth: number): Matcher {
  const maybe = (name: string) => (matcher[name] === undefined ? undefined : texts(matcher[name]))
  return {
    hosts: maybe('host'),
    paths: maybe('path'),
    methods: maybe('method'),
    not: depth > 5 ? [] : list(matcher.not).map((each) => matcherOf(object(each), depth + 1)),
    others: Object.keys(matcher).filter((name) => !JUDGED.has(name)),
  }
}

function handlerOf(handler: JsonObject, at: string, depth: number): Handler {
  const name = text(handler.handler)
  switch (name) {
    case 'subroute':
      return {
        kind: 'subroute',
        routes: routesOf(handler.routes, at, depth + 1),
        handlesErrors: list(object(handler.errors).routes).length > 0,
      }
    case 'reverse_proxy':
      return { kind: letsOn(handler) ? 'asks' : 'proxy', proxy: proxyOf(handler, at) }
    case 'static_response':
      return { kind: 'respond', status: statusOf(handler.status_code, 200), abort: handler.abort === true, at }
    case 'error':
      return { kind: 'respond', status: statusOf(handler.status_code, 500), abort: false, at }
    case 'file_server':
      return { kind: 'files', at }
    case 'rewrite':
      return {
        kind: 'rewrite',
        strip: text(handler.strip_path_prefix),
        uri: text(handler.uri),
        other: ['strip_path_suffix', 'uri_substring', 'path_regexp'].some((key) => handler[key] !== undefined),
      }
    default:
      return { kind: 'other', name }
  }
}

/** As `forward_auth` is written in JSON: a good answer is not passed on, only some of its headers are kept. */
function letsOn(handler: JsonObject): boolean {
  return list(handler.handle_response).some((each) => {
    const { match, routes } = object(each)
    const good = list(object(match).status_code).some(
      (code) => code === 2 || (Number(code) >= 200 && Number(code) < 300),
    )
    const deeds = list(routes).flatMap((route) => list(object(route).handle).map((deed) => text(object(deed).handler)))
    return good && deeds.every((deed) => deed === 'headers' || deed === 'vars')
  })
}

function statusOf(value: Json | undefined, fallback: number): number {
  if (value === undefined || value === '' || value === 0) return fallback
  const status = Number(value)
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : 0
}

function proxyOf(handler: JsonObject, at: string): Relay {
  const transport = object(handler.transport)
  const tls = transport.tls === undefined ? undefined : object(transport.tls)
  const active = object(object(handler.health_checks).active)
  const passive = object(object(handler.health_checks).passive)
  const balancing = object(handler.load_balancing)
  const keep = object(transport.keep_alive)
  const placed = (value: Json | undefined) => (durationMs(value) > 0 ? at : '')
  const usual = emptyProxy(at)
  const h2c = texts(transport.versions).includes('h2c')
  return {
    ...usual,
    members: list(handler.upstreams).map((each) => text(object(each).dial)),
    dynamic: handler.dynamic_upstreams !== undefined,
    scheme: text(transport.protocol) === 'fastcgi' ? 'fastcgi' : tls ? 'https' : h2c ? 'h2c' : 'http',
    serverName: text(tls?.server_name),
    verify: tls?.insecure_skip_verify !== true,
    trusted: texts(tls?.root_ca_pem_files)[0] ?? '',
    dialMs: durationMs(transport.dial_timeout) || usual.dialMs,
    headerMs: durationMs(transport.response_header_timeout),
    readMs: durationMs(transport.read_timeout),
    headMost: number(transport.max_response_header_size),
    keepMs: keep.enabled === false ? 0 : durationMs(keep.idle_timeout) || usual.keepMs,
    dialAt: placed(transport.dial_timeout),
    headerAt: placed(transport.response_header_timeout),
    readAt: placed(transport.read_timeout),
    keepAt: keep.enabled === false ? at : placed(keep.idle_timeout),
    policy: text(object(balancing.selection_policy).policy),
    tryMs: durationMs(balancing.try_duration),
    retries: number(balancing.retries),
    health: {
      uri: text(active.uri) || text(active.path),
      port: number(active.port),
      status: number(active.expect_status),
      intervalMs: durationMs(active.interval) || usual.health.intervalMs,
      timeoutMs: durationMs(active.timeout) || usual.health.timeoutMs,
    },
    failMs: durationMs(passive.fail_duration),
    maxFails: number(passive.max_fails) || usual.maxFails,
    hostHeader: texts(object(object(object(handler.headers).request).set).Host)[0] ?? '',
  }
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function texts(value: Json | undefined): string[] {
  return list(value).filter((each) => typeof each === 'string')
}

function number(value: Json | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}
