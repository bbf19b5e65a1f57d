import { reader } from '../reader.ts'
import { memory as output } from './types.ts'

const LINE = /^(\w{1,40}):\s{1,40}(\d{1,18})(?: kB)?\s*$/
const FULL = /^full avg10=\d{1,3}\.\d\d avg60=(\d{1,3})\.(\d\d) /

/**
 * `/proc/meminfo` and below it `/proc/pressure/memory` (proc(5), Documentation/accounting/psi.rst).
 * Kernels before 3.14 do not say what is available: free, buffers and cache stand for it.
 */
export const memoryReader = reader({
  name: 'memory',
  output,
  consults: [],
  read(capture) {
    const sizes = new Map<string, bigint>()
    let pressure = -1n
    for (const line of capture.out.split('\n')) {
      const [, name, size] = LINE.exec(line) ?? []
      if (name !== undefined && size !== undefined && !sizes.has(name)) sizes.set(name, BigInt(size))
      const [, whole, hundredths] = FULL.exec(line) ?? []
      if (whole !== undefined && hundredths !== undefined) pressure = BigInt(whole) * 100n + BigInt(hundredths)
    }
    const get = (name: string) => sizes.get(name) ?? 0n
    const total = get('MemTotal')
    const available = sizes.get('MemAvailable') ?? get('MemFree') + get('Buffers') + get('Cached')
    const permille = total > 0n ? (available * 1000n) / total : 0n
    const seen = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
    return {
      value: {
        complete: seen && total > 0n && (sizes.has('MemAvailable') || sizes.has('MemFree')),
        total_kb: total,
        available_kb: available,
        available_permille: permille,
        swap_total_kb: get('SwapTotal'),
        swap_free_kb: get('SwapFree'),
        pressure,
      },
      dark: [],
      lines: total > 0n ? [`memory: ${available / 1024n} of ${total / 1024n} MB available`] : [],
    }
  },
})
