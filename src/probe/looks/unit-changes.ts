import { parseCgroup, unitOf as unitOfPlace } from '../../reading/process/cgroup.ts'
import type { Clock } from '../../reading/process/stat.ts'
import { type Properties, parseProperties, property } from '../../reading/systemd/properties.ts'
import { isPath } from './arguments.ts'
import { type Change, fileChange, type Part } from './changed.ts'
import { or, readText } from './proc.ts'
import type { LookTools } from './types.ts'

const PROPERTIES = 'ActiveEnterTimestampMonotonic,FragmentPath,DropInPaths,EnvironmentFiles,NeedDaemonReload'
const MOST_FILES = 30

/** The unit that this machine's own manager runs a process as; '' where it is none's, or a container's. */
export async function unitOfProcess(pid: number | undefined): Promise<string> {
  if (pid === undefined) return ''
  const [theirs, own] = await Promise.all([readText(`/proc/${pid}/cgroup`), readText('/proc/self/cgroup')])
  const { unit, userUnit } = unitOfPlace(parseCgroup(or(theirs, '')), parseCgroup(or(own, '')))
  return userUnit || unit.startsWith('-') ? '' : unit
}

/**
 * What changed of a unit: its start, its unit file and drop-ins, the environment files that it names (systemd.exec(5)). systemd's
 * own monotonic stamps, in microseconds since boot, need no parsing of zones and languages.
 */
export async function unitChanges(unit: string, tools: LookTools, clock: Clock): Promise<Part> {
  const argv = ['systemctl', 'show', '-p', PROPERTIES, '--', unit]
  const result = await tools.run(argv, Math.floor(tools.timeoutMs / 2))
  if (result.missing || result.exit !== 0) return { changes: [], unread: [unit] }
  const properties: Properties = parseProperties(result.out)[0] ?? new Map<string, string[]>()
  const started = startOf(properties, clock)
  const start: Change[] = started === 0 ? [] : [{ at_ms: started, kind: 'unit-start', what: `${unit} started` }]
  const files = [property(properties, 'FragmentPath'), ...property(properties, 'DropInPaths').split(' ')]
  const environment = (properties.get('EnvironmentFiles') ?? []).map((line) =>
    line.replace(/ \(ignore_errors=\w+\)$/, ''),
  )
  // What systemd says of the unit is true of the file of it that was changed last.
  const unread = property(properties, 'NeedDaemonReload') === 'yes'
  const unitFiles = await changesOf(files, 'unit-file', () => '')
  const latest = Math.max(0, ...unitFiles.map((change) => change.at_ms))
  const told = unitFiles.map((change) =>
    unread && change.at_ms === latest
      ? { ...change, what: `${change.what}, and systemd has not read it since (systemctl daemon-reload)` }
      : change,
  )
  const after = (at: number) => (started > 0 && at > started ? `, after ${unit} was started with it` : '')
  return { changes: [...start, ...told, ...(await changesOf(environment, 'environment', after))], unread: [] }
}

function startOf(properties: Properties, clock: Clock): number {
  const microseconds = /^[0-9]{1,15}$/.exec(property(properties, 'ActiveEnterTimestampMonotonic'))?.[0]
  const sinceBoot = Number(microseconds ?? 0) / 1000
  return sinceBoot === 0 || clock.uptimeMs === 0 ? 0 : Math.round(clock.nowMs - clock.uptimeMs + sinceBoot)
}

async function changesOf(paths: readonly string[], kind: string, more: (atMs: number) => string): Promise<Change[]> {
  const found = await Promise.all(
    paths
      .filter(isPath)
      .slice(0, MOST_FILES)
      .map((path) => fileChange(path, kind, { more })),
  )
  return found.flat()
}
