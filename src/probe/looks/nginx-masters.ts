import { parseStat } from '../../reading/process/stat.ts'
import { isNginxBinary } from './nginx-place.ts'
import type { Over } from './outcome.ts'
import { or, readTarget, readText } from './proc.ts'
import { findOwners, masterOf, readTables } from './socket-tables.ts'

/** The nginx that run here. `whole`: every listener of our own network namespace and its owner was seen. */
export interface Masters {
  pids: number[]
  whole: boolean
}

/** Every nginx that listens on TCP in our own network namespace: its master, by the file that it runs. */
export async function nginxMasters(over: Over): Promise<Masters> {
  const tables = await readTables('self', over)
  const inodes = new Set(tables.sockets.filter(({ protocol }) => protocol === 'tcp').map(({ inode }) => inode))
  const owners = await findOwners(inodes, over)
  const parents = new Map<number, number>()
  for (const pid of new Set([...owners.pids.values()].flat())) {
    parents.set(pid, parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))?.parent ?? 0)
  }
  const pids: number[] = []
  for (const holders of owners.pids.values()) {
    const master = masterOf(holders, (pid) => parents.get(pid) ?? 0)
    if (master === 0 || pids.includes(master)) continue
    if (isNginxBinary(or(await readTarget(`/proc/${master}/exe`), ''))) pids.push(master)
  }
  return { pids: pids.sort((a, b) => a - b), whole: tables.whole && owners.whole }
}
