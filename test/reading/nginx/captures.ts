import type { JsonObject } from '../../../src/words/json.ts'
import type { Capture } from '../../../src/words/look.ts'

/** What the log prober says of a log that it saw whole: of the file held open, zone UTC. */
export const WHOLE: JsonObject = {
  path: '/var/log/nginx/error.log',
  held: 'yes',
  moved: false,
  reached: true,
  records: 100,
  full: false,
  gaps: [],
  left: [],
  zone_minutes: 0,
  zone_from: 'mtime',
  zone_sure: true,
}

/** A capture of a log. */
export function logCapture(out: string, meta: JsonObject = WHOLE, more: Partial<Capture> = {}): Capture {
  return {
    kind: 'log',
    argv: [],
    at: 'local',
    outcome: 'ok',
    exit: null,
    ms: 5,
    startedAt: '2026-11-21T04:03:12.000Z',
    out,
    err: '',
    cut: false,
    timedOut: false,
    leftOut: '',
    meta,
    ...more,
  }
}
