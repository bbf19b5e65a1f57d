import type { JsonObject } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import type { Value } from '../../words/value.ts'
import { type Dark, reader } from '../reader.ts'
import { type Found, flag, found, object, objects, text, texts, whole } from './found.ts'
import { parseLsof, parseNetstat } from './lsof.ts'
import { parseTcpLine, parseUnixLine } from './socket-table.ts'
import { type Owner, type RawSocket, type SocketTable, settleDualStack, unknownBacklog } from './sockets.ts'
import { parseSs } from './ss.ts'
import { listeners as output } from './types.ts'

/**
 * Who listens, from `ss`, `lsof`, `netstat` or the look `listeners`. A socket that several processes
 * hold gives a row for each, lowest pid first. `waiting` and `backlog` are both -1 where the tool does
 * not tell enough to compare them. lsof finds sockets through processes, so a socket whose owner is
 * hidden is missing from it without a word: it never proves that something is absent.
 */
export const listenersReader = reader({
  name: 'listeners',
  output,
  consults: ['upstream.port'],
  read(capture, context) {
    const table = readTable(capture)
    const sockets = settleDualStack(table.sockets)
    const hidden = sockets.filter((socket) => socket.owners.length === 0).length
    const dark: Dark[] = []
    if (hidden > 0) {
      dark.push({
        why: 'no-permission',
        says: `the owners of ${hidden} of ${sockets.length} listening sockets are hidden`,
      })
    }
    return {
      value: { complete: table.whole, owners: table.whole && hidden === 0, sockets: sockets.flatMap(rows) },
      dark,
      lines: tellingLines(sockets, context.facts.get('upstream.port')),
    }
  },
})

interface WholeTable extends SocketTable {
  whole: boolean
}

function readTable(capture: Capture): WholeTable {
  const uncut = capture.outcome === 'ok' && !capture.cut && !capture.timedOut
  if (capture.kind === 'look') {
    const look = found(capture.out)
    const table = fromLook(look)
    return { ...table, whole: uncut && look.ok && flag(look.raw, 'whole') && table.understood }
  }
  const lines = capture.out.split(/\r?\n/)
  switch (toolOf(capture, lines)) {
    case 'lsof':
      return { ...parseLsof(lines), whole: false }
    case 'netstat':
      return judged(capture, uncut, parseNetstat(lines))
    case 'ss':
      return judged(capture, uncut, withNames(parseSs(lines), capture.meta))
  }
}

/** The programs that processes run, where the prober saw that the list names only their first threads. */
function withNames(table: SocketTable, meta: JsonObject): SocketTable {
  const programs = object(meta, 'programs')
  const truly = (owner: Owner): Owner => ({ ...owner, program: text(programs, String(owner.pid)) || owner.program })
  return { ...table, sockets: table.sockets.map((socket) => ({ ...socket, owners: socket.owners.map(truly) })) }
}

/** A pasted text has no exit status; that it holds sockets shows that the command worked. */
function judged(capture: Capture, uncut: boolean, table: SocketTable): WholeTable {
  const worked = capture.exit === 0 || (capture.pasted === true && table.sockets.length > 0)
  return { ...table, whole: uncut && worked && table.understood }
}

/** People paste the output of the tool they have, so a telling line wins over the command. */
function toolOf(capture: Capture, lines: readonly string[]): 'ss' | 'lsof' | 'netstat' {
  if (lines.some((line) => /^COMMAND\s/.test(line))) return 'lsof'
  if (lines.some((line) => /^(?:Active Internet|Proto\s+Recv-Q)/.test(line))) return 'netstat'
  const program = capture.argv[0]?.split('/').at(-1)
  return program === 'lsof' || program === 'netstat' ? program : 'ss'
}

function fromLook(look: Found): SocketTable {
  const owners = new Map<string, Owner[]>()
  for (const owner of objects(look.raw, 'owners')) {
    const inode = text(owner, 'inode')
    const list = owners.get(inode) ?? []
    list.push({ pid: whole(owner, 'pid'), program: text(owner, 'program') })
    owners.set(inode, list)
  }
  const lines = [...texts(look.raw, 'tcp'), ...texts(look.raw, 'tcp6'), ...texts(look.raw, 'unix')]
  const sockets: RawSocket[] = []
  let understood = true
  for (const line of lines) {
    const { inode, ...socket } = parseTcpLine(line) ?? parseUnixLine(line) ?? { inode: '' }
    if (inode === '' || !('protocol' in socket)) understood = false
    else {
      const held = (owners.get(inode) ?? []).sort((a, b) => a.pid - b.pid)
      sockets.push({ ...socket, ...unknownBacklog(socket.waiting), owners: held, line: shown(socket, held) })
    }
  }
  return { sockets, understood }
}

/** The kernel's tables are hexadecimal: a line for people in the form of `ss`. */
function shown(socket: { address: string; port: number; path: string }, owners: readonly Owner[]): string {
  const where = socket.path !== '' ? socket.path : `${socket.address}:${socket.port}`
  return `LISTEN ${where} ${owners.map((owner) => `${owner.program} (pid ${owner.pid})`).join(', ')}`.trim()
}

function rows(socket: RawSocket) {
  const common = {
    protocol: socket.protocol as string,
    address: socket.address,
    port: BigInt(socket.port),
    path: socket.path,
    waiting: BigInt(socket.waiting),
    backlog: BigInt(socket.backlog),
  }
  const owners = socket.owners.length > 0 ? socket.owners : [{ pid: 0, program: '' }]
  return owners.map((owner) => ({ ...common, pid: BigInt(owner.pid), program: owner.program }))
}

function tellingLines(sockets: readonly RawSocket[], port: Value | undefined): string[] {
  const onPort = sockets.filter((socket) => BigInt(socket.port) === port)
  return (onPort.length > 0 ? onPort : sockets).slice(0, 5).map((socket) => socket.line)
}
