import { t } from '../../words/value.ts'
import { parseLogMeta } from '../log-format.ts'
import { reader } from '../reader.ts'
import { accessReader } from './access-entry.ts'
import { logDark } from './log-dark.ts'
import { SITE_FACTS } from './site.ts'

const output = t.record({
  /** Every request of the window was read, with its method. */
  complete: t.bool,
  requests: t.int,
  /** Failed with 502 or 504, and of those: what nginx may send again (GET and the like), and what it sends only once. */
  failed: t.int,
  failed_repeatable: t.int,
  failed_once: t.int,
})

/** Which methods failed at the gateway, by nginx's access log: 502 and 504 only, which is what a lost connection becomes. */
export const accessMethodsReader = reader({
  name: 'nginx-access-methods',
  output,
  consults: [...SITE_FACTS, 'config.access_log_format', 'config.access_log_own'],
  read(capture, context) {
    const meta = parseLogMeta(capture.meta)
    const { format, read } = accessReader(context)
    const lines = capture.outcome === 'ok' ? capture.out.split('\n').filter((line) => line.trim() !== '') : []
    const entries = lines.flatMap((line) => read(line.replace(/\r$/, '')) ?? [])
    const about = entries.filter((entry) => entry.about)
    const failed = about.filter(({ line }) => line.status === 502 || line.status === 504)
    const once = failed.filter(({ line }) => /^(POST|LOCK|PATCH) /.test(line.request))
    const named = failed.every(({ line }) => /^[A-Z]{3,16} /.test(line.request))
    const unread = lines.length - entries.length
    const left = meta.left.filter(({ key }) => key.about === true && key.ending === 'failed')
    const dark = logDark(capture, meta)
    if (capture.outcome === 'ok' && (format === undefined || unread * 100 > lines.length))
      dark.push({ why: 'not-understood', says: `${unread} lines of the access log do not fit its log_format` })
    return {
      value: {
        complete: dark.length === 0 && capture.outcome === 'ok' && named && left.length === 0,
        requests: BigInt(
          about.length + meta.left.reduce((sum, { key, count }) => sum + (key.about === true ? count : 0), 0),
        ),
        failed: BigInt(failed.length),
        failed_repeatable: BigInt(failed.length - once.length),
        failed_once: BigInt(once.length),
      },
      dark,
      lines: failed.slice(-5).map(({ line }) => `${line.status} ${line.request}`.slice(0, 1000)),
    }
  },
})
