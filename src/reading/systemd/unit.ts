import { type Dark, reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { countProperty, type Properties, parseProperties, property, systemdTime, unreadableTime } from './properties.ts'
import { unit as output, type Unit } from './types.ts'

/** What to ask `systemctl show -p` for; none of them holds a secret. */
export const UNIT_PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'ExecMainCode',
  'ExecMainStatus',
  'ExecMainStartTimestamp',
  'ExecMainExitTimestamp',
  'NRestarts',
  'MainPID',
  'MemoryCurrent',
  'MemoryMax',
  'LimitNOFILE',
  'UnitFileState',
  'FragmentPath',
  'ActiveEnterTimestamp',
  'InactiveEnterTimestamp',
  'Restart',
  'NeedDaemonReload',
] as const

/** `ExecMainCode` is the si_code of waitid(2). */
const EXIT_KINDS: Readonly<Record<string, string>> = { '1': 'exited', '2': 'killed', '3': 'dumped' }

const TIMES = ['ExecMainStartTimestamp', 'ExecMainExitTimestamp', 'ActiveEnterTimestamp', 'InactiveEnterTimestamp']

/**
 * `systemctl show UNIT -p …`, one unit (the first when there are several). systemctl exits 0 for a
 * unit that nobody knows, with LoadState=not-found. Memory and limits: 0 for none.
 */
export const systemdUnitReader = reader({
  name: 'systemd-unit',
  output,
  consults: [],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines.filter((line) => line === '' || KEPT.has(line.slice(0, line.indexOf('='))))
    const left = lines.length - kept.length
    return { out: kept.join('\n'), leftOut: left === 0 ? '' : `${left} lines left out` }
  },
  read(capture) {
    const properties: Properties = parseProperties(capture.out)[0] ?? new Map()
    const unit = unitOf(properties)
    const value = { ...unit, complete: capture.exit === 0 && !capture.cut && !capture.timedOut && unit.load !== '' }
    return { value, dark: darkOf(properties, capture.err), lines: linesOf(value) }
  },
})

const KEPT: ReadonlySet<string> = new Set(UNIT_PROPERTIES)

function unitOf(properties: Properties): Unit {
  const text = (key: string) => visibleLine(property(properties, key), 1024)
  const load = text('LoadState')
  return {
    complete: false,
    found: load !== '' && load !== 'not-found',
    unit: text('Id'),
    load,
    active: text('ActiveState'),
    sub: text('SubState'),
    result: text('Result'),
    exit_kind: EXIT_KINDS[property(properties, 'ExecMainCode')] ?? '',
    exit_status: countProperty(properties, 'ExecMainStatus'),
    main_pid: countProperty(properties, 'MainPID'),
    restarts: countProperty(properties, 'NRestarts'),
    file_state: text('UnitFileState'),
    restart_policy: text('Restart'),
    started: systemdTime(property(properties, 'ExecMainStartTimestamp')),
    ended: systemdTime(property(properties, 'ExecMainExitTimestamp')),
    active_since: systemdTime(property(properties, 'ActiveEnterTimestamp')),
    inactive_since: systemdTime(property(properties, 'InactiveEnterTimestamp')),
    memory_max_bytes: countProperty(properties, 'MemoryMax'),
    memory_bytes: countProperty(properties, 'MemoryCurrent'),
    fd_limit: countProperty(properties, 'LimitNOFILE'),
    file: text('FragmentPath'),
    reload_needed: property(properties, 'NeedDaemonReload') === 'yes',
  }
}

function darkOf(properties: Properties, err: string): Dark[] {
  const dark: Dark[] = []
  if (err.includes('has not been booted with systemd')) {
    dark.push({ why: 'missing-tool', says: 'systemd does not run here' })
  } else if (err.includes('Failed to connect to')) {
    dark.push({ why: 'no-permission', says: 'systemd could not be asked: its bus does not answer' })
  }
  if (TIMES.some((key) => unreadableTime(property(properties, key)))) {
    dark.push({ why: 'not-understood', says: "the unit's times are in a time zone whose short name means several" })
  }
  return dark
}

function linesOf(unit: Unit): string[] {
  if (unit.unit === '') return []
  if (!unit.found) return [`${unit.unit}: systemd knows no such unit`]
  const ended = unit.exit_kind === '' ? '' : `, main process ${unit.exit_kind} with ${unit.exit_status}`
  return [`${unit.unit}: ${unit.active} (${unit.sub}), result ${unit.result}${ended}, ${unit.restarts} restarts`]
}
