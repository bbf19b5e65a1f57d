import { t } from '../../words/value.ts'
import { speaks } from '../http/speaks.ts'
import { found, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleBytes } from '../visible.ts'

const output = t.record({
  complete: t.bool,
  /** http | fastcgi | what `speaks` knows by first bytes | '' when no answer was one that is known. */
  speaks: t.string,
  /** The first bytes of the answer. */
  first_bytes: t.string,
  /** Milliseconds from the question to its answer. */
  ms: t.int,
  /** It took every question and answered none in time. */
  silent: t.bool,
  /** It closed on every question. */
  closes: t.bool,
})

/** Which protocol a listener speaks, from the look `ask-protocol`: the first answer that is known decides. */
export const spokenReader = reader({
  name: 'protocol',
  output,
  consults: [],
  read(capture) {
    const { ok, raw } = found(capture.out)
    const answers = objects(raw, 'answers').map((answer) => {
      const bytes = bytesOf(text(answer, 'bytes'))
      return { ended: text(answer, 'ended'), spoken: spokenIn(bytes), bytes, ms: whole(answer, 'ms') }
    })
    const told = answers.find(({ spoken }) => spoken !== '')
    const all = (...ends: string[]) => answers.length > 0 && answers.every(({ ended }) => ends.includes(ended))
    const seen = ok && capture.outcome === 'ok' && !capture.timedOut && answers.length > 1
    return {
      value: {
        complete: seen,
        speaks: told?.spoken ?? '',
        first_bytes: told ? visibleBytes(told.bytes) : '',
        ms: BigInt(told?.ms ?? 0),
        silent: all('silent'),
        closes: all('closed', 'reset'),
      },
      dark: [],
      lines: answers.slice(0, 5).map(({ ended, bytes }) => `${ended} ${visibleBytes(bytes)}`.trim()),
    }
  },
})

/** A status line is HTTP (RFC 9112 4), whatever the status. */
function spokenIn(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 13))
  return /^HTTP\/\d\.\d \d{3}/.test(start) ? 'http' : speaks(bytes)
}

function bytesOf(hex: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2}){0,64}$/.test(hex)) return new Uint8Array()
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
