import { readdir, readlink, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { samePaths } from '../looks/namespaces.ts'
import { entriesOf, processExists, readText } from '../looks/proc.ts'
import { type Opened, openHeld, openLog } from './open.ts'

/** The log as the process that writes it sees it. */
export interface Written {
  opened: Opened
  /** '' where paths mean the same to the process and to us, else `/proc/PID/root`. */
  root: string
  /** Is the opened file the one the process holds open? */
  held: 'yes' | 'no' | 'unknown'
  /** The process writes to another file than the one at the path: that one was opened. */
  moved: boolean
  /** Its TZ: '' is a TZ that is empty. Undefined: it has none, or (`zoneKnown` false) it cannot be seen. */
  tz: string | undefined
  tzSeen: boolean
}

const MAX_FDS = 20_000

/** Opens a log for reading, as the process `pid` sees it and holds it; without a pid as we see it. */
export async function openWritten(path: string, pid: number | undefined): Promise<Written> {
  if (pid === undefined) {
    return { opened: await openLog(path), root: '', held: 'unknown', moved: false, tz: undefined, tzSeen: false }
  }
  const [root, environment, open] = await Promise.all([rootOf(pid), zoneOf(pid), heldFiles(pid)])
  const common = { ...environment, root: root === 'unknown' ? '' : root }
  if (root === 'unknown' && processExists(pid)) {
    const says = `whether process ${pid} sees the same ${path} as this account cannot be told`
    return { ...common, opened: { kind: 'blind', why: 'no-vantage', says, goes: '' }, held: 'unknown', moved: false }
  }
  const opened = await openLog(path, common.root)
  if (open === undefined) return { ...common, opened, held: 'unknown', moved: false }
  if (opened.kind === 'file') {
    const { dev, ino } = opened.about
    if (open.some((file) => file.dev === dev && file.ino === ino))
      return { ...common, opened, held: 'yes', moved: false }
  } else if (opened.why !== 'no-such-file') return { ...common, opened, held: 'unknown', moved: false }
  // Its root was changed since: the path leads there no more, and the open file is still the one.
  const under = common.root !== '' ? open.find((file) => file.target === path) : undefined
  const before = under ?? open.find((file) => wasAt(path, file.target))
  if (before === undefined) return { ...common, opened, held: 'no', moved: false }
  const other = await openHeld(before.fd, before.target)
  if (other.kind === 'blind') return { ...common, opened, held: 'no', moved: true }
  if (opened.kind === 'file') await opened.handle.close()
  return { ...common, opened: other, held: 'yes', moved: under === undefined }
}

async function rootOf(pid: number): Promise<string> {
  const same = await samePaths(pid)
  return same === 'same' ? '' : same === 'unknown' ? 'unknown' : `/proc/${pid}/root`
}

interface HeldFile {
  fd: string
  target: string
  dev: number
  ino: number
}

/** The regular files that a process holds open. Undefined when that cannot be seen. */
async function heldFiles(pid: number): Promise<HeldFile[] | undefined> {
  try {
    const files: HeldFile[] = []
    for (const name of (await readdir(`/proc/${pid}/fd`)).slice(0, MAX_FDS)) {
      const fd = `/proc/${pid}/fd/${name}`
      const target = await readlink(fd).catch(() => '')
      if (!target.startsWith('/') || target.startsWith('/dev/')) continue
      const about = await stat(fd).catch(() => undefined)
      if (about?.isFile()) files.push({ fd, target, dev: about.dev, ino: about.ino })
    }
    return files
  } catch {
    return undefined
  }
}

/** Was this open file the log once? Rotation renames it in its folder (`.1`, `-20261121`) or deletes it. */
function wasAt(path: string, target: string): boolean {
  const deleted = ' (deleted)'
  const place = target.endsWith(deleted) ? target.slice(0, -deleted.length) : target
  if (place === path) return target !== place
  if (dirname(place) !== dirname(path)) return false
  return isRotatedName(basename(path), basename(place))
}

const DATED = /^-\d{4}-?\d\d-?\d\d(?:[T_-]?\d\d-?\d\d(?:-?\d\d)?(?:[.-]\d{1,3})?)?(\.[^.]{1,20})(?:\.[a-z0-9]{1,4})?$/

/**
 * `error.log.1`, `error.log-20261121.gz`, `error.log.old`, and with the date before the ending, as logrotate's
 * `extension` and Caddy's own rolling write it: `error-20261121.log`, `caddy-2026-11-21T20-05-32.118.log.gz`. But not
 * `error.log.shop`, another log.
 */
export function isRotatedName(base: string, name: string): boolean {
  const dot = base.lastIndexOf('.')
  if (dot > 0 && name.startsWith(`${base.slice(0, dot)}-`)) {
    const [, ending = ''] = DATED.exec(name.slice(dot)) ?? []
    if (ending === base.slice(dot)) return true
  }
  if (!name.startsWith(base)) return false
  return /^[.-]([0-9][0-9._-]{0,30}|old|bak|save|prev)(\.[a-z0-9]{1,4})?$/.test(name.slice(base.length))
}

async function zoneOf(pid: number): Promise<{ tz: string | undefined; tzSeen: boolean }> {
  const environment = await readText(`/proc/${pid}/environ`, 1024 * 1024)
  if (!environment.ok) return { tz: undefined, tzSeen: false }
  const entry = entriesOf(environment.value).find((each) => each.startsWith('TZ='))
  return { tz: entry?.slice('TZ='.length), tzSeen: true }
}
