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
  connectMs: number
  firstByteMs: number
  probe: Attributes | undefined
}

/** Puts the files of one VCL together, the main one first. */
export function modelOfVcl(files: readonly { path: string; text: string }[]): VclModel {
  const parsed = files.map(({ path, text }) => parseVcl(text, path))
  const read = new Set(files.map(({ path }) => path))
  return {
    backends: parsed.flatMap(({ backends }) => backends),
    probes: new Map(parsed.flatMap(({ probes }) => [...probes])),
    directors: parsed.flatMap(({ directors }) => directors),
    hints: parsed.flatMap(({ hints }) => hints),
    synths: parsed.flatMap(({ synths }) => synths),
    whole: parsed.every(({ whole }) => whole),
    missing: parsed
      .flatMap(({ includes }) => includes)
      .filter((path) => ![...read].some((each) => each.endsWith(path.replace(/^\.\//, '')))),
  }
}

/** Varnish's own defaults, where the backend sets none. Source: include/tbl/params.h. */
const CONNECT_MS = 3500
const FIRST_BYTE_MS = 60_000

/** A backend by its name, with what its process was started with (`-p`). */
export function targetOf(model: VclModel, name: string, params: ReadonlyMap<string, string>): Target | undefined {
  const backend = model.backends.find((each) => each.name === name)
  return backend && toTarget(backend, model, params)
}

function toTarget(
  { name, attributes, probe, at }: Backend,
  model: VclModel,
  params: ReadonlyMap<string, string>,
): Target {
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
    connectMs: vclMs(attributes.get('connect_timeout')) ?? vclMs(params.get('connect_timeout')) ?? CONNECT_MS,
    firstByteMs:
      vclMs(attributes.get('first_byte_timeout')) ?? vclMs(params.get('first_byte_timeout')) ?? FIRST_BYTE_MS,
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
