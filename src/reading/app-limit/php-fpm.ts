/** One pool of PHP-FPM's files, as far as its time is concerned. */
export interface FpmPool {
  name: string
  /** `127.0.0.1:9000`, `9000` or a path, with `$pool` filled in. */
  listen: string
  /** Milliseconds of `request_terminate_timeout`; 0: off, the default; -1: what is written there is no time. */
  terminateMs: number
  /** `FILE:LINE`; '' where it is not set. */
  at: string
}

/** A line of its files that counts. Source: php.net, "FPM configuration: list of directives". */
export interface FpmLine {
  file: string
  line: number
  /** `[pool]` as the name of a section; else `listen`, `request_terminate_timeout` or `include`. */
  name: string
  value: string
}

const MOST_LINES = 20_000
const KEPT = new Set(['listen', 'request_terminate_timeout', 'include'])

/** The lines of one file that tell of pools and their times. */
export function fpmLines(file: string, text: string): FpmLine[] {
  return text
    .split('\n')
    .slice(0, MOST_LINES)
    .flatMap((written, at) => {
      const line = at + 1
      const bare = written.trim()
      const section = /^\[([A-Za-z0-9_.-]{1,100})\]/.exec(bare)?.[1]
      if (section !== undefined) return [{ file, line, name: '[pool]', value: section }]
      const equals = bare.indexOf('=')
      const name = bare.slice(0, Math.max(equals, 0)).trim()
      if (!KEPT.has(name)) return []
      const value = bare.slice(equals + 1).replace(/\s*;.*$/, '')
      return [{ file, line, name, value: value.trim().replace(/^(["'])(.*)\1$/, '$2') }]
    })
}

/** Pools in the order in which they stand. A pool may go on in another file; of two values the last one counts. */
export function fpmPools(lines: readonly FpmLine[]): FpmPool[] {
  const pools = new Map<string, FpmPool>()
  let pool: FpmPool | undefined
  for (const { file, line, name, value } of lines) {
    if (name === '[pool]') {
      pool = pools.get(value) ?? { name: value, listen: '', terminateMs: 0, at: '' }
      if (value !== 'global') pools.set(value, pool)
    } else if (pool === undefined || pool.name === 'global') continue
    else if (name === 'listen') pool.listen = value.replaceAll('$pool', pool.name)
    else if (name === 'request_terminate_timeout') {
      pool.terminateMs = fpmTime(value)
      pool.at = `${file}:${line}`
    }
  }
  return [...pools.values()]
}

const UNITS: Record<string, number> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30`, `30s`, `2m`, `1h`, `1d` in ms; -1 for anything else. */
export function fpmTime(value: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,8})([smhd]?)$/.exec(value) ?? []
  return digits === '' ? -1 : Number(digits) * (UNITS[unit] ?? 1000)
}

/** The pool that listens there; undefined where none or several could. */
export function poolAt(pools: readonly FpmPool[], port: number, socket: string): FpmPool | undefined {
  const there = pools.filter(({ listen }) =>
    socket === '' ? port > 0 && (listen === String(port) || listen.endsWith(`:${port}`)) : listen === socket,
  )
  return there.length === 1 ? there[0] : undefined
}

/** The file that a master names in its title: `php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)`; '' for no master. */
export function fileOfTitle(title: string): string {
  return /^php-fpm: master process \((\/[^()]{1,250})\)/.exec(title)?.[1] ?? ''
}
