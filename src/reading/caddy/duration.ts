const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a duration as Caddy writes it: `2s`, `1m30s`, `500ms`, or nanoseconds as a number. 0 for what is none. */
export function durationMs(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? Math.round(value / 1e6) : 0
  if (typeof value !== 'string' || value.length > 40) return 0
  let [total, rest] = [0, value]
  while (rest !== '') {
    const part = /^(\d{1,9}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h|d)/.exec(rest)
    if (part === null) return 0
    total += Number(part[1]) * (UNITS[part[2] ?? ''] ?? 0)
    rest = rest.slice(part[0].length)
  }
  return Math.round(total)
}
