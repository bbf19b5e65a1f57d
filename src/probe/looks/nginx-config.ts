import { existsSync } from 'node:fs'
import { expandConfig } from '../../reading/nginx/config-expand.ts'
import { fileTests } from '../../reading/nginx/config-files.ts'
import { fileHeader, splitDump } from '../../reading/nginx/config-keep.ts'
import { servesName } from '../../reading/nginx/config-serves.ts'
import { parseConfig } from '../../reading/nginx/parse-config.ts'
import type { JsonObject } from '../../words/json.ts'
import type { BlindReason } from '../../words/vocabulary.ts'
import { Beneath } from './beneath.ts'
import { type ConfigFiles, readConfigFiles } from './nginx-files.ts'
import { nginxMasters } from './nginx-masters.ts'
import { placeByArguments, USUAL_PLACES } from './nginx-place.ts'
import { type NginxProcess, nginxProcess } from './nginx-process.ts'
import { certificateStamps, stamped } from './stamps.ts'
import type { LookOutcome, LookTools } from './types.ts'

/** So many nginx of one machine are looked into. */
const MOST_MASTERS = 8

interface Place {
  conf: string
  prefix: string
}

/**
 * Reads nginx's configuration as files; nothing is started. Arguments: `pid` of a running master, or
 * `conf` and `prefix`, or nothing (the usual places: for an nginx that is down). With `host` the nginx
 * that has a server of that name is sought among all that run here; `meta.pid` and `meta.running` tell.
 *
 * `out` has the form of `nginx -T`'s output. `meta`: `conf`, `prefix`, `files` (`path`, `mtime`, `placed`),
 * `certificates` (the same of what it names), `unreadable` (paths), `limited` (files, bytes, depth or time ended it), `present` (does a path that
 * the configuration tests for exist), and with a pid `genuine` (yes | no | unknown), `exe`, `version`,
 * `errorLog` and `accessLog` (defaults of the build or of `-e`).
 */
export async function nginxConfigLook(args: JsonObject, tools: LookTools): Promise<LookOutcome> {
  const deadline = Date.now() + tools.timeoutMs
  const stop = (): boolean => tools.signal.aborted || Date.now() > deadline
  const host = typeof args.host === 'string' ? args.host : ''
  if (args.pid === undefined && host !== '') return await soughtByHost(host, args, tools, stop)
  const pid = positive(args.pid)
  // Without /proc (macOS) the usual places are all there is.
  const hasProc = existsSync('/proc/self')
  const process = pid === undefined ? undefined : await nginxProcess(pid)
  if (hasProc && pid !== undefined && process === undefined)
    return blind('no-such-file', `There is no process ${pid} any more`)
  if (process?.hidden) {
    return blind('no-permission', `The files that process ${pid} sees cannot be read by this user`, about(process))
  }
  const disk = process?.disk ?? new Beneath('')
  for (const place of candidates(args, process)) {
    const found = await readConfigFiles(place.conf, disk, stop)
    if (found.main === 'absent' && !found.limited) continue
    const outcome = await told(place, found, process, disk, stop)
    return process?.elsewhere && pid !== undefined ? { ...outcome, at: `pid:${pid}` } : outcome
  }
  const tried = candidates(args, process).map(({ conf }) => conf)
  return blind('no-such-file', `No nginx configuration at ${tried.join(', ')}`, about(process))
}

/** The one that serves a host by name, else the first that runs, else what the usual places hold. */
async function soughtByHost(
  host: string,
  { host: _, ...args }: JsonObject,
  tools: LookTools,
  stop: () => boolean,
): Promise<LookOutcome> {
  const { pids, whole } = await nginxMasters(stop)
  const running = pids.length
  for (const pid of pids.slice(0, MOST_MASTERS)) {
    const outcome = await nginxConfigLook({ ...args, pid }, tools)
    const files = splitDump(outcome.out).map(({ path, text }) => ({ path, ...parseConfig(text, path) }))
    if (servesName(files, host)) return { ...outcome, meta: { ...outcome.meta, pid, running } }
  }
  const [first] = pids
  if (first !== undefined) {
    const outcome = await nginxConfigLook({ ...args, pid: first }, tools)
    return { ...outcome, meta: { ...outcome.meta, running } }
  }
  const outcome = await nginxConfigLook(args, tools)
  return { ...outcome, meta: { ...outcome.meta, running: whole ? 0 : -1 } }
}

