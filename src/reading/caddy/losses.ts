import { fitEntry } from '../gateway/entry.ts'
import { windowMs } from '../gateway/log.ts'
import { type Loss, losses, lossesOf } from '../gateway/losses.ts'
import { parseLogMeta } from '../log-format.ts'
import { logDark } from '../nginx/log-dark.ts'
import { reader } from '../reader.ts'
import { keepCaddyLine, recordOf } from './log-entry.ts'
import { parseCaddyLine } from './log-line.ts'

/** What Go calls an answer that never began: not one that was cut. */
const BEFORE_ITS_HEAD = /(: EOF|^EOF|connection reset by peer|broken pipe|server closed idle connection)$/

/** On which requests Caddy's upstream closed before it answered: from its log, or from the journal (`journalctl -o json`). */
export const caddyLossesReader = reader({
  name: 'caddy-losses',
  output: losses,
  consults: [
    ...['url.host', 'url.port', 'url.path', 'gateway.host', 'gateway.path', 'gateway.scheme', 'window.seconds'],
  ],
  keep(out) {
    const kept = out.split('\n').flatMap((line) => {
      const parsed = parseCaddyLine(line)
      return parsed ? [keepCaddyLine(parsed)] : []
    })
    return { out: kept.map((line) => `${line}\n`).join(''), leftOut: '' }
  },
  read(capture, context) {
    const since = context.now.getTime() - windowMs(context)
    const relate = fitEntry(context)
    const lost = capture.out.split('\n').flatMap((line): Loss[] => {
      const parsed = parseCaddyLine(line)
      const told = parsed && parsed.at >= since ? recordOf(parsed, context.knowledge) : undefined
      if (parsed === undefined || told?.kind !== 'failure' || relate(told.entry) === 'other') return []
      if (!BEFORE_ITS_HEAD.test(parsed.msg)) return []
      const request = parsed.fields.request
      const method = typeof request === 'object' && request !== null && 'method' in request ? request.method : ''
      const { at, message } = told.entry
      return [{ at, method: typeof method === 'string' ? method : '', reused: false, failed: true, message }]
    })
    const dark = logDark(capture, parseLogMeta(capture.meta), 'Caddy')
    return { value: lossesOf(lost, dark.length === 0), dark, lines: lost.slice(-5).map(({ message }) => message) }
  },
})
