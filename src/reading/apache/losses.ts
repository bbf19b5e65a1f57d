import { type Loss, losses, lossesOf } from '../gateway/losses.ts'
import { parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { reader } from '../reader.ts'
import { tellingOf } from './error-event.ts'
import { SITE_FACTS, seeLog } from './error-seen.ts'

/** Requests whose upstream closed before it answered, in Apache's error log (AH01102). Its lines name no method. */
export const apacheLossesReader = reader({
  name: 'apache-losses',
  output: losses,
  consults: [...SITE_FACTS],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { events } = seeLog(capture.out, context, meta)
    const lost = events.flatMap((event): Loss[] => {
      const telling = tellingOf(event)
      if (!event.about || telling?.signature?.shape !== 'reset') return []
      const { message } = telling.line
      if (!message.includes('status line')) return []
      return [{ at: event.at, method: '', reused: false, failed: true, message }]
    })
    const dark = logDark(capture, meta, 'Apache')
    return { value: lossesOf(lost, dark.length === 0), dark, lines: lost.slice(-5).map(({ message }) => message) }
  },
})
