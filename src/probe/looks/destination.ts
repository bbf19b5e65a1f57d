import { serving, settleDualStack } from '../../reading/process/sockets.ts'
import type { JsonObject } from '../../words/json.ts'
import { hostOf } from './arguments.ts'
import { configuredClients } from './clients.ts'
import { compareNamespaces } from './namespaces.ts'
import { blind, found, within } from './outcome.ts'
import { allStats, entriesOf, or, readTarget, readText } from './proc.ts'
import { ownInterfaces, resolveHere } from './resolve.ts'
import { findOwners, masterOf, readTables } from './socket-tables.ts'
import type { BuiltInLookFn } from './types.ts'

/**
 * Where a URL points, seen from here: addresses, whether one is this machine's, who listens on its
 * port in our own network namespace, and in which namespaces that process lives. Arguments: `url`, and
 * `address` where the person said which address the name shall have.
 */
export const destinationLook: BuiltInLookFn = (args, tools) => {
  const target = parseTarget(args.url)
  if (!target) return Promise.resolve(blind([], 'not-understood', 'no http or https URL was given'))
  const { host, port } = target
  const asked = typeof args.address === 'string' && args.address !== '' ? args.address : host
  const argv = ['ss', '-lntp', `sport = :${port}`]
  return within(tools, argv, async (over) => {
    const [resolved, tables, clients] = await Promise.all([
      resolveHere(asked, Math.floor(tools.timeoutMs / 2)),
      readTables('self', over),
      configuredClients(tools.env),
    ])
    const interfaces = await ownInterfaces()
    const tcp = settleDualStack(tables.sockets.filter((socket) => socket.protocol === 'tcp'))
    const sockets = serving(tcp, resolved.addresses, port)
    const owners = await findOwners(new Set(sockets.map((socket) => socket.inode)), over)
    const pids = [...new Set([...owners.pids.values()].flat())]
    const stats = pids.length > 1 ? await allStats(over) : undefined
    const pid = masterOf(pids, (child) => stats?.get(child)?.parent ?? 0)
    return found(
      argv,
      {
        host,
        port,
        addresses: resolved.addresses,
        unresolved: resolved.unresolved,
        error: resolved.error,
        interfaces,
        whole: tables.whole,
        listening: sockets.length > 0,
        bound: sockets[0]?.address ?? '',
        owner: pid === 0 ? {} : await ownerOf(pid),
        clients,
      },
      { timedOut: over() },
    )
  })
}

async function ownerOf(pid: number): Promise<JsonObject> {
  const folder = `/proc/${pid}`
  const [exe, comm, cmdline, cgroup, own, namespaces] = await Promise.all([
    readTarget(`${folder}/exe`),
    readText(`${folder}/comm`, 64),
    readText(`${folder}/cmdline`),
    readText(`${folder}/cgroup`),
    readText('/proc/self/cgroup'),
    compareNamespaces(pid),
  ])
  return {
    pid,
    exe: or(exe, ''),
    comm: or(comm, '').trim(),
    forward: forwarding(entriesOf(or(cmdline, ''))),
    cgroup: or(cgroup, ''),
    own_cgroup: or(own, ''),
    same_net: namespaces.net,
    same_mnt: namespaces.mnt,
    same_pid: namespaces.pid,
  }
}

/** Only what says where a port forwarder sends to is kept of its arguments. */
function forwarding(command: readonly string[]): string[] {
  return command.flatMap((argument, at) => {
    const value = command[at + 1] ?? ''
    return /^-container-(?:ip|port)$/.test(argument) && /^[0-9A-Fa-f.:]{1,45}$/.test(value) ? [argument, value] : []
  })
}

function parseTarget(url: unknown): { host: string; port: number } | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const { protocol, hostname, port } = new URL(url)
  const usual = protocol === 'https:' ? 443 : protocol === 'http:' ? 80 : undefined
  const host = hostOf(hostname)
  return usual === undefined || host === undefined ? undefined : { host, port: port === '' ? usual : Number(port) }
}
