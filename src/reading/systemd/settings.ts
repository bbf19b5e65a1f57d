import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { type Properties, parseProperties, property } from './properties.ts'
import { unitSettings as output } from './types.ts'

const KEPT: ReadonlySet<string> = new Set([
  'Id',
  'LoadState',
  'User',
  'Group',
  'WorkingDirectory',
  'EnvironmentFiles',
  'ExecStart',
  'FragmentPath',
  'NeedDaemonReload',
  'Triggers',
  'TriggeredBy',
])
const LONGEST = 1024

/**
 * What a unit file asks for, from `systemctl show UNIT -p User,WorkingDirectory,…`: as whom, where and
 * what it starts. Of a command only its program is kept: arguments may hold secrets.
 */
export const unitSettingsReader = reader({
  name: 'unit-settings',
  output,
  consults: [],
  keep(out) {
    const lines = out.split('\n')
    const kept = lines.filter((line) => line === '' || KEPT.has(keyOf(line)))
    const short = kept.map((line) => (keyOf(line) === 'ExecStart' ? `ExecStart={ path=${programOf(line)} ; }` : line))
    const left = lines.length - kept.length
    return { out: short.join('\n'), leftOut: left === 0 ? 'arguments' : `arguments, and ${left} lines` }
  },
  read(capture) {
    const properties: Properties = parseProperties(capture.out)[0] ?? new Map()
    const text = (key: string) => visibleLine(property(properties, key), LONGEST)
    const load = text('LoadState')
    const files = (properties.get('EnvironmentFiles') ?? []).map((file) => file.replace(/ \(ignore_errors=\w+\)$/, ''))
    const value = {
      complete: capture.exit === 0 && !capture.cut && !capture.timedOut && load !== '',
      found: load !== '' && load !== 'not-found',
      unit: text('Id'),
      // The manager's own user is root where none is named.
      user: text('User'),
      group: text('Group'),
      // `!` and `-` in front are systemd's own marks.
      folder: text('WorkingDirectory').replace(/^[!-]+/, ''),
      program: visibleLine(programOf(property(properties, 'ExecStart')), LONGEST),
      environment_files: files.map((file) => visibleLine(file, LONGEST)),
      file: text('FragmentPath'),
      reload_needed: property(properties, 'NeedDaemonReload') === 'yes',
      starts: unitsIn(text('Triggers')),
      started_by: unitsIn(text('TriggeredBy')),
    }
    return { value, dark: [], lines: value.found ? [`${value.unit}: ${value.program}`] : [] }
  },
})

function keyOf(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf('=')))
}

/** `{ path=/srv/shop/start.sh ; argv[]=… ; … }` */
function programOf(value: string): string {
  const from = value.indexOf('path=')
  if (from < 0) return ''
  const end = value.indexOf(' ;', from)
  return value.slice(from + 'path='.length, end < 0 ? undefined : end)
}

function unitsIn(value: string): string[] {
  return value.split(' ').filter((name) => /^[\w:.@\\-]{1,255}\.[a-z]{1,16}$/.test(name))
}
