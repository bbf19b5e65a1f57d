import { t } from '../../words/value.ts'
import { parseHttpMeta } from '../http/measured.ts'
import { sampleFailure } from '../http/samples.ts'
import { type Dark, reader } from '../reader.ts'
import { flag, found, object, objects, text, whole } from './found.ts'

const output = t.record({
  /** All of its connections could be seen, from the first look until the answer or the limit. */
  complete: t.bool,
  /** How long the request took, or how long it was watched, milliseconds. */
  ms: t.int,
  /** As `HttpResponse.failure`; '' where an answer came. */
  failure: t.string,
  status: t.int,
  /** How often its connections were looked at; 0 where the answer came too soon. */
  looked: t.int,
  /** For whom it waited longest, `address:port`; '' for nobody. */
  peer: t.string,
  /** `connecting`: nobody took its connection; `answer`: it was asked and did not answer. */
  for: t.string,
  wait_ms: t.int,
  /** It waited until right before the end. */
  to_the_end: t.bool,
})

/** For whom the application waits while it works on a request, from the look `ask-waits`. */
export const waitsReader = reader({
  name: 'waits',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const asked = object(raw, 'asked')
    const measured = parseHttpMeta(asked)
    const [longest] = objects(raw, 'waits')
    const seen = ok && capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    const dark: Dark[] = []
    if (seen && !flag(raw, 'whole')) {
      dark.push({
        why: 'no-permission',
        says: "ss names no process behind the application's connections to this account",
      })
    }
    const ms = whole(raw, 'ms')
    const wait = longest ? whole(longest, 'ms') : 0
    const peer = longest ? text(longest, 'peer') : ''
    return {
      value: {
        complete: seen && flag(raw, 'whole') && Object.keys(asked).length > 0,
        ms: BigInt(ms),
        failure: sampleFailure(measured),
        status: BigInt(measured.status),
        looked: BigInt(whole(raw, 'looked')),
        peer,
        for: longest ? text(longest, 'for') : '',
        wait_ms: BigInt(wait),
        to_the_end: longest ? flag(longest, 'toTheEnd') : false,
      },
      dark,
      lines: peer === '' ? [] : [`${wait} of ${ms} ms it waited for ${peer}`],
    }
  },
})
