import { readTarget } from './proc.ts'

/**
 * The machine's own time zone, by its name: programs of the system (dpkg among them) stamp their
 * logs with it, whatever TZ the person who runs this tool has set. UTC where none is configured (localtime(5)).
 */
export async function hostZone(): Promise<string> {
  const link = await readTarget('/etc/localtime')
  const name = link.ok ? (link.value.split('/zoneinfo/')[1] ?? '') : 'UTC'
  return isZone(name) ? name : 'UTC'
}

/**
 * A wall clock's `YYYY-MM-DD HH:MM:SS` in a zone, as milliseconds since 1970; 0 when it is no such stamp.
 * Where the clock was put back, the first of the two moments is given.
 */
export function zonedTime(stamp: string, zone: string): number {
  const asUtc = Date.parse(`${stamp.replace(' ', 'T')}Z`)
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(stamp) || Number.isNaN(asUtc)) return 0
  const early = asUtc - offsetAt(asUtc - DAY_MS / 2, zone)
  const candidates = [early, asUtc - offsetAt(early, zone), asUtc - offsetAt(asUtc + DAY_MS / 2, zone)]
  return candidates.find((at) => at + offsetAt(at, zone) === asUtc) ?? early
}

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** How most servers are set: no need to load the tables of all zones for it. */
const UTC: readonly string[] = ['UTC', 'Etc/UTC']

/** Milliseconds that a zone's clocks are ahead of UTC at a moment. */
function offsetAt(at: number, zone: string): number {
  if (UTC.includes(zone)) return 0
  let format = formats.get(zone)
  if (!format) {
    const numeric = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    } as const
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...numeric })
    formats.set(zone, format)
  }
  const parts = new Map(format.formatToParts(at).map((part) => [part.type, part.value]))
  const get = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0)
  const clock = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'))
  return clock - Math.floor(at / 1000) * 1000
}

function isZone(name: string): boolean {
  if (UTC.includes(name)) return true
  try {
    return name !== '' && Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: name }))
  } catch {
    return false
  }
}
