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
  /** Thousandths of a core that its control group may use; 0: no limit. */
  cpu_limit: t.int,
  /** Periods of the limit in that time, and per mille of them in which its share was used up before the end. */
  cpu_periods: t.int,
  cpu_throttled_permille: t.int,
})

/** A third of the request's time without a look may have held another wait. */
const MOST_UNSEEN = 3
/** Between two looks lies so much even where nothing delays them. */
const SHORT_MS = 400

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
    const cpu = object(raw, 'cpu')
    const [periods, throttled] = [whole(cpu, 'periods'), whole(cpu, 'throttled')]
    const dark: Dark[] = []
    if (seen && raw.same_net === false) {
      dark.push({
        why: 'no-vantage',
        says: 'the application has a network of its own: its connections are not seen from here',
      })
    } else if (seen && !flag(raw, 'whole')) {
      dark.push({
        why: 'no-permission',
        says: "ss names no process behind the application's connections to this account",
      })
    }
    const ms = whole(raw, 'ms')
    const unseen = whole(raw, 'unseen_ms')
    const blinked = whole(raw, 'looked') > 0 && unseen > Math.max(ms / MOST_UNSEEN, SHORT_MS)
    if (seen && blinked) {
      dark.push({ why: 'timed-out', says: `this machine is busy: for ${unseen} of the ${ms} ms nobody could look` })
    }
    const wait = longest ? whole(longest, 'ms') : 0
    const peer = longest ? text(longest, 'peer') : ''
    return {
      value: {
        complete: seen && flag(raw, 'whole') && Object.keys(asked).length > 0 && !blinked,
        ms: BigInt(ms),
        failure: sampleFailure(measured),
        status: BigInt(measured.status),
        looked: BigInt(whole(raw, 'looked')),
        peer,
        for: longest ? text(longest, 'for') : '',
        wait_ms: BigInt(wait),
        cpu_limit: BigInt(whole(cpu, 'limit')),
        cpu_periods: BigInt(periods),
        cpu_throttled_permille: periods > 0 ? BigInt(Math.round((Math.min(throttled, periods) * 1000) / periods)) : 0n,
        to_the_end: longest ? flag(longest, 'toTheEnd') : false,
      },
      dark,
      lines: peer === '' ? [] : [`${wait} of ${ms} ms it waited for ${peer}`],
    }
  },
})
