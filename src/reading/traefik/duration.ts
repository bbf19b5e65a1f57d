import { durationMs as goDuration } from '../caddy/duration.ts'

/** Milliseconds of a duration in Traefik's configuration: Go's form, or seconds as a bare number. Undefined where there is none. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.round(value * 1000) : undefined
  if (typeof value !== 'string' || value === '') return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  if (/^0(?:ns|us|µs|ms|s|m|h)?$/.test(value)) return 0
  const ms = goDuration(value)
  return ms > 0 ? ms : undefined
}
