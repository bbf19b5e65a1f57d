import { t } from '../../words/value.ts'
import { found, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'

const output = t.record({
  complete: t.bool,
  /** file | journal | nowhere | unknown */
  kind: t.string,
  /** The file, '' where it is none. */
  path: t.string,
  /** Who writes the file: HAProxy itself, or the syslog daemon that it sends its lines to. 0 where it is not known. */
  writer: t.int,
  /** That one's program. */
  program: t.string,
  /** The target of HAProxy's `log` that leads there, as it is written. */
  target: t.string,
})

/** Where HAProxy's log lines end up, from the look `ask-haproxy-log`. */
export const haproxyLogPlaceReader = reader({
  name: 'haproxy-log-place',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const kind = text(raw, 'kind')
    return {
      value: {
        complete: ok && capture.outcome === 'ok' && !capture.timedOut && kind !== 'unknown',
        kind: ok ? kind : 'unknown',
        path: text(raw, 'path'),
        writer: BigInt(whole(raw, 'writer')),
        program: text(raw, 'program'),
        target: text(raw, 'target'),
      },
      dark: [],
      lines: [text(raw, 'path')].filter((path) => path !== ''),
    }
  },
})
