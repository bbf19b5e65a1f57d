import { stat } from 'node:fs/promises'
import { apacheConfigReader } from '../../reading/apache/config.ts'
import { caddyConfigReader } from '../../reading/caddy/config.ts'
import { haproxyConfigReader } from '../../reading/haproxy/config.ts'
import { nginxConfigReader } from '../../reading/nginx/config.ts'
import { isLoopback } from '../../reading/process/addresses.ts'
import type { ReadContext, Reader } from '../../reading/reader.ts'
import { listensByArguments } from '../../reading/varnish/arguments-listen.ts'
import type { JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import type { RecordType, Value } from '../../words/value.ts'
import { apacheConfigLook } from './apache-config.ts'
import { hostOf, portOf } from './arguments.ts'
import { caddyConfigLook } from './caddy-config.ts'
import { lastInJournal, type UnitState, unitStates } from './gateway-units.ts'
import { haproxyConfigLook } from './haproxy-config.ts'
import { nginxConfigLook } from './nginx-config.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { listPids, or, readTarget } from './proc.ts'
import type { BuiltInLookFn, LookOutcome, LookTools } from './types.ts'

/** How one kind of gateway is set up on a machine, by its package and by its maker's own units. */
interface Kind {
  program: string
  /** The file names of its program. */
  runs: readonly string[]
  units: readonly string[]
  look?: BuiltInLookFn
  reader?: Reader<RecordType>
  /** Fields of its reading that name files it writes: its logs. */
  logs: readonly string[]
  /** Field that tells where in its files the port stands. */
  at: string
}

const untyped = (reader: unknown) => reader as Reader<RecordType>

const KINDS: readonly Kind[] = [
  {
    program: 'nginx',
    runs: ['nginx', 'openresty'],
    units: ['nginx.service', 'openresty.service'],
    look: nginxConfigLook,
    reader: untyped(nginxConfigReader),
    logs: ['access_log', 'error_log'],
    at: 'conf',
  },
  {
    program: 'haproxy',
    runs: ['haproxy'],
    units: ['haproxy.service'],
    look: haproxyConfigLook,
    reader: untyped(haproxyConfigReader),
    logs: [],
    at: 'frontend_at',
  },
  {
    program: 'apache2',
    runs: ['apache2', 'httpd'],
    units: ['apache2.service', 'httpd.service'],
    look: apacheConfigLook,
    reader: untyped(apacheConfigReader),
    logs: ['access_log', 'error_log'],
    at: 'server_at',
  },
  {
    program: 'caddy',
    runs: ['caddy'],
    units: ['caddy.service'],
    look: caddyConfigLook,
    reader: untyped(caddyConfigReader),
    logs: ['log'],
    at: 'conf',
  },
  // It takes its port from its command line, and so from its unit.
  { program: 'varnishd', runs: ['varnishd', 'cache-main'], units: ['varnish.service'], logs: [], at: '' },
]

/** By default CDNs call 80 and 443; the others are what balancers' targets and packages use (IANA's http-alt, https-alt; Varnish's 6081). */
const CALLED = [80, 443, 8080, 8443, 8000, 8081, 6081, 8008]

const ARGV = ['ls', '/etc/nginx', '/etc/haproxy', '/etc/apache2', '/etc/caddy']

/**
 * Which gateways are set up on this machine for a port, whether or not they run: by their files in the usual places, and by
 * the command line of a unit. Arguments: `port`, and `host`, the site's name. Nothing is started; nobody is asked but systemd.
 *
 * With `to`, a port: those that serve `port`, or one of the ports that what stands in front of a machine mostly calls, and
 * send what they take there to that port of this machine.
 *
 * `gateways`: `program`, `conf`, `at` (where the port stands), `port`, `runs` (pids of that program here), `unit` with what systemd
 * says of it (`load`, `active`, `result`, `file_state`, `ran_ms`: when it last began or ended, 0 where nothing shows that it ever ran), and
 * `wrote_ms`: when a log of its was last written and is not empty. `unread`: kinds whose files may not be read.
 */
export const gatewaysSetUpLook: BuiltInLookFn = (args, tools) => {
  const port = portOf(args)
  if (port === undefined) return Promise.resolve(blind(ARGV, 'not-understood', 'no port was given'))
  const host = hostOf(args.host) ?? ''
  const to = portOf(args, 'to')
  if (args.to !== undefined && to === undefined)
    return Promise.resolve(blind(ARGV, 'not-understood', 'what was given as a port is none'))
  return within(tools, ARGV, async (over) => {
    const units = await unitStates(
      KINDS.flatMap((kind) => kind.units),
      tools,
    )
    const running = await programsRunning(over)
    const gateways: JsonObject[] = []
    const unread: string[] = []
    for (const kind of KINDS) {
      if (over()) break
      const mine = kind.units.map((name) => units.states.get(name)).find((state) => state?.load === 'loaded')
      const told = await inFiles(kind, { port, host, to }, tools)
      if (told === 'unread') unread.push(kind.program)
      const byUnit =
        to === undefined && kind.look === undefined && mine !== undefined && listensByArguments(mine.command, port)
      if (!byUnit && (told === undefined || told === 'unread')) continue
      gateways.push({
        program: kind.program,
        conf: '',
        at: byUnit ? (mine?.unit ?? '') : '',
        wrote_ms: 0,
        port,
        ...(typeof told === 'object' ? told : {}),
        runs: kind.runs.flatMap((name) => running.get(name) ?? []),
        ...(mine === undefined ? {} : await stateOf(mine, tools)),
      })
    }
    return found(ARGV, { systemd: units.systemd, asked: units.asked, gateways, unread }, { timedOut: over() })
  })
}

/** What is written down of a unit. */
async function stateOf({ command: _, ...state }: UnitState, tools: LookTools): Promise<JsonObject> {
  return { ...state, ran_ms: state.ran_ms || (await lastInJournal(state.unit, tools)) }
}

/** Does a configuration of this kind serve the port? Its usual files, read as its own look and reader do. */
async function inFiles(
  { look, reader, logs, at }: Kind,
  { port, host, to }: { port: number; host: string; to: number | undefined },
  tools: LookTools,
): Promise<JsonObject | 'unread' | undefined> {
  if (look === undefined || reader === undefined) return undefined
  const outcome = await look({}, { ...tools, timeoutMs: tools.timeoutMs / 4 })
  if (outcome.outcome === 'blind') return outcome.why === 'no-such-file' ? undefined : 'unread'
  for (const served of to === undefined ? [port] : new Set([port, ...CALLED])) {
    const facts: [string, Value][] = [
      ['url.scheme', 'http'],
      ['url.host', host],
      ['url.port', BigInt(served)],
      ['url.path', '/'],
    ]
    const { value } = reader.read(captureOf(outcome), contextOf(facts))
    if (value.listens !== true || (to !== undefined && !sendsTo(value.members, to))) continue
    const files = logs.flatMap((name) => [textOf(value[name])]).filter((path) => path.startsWith('/'))
    const conf = textOf(value.conf)
    const told = { conf, at: textOf(value[at]) || conf, port: served, handler: textOf(value.handler) }
    return { ...told, wrote_ms: await lastWritten(files) }
  }
  return undefined
}

/** Is one of these upstreams this port of this machine? */
function sendsTo(members: Value | undefined, port: number): boolean {
  if (!Array.isArray(members)) return false
  return members.some((member) => {
    const { host, port: its } = member as Readonly<Record<string, Value>>
    return its === BigInt(port) && (host === 'localhost' || isLoopback(textOf(host)))
  })
}

const contextOf = (facts: [string, Value][]): ReadContext => ({
  facts: new Map(facts),
  knowledge: { fingerprints: [], signatures: [] },
  requests: [],
  now: new Date(0),
})

function captureOf({ outcome, out, meta, argv, cut, timedOut, why, says }: LookOutcome): Capture {
  return {
    ...{ kind: 'look', at: 'local', exit: null, ms: 0, startedAt: '', err: '', leftOut: '' },
    ...{ outcome, out, meta, argv, cut, timedOut },
    ...(why === undefined ? {} : { why }),
    ...(says === undefined ? {} : { says }),
  }
}

const textOf = (value: Value | undefined) => (typeof value === 'string' ? value : '')

/** An empty file was made by its rotation, and nobody has written since. */
async function lastWritten(paths: readonly string[]): Promise<number> {
  const times = paths.map(async (path) => {
    const about = await stat(path).catch(() => undefined)
    return about && about.size > 0 ? Math.round(about.mtimeMs) : 0
  })
  return Math.max(0, ...(await Promise.all(times)))
}

/** The processes of this machine by the name of the file that they run: a title proves nothing. */
async function programsRunning(over: Over): Promise<Map<string, number[]>> {
  const names = new Set(KINDS.flatMap(({ runs }) => runs))
  const running = new Map<string, number[]>()
  for (const pid of await listPids()) {
    if (over()) break
    const exe = or(await readTarget(`/proc/${pid}/exe`), '').replace(/ \(deleted\)$/, '')
    const name = exe.slice(exe.lastIndexOf('/') + 1)
    if (names.has(name)) running.set(name, [...(running.get(name) ?? []), pid].slice(0, 8))
  }
  return running
}
