/** A connection on the listener's side. `inode` is '0' while nobody has accepted it. */
export interface Connection {
  inode: string
}

/** `include/net/tcp_states.h`: established, and closed by the other side while our side still works for it. */
const TCP_OPEN = new Set(['01', '08'])
/** `include/uapi/linux/net.h`: SS_CONNECTING (waits to be accepted) and SS_CONNECTED. */
const UNIX_OPEN = new Set(['02', '03'])

/** One line of `/proc/PID/net/tcp` or `tcp6`: nothing unless it is an open connection to this local port. */
export function parseTcpConnection(line: string, port: number): Connection | undefined {
  const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/, 10)
  if (!TCP_OPEN.has(state) || !/^\d{1,20}$/.test(inode)) return undefined
  return Number.parseInt(local.slice(local.indexOf(':') + 1), 16) === port ? { inode } : undefined
}

/** One line of `/proc/PID/net/unix`: nothing unless it is an open connection to the listener at this path. */
export function parseUnixConnection(line: string, path: string): Connection | undefined {
  const match = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) +(\d{1,20}) (.+)$/.exec(line)
  const [, state = '', inode = '', at = ''] = match ?? []
  return match && at === path && UNIX_OPEN.has(state) ? { inode } : undefined
}
