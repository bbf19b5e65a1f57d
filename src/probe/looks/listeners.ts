import type { JsonObject } from '../../words/json.ts'
import { pidOf } from './arguments.ts'
import { compareNamespaces } from './namespaces.ts'
import { blind, found, within } from './outcome.ts'
import { or, readTarget, readText } from './proc.ts'
import { findOwners, readTables } from './socket-tables.ts'
import type { BuiltInLookFn } from './types.ts'

/**
 * Listening sockets from the kernel's tables, in the network namespace of a process.
 * Arguments: `pid` (optional): whose namespace; our own without it.
 */
export const listenersLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = pid === undefined ? ['ss', '-lntxp'] : ['nsenter', '--target', String(pid), '--net', 'ss', '-lntxp']
  if (args.pid !== undefined && pid === undefined) {
    return Promise.resolve(blind(argv, 'not-understood', `${JSON.stringify(args.pid)} is no process id`))
  }
  return within(tools, argv, async (over) => {
    const tables = await readTables(pid ?? 'self', over)
    if (!tables.whole && tables.sockets.length === 0) {
      return blind(
        argv,
        over() ? 'timed-out' : 'no-such-file',
        `the socket tables of ${pid ?? 'this machine'} cannot be read`,
      )
    }
    const owners = await findOwners(new Set(tables.sockets.map((socket) => socket.inode)), over)
    const rows: JsonObject[] = []
    for (const [inode, pids] of owners.pids) {
      for (const owner of pids) rows.push({ inode, pid: owner, program: await programOf(owner) })
    }
    const namespaces = pid === undefined ? undefined : await compareNamespaces(pid)
    const findings = { whole: tables.whole, owners_whole: owners.whole, owners: rows, ...tables.lines }
    const elsewhere = pid !== undefined && namespaces?.net !== 'same'
    return found(elsewhere ? argv : ['ss', '-lntxp'], findings, {
      timedOut: over(),
      ...(elsewhere ? { at: `pid:${pid}` } : {}),
    })
  })
}

/** The name of the file a process runs; its own idea of its name only where that cannot be seen. */
export async function programOf(pid: number): Promise<string> {
  const exe = or(await readTarget(`/proc/${pid}/exe`), '').replace(/ \(deleted\)$/, '')
  return exe === '' ? or(await readText(`/proc/${pid}/comm`, 64), '').trim() : (exe.split('/').at(-1) ?? '')
}
