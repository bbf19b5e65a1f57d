import type { Diagnosis } from './document.ts'

/** So many of the latest changes are shown beside the verdict; the transcript has them all. */
const SHOWN = 4

/** What changed before the first error, the latest last, each as a line: `18 s before: /etc/nginx/nginx.conf was changed (2026-11-21 02:02:54Z)`. */
export function changedSays({ onset: { lastChange, changes } }: Pick<Diagnosis, 'onset'>): string[] {
  if (changes.length > 0) {
    return changes
      .slice(-SHOWN)
      .map(({ at, what, secondsBefore }) =>
        secondsBefore === null ? `${what}, ${clock(at)}` : `${span(secondsBefore)} before: ${what}, ${clock(at)}`,
      )
  }
  if (lastChange === null) return []
  return [lastChange.at === null ? lastChange.what : `${lastChange.what}, ${clock(lastChange.at)}`]
}

/** `2026-11-21 02:03:12Z`: the date counts too when it is long past midnight. */
export function clock(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}Z`
}

function span(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`
}
