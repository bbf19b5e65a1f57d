import { isIPv4, isIPv6 } from 'node:net'

/**
 * Addresses as every tool prints them, in one form. `*` stands for "any address, IPv4 and IPv6",
 * `0.0.0.0` for any IPv4 and `::` for any IPv6 address only.
 */

/** One address without brackets, zone and IPv4-in-IPv6 wrapping, shortened; '' when it is none. */
export function plainAddress(text: string): string {
  let bare = text.trim().toLowerCase()
  // ss puts an interface behind the bracket: `[fe80::1]%eth0`.
  const close = bare.indexOf(']')
  const ends = close === bare.length - 1 || bare[close + 1] === '%'
  if (bare.startsWith('[') && close > 0 && ends) bare = bare.slice(1, close)
  const zone = bare.indexOf('%')
  if (zone >= 0) bare = bare.slice(0, zone)
  if (bare === '*' || isIPv4(bare)) return bare
  if (!isIPv6(bare)) return ''
  return shorten(groupsOf(bare))
}

/** `[::1]:80`, `127.0.0.1%lo:53`, `*:3000`, `:::80`: address and port; nothing when it is no endpoint. */
export function splitEndpoint(text: string): { address: string; port: number } | undefined {
  const colon = text.lastIndexOf(':')
  if (colon < 0) return undefined
  const port = parsePort(text.slice(colon + 1))
  const address = plainAddress(text.slice(0, colon))
  return port === undefined || address === '' ? undefined : { address, port }
}

/** 1..65535 in plain decimal digits. */
export function parsePort(text: string): number | undefined {
  if (!/^[0-9]{1,5}$/.test(text)) return undefined
  const port = Number(text)
  return port >= 1 && port <= 65535 ? port : undefined
}

/** An address as `/proc/net/tcp` and `tcp6` write it: 32-bit words in the machine's byte order (little endian). */
export function hexAddress(hex: string): string {
  if (!/^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32})$/.test(hex)) return ''
  const bytes: number[] = []
  for (let word = 0; word < hex.length; word += 8) {
    for (let at = word + 6; at >= word; at -= 2) bytes.push(Number.parseInt(hex.slice(at, at + 2), 16))
  }
  return bytes.length === 4 ? bytes.join('.') : shorten(pairs(bytes))
}

/** An address as `/proc/net/if_inet6` writes it: 32 hexadecimal digits in network order. */
export function networkOrderAddress(hex: string): string {
  return /^[0-9a-fA-F]{32}$/.test(hex)
    ? shorten(hex.match(/.{4}/g)?.map((group) => Number.parseInt(group, 16)) ?? [])
    : ''
}

/** Does a socket bound to `bound` take connections to `address`? Both as `plainAddress` gives them; `localhost` is loopback. */
export function covers(bound: string, address: string): boolean {
  const socket = plainAddress(bound)
  if (socket === '') return false
  if (address.toLowerCase() === 'localhost') return covers(socket, '127.0.0.1') || covers(socket, '::1')
  const wanted = plainAddress(address)
  if (wanted === '' || wanted === '*') return socket === '*'
  // Connecting to the unspecified address reaches this very machine.
  if (wanted === '0.0.0.0') return covers(socket, '127.0.0.1')
  if (wanted === '::') return covers(socket, '::1')
  return socket === '*' || socket === wanted || socket === (isIPv4(wanted) ? '0.0.0.0' : '::')
}

/** 127.0.0.0/8 and ::1, and the unspecified addresses, which connect to the machine itself. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address)
  return plain === '::1' || plain === '::' || plain === '0.0.0.0' || (isIPv4(plain) && plain.startsWith('127.'))
}

function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const left = part(head)
  if (tail === undefined) return left
  const right = part(tail)
  return [...left, ...new Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right]
}

function part(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    return pairs(group.split('.').map(Number))
  })
}

function pairs(bytes: readonly number[]): number[] {
  const groups: number[] = []
  for (let at = 0; at < bytes.length; at += 2) groups.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0))
  return groups
}

function shorten(groups: readonly number[]): string {
  if (groups.length !== 8) return ''
  const [sixth = 0, seventh = 0, eighth = 0] = groups.slice(5)
  if (sixth === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return [seventh >> 8, seventh & 255, eighth >> 8, eighth & 255].join('.')
  }
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = groups.map((group) => group.toString(16))
  if (best.start < 0) return hex.join(':')
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`
}
