import type { LogFormat } from '../log-format.ts'
import { stampOf } from '../systemd/log-time.ts'
import { entryReader } from './log-entry.ts'
import { requestStamp } from './log-line.ts'

/**
 * How the prober keeps HAProxy's log. Left-out records are counted by `{about, same_path, ending, signature,
 * backend, server}`. A line about a request has the time it was accepted, in the zone of HAProxy; another has
 * syslog's stamp, or none where HAProxy writes to a file itself: then it is of the time around it.
 */
export const haproxyLogFormat: LogFormat = {
  open(context) {
    const read = entryReader(context)
    let last: { ms: number; zoned: boolean } | undefined
    return {
      stamp(line) {
        if (line === '') return undefined
        const accepted = requestStamp(line)
        if (accepted !== undefined) last = { ms: accepted, zoned: false }
        else if (last === undefined) {
          const stamped = stampOf(line, 0, context.now)
          return stamped
            ? { ms: stamped.at.getTime(), zoned: stamped.zoned }
            : { ms: context.now.getTime(), zoned: true }
        }
        return last
      },
      weigh(record) {
        const entry = read.request(record)
        if (entry === undefined) {
          const health = read.health(record)
          return health === undefined ? { rank: 0, key: {} } : { rank: health.about ? 3 : 1, key: { health: true } }
        }
        const { line, signature, about, samePath, ending } = entry
        const { backend, server } = line
        const key = { about, same_path: samePath, ending, signature: signature?.id ?? '', backend, server }
        // Requests of ours end well too: the last ones of the URL's own path are kept in any case.
        return { rank: about && samePath ? 3 : about && ending !== 'well' ? 2 : 1, key }
      },
    }
  },
}
