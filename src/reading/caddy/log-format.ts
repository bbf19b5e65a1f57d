import { fitEntry } from '../gateway/entry.ts'
import { tallyKey } from '../gateway/log.ts'
import type { LogFormat, Weight } from '../log-format.ts'
import { recordOf } from './log-entry.ts'
import { caddyStamp, parseCaddyLine } from './log-line.ts'

const NOTHING: Weight = { rank: 0, key: {} }

/** How the prober keeps Caddy's log: failures of this URL first, then of its site, then health checks; good answers are only counted. */
export const caddyLogFormat: LogFormat = {
  open(context) {
    const relate = fitEntry(context)
    return {
      stamp(line) {
        const ms = caddyStamp(line)
        return ms === undefined ? undefined : { ms, zoned: true }
      },
      weigh(record) {
        const line = parseCaddyLine(record)
        const told = line && recordOf(line, context.knowledge)
        if (!told) return NOTHING
        if (told.kind === 'refused') return { rank: 2, key: { process: true } }
        if (told.kind === 'health') return { rank: 1, key: { health: told.upstream, signature: told.signature } }
        const fits = relate(told.entry)
        if (told.kind === 'access') {
          const failed = told.entry.status >= 500
          return { rank: fits === 'path' && failed ? 2 : 1, key: { access: true, about: fits !== 'other', failed } }
        }
        return {
          rank: fits === 'path' || fits === 'unknown' ? 3 : fits === 'site' ? 2 : 1,
          key: tallyKey(told.entry, fits),
        }
      },
    }
  },
}
