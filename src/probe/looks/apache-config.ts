import { readDump, writeDump } from '../../reading/apache/config-dump.ts'
import { signOf } from '../../reading/apache/config-lines.ts'
import { testedFiles } from '../../reading/apache/config-rewrite.ts'
import { underRoot } from '../../reading/apache/config-values.ts'
import { envVariables, placeByArguments, USUAL_PLACES } from '../../reading/apache/place.ts'
import { parseStat } from '../../reading/process/stat.ts'
import type { JsonObject } from '../../words/json.ts'
import type { BlindReason } from '../../words/vocabulary.ts'
import { type FlatConfig, readApacheFiles, type Start } from './apache-files.ts'
import { type ApacheProcess, apacheProcess } from './apache-place.ts'
import { pidOf } from './arguments.ts'
import { Beneath } from './beneath.ts'
import { blind, type Over, within } from './outcome.ts'
import { or, readText } from './proc.ts'
import { certificateStamps, type StampJson, stamped } from './stamps.ts'
import type { BuiltInLookFn, LookOutcome } from './types.ts'

const ARGV = ['apachectl', '-t', '-D', 'DUMP_CONFIG']
const MAX_ENVVARS = 65_536

/**
 * Reads Apache's configuration as files; nothing is started. Arguments: `pid` of a running one, whose command line
 * and environment tell the files; without it the usual places, for one that is down.
 *
 * `out` has the form of `apachectl -t -D DUMP_CONFIG`: includes in their place, conditions judged, variables put in.
 * `meta`: `conf`, `root` (ServerRoot), `files` (`path`, `mtime`, `placed`), `certificates`, `unreadable`, `limited`, `present` (does a path that
 * the configuration tests for exist), `loaded` (when it was last read, '' unknown), and with a pid `genuine`.
 */
export const apacheConfigLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  return within(tools, ARGV, async (over) => {
    const process = pid === undefined ? undefined : await apacheProcess(pid)
    if (pid !== undefined && process === undefined)
      return blind(ARGV, 'no-such-file', `There is no process ${pid} any more`)
    if (process?.hidden === true)
      return blind(ARGV, 'no-permission', `The files that process ${pid} sees cannot be read by this user`)
    const disk = process?.disk ?? new Beneath('')
    for (const start of await starts(process, disk)) {
      const flat = await readApacheFiles(start, disk, over)
      if (flat.main === 'absent' && !flat.limited) continue
      const present = await presentPaths(flat, disk, over)
      const loaded = pid === undefined ? '' : await loadedAt(flat, pid, disk)
      const texts = flat.lines.map(({ text }) => text)
      const certificates = await certificateStamps(texts, `${flat.root}/`, disk, over)
      const outcome = told(start, flat, { present, loaded, certificates }, process, over)
      return process?.elsewhere === true ? { ...outcome, at: `pid:${pid}` } : outcome
    }
    return blind(ARGV, 'no-such-file', `No Apache configuration at ${USUAL_PLACES.map(({ conf }) => conf).join(', ')}`)
  })
}

/** Where the main file may be, the surest first. */
async function starts(process: ApacheProcess | undefined, disk: Beneath): Promise<Start[]> {
  const given = process?.trusted === true ? process.arguments : undefined
  const place = given && placeByArguments(given)
  const places = place ? [place] : USUAL_PLACES
  const common = { defines: given?.defines ?? [] }
  return Promise.all(
    places.map(async ({ conf, root }) => {
      const environment = process?.environment ?? (await fromEnvvars(conf, disk))
      return { ...common, conf, root, environment }
    }),
  )
}

/** Debian's control script reads its variables from `envvars` beside the main file. */
async function fromEnvvars(conf: string, disk: Beneath): Promise<Map<string, string>> {
  const path = `${conf.slice(0, conf.lastIndexOf('/'))}/envvars`
  const read = await disk.read(path, MAX_ENVVARS)
  return read.kind === 'text' ? envVariables(read.text) : new Map()
}

/** Which of the paths that the configuration tests for exist. */
async function presentPaths(flat: FlatConfig, disk: Beneath, over: Over): Promise<JsonObject> {
  const present: JsonObject = {}
  for (const path of testedFiles(readDump(writeDump(flat.lines, [])).tree)) {
    if (over()) break
    const there = await disk.exists(path)
    if (there !== undefined) present[path] = there
  }
  return present
}

/**
 * When Apache last read its configuration: it writes its PidFile anew at every start and restart, graceful ones too
 * (ap_log_pid). RFC 3339, '' where the file is not there or of another process.
 */
async function loadedAt(flat: FlatConfig, pid: number, disk: Beneath): Promise<string> {
  const signs = flat.lines.map(({ text }) => signOf(text))
  const file = signs.findLast((sign) => sign.kind === 'directive' && sign.name === 'pidfile')
  const [word = ''] = file?.kind === 'directive' ? file.args : []
  const path = underRoot(word, flat.root)
  if (path === '') return ''
  const read = await disk.read(path, 64)
  if (read.kind !== 'text') return ''
  const parent = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))?.parent
  return [String(pid), String(parent)].includes(read.text.trim()) ? read.mtime.toISOString() : ''
}

function told(
  start: Start,
  flat: FlatConfig,
  { present, loaded, certificates }: { present: JsonObject; loaded: string; certificates: StampJson[] },
  process: ApacheProcess | undefined,
  over: Over,
): LookOutcome {
  const { lines, files, unreadable, problems, limited, main, root } = flat
  const meta: JsonObject = {
    conf: start.conf,
    root,
    files: stamped(files),
    unreadable,
    limited,
    present,
    loaded,
    certificates,
    ...(process === undefined ? {} : { genuine: process.genuine }),
  }
  if (main !== '') {
    const reasons: Record<typeof main, [BlindReason, string]> = {
      absent: ['timed-out', `There was no time to read ${start.conf}`],
      denied: ['no-permission', `This user may not read ${start.conf}`],
      irregular: ['not-understood', `${start.conf} is not a regular file`],
      'too-big': ['cut', `${start.conf} is larger than what is read`],
    }
    return { ...blind(ARGV, ...reasons[main]), meta }
  }
  return {
    outcome: 'ok',
    ...partly(flat, over()),
    out: writeDump(lines, problems),
    meta,
    argv: ARGV,
    cut: limited,
    timedOut: over(),
  }
}

function partly({ limited, unreadable }: FlatConfig, late: boolean): Pick<LookOutcome, 'why' | 'says'> {
  if (late) return { why: 'timed-out', says: "There was no time to read all of Apache's configuration" }
  if (limited) return { why: 'cut', says: "Apache's configuration is larger than what is read of it" }
  if (unreadable.length === 0) return {}
  return {
    why: 'no-permission',
    says: `Apache includes files that could not be read: ${unreadable.slice(0, 3).join(', ')}`,
  }
}
