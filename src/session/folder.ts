import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { asOwner, invokingUser, type Owner } from './owner.ts'

type Env = Record<string, string | undefined>

/** Where sessions are kept, and whose they are. */
export interface StateFolder {
  /** The usual place; null for an account without a home. */
  usual: string | null
  /** The place of last resort, under the system's temporary folder. */
  temporary: string
  /** The person behind sudo, who is to own what is kept. */
  owner: Owner | null
}

/**
 * The sessions folder of the person who runs the program: `$XDG_STATE_HOME/triage502/sessions`
 * (XDG Base Directory Specification: a relative path is ignored, the default is ~/.local/state),
 * `~/Library/Application Support/triage502/sessions` on macOS. Under sudo it is the invoking user's.
 */
export function stateFolder(env: Env, platform: NodeJS.Platform = process.platform): StateFolder {
  const owner = invokingUser(env)
  const base = stateBase(env, platform, owner)
  const uid = owner?.uid ?? process.getuid?.() ?? 0
  return {
    usual: base === null ? null : join(base, 'triage502', 'sessions'),
    temporary: join(temporaryBase(env), `triage502-${uid}`),
    owner,
  }
}

function stateBase(env: Env, platform: NodeJS.Platform, owner: Owner | null): string | null {
  const given = env.XDG_STATE_HOME
  if (given !== undefined && isAbsolute(given)) return given
  const home = homeOf(env, owner)
  if (home === null) return null
  return platform === 'darwin' ? join(home, 'Library', 'Application Support') : join(home, '.local', 'state')
}

/** Under sudo HOME may be root's or the user's, by configuration: the user database knows. */
function homeOf(env: Env, owner: Owner | null): string | null {
  if (!owner && env.HOME !== undefined && isAbsolute(env.HOME)) return env.HOME
  try {
    const home = asOwner(owner, () => userInfo().homedir)
    return isAbsolute(home) ? home : null
  } catch {
    return null
  }
}

function temporaryBase(env: Env): string {
  return env.TMPDIR !== undefined && isAbsolute(env.TMPDIR) ? env.TMPDIR : tmpdir()
}

/**
 * A folder of the person's own, mode 0700, that can be written: the usual one, else one under the
 * temporary folder, told through `warn`. Throws when neither can be had.
 */
export function writableFolder(folder: StateFolder, warn: (says: string) => void): string {
  return asOwner(folder.owner, () => {
    if (folder.usual !== null && isWritable(folder.usual)) return folder.usual
    const place = isOurs(folder.temporary) ? folder.temporary : mkdtempSync(`${folder.temporary}-`)
    warn(`${folder.usual ?? 'a home folder'} cannot be written: the session is kept in ${place}`)
    return place
  })
}

/** Made and written as a try: permissions alone do not tell of a read-only or full file system. */
function isWritable(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const { mode, uid } = statSync(path)
    if ((mode & 0o077) !== 0 && uid === process.geteuid?.()) chmodSync(path, 0o700)
    rmdirSync(mkdtempSync(join(path, '.try-')))
    return true
  } catch {
    return false
  }
}

/** Anybody may put something into the temporary folder: only a folder of ours that nobody else can enter counts. */
function isOurs(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 })
    return true
  } catch {
    return isPrivate(path)
  }
}

/** A folder (no link) of this account that nobody else can enter. */
export function isPrivate(path: string, uid = process.geteuid?.()): boolean {
  try {
    const stat = lstatSync(path)
    return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0
  } catch {
    return false
  }
}
