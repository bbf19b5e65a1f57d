import type { LogFormat } from '../log-format.ts'
import { accessReader } from './access-entry.ts'

/**
 * How the prober keeps an nginx access log. Left-out records are counted by
 * `{about, same_path, ending}`, or `{unread}` where a line does not fit the format.
 */
export const nginxAccessLogFormat: LogFormat = {
  open(context) {
    const reader = accessReader(context)
    let lastTime = 0
    return {
      // A line that does not fit is a record too, of the time around it.
      stamp(line) {
        lastTime = reader.read(line)?.line.at ?? lastTime
        return line === '' ? undefined : { ms: lastTime || context.now.getTime(), zoned: true }
      },
      weigh(record) {
        const entry = reader.read(record)
        if (!entry) return { rank: 1, key: { unread: true } }
        const { about, same_path, ending, ours, hello } = entry
        if (ours) return { rank: 3, key: { ours } }
        if (hello) return { rank: 2, key: { hello } }
        return { rank: about && ending !== 'well' ? 2 : 1, key: { about, same_path, ending } }
      },
    }
  },
}
