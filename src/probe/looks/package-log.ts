import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { hostZone, zonedTime } from './host-zone.ts'
import { failureOf } from './proc.ts'

const LOGS = ['/var/log/dpkg.log', '/var/log/dpkg.log.1']
const TAIL = 512 * 1024
const MOST = 100

/** One package that dpkg installed, upgraded or removed. */
export interface PackageChange {
  [field: string]: number | string
  at_ms: number
  kind: string
  what: string
}

/**
 * Packages that changed between two moments (milliseconds since 1970), from the end of dpkg's own
 * logs, at most the latest hundred. A machine without dpkg has none.
 */
export async function packageChanges(
  from: number,
  until: number,
): Promise<{ changes: PackageChange[]; unread: string[] }> {
  const zone = await hostZone()
  const changes: PackageChange[] = []
  const unread: string[] = []
  for (const log of LOGS) {
    try {
      changes.push(
        ...parseDpkgLog(since(await tail(log), from), zone).filter(
          (change) => change.at_ms >= from && change.at_ms <= until,
        ),
      )
    } catch (error) {
      if (failureOf(error) !== 'gone') unread.push(log)
    }
  }
  return { changes: changes.sort((a, b) => b.at_ms - a.at_ms).slice(0, MOST), unread }
}

/** The lines from the day before `from` on: dates sort as text, and no zone is further than a day off. */
function since(text: string, from: number): string {
  const day = new Date(from - 86_400_000).toISOString().slice(0, 10)
  return text
    .split('\n')
    .filter((line) => line.slice(0, 10) >= day)
    .join('\n')
}

/**
 * The lines of a dpkg.log that end a change: `2026-11-21 03:31:02 upgrade nginx:amd64 1.22.1-9 1.22.1-10`,
 * `… install …`, `… remove …`. Its stamps carry no zone: they are in `zone`.
 */
export function parseDpkgLog(text: string, zone: string): PackageChange[] {
  return text.split('\n').flatMap((line) => {
    const [day = '', time = '', action = '', name = '', old = '', version = ''] = line.split(' ')
    const verb = VERBS.get(action)
    const at = verb === undefined ? 0 : zonedTime(`${day} ${time}`, zone)
    if (verb === undefined || at === 0 || !/^[a-z0-9][a-z0-9+.:-]*$/.test(name)) return []
    const what = action === 'upgrade' ? `${name} was upgraded from ${old} to ${version}` : `${name} was ${verb}`
    return [{ at_ms: at, kind: 'package', what }]
  })
}

const VERBS = new Map([
  ['upgrade', 'upgraded'],
  ['install', 'installed'],
  ['remove', 'removed'],
])

async function tail(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) return ''
    const length = Math.min(stats.size, TAIL)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, stats.size - length)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
