import { t } from '../../words/value.ts'
import { found, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'

const output = t.record({
  /** It was answered, and either closed by the server or watched to the end. */
  complete: t.bool,
  answered: t.bool,
  status: t.int,
  /**
   * How long the server keeps an idle connection, in ms, and how that is known: `measured` (it closed), `said` (its answer names
   * it: `Keep-Alive: timeout=5`), `longer` (it was still open after so long), '' where nothing is known.
   */
  keeps_ms: t.int,
  how: t.string,
  /** It closes after every answer: no connection of it is ever used again. */
  closes_always: t.bool,
})

/** What the look `ask-idle` watched. */
export const idleReader = reader({
  name: 'idle',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const [ended, idle, named] = [text(raw, 'ended'), whole(raw, 'idle_ms'), whole(raw, 'named_ms')]
    const status = whole(raw, 'status')
    const answered = ok && capture.outcome === 'ok' && status > 0
    const connection = text(raw, 'connection')
    const closesAlways = connection === 'close' || (text(raw, 'version') === '1.0' && connection !== 'keep-alive')
    const closed = ended === 'closed' || ended === 'reset'
    // One that names a long time was not watched: what it says is all there is.
    const said = ended === 'open' && named > idle
    const how = !answered ? '' : closed ? 'measured' : said ? 'said' : ended === 'open' ? 'longer' : ''
    return {
      value: {
        complete: how !== '' && !capture.timedOut,
        answered,
        status: BigInt(status),
        keeps_ms: BigInt(how === '' ? 0 : said ? named : idle),
        how,
        closes_always: answered && closesAlways,
      },
      dark: [],
      lines: answered ? [`${ended} after ${idle} ms${named > 0 ? `; it says timeout=${named / 1000}` : ''}`] : [],
    }
  },
})
