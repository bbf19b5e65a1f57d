import { NEVER } from '../../words/value.ts'

/** One unit's properties as `systemctl show` prints them: `Key=Value` a line, a key may come several times. */
export type Properties = ReadonlyMap<string, readonly string[]>

const KEY = /^[A-Za-z][A-Za-z0-9]*$/

/** Parses the output of `systemctl show`: one block a unit, blocks separated by empty lines. Other lines are left out. */
export function parseProperties(out: string): Properties[] {
  const blocks: Map<string, string[]>[] = []
  let block = new Map<string, string[]>()
  const close = () => {
    if (block.size > 0) blocks.push(block)
    block = new Map()
  }
  for (const raw of out.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '') close()
    const equals = line.indexOf('=')
    if (equals < 1 || equals > 64) continue
    const key = line.slice(0, equals)
    if (!KEY.test(key)) continue
    const known = block.get(key)
    if (known) known.push(line.slice(equals + 1))
    else block.set(key, [line.slice(equals + 1)])
  }
  close()
  return blocks
}

/** A property's first value, '' when it is not there. */
export function property(properties: Properties, key: string): string {
  return properties.get(key)?.[0] ?? ''
}

/**
 * A property that counts. `none` for what systemd prints where there is no limit or nothing is
 * measured: `[not set]`, `infinity`, and 2^64-1 (systemd before 253 prints the number).
 */
export function countProperty(properties: Properties, key: string, none = 0n): bigint {
  const value = property(properties, key)
  if (!/^-?\d{1,20}$/.test(value)) return none
  const count = BigInt(value)
  return count >= 2n ** 63n ? none : count
}

/** Minutes east of UTC of the abbreviations that mean one zone only. `IST`, `CST` and the like mean several. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  KST: 540,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
}

const STAMP =
  /^(?:[A-Z][a-z]{2} )?(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})? ([A-Za-z]{3,5}|[+-]\d{2}(?::?\d{2})?)$/

/**
 * A time as systemd prints it: `@1795234976` (`--timestamp=unix`, or with a fraction), `Sat 2026-11-21
 * 02:03:10 UTC`. NEVER for none (`n/a`, ``, `0`) and for a zone whose abbreviation means several.
 */
export function systemdTime(text: string): Date {
  const unix = /^@(\d{1,11})(?:\.\d{1,6})?$/.exec(text)?.[1]
  if (unix !== undefined) return valid(Number(unix) * 1000)
  const [, year, month, day, hour, minute, second, zone] = STAMP.exec(text) ?? []
  if (zone === undefined) return NEVER
  const offset = zoneOffset(zone)
  if (offset === undefined) return NEVER
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number)
  return valid(Date.UTC(y ?? 0, (mo ?? 1) - 1, d, h, mi, s) - offset * 60_000)
}

/** Is there a time that could not be read? (The zone's abbreviation means several zones.) */
export function unreadableTime(text: string): boolean {
  return STAMP.test(text) && systemdTime(text) === NEVER
}

function zoneOffset(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  if (hours === undefined) return ABBREVIATIONS[zone]
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0))
}

function valid(ms: number): Date {
  return Number.isFinite(ms) && ms > 0 ? new Date(ms) : NEVER
}
