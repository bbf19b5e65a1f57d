import { parseEntries } from '../../reading/systemd/entries.ts'
import type { Part } from './changed.ts'
import type { LookTools } from './types.ts'

/** SD_MESSAGE_TIME_CHANGE (systemd, sd-messages.h): systemd logs it whenever the system's clock was set, not when it is slewed. */
const TIME_CHANGE = 'c7a787079b354eaaa9e77b371893cd27'
const MOST = 20

/** When the machine's clock was set since `from` (milliseconds since 1970), as the journal tells. Without a journal nobody knows. */
export async function clockChanges(from: number, tools: LookTools): Promise<Part> {
  const since = `@${Math.floor(from / 1000)}`
  const argv = [
    'journalctl',
    `MESSAGE_ID=${TIME_CHANGE}`,
    '--since',
    since,
    '-o',
    'json',
    '-n',
    String(MOST),
    '--no-pager',
  ]
  const result = await tools.run(argv, Math.floor(tools.timeoutMs / 3))
  if (result.timedOut) return { changes: [], unread: ['the journal (was the clock set?)'] }
  if (result.missing || result.exit !== 0) return { changes: [], unread: [] }
  const { entries } = parseEntries(result.out, 0, tools.now())
  const changes = entries.map(({ at }) => ({ at_ms: at.getTime(), kind: 'clock', what: "the machine's clock was set" }))
  return { changes, unread: [] }
}
