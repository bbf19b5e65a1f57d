/**
 * Minutes east of UTC that a `TZ` value means at a moment, or undefined where it cannot be told.
 * Takes names (`Asia/Kathmandu`, `:Europe/Berlin`, a path into zoneinfo) and POSIX forms
 * (`CET-1CEST,M3.5.0,M10.5.0/3`, `<+0545>-5:45`). Source: POSIX.1-2017, section 8.3; tzset(3).
 */
export function zoneMinutes(tz: string, atMs: number): number | undefined {
  const value = tz.startsWith(':') ? tz.slice(1) : tz
  if (value === '') return 0
  const name = value.includes('/zoneinfo/') ? (value.split('/zoneinfo/').at(-1) ?? '') : value
  if (name.startsWith('/') || name.length > 100) return undefined
  return posixMinutes(name, atMs) ?? namedMinutes(name.replace(/^(posix|right)\//, ''), atMs)
}

/** A zone of the tz database, by its name. */
function namedMinutes(name: string, atMs: number): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'longOffset' })
    const offset = format.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? ''
    if (offset === 'GMT' || offset === 'UTC') return 0
    const [, sign, hours, minutes] = /^GMT([+-])([0-9]{2}):([0-9]{2})/.exec(offset) ?? []
    if (hours === undefined || minutes === undefined) return undefined
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  } catch {
    return undefined
  }
}

const NAME = '(?:[A-Za-z]{3,10}|<[A-Za-z0-9+-]{3,10}>)'
const OFFSET = '[+-]?[0-9]{1,2}(?::[0-9]{2}){0,2}'
const POSIX = new RegExp(`^${NAME}(${OFFSET})(?:(${NAME})(${OFFSET})?(?:,([^,]{1,30}),([^,]{1,30}))?)?$`)

function posixMinutes(text: string, atMs: number): number | undefined {
  const found = POSIX.exec(text)
  if (!found) return undefined
  const [, offset = '', summerName, summerOffset, begin = 'M3.2.0', end = 'M11.1.0'] = found
  const standard = 0 - clock(offset)
  if (summerName === undefined) return standard
  const summer = summerOffset === undefined ? standard + 60 : 0 - clock(summerOffset)
  const year = new Date(atMs + standard * 60_000).getUTCFullYear()
  const begins = ruleTime(begin, year, standard)
  const ends = ruleTime(end, year, summer)
  if (begins === undefined || ends === undefined) return undefined
  const inside = begins < ends ? atMs >= begins && atMs < ends : atMs >= begins || atMs < ends
  return inside ? summer : standard
}

/** `[+-]hh[:mm[:ss]]` in minutes. */
function clock(text: string): number {
  const [hours = '0', minutes = '0'] = text.replace(/^[+-]/, '').split(':')
  return (text.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** When `Mm.w.d[/time]` falls in a year: ms since 1970. Other rules are not used by anybody: undefined. */
function ruleTime(rule: string, year: number, offset: number): number | undefined {
  const [, m, w, d, time] =
    /^M([0-9]{1,2})\.([1-5])\.([0-6])(?:\/([+-]?[0-9]{1,3}(?::[0-9]{2}){0,2}))?$/.exec(rule) ?? []
  const [month, week, day] = [Number(m), Number(w), Number(d)]
  if (!(month >= 1 && month <= 12)) return undefined
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay()
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  let date = 1 + ((day - firstWeekday + 7) % 7) + (week - 1) * 7
  if (date > days) date -= 7
  return Date.UTC(year, month - 1, date) + (clock(time ?? '2') - offset) * 60_000
}
