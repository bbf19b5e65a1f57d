import { hexAddress } from './addresses.ts'

/** A listening socket from /proc/PID/net: the kernel's own table of that process's network namespace. */
export interface ProcSocket {
  protocol: 'tcp' | 'unix'
  address: string
  port: number
  path: string
  inode: string
  waiting: number
  /** IPv6 any: the table does not say whether IPv4 is taken too. */
  maybeDual: boolean
}

/** State 0A of `include/net/tcp_states.h`. */
const TCP_LISTEN = '0A'
/** `__SO_ACCEPTCON` of `include/uapi/linux/net.h`: the unix socket listens. */
const ACCEPTS = 0x10000

/** One line of `/proc/PID/net/tcp` or `tcp6`: nothing when it is no listening socket (or the header). */
export function parseTcpLine(line: string): ProcSocket | undefined {
  const tokens = line.trim().split(/\s+/)
  const [, local = '', , state, queues = '', , , , , inode = ''] = tokens
  if (state !== TCP_LISTEN) return undefined
  const colon = local.indexOf(':')
  const port = Number.parseInt(local.slice(colon + 1), 16)
  const address = hexAddress(local.slice(0, colon))
  const waiting = Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16)
  if (address === '' || !(port >= 1 && port <= 65535) || !/^\d+$/.test(inode) || !(waiting >= 0)) return undefined
  return { protocol: 'tcp', address, port, path: '', inode, waiting, maybeDual: address === '::' }
}

/** Is this line of `/proc/PID/net/tcp` about a connection? The kernel lists all listening sockets first. */
export function isConnection(line: string): boolean {
  const state = line.trim().split(/\s+/, 4)[3]
  return state !== undefined && /^[0-9A-F]{2}$/.test(state) && state !== TCP_LISTEN
}

/** One line of `/proc/PID/net/unix`: nothing when it does not listen, or has no path. */
export function parseUnixLine(line: string): ProcSocket | undefined {
  const match = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) ([0-9A-F]+) [0-9A-F]+ +(\d+) (.+)$/.exec(line)
  const [, flags = '', , inode = '', path = ''] = match ?? []
  if (!match || (Number.parseInt(flags, 16) & ACCEPTS) === 0) return undefined
  return { protocol: 'unix', address: '', port: 0, path, inode, waiting: -1, maybeDual: false }
}
