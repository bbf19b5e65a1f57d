import { type Dark, reader } from '../reader.ts'
import { isLoopback } from './addresses.ts'
import { flag, found, text, texts } from './found.ts'
import { upstreamPlace as output } from './types.ts'

/** Where the upstream's address lies in the proxy's network namespace, from the look `upstream-place`. */
export const upstreamPlaceReader = reader({
  name: 'upstream-place',
  output,
  consults: [],
  read(capture) {
    const { raw } = found(capture.out)
    const pasted = capture.pasted ? getentAddresses(capture.out) : []
    const addresses = pasted.length > 0 ? pasted : texts(raw, 'addresses')
    const interfaces = new Set(texts(raw, 'interfaces'))
    const known = addresses.length > 0 || text(raw, 'unresolved') === 'definite'
    const seen =
      capture.outcome === 'ok' &&
      !capture.cut &&
      !capture.timedOut &&
      known &&
      (flag(raw, 'interfaces_known') || pasted.some(isLoopback))
    const dark: Dark[] = []
    if (text(raw, 'unresolved') === 'unsure') {
      dark.push({
        why: 'unreachable-host',
        says: `whether ${text(raw, 'host')} resolves is not known: ${text(raw, 'error')}`,
      })
    }
    return {
      value: {
        complete: seen,
        resolves: addresses.length > 0,
        addresses,
        local: addresses.length > 0 && addresses.every((address) => isLoopback(address) || interfaces.has(address)),
      },
      dark,
      lines: addresses.length > 0 ? [`${text(raw, 'host')} is ${addresses.join(', ')}`] : [],
    }
  },
})

/**
 * The addresses that `getent ahosts NAME` printed, each once. Which addresses are the machine's own it does not tell: only
 * loopback is known to be.
 */
function getentAddresses(out: string): string[] {
  const found = out
    .split(/\r?\n/)
    .flatMap((line) => /^([0-9a-f.:]{2,45})\s+(?:STREAM|DGRAM|RAW)\b/i.exec(line)?.[1] ?? [])
  return [...new Set(found)]
}

/** The local addresses in the text of `/proc/PID/net/fib_trie`: a leaf line, then `/32 host LOCAL`. */
export function localAddresses(fibTrie: string): string[] {
  const local = new Set<string>()
  let leaf = ''
  for (const line of fibTrie.split('\n')) {
    const address = /^[\s|]*(?:\|--|\+--) ([0-9.]{7,15})/.exec(line)?.[1]
    if (address !== undefined) leaf = address
    else if (leaf !== '' && line.includes('/32 host LOCAL')) local.add(leaf)
  }
  return [...local]
}
