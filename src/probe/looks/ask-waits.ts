import { setTimeout as wait } from 'node:timers/promises'
import { cpuFolders, cpuLimit, parseThrottling, type Throttling } from '../../reading/process/cpu-share.ts'
import { type Outgoing, parseOutgoing } from '../../reading/process/outgoing.ts'
import { parseStat } from '../../reading/process/stat.ts'
import { type Moment, seenAt, waitsOf } from '../../reading/process/waits.ts'
import type { JsonObject } from '../../words/json.ts'
import { pidOf, portOf } from './arguments.ts'
import { compareNamespaces } from './namespaces.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { allStats, or, readText } from './proc.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

/** An answer that comes before the first look needs no reason for its time. */
const FIRST_MS = 120
const AGAIN_MS = 200
const SS_MS = 2000
const LEAST_MS = 1000

/**
 * Asks the application once more, GET, and watches meanwhile for whom it waits: connections that it opened and that
 * were sent something since, without an answer; and those that nobody takes. Arguments: `pid`, who listens; `port`, its
 * own port, whose connections are its visitors'; `url`, and as the gateway asks: `host`, `version`, `sni`, `verify`.
 * Connections want `ss`, and the same network namespace as ours. Whether a limit of processor time held it back is seen
 * in its control group.
 */
export const askWaitsLook: BuiltInLookFn = (args, tools) => {
  const [pid, port] = [pidOf(args), portOf(args)]
  const argv = [
    ...['ss', '-tionpHO', 'state', 'established', 'state', 'syn-sent'],
    ...(port === undefined ? [] : ['sport', '!=', `:${port}`]),
  ]
  const { url } = args
  if (
    pid === undefined ||
    typeof url !== 'string' ||
    !/^https?:\/\/[\x21-\x7e]{1,2048}$/.test(url) ||
    !URL.canParse(url)
  ) {
    return Promise.resolve(blind(argv, 'not-understood', 'no process id, or no address to ask, was given'))
  }
  return within(tools, argv, async (over) => {
    const near = (await compareNamespaces(pid)).net === 'same'
    const group = await groupOf(pid)
    const before = group && (await throttlingIn(group))
    const started = performance.now()
    let answered: number | undefined
    const asked = ask(url, args, tools).finally(() => {
      answered = performance.now() - started
    })
    const own = authorityOf(url)
    const seen = near
      ? await watch({ pid, own, argv, started, tools, over: () => over() || answered !== undefined })
      : UNSEEN
    const answer = await asked
    if (seen.missing)
      return blind(argv, 'missing-tool', 'there is no ss here (package iproute2): connections are not seen')
    return found(
      argv,
      {
        whole: seen.whole,
        looked: seen.moments.length,
        unseen_ms: longestUnseen(seen.moments, answered ?? performance.now() - started),
        ms: Math.round(answered ?? performance.now() - started),
        same_net: near,
        // Its own port, called by itself, is our request once more.
        waits: waitsOf(seen.moments, answered === undefined ? undefined : { ended: answered, connections: seen.after })
          .filter(({ peer }) => peer !== own)
          .map((each) => ({ ...each, ms: Math.round(each.ms) })),
        asked: answer,
        ...(group && before ? { cpu: await heldBack(group, before) } : {}),
      },
      { timedOut: false },
    )
  })
}

/** `127.0.0.1:3000`, as `ss` writes it. */
function authorityOf(url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
}

/** The exchange as it was measured; {} where it could not be made. */
async function ask(url: string, args: JsonObject, tools: LookTools): Promise<JsonObject> {
  const { askHttp } = await import('../http/ask.ts')
  const word = (name: 'host' | 'version' | 'sni') => {
    const value = args[name]
    return typeof value === 'string' && value !== '' ? { [name]: value } : {}
  }
  const request = {
    kind: 'http' as const,
    at: 'proxy' as const,
    read: 'waits',
    url,
    times: 1,
    redirects: 0,
    own: false,
    timeoutMs: Math.max(LEAST_MS, Math.floor(tools.timeoutMs * 0.7)),
    ...word('host'),
    ...word('version'),
    ...word('sni'),
    ...(args.verify === true ? { verify: true } : {}),
  }
  const options = { userAgent: 'triage502', headers: [], resolve: [], insecure: false, env: tools.env }
  const capture = await askHttp(request, options, tools.signal)
  return capture.outcome === 'blind' ? {} : capture.meta
}

interface Watched {
  /** `ss` answered each time, and told who holds each connection. */
  whole: boolean
  moments: Moment[]
  /** Its connections right after the answer. */
  after: Outgoing[]
  /** There is no `ss`. */
  missing: boolean
}

