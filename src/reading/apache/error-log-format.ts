import type { LogFormat } from '../log-format.ts'
import { entryReader } from './error-entry.ts'
import { isProcess } from './error-event.ts'
import { errorStamp } from './error-line.ts'
import { siteFit } from './error-seen.ts'

/**
 * How the prober keeps an Apache error log. Left-out records are counted by what the reader groups by:
 * `{about, signature, shape, cause, host, port, socket}`.
 */
export const apacheErrorLogFormat: LogFormat = {
  open(context) {
    const read = entryReader(context.knowledge)
    const fits = siteFit(context.facts)
    return {
      stamp(line) {
        const ms = errorStamp(line)
        return ms === undefined ? undefined : { ms, zoned: false }
      },
      weigh(record) {
        const entry = read(record)
        if (entry === undefined) return { rank: 0, key: {} }
        const { line, signature, trouble, host, port, socket, path } = entry
        if (isProcess(entry)) return { rank: isNotable(line.level, signature?.id) ? 2 : 0, key: { process: true } }
        const about = fits({ host, port, socket, path })
        // A line that names no upstream completes one that does.
        if (!trouble) return { rank: signature === undefined ? 0 : about ? 2 : 1, key: { quiet: true } }
        const { id, shape = '', cause = '' } = signature ?? { id: '' }
        return { rank: about ? 3 : 1, key: { about, signature: id, shape, cause, host, port, socket } }
      },
    }
  },
}

/** Lines of the server that a person wants to see: what it was told, what it could not do. */
export function isNotable(level: string, signature: string | undefined): boolean {
  if (level === 'emerg' || level === 'alert' || level === 'crit') return true
  return signature !== undefined
}
