import { covers, plainAddress } from '../process/addresses.ts'

/** Where a `server` line sends to. */
export interface ServerAddress {
  host: string
  /** 0 for a socket, and where the line names none. */
  port: number
  socket: string
  /** The port of the visitor's own connection is used, or that one plus so many. */
  relative: boolean
}

/**
 * `10.0.0.7:80`, `app.internal:3000`, `[::1]:80`, `::1:80`, `/run/shop.sock`, `unix@/run/shop.sock`.
 * An abstract socket is written with an `@` before it. Source: configuration manual 11, "Address formats".
 */
export function serverAddress(text: string): ServerAddress {
  const none = { host: '', port: 0, socket: '', relative: false }
  const family = /^(unix|uxst|abns|ipv4|ipv6|sockpair|fd|stream\+ipv[46]|tcp[46]?)@/.exec(text)?.[1] ?? ''
  const bare = family === '' ? text : text.slice(family.length + 1)
  if (family === 'unix' || family === 'uxst' || bare.startsWith('/')) return { ...none, socket: bare }
  if (family === 'abns') return { ...none, socket: `@${bare}` }
  if (family === 'sockpair' || family === 'fd') return none
  const colon = bare.lastIndexOf(':')
  const port = /^([+-]?)(\d{1,5})$/.exec(colon < 0 ? '' : bare.slice(colon + 1))
  const address = port === null && plainAddress(bare) !== '' ? bare : colon < 0 ? bare : bare.slice(0, colon)
  const host = (plainAddress(address) || address).toLowerCase()
  if (port === null) return { ...none, host, relative: true }
  return { ...none, host, port: Number(port[2]), relative: port[1] !== '' || Number(port[2]) === 0 }
}

/** One address of a `bind` line. */
export interface Bind {
  host: string
  from: number
  to: number
  tls: boolean
  at: string
}

/** The addresses of a `bind` line: several with commas, each with a port or a range; sockets are left out. */
export function bindsOf(words: readonly string[], at: string): Bind[] {
  const tls = words.includes('ssl')
  return (words[1] ?? '').split(',').flatMap((text) => {
    const bare = text.replace(/^(ipv4|ipv6|tcp[46]?|stream\+ipv[46])@/, '')
    const match = /^(.*):(\d{1,5})(?:-(\d{1,5}))?$/.exec(bare)
    if (match === null || bare.startsWith('/') || bare.includes('@')) return []
    const [, address = '', from = '', to] = match
    const any = address === '' || address === '*' || address === '0.0.0.0'
    const host = any ? '*' : plainAddress(address) || address.toLowerCase()
    return [{ host, from: Number(from), to: Number(to ?? from), tls, at }]
  })
}

/** Does this bind take connections to a port, as far as the port tells? */
export function takesPort(bind: Bind, port: number): boolean {
  return port >= bind.from && port <= bind.to
}

/** Does it take connections to an address? A name tells nothing: then anything may. */
export function takesAddress(bind: Bind, address: string): boolean {
  return bind.host === '*' || plainAddress(address) === '' || covers(bind.host, address)
}