/** Where the main file may be, the surest first. */
function candidates(args: JsonObject, process: NginxProcess | undefined): Place[] {
  const prefix = absoluteText(args.prefix)
  const conf = absoluteText(args.conf)
  if (conf !== '') return [{ conf, prefix }]
  if (process?.trusted) {
    const place = placeByArguments(process.arguments, process.build, process.cwd)
    if (place.conf !== '') return [place]
  }
  return USUAL_PLACES.map((place) => ({ ...place, prefix: prefix || place.prefix }))
}

async function told(
  place: Place,
  found: ConfigFiles,
  process: NginxProcess | undefined,
  disk: Beneath,
  stop: () => boolean,
): Promise<LookOutcome> {
  const { files, unreadable, limited, main } = found
  const meta: JsonObject = {
    ...about(process),
    ...place,
    files: stamped(files),
    unreadable,
    limited,
    present: {},
  }
  if (main !== '') return mainUnread(place.conf, main, meta)
  const present = await presentPaths(files, place.prefix, disk, stop)
  const texts = files.map(({ text }) => text)
  const certificates = await certificateStamps(texts, place.conf, disk, stop)
  const timedOut = stop()
  return {
    outcome: 'ok',
    ...partly(limited, timedOut, unreadable),
    out: files.map(({ path, text }) => `${fileHeader(path)}\n${unambiguous(text)}\n`).join('\n'),
    meta: { ...meta, present, certificates },
    argv: ['cat', ...files.map(({ path }) => path)],
    cut: limited,
    timedOut,
  }
}

/** Why what was read is only a part, when it is. */
function partly(limited: boolean, timedOut: boolean, unreadable: string[]): Pick<LookOutcome, 'why' | 'says'> {
  if (timedOut) return { why: 'timed-out', says: "There was no time to read all of nginx's configuration" }
  if (limited) return { why: 'cut', says: "nginx's configuration is larger than what is read of it" }
  if (unreadable.length === 0) return {}
  const some = unreadable.slice(0, 3).join(', ')
  return { why: 'no-permission', says: `nginx includes files that could not be read: ${some}` }
}

function mainUnread(conf: string, why: Exclude<ConfigFiles['main'], ''>, meta: JsonObject): LookOutcome {
  const reasons: Record<typeof why, [BlindReason, string]> = {
    absent: ['timed-out', `There was no time to read ${conf}`],
    denied: ['no-permission', `This user may not read ${conf}`],
    irregular: ['not-understood', `${conf} is not a regular file`],
    'too-big': ['cut', `${conf} is larger than what is read`],
  }
  const [reason, says] = reasons[why]
  return { ...blind(reason, says, meta), argv: ['cat', conf], timedOut: why === 'absent' }
}

/** Which of the paths that the configuration tests for exist. */
async function presentPaths(
  files: ConfigFiles['files'],
  prefix: string,
  disk: Beneath,
  stop: () => boolean,
): Promise<JsonObject> {
  const parsed = files.map(({ path, text }) => ({ path, ...parseConfig(text, path) }))
  const present: JsonObject = {}
  for (const path of fileTests(expandConfig(parsed).tree, prefix)) {
    if (stop()) break
    const there = await disk.exists(path)
    if (there !== undefined) present[path] = there
  }
  return present
}

/** A comment in a file that looks like a header of ours gets a second `#`. */
function unambiguous(text: string): string {
  return text.replace(/^# configuration file /gm, '## configuration file ')
}

function about(process: NginxProcess | undefined): JsonObject {
  if (process === undefined) return {}
  const { genuine, exe, build, trusted } = process
  const errorLog = (trusted ? process.arguments.errorLog : '') || build.errorLog
  return { genuine, exe, version: build.version, errorLog, accessLog: build.accessLog }
}

function blind(why: BlindReason, says: string, meta: JsonObject = {}): LookOutcome {
  return {
    outcome: 'blind',
    why,
    says,
    out: '',
    meta,
    argv: ['cat', USUAL_PLACES[0]?.conf ?? ''],
    cut: false,
    timedOut: false,
  }
}

function positive(value: JsonObject[string] | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

function absoluteText(value: JsonObject[string] | undefined): string {
  return typeof value === 'string' && value.startsWith('/') ? value : ''
}
