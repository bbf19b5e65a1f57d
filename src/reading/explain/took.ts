import { parseRequestLine } from '../haproxy/log-line.ts'

/** A failed request of an access log that says how long it took. */
export interface Took {
  /** Milliseconds. */
  ms: number
  /** Whose line it is, in a word by which its layer is found; '' where many write such lines. */
  by: string
}

const LONGEST = 16_384
const FAILED = /^50[234]$/

/**
 * How long a request took that ended with 502, 503 or 504, from a line of an access log: undefined where it is none, or says no
 * time. HAProxy's httplog (Tt); JSON of Caddy, Traefik, Envoy and nginx; AWS' balancer (its two stamps); Envoy's and Traefik's
 * usual text; nginx's seconds with three decimals ($request_time); Apache's microseconds at the end (%D).
 */
export function tookOf(text: string): Took | undefined {
  if (text.length > LONGEST) return undefined
  if (text.startsWith('{')) return ofJson(text)
  return ofHaproxy(text) ?? ofBalancer(text) ?? ofText(text)
}

function ofHaproxy(text: string): Took | undefined {
  const line = parseRequestLine(text)
  if (line === undefined || !FAILED.test(String(line.status)) || line.totalMs < 0) return undefined
  return { ms: line.totalMs, by: 'haproxy' }
}

/** `type time elb client target request target response elb_status … request_creation_time …`: fields of AWS' documentation. */
const BALANCER =
  /^(?:https?|h2|grpcs|wss?) (\d{4}-\d\d-\d\dT\S{8,20}Z) (app\/\S{1,200}) (?:\S{1,100} ){2}(?:-?\d{1,6}(?:\.\d{1,6})? ){3}(50[234]) /

function ofBalancer(text: string): Took | undefined {
  const found = BALANCER.exec(text)
  if (found === null) return undefined
  // Its own stamp is when it answered; the other one is when the request came.
  const created = [...text.matchAll(/ (\d{4}-\d\d-\d\dT\S{8,20}Z)(?= )/g)].at(-1)?.[1] ?? ''
  const ms = Date.parse(found[1] ?? '') - Date.parse(created)
  return ms >= 0 ? { ms, by: 'aws-alb' } : undefined
}

/** Envoy: `"GET /x HTTP/1.1" 504 UT 0 24 15000 -`; Traefik: `… "GET /x HTTP/1.1" 504 15 "-" "-" 12 "shop@file" "http://…" 60001ms`. */
const ENVOY = /^\[[^\]]{10,40}\] "[^"]{1,8000}" (50[234]) [A-Z,-]{1,40} .{0,300}?\b\d{1,15} \d{1,15} (\d{1,9}) (?:\d|-)/
const TRAEFIK = /" (50[234]) \d{1,15} .{0,8000} (\d{1,9})ms$/
const COMMON = /" (50[234]) (?:\d{1,15}|-)(?= |$)/
/** Seconds with three decimals, as nginx writes them: bare, or behind a name of one's own (`rt=60.001`, `urt="60.000"`). */
const SECONDS = /(?:^|[ ="':,])(\d{1,5}\.\d{3})(?=$|[ "',])/g

function ofText(line: string): Took | undefined {
  const text = line.trimEnd()
  const envoy = ENVOY.exec(text)
  if (envoy !== null) return { ms: Number(envoy[2]), by: 'envoy' }
  const traefik = TRAEFIK.exec(text)
  if (traefik !== null) return { ms: Number(traefik[2]), by: 'traefik' }
  const common = COMMON.exec(text)
  if (common === null) return undefined
  // What stands in quotes are the visitor's own words, but behind a name and `=`, where a format wrote a value.
  const behind = text
    .slice(common.index + common[0].length)
    .replace(/(=?)"[^"]*"/g, (all, is) => (is === '=' ? all : '""'))
  const seconds = [...behind.matchAll(SECONDS)].map((each) => Number(each[1]) * 1000)
  if (seconds.length > 0) return { ms: Math.round(Math.max(...seconds)), by: 'nginx' }
  const micros = /" (\d{6,10})$/.exec(behind)?.[1]
  return micros === undefined ? undefined : { ms: Math.round(Number(micros) / 1000), by: 'apache' }
}

function ofJson(text: string): Took | undefined {
  const fields = objectOf(text)
  if (fields === undefined) return undefined
  const number = (name: string): number | undefined => {
    const value = fields[name]
    if (typeof value === 'number') return value
    return typeof value === 'string' && /^\d{1,12}(\.\d{1,9})?$/.test(value) ? Number(value) : undefined
  }
  const failed = (name: string) => FAILED.test(String(number(name) ?? ''))
  const took = (ms: number | undefined, by: string): Took | undefined =>
    ms === undefined || ms < 0 ? undefined : { ms: Math.round(ms), by }
  const times = (value: number | undefined, by: number) => (value === undefined ? undefined : value * by)
  if (failed('DownstreamStatus')) return took(times(number('Duration'), 1e-6), 'traefik')
  if (failed('response_code')) return took(number('duration'), 'envoy')
  if (!failed('status')) return undefined
  const nginx = number('request_time') ?? number('upstream_response_time')
  if (nginx !== undefined) return took(nginx * 1000, 'nginx')
  return 'logger' in fields ? took(times(number('duration'), 1000), 'caddy') : undefined
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
