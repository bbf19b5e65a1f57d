/** Where an `upstream: "…"` field points. */
export interface UpstreamAddress {
  /** A host, an address without brackets, or a group's name; '' for a unix socket. */
  host: string
  /** 0 when there is none (a unix socket, a group's name). */
  port: number
  socket: string
}

const NONE: UpstreamAddress = { host: '', port: 0, socket: '' }

/**
 * Reads an upstream as nginx prints it (`http://127.0.0.1:3000/path`, `http://[::1]:3000/`,
 * `http://unix:/run/x.sock:/path`, `fastcgi://unix:/run/php.sock:`, `http://group/path`), a
 * stream's (`10.0.0.1:80`), or a member as a fact holds it (`10.0.0.1:80`, `unix:/run/x.sock`).
 */
export function parseUpstream(text: string): UpstreamAddress {
  const scheme = text.indexOf('://')
  const slash = text.indexOf('/')
  const rest = scheme > 0 && slash === scheme + 1 ? text.slice(scheme + 3) : text
  if (rest.startsWith('unix:')) {
    const path = rest.slice('unix:'.length)
    const uri = path.indexOf(':/')
    const end = uri >= 0 ? uri : path.endsWith(':') ? path.length - 1 : path.length
    return { host: '', port: 0, socket: path.slice(0, end) }
  }
  const end = rest.search(/[/?# ]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  if (authority === '') return NONE
  if (authority.startsWith('[')) {
    const close = authority.indexOf(']')
    if (close < 0) return NONE
    return { host: authority.slice(1, close).toLowerCase(), port: portOf(authority.slice(close + 1)), socket: '' }
  }
  const colon = authority.lastIndexOf(':')
  const bareV6 = colon !== authority.indexOf(':')
  if (colon < 0 || bareV6) return { host: authority.toLowerCase(), port: 0, socket: '' }
  return { host: authority.slice(0, colon).toLowerCase(), port: portOf(authority.slice(colon)), socket: '' }
}

function portOf(text: string): number {
  if (!/^:[0-9]{1,5}$/.test(text)) return 0
  const port = Number(text.slice(1))
  return port <= 65535 ? port : 0
}
