// What stands in every log of the lab before a case begins: other failures of other days, as they are left behind by
// real incidents. A diagnosis that takes them for this one is wrong.

const HOUR_MS = 3600_000

/** Yesterday's failures, and some of two hours ago; each line as nginx 1.22 writes it. */
const FAILURES: readonly { ago: number; status: number; path: string; said: string; level?: string }[] = [
  {
    ago: 26.2,
    status: 504,
    path: '/checkout',
    said: 'upstream timed out (110: Connection timed out) while reading response header from upstream',
  },
  {
    ago: 26.1,
    status: 502,
    path: '/checkout',
    said: 'connect() failed (111: Connection refused) while connecting to upstream',
  },
  {
    ago: 26.1,
    status: 502,
    path: '/cart',
    said: 'upstream prematurely closed connection while reading response header from upstream',
  },
  { ago: 26.0, status: 502, path: '/cart', said: 'no live upstreams while connecting to upstream' },
  {
    ago: 25.9,
    status: 502,
    path: '/login',
    said: 'upstream sent too big header while reading response header from upstream',
  },
  {
    ago: 25.8,
    status: 502,
    path: '/login',
    said: 'connect() to unix:/run/shop/old.sock failed (2: No such file or directory) while connecting to upstream',
    level: 'crit',
  },
  {
    ago: 2.1,
    status: 502,
    path: '/checkout',
    said: 'recv() failed (104: Connection reset by peer) while reading response header from upstream',
  },
  {
    ago: 1.9,
    status: 504,
    path: '/report',
    said: 'upstream timed out (110: Connection timed out) while connecting to upstream',
  },
]

/** The local time of an instant in a zone: its parts, and how far it is from UTC (`+0545`). */
function local(at: Date, zone: string): { date: string; time: string; offset: string; access: string } {
  const [date = '', time = ''] = at.toLocaleString('sv-SE', { timeZone: zone }).split(' ')
  const named = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const shift =
    named
      .find(({ type }) => type === 'timeZoneName')
      ?.value.replace('GMT', '')
      .replace(':', '') ?? ''
  const month = at.toLocaleString('en-US', { timeZone: zone, month: 'short' })
  const [year = '', , day = ''] = date.split('-')
  return {
    date: date.replaceAll('-', '/'),
    time,
    offset: shift === '' ? '+0000' : shift,
    access: `${day}/${month}/${year}`,
  }
}

/** When the last of it happened: the file's time of change, as whoever wrote it would have left it. */
export const lastOfOld = (now: Date): Date =>
  new Date(now.getTime() - Math.min(...FAILURES.map(({ ago }) => ago)) * HOUR_MS)

/** What an nginx in this zone has in its error log from before. */
export function oldErrors(now: Date, zone = 'UTC'): string {
  const lines = FAILURES.map(({ ago, path, said, level = 'error' }, i) => {
    const { date, time } = local(new Date(now.getTime() - ago * HOUR_MS), zone)
    const request = `request: "GET ${path} HTTP/1.1", upstream: "http://127.0.0.1:3000${path}", host: "shop.example.com"`
    return `${date} ${time} [${level}] 811#811: *${1400 + i} ${said}, client: 10.20.0.${17 + i}, server: shop.example.com, ${request}`
  })
  return `${lines.join('\n')}\n`
}

/** And in its access log, in the format `combined`: the same failures, each between two good answers. */
export function oldAnswers(now: Date, zone = 'UTC'): string {
  const lines = FAILURES.flatMap(({ ago, path, status }, i) => {
    const line = (seconds: number, code: number, size: number) => {
      const { access, time, offset } = local(new Date(now.getTime() - ago * HOUR_MS + seconds * 1000), zone)
      return `10.20.0.${17 + i} - - [${access}:${time} ${offset}] "GET ${path} HTTP/1.1" ${code} ${size} "-" "Mozilla/5.0"`
    }
    return [line(-40, 200, 512), line(0, status, 559), line(40, 200, 512)]
  })
  return `${lines.join('\n')}\n`
}
