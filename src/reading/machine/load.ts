import { reader } from '../reader.ts'
import { load as output } from './types.ts'

const LOADAVG = /^(\d{1,7}\.\d\d) (\d{1,7}\.\d\d) \d{1,7}\.\d\d \d/
/** Our own look's line, or the bare number of `nproc`. */
const CORES = /^(?:cores )?(\d{1,6})$/

/** `/proc/loadavg` (proc(5)) and below it a line `cores N`: the processors this machine may use. */
export const loadReader = reader({
  name: 'load',
  output,
  consults: [],
  read(capture) {
    let one = -1n
    let five = -1n
    let cores = 0n
    for (const line of capture.out.split('\n')) {
      const [, minute, minutes] = LOADAVG.exec(line) ?? []
      if (minute !== undefined && minutes !== undefined && one < 0n) {
        one = thousandths(minute)
        five = thousandths(minutes)
      }
      const count = CORES.exec(line)?.[1]
      if (count !== undefined) cores = BigInt(count)
    }
    const seen = one >= 0n && cores > 0n
    return {
      value: {
        complete: seen && capture.outcome === 'ok' && !capture.cut && !capture.timedOut,
        cores,
        one_minute: one < 0n ? 0n : one,
        five_minutes: five < 0n ? 0n : five,
        per_core_permille: seen ? one / cores : 0n,
      },
      dark: [],
      lines: seen ? [`load ${decimal(one)} over one minute, ${decimal(five)} over five, on ${cores} cores`] : [],
    }
  },
})

/** `0.54` is 540. */
function thousandths(text: string): bigint {
  return BigInt(text.replace('.', '')) * 10n
}

function decimal(value: bigint): string {
  return `${value / 1000n}.${String((value % 1000n) / 10n).padStart(2, '0')}`
}
