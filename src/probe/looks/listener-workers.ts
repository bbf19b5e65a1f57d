import { setTimeout as wait } from 'node:timers/promises'
import { type Connection, parseTcpConnection, parseUnixConnection } from '../../reading/process/connections.ts'
import { pathOf, pidOf, portOf } from './arguments.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { allStats, clockJson, processExists, readClock } from './proc.ts'
import { findOwners, masterOf, readConnections, readTables } from './socket-tables.ts'
import type { BuiltInLookFn } from './types.ts'

/** Long enough for a busy worker to use several of the kernel's 10 ms ticks. */
const CPU_WINDOW_MS = 200

/**
 * The processes that share one listening socket (a pool: a master and its workers), how many accepted
 * connections each of them holds, and how many wait that nobody accepted. Arguments: `pid`, a process
 * that holds the socket; `port` or `socket`, which one. Seen in the network namespace of that process.
 */
export const listenerWorkersLook: BuiltInLookFn = (args, tools) => {
  const [pid, port, socket] = [pidOf(args), portOf(args), pathOf(args, 'socket')]
  const argv =
    socket === undefined ? ['ss', '-tnap', `( sport = :${port ?? 0} )`] : ['ss', '-xnap', `( src = ${socket} )`]
  if (pid === undefined || (port === undefined && socket === undefined)) {
    return Promise.resolve(blind(argv, 'not-understood', 'no process id, or no port or socket was given'))
  }
  return within(tools, argv, async (over) => {
    if (!processExists(pid)) return blind(argv, 'no-such-file', `there is no process ${pid}`)
    const tables = await readTables(pid, over)
    const own = tables.sockets.filter((each) => (socket === undefined ? each.port === port : each.path === socket))
    if (own.length === 0) return blind(argv, 'not-understood', `nothing listens on ${socket ?? port} any more`)
    const connections = await connectionsTo(pid, port, socket, over)
    const listening = new Set(own.map(({ inode }) => inode))
    const accepted = connections.list.filter(({ inode }) => inode !== '0')
    const owners = await findOwners(new Set([...listening, ...accepted.map(({ inode }) => inode)]), over)
    const before = await allStats(over)
    const clock = await readClock(tools.now())
    const started = performance.now()
    await wait(CPU_WINDOW_MS, undefined, { signal: tools.signal }).catch(() => {})
    const after = await allStats(over)
    const ms = Math.round(performance.now() - started)
    const sharing = [...new Set([...listening].flatMap((inode) => owners.pids.get(inode) ?? []))]
    const master = masterOf(sharing, (each) => before.get(each)?.parent ?? 0)
    const workers = sharing.filter((each) => each !== master)
    const held = new Map<number, number>()
    for (const { inode } of accepted) {
      // A child of a worker has its connection too: it is the worker's.
      const owner = owners.pids.get(inode)?.find((each) => workers.includes(each))
      if (owner !== undefined) held.set(owner, (held.get(owner) ?? 0) + 1)
    }
    return found(
      argv,
      {
        whole: connections.whole && owners.whole && tables.whole,
        clock: clockJson(clock),
        ms,
        master,
        waiting: connections.list.length - accepted.length,
        workers: workers.flatMap((worker) => {
          const stat = before.get(worker)
          if (!stat) return []
          const ticks = Math.max(0, (after.get(worker)?.cpuTicks ?? stat.cpuTicks) - stat.cpuTicks)
          const { state, startTicks } = stat
          return [{ pid: worker, state, start_ticks: startTicks, ticks, connections: held.get(worker) ?? 0 }]
        }),
      },
      { timedOut: over() },
    )
  })
}

async function connectionsTo(
  pid: number,
  port: number | undefined,
  socket: string | undefined,
  over: Over,
): Promise<{ whole: boolean; list: Connection[] }> {
  if (socket !== undefined) return readConnections(pid, ['unix'], (line) => parseUnixConnection(line, socket), over)
  return readConnections(pid, ['tcp', 'tcp6'], (line) => parseTcpConnection(line, port ?? 0), over)
}
