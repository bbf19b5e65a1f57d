import { splitEndpoint } from './addresses.ts'
import { type Owner, parseCount, type RawSocket, type SocketTable } from './sockets.ts'

/**
 * The output of `ss -l…n…` (iproute2), with or without header, `-O` and `-p`. Newer versions print
 * `*` for an IPv6 socket that takes IPv4 too and `[::]` for one that does not; old ones print `*`
 * for IPv4 and `:::` for IPv6 of either kind.
 */
export function parseSs(lines: readonly string[]): SocketTable {
  const old = lines.some((line) => line.includes(' :::'))
  const sockets: RawSocket[] = []
  let understood = true
  for (const line of lines) {
    if (line.trim() === '' || /^(?:State|Netid)\s/.test(line)) continue
    const last = sockets.at(-1)
    // A narrow terminal puts the owners on a line of their own.
    if (/^\s+users:\(/.test(line) && last) {
      last.owners = parseOwners(line)
      continue
    }
    const socket = parseLine(line, old)
    if (socket === 'unknown') understood = false
    else if (socket !== 'skip') sockets.push(socket)
  }
  return { sockets, understood }
}

const NETIDS = new Set(['tcp', 'mptcp', 'u_str', 'u_seq', 'u_dgr', 'udp', 'raw', 'v_str', 'sctp'])

function parseLine(line: string, old: boolean): RawSocket | 'skip' | 'unknown' {
  const usersAt = line.lastIndexOf(' users:((')
  const tokens = (usersAt < 0 ? line : line.slice(0, usersAt)).trim().split(/\s+/)
  const netid = NETIDS.has(tokens[0] ?? '') ? (tokens.shift() ?? '') : 'tcp'
  const state = tokens.shift()
  if (state !== 'LISTEN')
    return state !== undefined && /^(?:UNCONN|ESTAB|[A-Z]+-[A-Z0-9-]+)$/.test(state) ? 'skip' : 'unknown'
  const waiting = parseCount(tokens.shift())
  const backlog = parseCount(tokens.shift())
  if (waiting === undefined || backlog === undefined) return 'unknown'
  const owners = usersAt < 0 ? [] : parseOwners(line.slice(usersAt))
  const common = { owners, waiting, backlog, line: line.trimEnd() }
  if (netid.startsWith('u_')) {
    const path = unixPath(line, usersAt)
    return path === '' ? 'unknown' : { ...common, protocol: 'unix', address: '', port: 0, path, maybeDual: false }
  }
  if (netid !== 'tcp' && netid !== 'mptcp') return 'skip'
  const local = tokens[0] ?? ''
  const endpoint = splitEndpoint(local)
  if (!endpoint) return 'unknown'
  const address = old && endpoint.address === '*' ? '0.0.0.0' : endpoint.address
  return { ...common, protocol: 'tcp', address, port: endpoint.port, path: '', maybeDual: local.startsWith(':::') }
}

/** `u_str LISTEN 0 4096 /run/my app.sock 10557 * 0`: a path may hold spaces, so both ends are counted off. */
function unixPath(line: string, usersAt: number): string {
  const body = (usersAt < 0 ? line : line.slice(0, usersAt)).trim()
  const head = /^\S+\s+\S+\s+\S+\s+\S+\s+/.exec(body)
  const tokens = body.split(/\s+/)
  const star = body.lastIndexOf('*')
  const inode = tokens.at(-3) ?? ''
  if (!head || tokens.length < 8 || tokens.at(-2) !== '*') return ''
  const beforeStar = body.slice(0, star).trimEnd()
  return beforeStar.slice(head[0].length, beforeStar.length - inode.length).trim()
}

/**
 * `users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))`. Anybody may name a process, in at most 15
 * bytes: too few to hold a whole entry, so the last `",pid=` of each entry is the kernel's.
 */
function parseOwners(text: string): Owner[] {
  const start = text.indexOf('((')
  const end = text.lastIndexOf('))')
  if (start < 0 || end < start) return []
  const owners = new Map<number, string>()
  for (const entry of text.slice(start + 2, end).split('),(')) {
    const nameEnd = entry.lastIndexOf('",pid=')
    const numbers = nameEnd < 0 ? null : /^",pid=([0-9]{1,10})(?:,fd=[0-9]+)?$/.exec(entry.slice(nameEnd))
    if (entry.startsWith('"') && numbers?.[1] !== undefined) owners.set(Number(numbers[1]), entry.slice(1, nameEnd))
  }
  return [...owners].map(([pid, program]) => ({ pid, program })).sort((a, b) => a.pid - b.pid)
}
