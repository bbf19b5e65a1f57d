import type { Json } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { editsOf } from '../machine/edits.ts'
import { type Dark, type ReadContext, type Reading, reader } from '../reader.ts'
import { modelOfCaddyfile } from './caddyfile-model.ts'
import { type CaddyMeta, caddyMeta } from './config-meta.ts'
import { expandCaddyfile } from './expand.ts'
import { modelOfJson } from './json-model.ts'
import { keepCaddyfile } from './keep-caddyfile.ts'
import { keepJson } from './keep-json.ts'
import { type CaddyModel, DEFAULT_LOG } from './model.ts'
import { jsonOf, type Section, sectionHeader, splitSections } from './sections.ts'
import { timesOf } from './times.ts'
import { type CaddyConfig, caddyConfig } from './types.ts'
import { difference, isNamed, type View, viewOf } from './view.ts'

/**
 * Reads Caddy's configuration for one URL: as it runs, where the admin endpoint tells it, and as its files say. Caddy's own
 * rules, from its documentation and checked against `caddy adapt`.
 */
export const caddyConfigReader = reader({
  name: 'caddy-config',
  output: caddyConfig,
  consults: [
    'url.scheme',
    'url.host',
    'url.port',
    'url.path',
    'gateway.scheme',
    'gateway.port',
    'gateway.host',
    'gateway.path',
  ],
  keep,
  read,
})

function keep(out: string): { out: string; leftOut: string } {
  const text = splitSections(out)
    .map((section) => {
      const json = jsonOf(section.text)
      const kept = json === undefined ? keepCaddyfile(section.text) : JSON.stringify(keepJson(json as Json))
      return `${sectionHeader(section)}\n${kept}`
    })
    .join('\n')
  const dropped = out.length - text.length
  return { out: text, leftOut: dropped > 0 ? `about ${dropped} characters that decide nothing here left out` : '' }
}

interface Models {
  runs: CaddyModel | undefined
  file: CaddyModel | undefined
}

function read(capture: Capture, context: ReadContext): Reading<CaddyConfig> {
  const sections = splitSections(capture.out)
  const meta = caddyMeta(capture.meta)
  const models = modelsOf(sections)
  const model = models.runs ?? models.file
  const dark: Dark[] = []
  if (capture.outcome === 'blind' || capture.timedOut || capture.cut || meta.limited) {
    dark.push({ why: capture.why ?? 'cut', says: capture.says ?? "Caddy's configuration was read in part only" })
  }
  const edits = editsOf(capture.meta)
  if (model === undefined) return nothing(meta, edits, dark)
  const view = viewOf(model, context.facts)
  const file = models.runs && models.file ? viewOf(models.file, context.facts) : undefined
  // Of what runs, the admin endpoint tells all: only a file may be missing a part.
  if (models.runs === undefined) {
    for (const says of [
      ...meta.unreadable.map((path) => `this account may not read ${path}`),
      models.file?.doubt ?? '',
    ]) {
      if (says !== '') dark.push({ why: 'not-understood', says })
    }
  }
  if (view.fate.doubt !== '') dark.push({ why: 'not-understood', says: `Caddy's configuration: ${view.fate.doubt}` })
  const clear =
    models.file?.doubt === '' && meta.unreadable.length === 0 && file?.fate.doubt === '' && view.fate.doubt === ''
  const differs = file && clear ? difference(view, file) : { kind: '', says: '' }
  return {
    value: {
      ...toldOf(view, model, meta),
      ...timesOf(view, models.runs !== undefined, file),
      edits,
      complete: dark.length === 0,
      source: models.runs ? 'running' : 'files',
      admin: sections.find(({ kind }) => kind === 'running')?.of ?? '',
      reloadable: models.runs !== undefined || (model.admin !== 'off' && meta.admin !== 'off'),
      at: file && differs.kind === '' && file.fate.at !== '' ? file.fate.at : view.fate.at,
      differs: differs.says,
      differs_in: differs.kind,
      agrees: clear && differs.kind === '',
      ...fileOf(differs.kind === '' ? undefined : file),
      upstreams: upstreamsOf(sections),
    },
    dark,
    lines: [...linesOf(view), ...(differs.kind === '' ? [] : [differs.says])].slice(0, 5),
  }
}

function modelsOf(sections: readonly Section[]): Models {
  const running = sections.find(({ kind }) => kind === 'running')
  const runs = running && jsonOf(running.text)
  const files = sections.filter(({ kind }) => kind === 'file')
  const main = files[0] && jsonOf(files[0].text)
  return {
    runs: runs === undefined ? undefined : modelOfJson(runs as Json, 'the running configuration'),
    file:
      files[0] === undefined
        ? undefined
        : main === undefined
          ? modelOfCaddyfile(expandCaddyfile(files.map(({ of, text }) => ({ path: of, text }))))
          : modelOfJson(main as Json, files[0].of),
  }
}

type Own =
  | 'complete'
  | 'edits'
  | 'source'
  | 'admin'
  | 'reloadable'
  | 'differs'
  | 'differs_in'
  | 'agrees'
  | 'upstreams'
  | `file_${string}`

