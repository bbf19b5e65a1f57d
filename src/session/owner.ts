import { fchownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The account that a file should belong to. */
export interface Owner {
  uid: number
  gid: number
}

/** Who ran sudo, when we run as root under it; null otherwise. */
export function invokingUser(env: Record<string, string | undefined>, euid = process.geteuid?.()): Owner | null {
  if (euid !== 0) return null
  const uid = id(env.SUDO_UID)
  return uid === null || uid === 0 ? null : { uid, gid: id(env.SUDO_GID) ?? uid }
}

function id(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null
}

/**
 * Does file work with another account's rights, so that what it makes belongs to that account and
 * nothing is reached that it may not reach itself. Synchronous work only. Needs root.
 */
export function asOwner<T>(owner: Owner | null, work: () => T): T {
  const { geteuid, getegid, seteuid, setegid } = process
  if (!owner || !geteuid || !getegid || !seteuid || !setegid) return work()
  const before = { uid: geteuid(), gid: getegid() }
  setegid(owner.gid)
  try {
    seteuid(owner.uid)
    return work()
  } finally {
    seteuid(before.uid)
    setegid(before.gid)
  }
}

/** As root: a file just made goes to whoever owns its folder (a session kept under sudo is the user's). */
export function giveToFolderOwner(fd: number, path: string): void {
  if (process.geteuid?.() !== 0) return
  const folder = statSync(dirname(path))
  if (folder.uid !== 0) fchownSync(fd, folder.uid, folder.gid)
}
