import type { Infer } from '../../words/value.ts'
import { parseNetstat } from './lsof.ts'
import { parseSs } from './ss.ts'
import type { destination } from './types.ts'

/**
 * Who holds the URL's port, from a list of listeners that somebody pasted (`ss -lntp`, `netstat -lntp`): it is meant to be of
 * the machine that serves the URL, which nothing in it can prove. A list without that port says nothing. Null then.
 */
export function readPastedDestination(text: string, port: number): Infer<typeof destination> | null {
  const lines = text.split(/\r?\n/)
  const isNetstat = lines.some((line) => /^(?:Active Internet|Proto\s+Recv-Q)/.test(line))
  const { sockets } = isNetstat ? parseNetstat(lines) : parseSs(lines)
  const holder = sockets.find((socket) => socket.port === port && socket.owners.length > 0)
  const owner = holder?.owners.toSorted((a, b) => a.pid - b.pid)[0]
  if (!holder || !owner || owner.pid <= 0) return null
  return {
    ...{ complete: false, resolves: true, addresses: [holder.address], local: true, listening: true },
    ...{
      pid: BigInt(owner.pid),
      program: owner.program,
      same_net: true,
      same_mnt: false,
      elsewhere: '',
      clients: [],
      interfaces: [],
    },
  }
}
