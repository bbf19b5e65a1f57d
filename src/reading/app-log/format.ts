import type { LogFormat } from '../log-format.ts'
import { stampOf } from '../systemd/log-time.ts'
import { complaintOf } from './record.ts'

/** For logs that nobody stamps, the end is what was written last. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * How the prober keeps an application's log: the records that a signature knows, those with a cause first.
 * What no signature knows is left out and not counted: it may hold anything.
 */
export const appLogFormat: LogFormat = {
  maxBytes: MAX_BYTES,
  open({ knowledge, now }) {
    return {
      stamp(line) {
        const stamped = stampOf(line, 0, now)
        return stamped && { ms: stamped.at.getTime(), zoned: stamped.zoned }
      },
      weigh(record) {
        const complaint = complaintOf(record, knowledge)
        if (!complaint) return { rank: 0, key: {} }
        const { id, cause = '' } = complaint.signature
        return { rank: cause === '' ? 2 : 3, key: { signature: id } }
      },
    }
  },
}
