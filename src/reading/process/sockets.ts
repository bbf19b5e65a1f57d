import { covers } from './addresses.ts'

/** One listening socket as a tool showed it, before owners become rows. */
export interface RawSocket {
  protocol: 'tcp' | 'unix'
  address: string
  port: number
  path: string
  owners: Owner[]
  /** Both -1 when the tool does not tell enough to compare them. */
  waiting: number
  backlog: number
  /** The tool shows `::` whether or not the socket takes IPv4 too. */
  maybeDual: boolean
  line: string
}

export interface Owner {
  pid: number
  program: string
}

export interface SocketTable {
  sockets: RawSocket[]
  /** Every line was understood. */
  understood: boolean
}

/**
 * Decides `::` where the tool does not say whether IPv4 is taken too: with an own IPv4 socket on the
 * port it is IPv6 only (both could not be bound otherwise), without one it is taken for both, the
 * default of the kernel and of most programs. What follows from "it listens" is asked again by a
 * request; what would follow from "it does not" is a verdict.
 */
export function settleDualStack<S extends Pick<RawSocket, 'address' | 'port' | 'maybeDual'>>(
  sockets: readonly S[],
): S[] {
  const anyV4 = new Set(sockets.filter((s) => s.address === '0.0.0.0').map((s) => s.port))
  return sockets.map((socket) => {
    if (!socket.maybeDual || socket.address !== '::') return socket
    return { ...socket, address: anyV4.has(socket.port) ? '::' : '*' }
  })
}

/** Numbers of the accept queue where the queue's size is not told: only "nothing waits" is certain. */
export function unknownBacklog(waiting: number): { waiting: number; backlog: number } {
  return waiting === 0 ? { waiting: 0, backlog: 0 } : { waiting: -1, backlog: -1 }
}

/** The sockets that take connections to any of the addresses on that port: the kernel prefers the exact address. */
export function serving<S extends Pick<RawSocket, 'protocol' | 'address' | 'port'>>(
  sockets: readonly S[],
  addresses: readonly string[],
  port: number,
): S[] {
  const onPort = sockets.filter((s) => s.protocol === 'tcp' && s.port === port)
  for (const address of addresses) {
    const exact = onPort.filter((s) => s.address === address)
    if (exact.length > 0) return exact
    const wide = onPort.filter((s) => covers(s.address, address))
    if (wide.length > 0) return wide
  }
  return []
}

export function parseCount(token: string | undefined): number | undefined {
  return token !== undefined && /^[0-9]{1,15}$/.test(token) ? Number(token) : undefined
}
