import { constants } from 'node:fs'
import { access, open, readdir } from 'node:fs/promises'
import { parseIdentity } from '../../reading/process/stat.ts'
import { found, type Over, within } from './outcome.ts'
import { attempt, countEntries, listPids, or, readTarget, readText, type Seen } from './proc.ts'
import type { BuiltInLookFn } from './types.ts'
import { nameOfUser } from './users.ts'

/** What this account can see here; each answer is '' for yes or the reason why not. No arguments. */
export const sightLook: BuiltInLookFn = (_args, tools) => {
  const argv = ['id']
  return within(tools, argv, async (over) => {
    const uid = process.geteuid?.() ?? -1
    const [processes, kernelLog, journal] = await Promise.all([seesOthers(uid, over), kernelLogOpens(), journalOpens()])
    const findings = {
      root: uid === 0,
      user: await nameOfUser(uid),
      processes,
      kernel_log: kernelLog,
      journal,
      sockets: processes,
    }
    return found(argv, findings)
  })
}

/** Owners of sockets are found through the open files of processes, so one answer serves both. */
async function seesOthers(uid: number, over: Over): Promise<'' | 'no-permission'> {
  const pids = await listPids()
  // Where /proc hides other users' processes, not even the first one shows.
  if (!pids.includes(1)) return 'no-permission'
  const seen = { theirs: 0, ours: 0, closed: 0 }
  for (const pid of pids) {
    if (over() || seen.theirs > 0) break
    const owner = parseIdentity(or(await readText(`/proc/${pid}/status`), ''))?.uid
    if (owner === undefined || pid === process.pid) continue
    const [fds, exe] = await Promise.all([countEntries(`/proc/${pid}/fd`), readTarget(`/proc/${pid}/exe`)])
    if ((!fds.ok && fds.why === 'denied') || (!exe.ok && exe.why === 'denied')) seen.closed++
    else if (fds.ok) seen[owner === uid ? 'ours' : 'theirs']++
  }
  // One guarded process is no blindness for root; for others, their own processes prove nothing.
  return seen.theirs > 0 || seen.closed === 0 || (uid === 0 && seen.ours > 0) ? '' : 'no-permission'
}

/** `dmesg_restrict` is enforced when the device is opened. */
async function kernelLogOpens(): Promise<string> {
  const opened = await attempt(async () => {
    await (await open('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)).close()
    return { ok: true, value: true }
  })
  return reasonOf(opened)
}

/** systemd keeps the journal in a folder named by the machine's id, persistent or until reboot. */
async function journalOpens(): Promise<string> {
  let reason = 'no-such-file'
  for (const folder of ['/var/log/journal', '/run/log/journal']) {
    const machines = await attempt(async () => ({ ok: true, value: await readdir(folder) }))
    if (!machines.ok && machines.why === 'denied') reason = 'no-permission'
    for (const machine of or(machines, []).filter((name) => /^[0-9a-f]{32}$/.test(name))) {
      const readable = await attempt(async () => {
        await access(`${folder}/${machine}/system.journal`, constants.R_OK)
        return { ok: true, value: true }
      })
      if (readable.ok) return ''
      if (readable.why === 'denied') reason = 'no-permission'
    }
  }
  return reason
}

function reasonOf(seen: Seen<unknown>): string {
  if (seen.ok) return ''
  return seen.why === 'gone' ? 'no-such-file' : 'no-permission'
}
