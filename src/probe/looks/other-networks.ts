import { parseCgroup, unitOf } from '../../reading/process/cgroup.ts'
import type { JsonObject } from '../../words/json.ts'
import type { Over } from './outcome.ts'
import { inodeOf, listPids, or, readText } from './proc.ts'
import { readTables } from './socket-tables.ts'

/** Something that listens on a port in a network namespace that is not ours. */
export interface Elsewhere extends JsonObject {
  pid: number
  container: string
  address: string
}

/** Machines with many containers have many; the port is looked for in the first of them. */
const MOST_NETWORKS = 64

/**
 * Who listens on this port in other network namespaces of this machine (containers). Such a program may
 * well be the application: where one is, nobody may say that it is down. A namespace is told by the inode
 * of `/proc/PID/net/unix`, which everybody may read.
 */
export async function listenersElsewhere(port: number, over: Over): Promise<Elsewhere[]> {
  const own = await inodeOf('/proc/self/net/unix')
  const ownCgroup = parseCgroup(or(await readText('/proc/self/cgroup'), ''))
  const networks = new Map<number, number>()
  for (const pid of await listPids()) {
    if (over() || networks.size >= MOST_NETWORKS) break
    const network = await inodeOf(`/proc/${pid}/net/unix`)
    if (network.ok && own.ok && network.value !== own.value && !networks.has(network.value)) {
      networks.set(network.value, pid)
    }
  }
  const found: Elsewhere[] = []
  for (const pid of networks.values()) {
    if (over()) break
    const { sockets } = await readTables(pid, over)
    const listener = sockets.find((socket) => socket.protocol === 'tcp' && socket.port === port)
    if (!listener) continue
    const { container } = unitOf(parseCgroup(or(await readText(`/proc/${pid}/cgroup`), '')), ownCgroup)
    found.push({ pid, container, address: listener.address })
  }
  return found
}
