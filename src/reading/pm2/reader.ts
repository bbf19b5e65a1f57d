import type { JsonObject } from '../../words/json.ts'
import { type Infer, NEVER, t, type Value } from '../../words/value.ts'
import { found, object, objects, text, texts, whole } from '../process/found.ts'
import { type Dark, reader } from '../reader.ts'
import { keptApp } from './listed.ts'

const app = t.record({
  found: t.bool,
  /** How it was told to be the one: `port` (its PORT or its arguments name it), `process`; '' where none was. */
  by: t.string,
  others: t.int,
  name: t.string,
  /** online | stopping | stopped | launching | errored | one-launch-status | waiting restart; saved: no daemon runs. */
  status: t.string,
  pid: t.int,
  /** Restarts since somebody started it, by PM2 itself or by hand. */
  restarts: t.int,
  /** Restarts in a row that did not live for long enough. */
  unstable: t.int,
  exit_code: t.int,
  created: t.timestamp,
  /** Its last start. */
  started: t.timestamp,
  /** Bytes at which PM2 restarts it; 0: none. */
  memory: t.int,
  cluster: t.bool,
  instances: t.int,
  error_log: t.string,
  out_log: t.string,
  cwd: t.string,
  home: t.string,
  user: t.string,
  /** When `pm2 save` wrote it down. */
  saved: t.timestamp,
})

const output = t.record({ complete: t.bool, daemons: t.int, count: t.int, app })

type App = Infer<typeof app>

const NONE: App = {
  found: false,
  by: '',
  others: 0n,
  name: '',
  status: '',
  pid: 0n,
  restarts: 0n,
  unstable: 0n,
  exit_code: 0n,
  created: NEVER,
  started: NEVER,
  memory: 0n,
  cluster: false,
  instances: 0n,
  error_log: '',
  out_log: '',
  cwd: '',
  home: '',
  user: '',
  saved: NEVER,
}

/** The applications of PM2 from the look `pm2`, or from `pm2 jlist` that a person pasted: which one is the upstream. */
export const pm2Reader = reader({
  name: 'pm2',
  output,
  consults: ['upstream.port', 'upstream.socket', 'app.pid'],
  keep(out) {
    const raw = told(out)
    if (!raw) return { out: '', leftOut: out === '' ? '' : 'what was no list of applications' }
    return { out: JSON.stringify({ ...raw, apps: kept(raw, 'apps'), saved: kept(raw, 'saved') }), leftOut: '' }
  },
  read(capture, context) {
    const raw = told(capture.out)
    const [apps, saved] = [kept(raw ?? {}, 'apps'), kept(raw ?? {}, 'saved')]
    const seen = raw !== undefined && capture.outcome === 'ok' && !capture.cut && !capture.timedOut && !capture.pasted
    const dark: Dark[] =
      capture.outcome === 'blind'
        ? [{ why: capture.why ?? 'not-understood', says: capture.says ?? 'PM2 could not be asked' }]
        : []
    return {
      value: {
        complete: seen,
        daemons: BigInt(objects(raw ?? {}, 'daemons').length),
        count: BigInt(apps.length),
        app: choose(apps, saved, context.facts),
      },
      dark,
      lines: apps.slice(0, 5).map((each) => `${text(each, 'name')} ${text(object(each, 'pm2_env'), 'status')}`),
    }
  },
})

function kept(raw: JsonObject, name: string): JsonObject[] {
  return objects(raw, name).map((each) => ({ ...beside(each), ...keptApp(each) }))
}

/** What the look adds to an application: whose it is. */
function beside(each: JsonObject): JsonObject {
  const { daemon = 0, home = '', saved_ms = 0 } = each
  return { daemon, home, saved_ms }
}

/** The look's own JSON, or the list that `pm2 jlist` prints, behind whatever PM2 says first. */
function told(out: string): JsonObject | undefined {
  const own = found(out)
  if (own.ok) return own.raw
  const from = out.indexOf('[{')
  const list = from < 0 ? undefined : found(`{"apps":${out.slice(from).trim()}}`)
  return list?.ok ? { daemons: [{}], apps: objects(list.raw, 'apps') } : undefined
}

function choose(apps: readonly JsonObject[], saved: readonly JsonObject[], facts: ReadonlyMap<string, Value>): App {
  const port = Number(facts.get('upstream.port') ?? 0)
  const socket = facts.get('upstream.socket')
  const pid = Number(facts.get('app.pid') ?? 0)
  const owned = pid > 0 ? apps.filter((each) => whole(each, 'pid') === pid) : []
  if (owned[0]) return { ...appOf(owned[0]), by: 'process' }
  const named = (each: JsonObject) =>
    (port > 0 && portsOf(each).includes(port)) || (typeof socket === 'string' && socketsOf(each).includes(socket))
  const [known, kept] = [apps.filter(named), saved.filter(named)]
  const [first] = known
  if (first) return { ...appOf(first), by: 'port', others: BigInt(known.length - 1) }
  const [last] = kept
  return last ? { ...appOf(last), by: 'port', others: BigInt(kept.length - 1), status: 'saved', pid: 0n } : NONE
}

function portsOf(each: JsonObject): number[] {
  const env = object(each, 'pm2_env')
  return [whole(env, 'PORT'), ...texts(env, 'args').map(Number)]
}

function socketsOf(each: JsonObject): string[] {
  const env = object(each, 'pm2_env')
  return [text(env, 'PORT'), ...texts(env, 'args')]
}

function appOf(each: JsonObject): App {
  const env = object(each, 'pm2_env')
  return {
    ...NONE,
    found: true,
    name: text(each, 'name'),
    status: text(env, 'status'),
    pid: BigInt(whole(each, 'pid')),
    restarts: BigInt(whole(env, 'restart_time')),
    unstable: BigInt(whole(env, 'unstable_restarts')),
    exit_code: BigInt(whole(env, 'exit_code')),
    created: time(whole(env, 'created_at')),
    started: time(whole(env, 'pm_uptime')),
    memory: BigInt(whole(env, 'max_memory_restart')),
    cluster: text(env, 'exec_mode') === 'cluster_mode',
    instances: BigInt(whole(env, 'instances', 1)),
    error_log: text(env, 'pm_err_log_path'),
    out_log: text(env, 'pm_out_log_path'),
    cwd: text(env, 'pm_cwd'),
    home: text(each, 'home'),
    user: text(env, 'username'),
    saved: time(whole(each, 'saved_ms')),
  }
}

function time(ms: number): Date {
  const at = new Date(ms)
  return ms > 0 && !Number.isNaN(at.getTime()) ? at : NEVER
}
