import { splitEndpoint } from './addresses.ts'
import { parseCount, type RawSocket, type SocketTable, unknownBacklog } from './sockets.ts'

/**
 * The output of `lsof -nP -iTCP -sTCP:LISTEN`: one line for each process that holds the socket.
 * It tells nothing of the queues, and an IPv6 socket's `*` says not whether it takes IPv4 too.
 */
export function parseLsof(lines: readonly string[]): SocketTable {
  const sockets = new Map<string, RawSocket>()
  let understood = true
  for (const line of lines) {
    if (line.trim() === '' || /^COMMAND\s/.test(line)) continue
    const tokens = line.trim().split(/\s+/)
    const type = tokens.indexOf('TCP')
    const family = tokens[4] ?? ''
    const pid = parseCount(tokens[1])
    const endpoint = splitEndpoint(tokens[type + 1] ?? '')
    if (type !== 7 || pid === undefined || !endpoint || tokens[9] !== '(LISTEN)') {
      understood = false
      continue
    }
    const any = endpoint.address === '*'
    const address = any ? (family === 'IPv6' ? '::' : '0.0.0.0') : endpoint.address
    const key = `${tokens[5]} ${tokens[type + 1]}`
    const known = sockets.get(key)
    const owner = { pid, program: unescaped(tokens[0] ?? '') }
    if (known) known.owners.push(owner)
    else {
      const queue = { waiting: -1, backlog: -1 }
      const where = { protocol: 'tcp' as const, address, port: endpoint.port, path: '' }
      sockets.set(key, {
        ...where,
        ...queue,
        owners: [owner],
        maybeDual: any && family === 'IPv6',
        line: line.trimEnd(),
      })
    }
  }
  return { sockets: [...sockets.values()], understood }
}

/**
 * The output of `netstat -ltnp` (net-tools, BusyBox). Long addresses are cut to their column's
 * width, so one that fills it is not believed. The queue's size is not shown.
 */
export function parseNetstat(lines: readonly string[]): SocketTable {
  const sockets: RawSocket[] = []
  let understood = true
  for (const line of lines) {
    if (line.trim() === '' || /^(?:Active |Proto\s|\(|\s*will not be shown)/.test(line)) continue
    const match = /^(tcp6?)\s+(\d{1,15})\s+(\d{1,15})\s+(\S+)\s+\S+\s+LISTEN\s+(.*)$/.exec(line)
    const [, family = '', waiting = '', , local = '', owner = ''] = match ?? []
    const endpoint = splitEndpoint(local)
    if (!endpoint || local.length >= ADDRESS_COLUMN) {
      understood = false
      continue
    }
    const held = /^(\d{1,10})\/(.*)$/.exec(owner.trimEnd())
    sockets.push({
      ...endpoint,
      ...unknownBacklog(Number(waiting)),
      protocol: 'tcp',
      path: '',
      owners: held ? [{ pid: Number(held[1]), program: held[2] ?? '' }] : [],
      maybeDual: family === 'tcp6' && endpoint.address === '::',
      line: line.trimEnd(),
    })
  }
  return { sockets, understood }
}

const ADDRESS_COLUMN = 23

function unescaped(command: string): string {
  return command.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
