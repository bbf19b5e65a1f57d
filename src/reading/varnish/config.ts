import type { Json, JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { sectionHeader, splitSections } from '../caddy/sections.ts'
import { isNamed } from '../caddy/view.ts'
import { editsOf } from '../machine/edits.ts'
import { type Dark, type ReadContext, type Reading, reader } from '../reader.ts'
import { keepVcl } from './keep-vcl.ts'
import { modelOfVcl, type Target, targetOf, usualTarget, type VclModel } from './model.ts'
import { timesOf } from './times.ts'
import { type VarnishConfig, varnishConfig } from './types.ts'

/** Room for an answer's head. Source: include/tbl/params.h, `http_resp_size`. */
const HEAD_BYTES = 32 * 1024

/**
 * Reads Varnish's VCL for the backend that gets the URL: the one that the log named, or the only one there can be. A VCL is a
 * program: its conditions are not followed.
 */
export const varnishConfigReader = reader({
  name: 'varnish-config',
  output: varnishConfig,
  consults: ['upstream.backend', 'answer.status'],
  keep(out) {
    const kept = splitSections(out)
      .map((section) => `${sectionHeader(section)}\n${keepVcl(section.text)}`)
      .join('\n')
    const dropped = out.length - kept.length
    return { out: kept, leftOut: dropped > 0 ? `about ${dropped} characters that decide nothing here left out` : '' }
  },
  read,
})

function read(capture: Capture, context: ReadContext): Reading<VarnishConfig> {
  const sections = splitSections(capture.out)
  const params = paramsOf(capture.meta)
  const running = sections.filter(({ kind }) => kind === 'running')
  const files = sections.filter(({ kind }) => kind === 'file')
  const runs = running.length > 0 ? modelOfVcl(running.map(({ of, text }) => ({ path: of, text }))) : undefined
  const file = files.length > 0 ? modelOfVcl(files.map(({ of, text }) => ({ path: of, text }))) : undefined
  const model = runs ?? file
  const dark: Dark[] = []
  if (capture.outcome === 'blind' || capture.timedOut || capture.cut) {
    dark.push({ why: capture.why ?? 'cut', says: capture.says ?? "Varnish's VCL was read in part only" })
  }
  if (model && (!model.whole || model.missing.length > 0)) {
    const what =
      model.missing.length > 0
        ? `not read, though included: ${model.missing.slice(0, 3).join(', ')}`
        : 'it could not be read to its end'
    dark.push({ why: 'not-understood', says: `Varnish's VCL: ${what}` })
  }
  const picked = model ? pick(model, context, params) : { target: undefined, director: undefined }
  const { target, director } = picked
  const same = file && target ? targetOf(file, target.name, params) : undefined
  const comparable =
    runs !== undefined && file !== undefined && target !== undefined && file.whole && file.missing.length === 0
  const differs = comparable ? difference(target, same) : ''
  const status = context.facts.get('answer.status')
  const synths = (file ?? model)?.synths.filter((each) => BigInt(each.status) === status) ?? []
  const members = director ? membersOf(model, director, params) : []
  return {
    value: {
      ...told(target, params),
      ...timesOf(target, same, params),
      ...fileFacts(capture.meta),
      edits: editsOf(capture.meta),
      complete: dark.length === 0 && model !== undefined,
      source: runs ? 'running' : file ? 'files' : '',
      backends: BigInt(model?.backends.length ?? 0),
      known: target !== undefined,
      at: same && differs === '' ? same.at : (target?.at ?? ''),
      members,
      named: target && isNamed({ host: target.host, port: 0n, socket: '', text: '' }) ? [target.text] : [],
      claimed: model ? othersOf(model, [target?.text ?? '', ...members], params) : [],
      synth_at: synths[0]?.at ?? '',
      differs,
      differs_in: differs === '' ? '' : 'upstream',
      agrees: comparable && differs === '',
      file_host: differs === '' ? '' : (same?.host ?? ''),
      file_port: BigInt(differs === '' ? 0 : (same?.port ?? 0)),
    },
    dark,
    lines: target ? [`${target.at}: backend ${target.name} ${target.text}`] : [],
  }
}

/** Which backend gets the URL, and the director that it was chosen by. */
function pick(
  model: VclModel,
  { facts }: ReadContext,
  params: ReadonlyMap<string, string>,
): { target: Target | undefined; director: string | undefined } {
  const logged = facts.get('upstream.backend')
  const name = typeof logged === 'string' ? logged : usualTarget(model)
  const director = model.directors.find((each) => each.name === name || each.members.includes(name))
  const first = director?.name === name ? director.members[0] : name
  return { target: first === undefined ? undefined : targetOf(model, first, params), director: director?.name }
}

function membersOf(model: VclModel | undefined, director: string, params: ReadonlyMap<string, string>): string[] {
  const members = model?.directors.find(({ name }) => name === director)?.members ?? []
  return model ? members.flatMap((name) => targetOf(model, name, params)?.text ?? []) : []
}

function othersOf(model: VclModel, own: readonly string[], params: ReadonlyMap<string, string>): string[] {
  const all = model.backends.flatMap(({ name }) => targetOf(model, name, params)?.text ?? [])
  return [...new Set(all)].filter((text) => !own.includes(text)).slice(0, 200)
}

function difference(runs: Target, file: Target | undefined): string {
  if (file === undefined) return ''
  return runs.text === file.text ? '' : `the file sends to ${file.text}; what runs sends to ${runs.text}`
}

type Of = 'name' | 'host' | 'port' | 'socket' | 'text' | 'head_bytes' | `health${string}`

function told(
  target: Target | undefined,
  params: ReadonlyMap<string, string>,
): Pick<VarnishConfig, Extract<keyof VarnishConfig, Of>> {
  const probe = target?.probe
  const expected = Number(probe?.get('expected_response') ?? '200')
  const status = Number.isInteger(expected) && expected > 0 ? expected : 200
  return {
    name: target?.name ?? '',
    host: target?.host ?? '',
    port: BigInt(target?.port ?? 0),
    socket: target?.socket ?? '',
    text: target?.text ?? '',
    health: probe !== undefined,
    health_uri: probe ? (probe.get('url') ?? '/') : '',
    health_wants: probe ? String(status) : '',
    health_least: BigInt(probe ? status : 0),
    health_most: BigInt(probe ? status : 0),
    head_bytes: BigInt(bytesOf(params.get('http_resp_size'))),
  }
}

function bytesOf(text: string | undefined): number {
  const found = /^(\d{1,9})([km])?b?$/i.exec(text ?? '')
  if (!found) return HEAD_BYTES
  return Number(found[1]) * ({ k: 1024, m: 1024 * 1024 }[(found[2] ?? '').toLowerCase()] ?? 1)
}

function fileFacts(meta: JsonObject): Pick<VarnishConfig, 'conf' | 'newest' | 'newest_file' | 'workdir'> {
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
  let newest = { at: NEVER, path: '' }
  for (const each of Array.isArray(meta.files) ? meta.files : []) {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) continue
    const at = new Date(text(each.mtime))
    if (at > newest.at) newest = { at, path: text(each.path) }
  }
  return { conf: text(meta.conf), newest: newest.at, newest_file: newest.path, workdir: text(meta.workdir) }
}

/** What the process was started with by `-p`. */
function paramsOf(meta: JsonObject): Map<string, string> {
  const raw = meta.params
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return new Map()
  return new Map(
    Object.entries(raw).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )
}