/** A process in a network of its own: its connections are not seen from here. */
const UNSEEN: Watched = { whole: false, moments: [], after: [], missing: false }

/** The folder of its control group that counts processor time; undefined where none does. */
async function groupOf(pid: number): Promise<string | undefined> {
  for (const folder of cpuFolders(or(await readText(`/proc/${pid}/cgroup`), ''))) {
    if (await throttlingIn(folder)) return folder
  }
  return undefined
}

async function throttlingIn(folder: string): Promise<Throttling | undefined> {
  return parseThrottling(or(await readText(`${folder}/cpu.stat`, 4096), ''))
}

/** In how many periods since then it ran, and in how many it had used up its share. */
async function heldBack(folder: string, before: Throttling): Promise<JsonObject> {
  const after = (await throttlingIn(folder)) ?? before
  const [max, quota, period] = await Promise.all(
    ['cpu.max', 'cpu.cfs_quota_us', 'cpu.cfs_period_us'].map(async (name) =>
      or(await readText(`${folder}/${name}`, 256), ''),
    ),
  )
  return {
    periods: Math.max(0, after.periods - before.periods),
    throttled: Math.max(0, after.throttled - before.throttled),
    limit: cpuLimit(max || quota || '', period ?? ''),
  }
}

interface Watching {
  pid: number
  /** Whom our request was sent to, `address:port`. */
  own: string
  argv: string[]
  /** When it was sent. */
  started: number
  tools: LookTools
  over: Over
}

async function watch({ pid, own, argv, started, tools, over }: Watching): Promise<Watched> {
  const watched: Watched = { whole: true, moments: [], after: [], missing: false }
  let family: Promise<ReadonlySet<number>> | undefined
  let wasSent = false
  await wait(FIRST_MS, undefined, { signal: tools.signal }).catch(() => {})
  while (!over()) {
    const at = performance.now() - started
    // By now a worker that was started for our request is there.
    family ??= familyOf(pid, over)
    const [ran, members] = await Promise.all([tools.run(argv, SS_MS), family])
    if (ran.exit !== 0) return { ...watched, whole: false, missing: ran.missing }
    const all = ran.out.split('\n').flatMap((line) => parseOutgoing(line) ?? [])
    // Not one holder is named: this account may not see them.
    if (all.length > 0 && all.every(({ pids }) => pids.length === 0)) watched.whole = false
    const connections = all.filter((each) => isOf(each, members))
    const ours = await sentByUs(all, own)
    // Our own connection is gone: the answer is there, although its reader may not have ended yet.
    if (over() || (wasSent && ours.length === 0)) return { ...watched, after: connections }
    wasSent ||= ours.length > 0
    watched.moments.push({ at: seenAt(ours, at), connections })
    await wait(AGAIN_MS, undefined, { signal: tools.signal }).catch(() => {})
  }
  if (watched.moments.length === 0 || family === undefined || tools.signal.aborted) return watched
  const [last, members] = await Promise.all([tools.run(argv, SS_MS), family])
  if (last.exit !== 0) return watched
  const all = last.out.split('\n').flatMap((line) => parseOutgoing(line) ?? [])
  return { ...watched, after: all.filter((each) => isOf(each, members)) }
}

/** The longest stretch of a request in which nobody looked, milliseconds: on a busy machine a look takes long. */
function longestUnseen(moments: readonly Moment[], ended: number): number {
  const times = [0, ...moments.map(({ at }) => at), ended]
  return Math.round(Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? 0))))
}

/** The connections to `own` that this process made, itself or by a client that it started. */
async function sentByUs(all: readonly Outgoing[], own: string): Promise<Outgoing[]> {
  const isOurs = async (pid: number) =>
    pid === process.pid || parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))?.parent === process.pid
  const theirs = all.filter(({ state, peer }) => state === 'established' && peer === own)
  const ours = await Promise.all(theirs.map(async ({ pids }) => (await Promise.all(pids.map(isOurs))).some(Boolean)))
  return theirs.filter((_, at) => ours[at])
}

const isOf = ({ pids }: Outgoing, family: ReadonlySet<number>) => pids.some((each) => family.has(each))

/** A process and all that it started: a worker of a pool makes the calls. */
async function familyOf(pid: number, over: Over): Promise<ReadonlySet<number>> {
  const stats = await allStats(over)
  const family = new Set([pid])
  for (let grown = true; grown; ) {
    grown = false
    for (const [each, { parent }] of stats) {
      if (family.has(each) || !family.has(parent)) continue
      family.add(each)
      grown = true
    }
  }
  return family
}
