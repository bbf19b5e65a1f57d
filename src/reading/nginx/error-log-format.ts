import type { LogFormat } from '../log-format.ts'
import { entryReader } from './error-entry.ts'
import { errorStamp } from './error-line.ts'

/**
 * How the prober keeps an nginx error log. Left-out records are counted by what the reader groups
 * by: `{about, signature, shape, cause, host, port, socket}`.
 */
export const nginxErrorLogFormat: LogFormat = {
  open(context) {
    const read = entryReader(context)
    return {
      stamp(line) {
        const ms = errorStamp(line)
        return ms === undefined ? undefined : { ms, zoned: false }
      },
      weigh(record) {
        const entry = read(record)
        if (!entry) return { rank: 0, key: {} }
        if (entry.process)
          return { rank: isNotable(entry.line.level, entry.signature?.id) ? 2 : 0, key: { process: true } }
        if (!entry.trouble) return { rank: entry.fit === 'path' ? 1 : 0, key: { quiet: true } }
        const { host, port, socket } = entry.upstream
        const { id = '', shape = '', cause = '' } = entry.signature ?? {}
        const about = entry.fit !== 'other'
        const rank = entry.fit === 'path' ? 3 : about ? 2 : 1
        return { rank, key: { about, signature: id, shape, cause, host, port, socket } }
      },
    }
  },
}

/** Lines of the process that a person wants to see: what it was told, what it could not do. */
export function isNotable(level: string, signature: string | undefined): boolean {
  if (level === 'emerg' || level === 'alert' || level === 'crit') return true
  return signature !== undefined && signature !== 'worker-exited'
}
