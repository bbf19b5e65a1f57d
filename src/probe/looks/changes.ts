import { stat } from 'node:fs/promises'
import { type Clock, parseStat, startedAt } from '../../reading/process/stat.ts'
import type { JsonObject } from '../../words/json.ts'
import { isPath, millisecondsOf, pidOf, stringsOf, unitOf } from './arguments.ts'
import { type Change, NOTHING, type Part } from './changed.ts'
import { clockChanges } from './clock-changes.ts'
import { containerChanges } from './container-changes.ts'
import { programOf } from './listeners.ts'
import { found, type Over, within } from './outcome.ts'
import { packageChanges } from './package-log.ts'
import { allStats, attempt, or, readClock, readText } from './proc.ts'
import { programFileChanges } from './program-files.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'
import { unitChanges, unitOfProcess } from './unit-changes.ts'

const DAY_MS = 86_400_000
const MOST_FILES = 1000
const MOST_CHANGES = 200
/** What changed shortly after the first error may be somebody's attempt to mend it. */
const AFTERMATH_MS = 300_000

/**
 * What changed lately: starts of processes and of a unit, a reload, unit and environment files, the files that an
 * application was started with, its container, packages, the machine's boot and clock. Arguments, all optional:
 * `proxy_pid`, `app_pid`, `unit`, `conf_files`, `since_ms` or `since_seconds` (how far back, before `before` or now; a
 * day), `before` (RFC 3339).
 */
export const changesLook: BuiltInLookFn = (args, tools) => {
  const files = stringsOf(args, 'conf_files').filter(isPath)
  const argv = ['ls', '-lt', '--time-style=full-iso', '--', ...files.slice(0, 10)]
  return within(tools, argv, async (over) => {
    const now = tools.now()
    const clock = await readClock(now)
    const before = typeof args.before === 'string' ? Date.parse(args.before) : Number.NaN
    const until = Number.isNaN(before) ? now.getTime() : Math.min(now.getTime(), before + AFTERMATH_MS)
    const from = (Number.isNaN(before) ? until : before) - reachOf(args)
    const [proxy, app] = [pidOf(args, 'proxy_pid'), pidOf(args, 'app_pid')]
    const parts = await Promise.all([
      startChanges(proxy, undefined, true, { tools, clock, over }),
      startChanges(app, unitOf(args), false, { tools, clock, over }),
      configChanges(files.slice(0, MOST_FILES)),
      packageChanges(from, until),
      programFileChanges(app, over).then((changes) => ({ changes, unread: [] })),
      containerChanges(app, tools),
      containerChanges(proxy, tools),
      clockChanges(from, tools),
    ])
    const boot: Change = { at_ms: clock.bootSeconds * 1000, kind: 'boot', what: 'the machine started' }
    const changes = [boot, ...parts.flatMap((part) => part.changes)]
      .filter((change) => change.at_ms >= from && change.at_ms <= until)
      .sort((a, b) => b.at_ms - a.at_ms)
    const findings = {
      whole: !over(),
      changes: changes.slice(0, MOST_CHANGES),
      unread: parts.flatMap((part) => part.unread),
    }
    return found(argv, findings, { timedOut: over(), cut: changes.length > MOST_CHANGES || files.length > MOST_FILES })
  })
}

function reachOf(args: JsonObject): number {
  const seconds = millisecondsOf(args, 'since_seconds')
  return millisecondsOf(args, 'since_ms') ?? (seconds === undefined ? DAY_MS : seconds * 1000)
}

/** A reload gives a master new workers: all of them are then younger than it by more than a start takes. */
async function processChanges(pid: number | undefined, reloads: boolean, clock: Clock, over: Over): Promise<Part> {
  if (pid === undefined) return NOTHING
  const own = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))
  if (!own) return { changes: [], unread: [`pid ${pid}`] }
  const program = await programOf(pid)
  const changes = [
    { at_ms: startedAt(own.startTicks, clock), kind: 'process-start', what: `${program} (pid ${pid}) started` },
  ]
  if (!reloads) return { changes, unread: [] }
  const children = [...(await allStats(over)).values()].filter((child) => child.parent === pid)
  const oldest = Math.min(...children.map((child) => child.startTicks))
  if (children.length > 0 && oldest > own.startTicks + START_TICKS) {
    const at = startedAt(oldest, clock)
    changes.push({ at_ms: at, kind: 'reload', what: `${program} (pid ${pid}) was reloaded: its workers are new` })
  }
  return { changes, unread: [] }
}

/** Five seconds, in ticks: a start with its workers takes less. */
const START_TICKS = 500

interface Looking {
  tools: LookTools
  clock: Clock
  over: Over
}

/**
 * The starts of a process and of its unit: the one that is given, else the one that its control group names. That the
 * latter cannot be asked hides nothing that was sought.
 */
async function startChanges(
  pid: number | undefined,
  given: string | undefined,
  reloads: boolean,
  { tools, clock, over }: Looking,
): Promise<Part> {
  const unit = given ?? (await unitOfProcess(pid))
  const [own, its] = await Promise.all([
    processChanges(pid, reloads, clock, over),
    unit === '' ? NOTHING : unitChanges(unit, tools, clock),
  ])
  const changes = oneStart(own.changes, its.changes)
  return { changes, unread: [...own.unread, ...(given === undefined ? [] : its.unread)] }
}

/** A unit that was started is its process that was started. */
function oneStart(own: readonly Change[], its: readonly Change[]): Change[] {
  const process = own.find(({ kind }) => kind === 'process-start')
  const unit = its.find(({ kind }) => kind === 'unit-start')
  const same = process && unit && Math.abs(process.at_ms - unit.at_ms) < SAME_MS
  if (!same) return [...own, ...its]
  const told = { ...unit, what: `${unit.what}: ${process.what.replace(/ started$/, '')}` }
  return [...own.filter((each) => each !== process), ...its.filter((each) => each !== unit), told]
}

/** systemd calls a unit active a moment after its process was made. */
const SAME_MS = 3000

async function configChanges(files: readonly string[]): Promise<Part> {
  const part: Part = { changes: [], unread: [] }
  for (const file of files) {
    const seen = await attempt(async () => ({ ok: true, value: await stat(file) }))
    if (seen.ok) part.changes.push({ at_ms: Math.round(seen.value.mtimeMs), kind: 'config', what: `${file} changed` })
    else part.unread.push(file)
  }
  return part
}