function toldOf(view: View, model: CaddyModel, meta: CaddyMeta): Omit<CaddyConfig, Own> {
  const { fate, members } = view
  const proxy = fate.proxy
  const newest = meta.mtimes.reduce((best, each) => (each.at > best.at ? each : best), { path: '', at: NEVER })
  return {
    conf: meta.conf,
    newest: newest.at,
    newest_file: newest.path,
    listens: fate.listens,
    site_found: fate.found,
    names: fate.names,
    handler: fate.handler,
    at: fate.at,
    returns: BigInt(fate.handler === 'return' ? fate.status : 0),
    members,
    dynamic: proxy?.dynamic ?? false,
    scheme: view.scheme,
    http_version: proxy?.scheme === 'h2c' ? '2' : '1.1',
    upstream_path: fate.path,
    upstream_host_header: view.hostHeader,
    tls_name: view.scheme === 'https' ? proxy?.serverName || (members[0]?.host ?? '') : '',
    tls_verify: view.scheme === 'https' && (proxy?.verify ?? false),
    tls_trusted: proxy?.trusted ?? '',
    ...timesOf(view, false, undefined),
    head_bytes: BigInt(proxy?.headMost ?? 0),
    policy: proxy?.policy ?? '',
    try_ms: BigInt(proxy?.tryMs ?? 0),
    retries: BigInt(proxy?.retries ?? 0),
    health: (proxy?.health.uri ?? '') !== '' || (proxy?.health.port ?? 0) > 0,
    health_uri: proxy?.health.uri ?? '',
    health_port: BigInt(proxy?.health.port ?? 0),
    ...wanted(proxy?.health.status ?? 0),
    fail_ms: BigInt(proxy?.failMs ?? 0),
    handles_errors: fate.handlesErrors,
    claimed: view.claimed,
    named: members.filter(isNamed).map(({ text }) => text),
    ...logOf(model, meta),
  }
}

/** Caddy takes any 2xx where no status is named; one digit stands for its class. */
function wanted(status: number): Pick<CaddyConfig, 'health_wants' | 'health_least' | 'health_most'> {
  if (status >= 10) return { health_wants: String(status), health_least: BigInt(status), health_most: BigInt(status) }
  const least = (status || 2) * 100
  return { health_wants: `${status || 2}xx`, health_least: BigInt(least), health_most: BigInt(least + 99) }
}

function logOf({ log }: CaddyModel, meta: CaddyMeta): Pick<CaddyConfig, 'log' | 'log_kind' | 'log_level'> {
  const level = log.level === '' ? 'INFO' : log.level.toUpperCase()
  if (log.kind === 'file') return { log: log.path, log_kind: 'file', log_level: level }
  if (log.kind !== DEFAULT_LOG.kind) return { log: '', log_kind: 'elsewhere', log_level: level }
  if (meta.stderr.startsWith('/')) return { log: meta.stderr, log_kind: 'file', log_level: level }
  return { log: '', log_kind: meta.stderr, log_level: level }
}

function fileOf(
  view: View | undefined,
): Pick<
  CaddyConfig,
  'file_at' | 'file_handler' | 'file_members' | 'file_scheme' | 'file_path' | 'file_read_timeout_ms'
> {
  return {
    file_at: view?.fate.at ?? '',
    file_handler: view?.fate.handler ?? '',
    file_members: view?.members ?? [],
    file_scheme: view?.scheme ?? '',
    file_path: view?.fate.path ?? '',
    file_read_timeout_ms: view?.waits ?? [],
  }
}

function upstreamsOf(sections: readonly Section[]): CaddyConfig['upstreams'] {
  const told = sections.find(({ kind }) => kind === 'upstreams')
  const list = told && jsonOf(told.text)
  if (!Array.isArray(list)) return []
  const count = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : 0n)
  return list.slice(0, 500).flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('address' in each) || typeof each.address !== 'string') return []
    const { num_requests: requests, fails } = each as { num_requests?: unknown; fails?: unknown }
    return [{ address: each.address, requests: count(requests), fails: count(fails) }]
  })
}

function linesOf({ fate, members }: View): string[] {
  if (!fate.listens) return ['nothing listens on the port of the URL']
  const what = fate.handler === 'return' ? `answers ${fate.status}` : members.map(({ text }) => text).join(', ')
  return [`${fate.at}: ${fate.handler} ${what}`.trim()]
}

function nothing(meta: CaddyMeta, edits: string[], dark: Dark[]): Reading<CaddyConfig> {
  const model: CaddyModel = { servers: [], admin: '', log: DEFAULT_LOG, doubt: '' }
  const view = viewOf(model, new Map())
  return {
    value: {
      ...toldOf(view, model, meta),
      edits,
      complete: false,
      source: '',
      admin: '',
      reloadable: true,
      differs: '',
      differs_in: '',
      agrees: false,
      ...fileOf(undefined),
      upstreams: [],
    },
    dark: dark.length > 0 ? dark : [{ why: 'no-such-file', says: "Caddy's configuration was not read" }],
    lines: [],
  }
}
