import type { Capture } from '../../src/words/look.ts'
import { capture } from './http.ts'

/** `iptables -S` with these rules behind the policies. */
export const rules = (...lines: string[]): Capture =>
  capture('run', ['-P INPUT ACCEPT', '-P FORWARD ACCEPT', '-P OUTPUT ACCEPT', ...lines, ''].join('\n'), {
    argv: ['iptables', '-S'],
  })

/** `ip neigh show ADDRESS` */
export const neighbour = (state: string, address = '10.0.0.7'): Capture => {
  const hardware = ['FAILED', 'INCOMPLETE'].includes(state) ? '' : ' lladdr 02:42:0a:00:00:07'
  return capture('run', state === '' ? '' : `${address} dev eth0${hardware} ${state}\n`, {
    argv: ['ip', 'neigh', 'show', address],
  })
}
