import { covers, isLoopback, splitEndpoint } from '../../reading/process/addresses.ts'
import { parseCgroup, unitOf } from '../../reading/process/cgroup.ts'
import type { ProcSocket } from '../../reading/process/socket-table.ts'
import { settleDualStack } from '../../reading/process/sockets.ts'
import type { Stat } from '../../reading/process/stat.ts'
import { tiesOf } from '../../reading/process/ties.ts'
import type { JsonObject } from '../../words/json.ts'
import { pidOf, portOf, stringsOf } from './arguments.ts'
import { compareNamespaces } from './namespaces.ts'
import { listenersElsewhere } from './other-networks.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { allStats, clockJson, entriesOf, or, processExists, readClock, readTarget, readText } from './proc.ts'
import { findOwners, masterOf, readTables } from './socket-tables.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

/** One program that listens, as written down for the reader. */
export interface Candidate extends JsonObject {
  pid: number
  address: string
  port: number
  ties: string[]
  status: number
}

/** A listening socket whose owner this account cannot see. */
export interface Unseen extends JsonObject {
  address: string
  port: number
  asked: boolean
  status: number
}

export interface Gathered {
  findings: JsonObject & { apps: Candidate[]; unseen: Unseen[] }
  /** The sockets are in our own network namespace: addresses mean the same to us. */
  ours: boolean
}

/**
 * Programs that listen in the proxy's network namespace and that no proxy configuration sends to.
 * Nobody is asked anything: `status` stays 0. Arguments: `port` (where the proxy sends), `claimed`
 * (`host:port` of every upstream of the configuration), `names` (words of the site), `pid` (the proxy), `here` (true: in our
 * own network namespace, wherever the proxy lives).
 */
export const candidatesLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = candidatesArgv(pid)
  return within(tools, argv, async (over) => {
    const gathered = await gather(args, tools, over)
    if (typeof gathered === 'string') return blind(argv, 'no-vantage', gathered)
    return found(argv, gathered.findings, { timedOut: over(), ...(gathered.ours ? {} : { at: `pid:${pid}` }) })
  })
}

/** What a person would type for the same table. */
export function candidatesArgv(pid: number | undefined): string[] {
  return pid === undefined ? ['ss', '-lntp'] : ['nsenter', '--target', String(pid), '--net', 'ss', '-lntp']
}

/** Collects the candidates, tied ones first; a sentence when the proxy's namespace cannot be looked into. */
export async function gather(args: JsonObject, tools: LookTools, over: Over): Promise<Gathered | string> {
  // The gateway may live in a container, and send to what runs on this machine beside it.
  const proxy = args.here === true ? undefined : pidOf(args)
  if (proxy !== undefined && !processExists(proxy)) return `pid ${proxy} is gone, and with it the proxy’s view`
  const ours = proxy === undefined || (await compareNamespaces(proxy)).net === 'same'
  const tables = await readTables(ours ? 'self' : (proxy ?? 'self'), over)
  if (!tables.whole) return 'the socket tables of the proxy’s network namespace cannot be read'
  const tcp = settleDualStack(tables.sockets.filter((socket) => socket.protocol === 'tcp'))
  const free = tcp.filter((socket) => !isClaimed(socket, stringsOf(args, 'claimed')))
  const owners = await findOwners(new Set(free.map((socket) => socket.inode)), over)
  const stats = await allStats(over)
  const clock = await readClock(tools.now())
  const own = or(await readText('/proc/self/cgroup'), '')
  const apps = new Map<string, Candidate>()
  const unseen: Unseen[] = []
  for (const socket of free) {
    const pids = owners.pids.get(socket.inode) ?? []
    const pid = masterOf(pids, (child) => stats.get(child)?.parent ?? 0)
    const stat = stats.get(pid)
    if (!stat) unseen.push({ address: socket.address, port: socket.port, asked: false, status: 0 })
    else if (!belongsTo(pid, proxy, stats) && pid !== process.pid) {
      const key = `${pid} ${socket.address} ${socket.port}`
      if (!apps.has(key)) apps.set(key, await describe(socket, stat, args, own))
    }
  }
  const port = portOf(args)
  const elsewhere = port === undefined ? [] : await listenersElsewhere(port, over)
  const rows = [...apps.values()].sort((a, b) => b.ties.length - a.ties.length || a.port - b.port)
  return { ours, findings: { whole: !over(), unseen, elsewhere, clock: clockJson(clock), own_cgroup: own, apps: rows } }
}

async function describe(socket: ProcSocket, stat: Stat, args: JsonObject, own: string): Promise<Candidate> {
  const folder = `/proc/${stat.pid}`
  const [exe, cwd, cmdline, environ, cgroup] = await Promise.all([
    readTarget(`${folder}/exe`),
    readTarget(`${folder}/cwd`),
    readText(`${folder}/cmdline`),
    readText(`${folder}/environ`),
    readText(`${folder}/cgroup`),
  ])
  const command = entriesOf(or(cmdline, ''))
  const traits = {
    cwd: or(cwd, ''),
    command,
    unit: unitOf(parseCgroup(or(cgroup, '')), parseCgroup(own)).unit,
    // Environments hold secrets: what leaves this function is the names that matched.
    environment: entriesOf(or(environ, '')),
  }
  return {
    pid: stat.pid,
    comm: stat.comm,
    exe: or(exe, ''),
    cwd: traits.cwd,
    cmdline: command,
    cgroup: or(cgroup, ''),
    start_ticks: stat.startTicks,
    address: socket.address,
    port: socket.port,
    ties: tiesOf(traits, stringsOf(args, 'names'), portOf(args) ?? 0),
    status: 0,
  }
}

/** Some proxy configuration sends to this socket: it is somebody's upstream already. */
function isClaimed(socket: ProcSocket, claimed: readonly string[]): boolean {
  return claimed.some((claim) => {
    const port = Number(claim.slice(claim.lastIndexOf(':') + 1))
    if (port !== socket.port) return false
    const endpoint = splitEndpoint(claim)
    // A name may stand for any address, so its port counts whatever the name is.
    return (
      !endpoint ||
      covers(socket.address, endpoint.address) ||
      (isLoopback(endpoint.address) && isLoopback(socket.address))
    )
  })
}

/** The proxy itself or anything it started. */
function belongsTo(pid: number, proxy: number | undefined, stats: ReadonlyMap<number, Stat>): boolean {
  let at = pid
  for (let depth = 0; at > 1 && depth < 64; depth++) {
    if (at === proxy) return true
    at = stats.get(at)?.parent ?? 0
  }
  return false
}
