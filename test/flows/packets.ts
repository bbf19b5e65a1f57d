import type { Capture } from '../../src/words/look.ts'
import { capture } from './http.ts'
import { found, NGINX_PID } from './looks.ts'

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

/** nginx's workers, with their open files. */
export const workers = (...list: { pid: number; open: number; limit: number }[]): Capture =>
  found({
    pid: NGINX_PID,
    more: false,
    workers: list.map(({ pid, open, limit }) => ({
      pid,
      open,
      denied: open < 0,
      limits: limit < 0 ? '' : `Max open files            ${limit}                 ${limit}               files     \n`,
    })),
  })

/** `df -Pk`: file systems with how much of each is used, per mille. */
export const df = (...mounts: [string, number][]): Capture => table('1024-blocks Used Available Capacity', mounts)

/** The same of their inodes: `df -Pi`. */
export const dfInodes = (...mounts: [string, number][]): Capture => table('Inodes IUsed IFree IUse%', mounts)

function table(columns: string, mounts: readonly [string, number][]): Capture {
  const rows = (mounts.length > 0 ? mounts : [['/', 400] as const]).map(
    ([mount, used]) =>
      `/dev/vda ${1_000_000} ${used * 1000} ${1_000_000 - used * 1000} ${Math.ceil(used / 10)}% ${mount}`,
  )
  const out = [`Filesystem ${columns} Mounted on`, ...rows].map((row) => `${row}\n`).join('')
  return capture('run', out, { argv: ['df', '-P'] })
}
