/** An address as a directive writes it: a host and port, or a unix socket. */
export interface Address {
  host: string
  /** 0 when none was written. */
  port: number
  socket: string
}

/** `host`, `host:port`, `[v6]:port` or `unix:/path`. Anything else becomes a host with port 0. */
export function parseAddress(text: string): Address {
  if (text.startsWith('unix:')) return { host: '', port: 0, socket: text.slice(5).replace(/^\/+/, '/') }
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text)
  if (match === null) return { host: text, port: 0, socket: '' }
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port: Number(match[2] ?? 0), socket: '' }
}

/** One `listen` directive. */
export interface Listen {
  /** '*' and '::' for any address; '' for a unix socket. */
  host: string
  ports: { from: number; to: number }
  socket: string
  isDefault: boolean
  tls: boolean
}

/** Parses the arguments of `listen`. Source: nginx.org, ngx_http_core_module, "listen". */
export function parseListen(args: readonly string[]): Listen {
  const [target = '', ...flags] = args
  const isDefault = flags.includes('default_server') || flags.includes('default')
  const tls = flags.includes('ssl') || flags.includes('quic')
  if (target.startsWith('unix:')) {
    return { host: '', ports: { from: 0, to: 0 }, socket: target.slice(5), isDefault, tls }
  }
  const match = /^(?:(\[[^\]]*\]|[^:]*):)?(\d{1,5})(?:-(\d{1,5}))?$/.exec(target)
  const from = match === null ? 80 : Number(match[2])
  const to = match === null ? 80 : Number(match[3] ?? from)
  const host = (match === null ? target : (match[1] ?? '*')).replace(/^\[|\]$/g, '').toLowerCase()
  return { host: host === '0.0.0.0' || host === '' ? '*' : host, ports: { from, to }, socket: '', isDefault, tls }
}
