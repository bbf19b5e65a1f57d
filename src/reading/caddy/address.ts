/** Where something listens or is dialled: a port range on a host, or a unix socket. */
export interface NetworkAddress {
  host: string
  /** 0 for a socket, or where no port is written. */
  from: number
  to: number
  socket: string
}

/** Reads Caddy's network addresses: `:8080`, `127.0.0.1:8080-8085`, `tcp/host:80`, `unix//run/app.sock`, `[::1]:80`. */
export function networkAddress(text: string): NetworkAddress {
  const none = { host: '', from: 0, to: 0, socket: '' }
  if (text.startsWith('unix')) {
    const slash = text.indexOf('/')
    // Behind a `|` stands the mode of the socket.
    return { ...none, socket: slash < 0 ? '' : (text.slice(slash + 1).split('|', 1)[0] ?? '') }
  }
  const bare = text.replace(/^(?:tcp|udp)[46]?\//, '')
  const colon = bare.lastIndexOf(':')
  const bracketed = bare.startsWith('[')
  const hasPort = bracketed ? bare.lastIndexOf(']') < colon : colon >= 0 && bare.indexOf(':') === colon
  const host = (hasPort ? bare.slice(0, colon) : bare).replace(/^\[|\]$/g, '').toLowerCase()
  if (!hasPort) return { ...none, host }
  const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(bare.slice(colon + 1))
  const from = Number(range?.[1] ?? 0)
  return { ...none, host, from, to: Number(range?.[2] ?? from) }
}
