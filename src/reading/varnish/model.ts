import { memberOf } from '../caddy/view.ts'
import { type Attributes, type Backend, parseVcl, type Vcl, vclMs } from './vcl.ts'

/** A VCL with all that it includes. */
export interface VclModel extends Omit<Vcl, 'includes'> {
  /** Files that are included and were not read. */
  missing: string[]
}

/** A backend with the defaults in place. */
export interface Target {
  name: string
  at: string
  host: string
  port: number
  socket: string
  text: string
  connect: Time
  firstByte: Time
  probe: Attributes | undefined
}

/** A time in ms, and where it is set: '' where Varnish's default applies. */
export interface Time {
  ms: number
  at: string
}

/** Puts the files of one VCL together, the main one first. */
export function modelOfVcl(files: readonly { path: string; text: string }[]): VclModel {
  const parsed = files.map(({ path, text }) => parseVcl(text, path))
  const read = new Set(files.map(({ path }) => path))
  return {
    backends: parsed.flatMap(({ backends }) => backends),
    probes: new Map(parsed.flatMap(({ probes }) => [...probes])),
    directors: parsed.flatMap(({ directors }) => directors),
    sets: parsed.flatMap(({ sets }) => sets),
    hints: parsed.flatMap(({ hints }) => hints),
    synths: parsed.flatMap(({ synths }) => synths),
    whole: parsed.every(({ whole }) => whole),
    missing: parsed
      .flatMap(({ includes }) => includes)
      .filter((path) => ![...read].some((each) => each.endsWith(path.replace(/^\.\//, '')))),
  }
}

/** Varnish's own defaults, by its parameters. Source: include/tbl/params.h. */
const DEFAULTS_MS = {
  connect_timeout: 3500,
  first_byte_timeout: 60_000,
  backend_idle_timeout: 60_000,
  timeout_idle: 5000,
} as const
export type TimeName = keyof typeof DEFAULTS_MS

/** What a parameter is set to, or Varnish's default. */
export function parameterOf(params: ReadonlyMap<string, string>, name: TimeName): Time {
  const ms = vclMs(params.get(name))
  return ms === undefined ? { ms: DEFAULTS_MS[name], at: '' } : { ms, at: `varnishd -p ${name}=${params.get(name)}` }
}

/** A time of a backend: what the program sets for each request, else the backend's own, else the parameter. */
function timeOf(
  { attributes, lines, at }: Backend,
  { sets }: VclModel,
  params: ReadonlyMap<string, string>,
  name: TimeName,
): Time {
  const set = sets.findLast((each) => each.name === name && !each.conditional)
  const setMs = vclMs(set?.value)
  if (set !== undefined && setMs !== undefined) return { ms: setMs, at: set.at }
  const own = vclMs(attributes.get(name))
  if (own === undefined) return parameterOf(params, name)
  return { ms: own, at: `${at.slice(0, at.lastIndexOf(':'))}:${lines.get(name) ?? ''}` }
}

/** A backend by its name, with what its process was started with (`-p`). */
export function targetOf(model: VclModel, name: string, params: ReadonlyMap<string, string>): Target | undefined {
  const backend = model.backends.find((each) => each.name === name)
  return backend && toTarget(backend, model, params)
}

function toTarget(of: Backend, model: VclModel, params: ReadonlyMap<string, string>): Target {
  const { name, attributes, probe, at } = of
  const path = attributes.get('path')
  // A host may carry its port.
  const written = attributes.get('host') ?? ''
  const port = attributes.get('port') ?? /^[^:]*:(\d{1,5})$/.exec(written)?.[1] ?? '80'
  const host = /^[^:]*:\d{1,5}$/.test(written) ? (written.split(':')[0] ?? '') : written
  const number = port === 'http' ? 80 : /^\d{1,5}$/.test(port) ? Number(port) : 0
  const member = memberOf(path === undefined ? `${host.includes(':') ? `[${host}]` : host}:${number}` : `unix/${path}`)
  return {
    name,
    at,
    host: member.host,
    port: Number(member.port),
    socket: member.socket,
    text: member.text,
    connect: timeOf(of, model, params, 'connect_timeout'),
    firstByte: timeOf(of, model, params, 'first_byte_timeout'),
    probe: typeof probe === 'string' ? model.probes.get(probe) : probe,
  }
}

/** The backend or director that every request gets, '' where that depends on the request. */
export function usualTarget(model: VclModel): string {
  const targets = new Set(model.hints.map(({ target }) => target))
  const [always] = model.hints.filter(({ conditional }) => !conditional)
  if (targets.size === 1 && always) return always.target
  if (targets.size > 0) return ''
  return model.backends.find(({ name }) => name === 'default')?.name ?? model.backends[0]?.name ?? ''
}
