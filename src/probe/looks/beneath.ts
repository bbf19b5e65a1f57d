import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readlink, stat } from 'node:fs/promises'

/** A file that was read, or why not. */
export type FileRead =
  | { kind: 'text'; text: string; mtime: Date; placed: Date; bytes: number }
  | { kind: 'absent' | 'denied' | 'irregular' | 'too-big' }

const MAX_LINKS = 40
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_DIRECTORY, O_NOCTTY } = constants
/** Linux's O_PATH, which node does not name: a folder may be passed through without being readable. */
const O_PATH = 0o10000000

/**
 * Looks at files under a root folder: '' is our own root; `/proc/PID/root` is a process's, where every
 * symbolic link, absolute ones too, is resolved inside that root. There each component is opened by
 * itself without following links, so nothing that changes in between leads out. Linux only for roots.
 */
export class Beneath {
  constructor(private readonly root: string) {}

  /** Reads a regular file of at most `limit` bytes. Never waits for a FIFO or a device. */
  async read(path: string, limit: number): Promise<FileRead> {
    const flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (this.root === '' ? 0 : O_NOFOLLOW)
    return this.within<FileRead>(path, async (place) => {
      // What is no regular file is not even opened: opening a device may already do something.
      if (!(await this.about(place)).isFile()) return { kind: 'irregular' }
      const file = await open(place, flags)
      try {
        const whole = await readWhole(file, limit)
        if (whole.kind !== 'text' || this.root !== '') return whole
        // The link by which a file is found may be younger than the file: a site that was switched on.
        const { ctime } = await lstat(path)
        return ctime > whole.placed ? { ...whole, placed: ctime } : whole
      } finally {
        await file.close()
      }
    }).catch((error: unknown) => ({ kind: whyNot(error) }))
  }

  /** The names in a folder, or why they cannot be listed. */
  async list(path: string): Promise<string[] | 'absent' | 'denied'> {
    return this.within(path, (place) => readdir(place)).catch((error: unknown) =>
      whyNot(error) === 'denied' ? 'denied' : 'absent',
    )
  }

  /** Is there anything at the path? Undefined when that cannot be seen. */
  async exists(path: string): Promise<boolean | undefined> {
    return this.within(path, async (place) => {
      await this.about(place)
      return true
    }).catch((error: unknown) => (whyNot(error) === 'denied' ? undefined : false))
  }

  /** When a regular file was written, and when it was put where it is; undefined where there is none, or it cannot be seen. */
  async stamps(path: string): Promise<{ mtime: Date; placed: Date } | undefined> {
    return this.within(path, async (place) => {
      const about = await this.about(place)
      const link = this.root === '' ? (await lstat(place)).ctime : about.ctime
      return about.isFile()
        ? { mtime: about.mtime, placed: new Date(Math.max(link.getTime(), about.ctime.getTime())) }
        : undefined
    }).catch(() => undefined)
  }

  /** Under another root the walk has resolved every link already. */
  private about(place: string): Promise<Stats> {
    return this.root === '' ? stat(place) : lstat(place)
  }

  /** Calls `use` with a name for the path that holds while it runs. */
  private async within<T>(path: string, use: (place: string) => Promise<T>): Promise<T> {
    if (this.root === '') return use(path)
    const held: FileHandle[] = []
    try {
      return await use(await this.walk(path, held))
    } finally {
      for (const handle of held) await handle.close()
    }
  }

  private async walk(path: string, held: FileHandle[]): Promise<string> {
    const top = await open(`${this.root}/`, O_PATH | O_DIRECTORY)
    held.push(top)
    const folders = [top]
    const left = components(path).reverse()
    let links = 0
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (name === '..') {
        if (folders.length > 1) folders.pop()
        continue
      }
      const here = `/proc/self/fd/${folders.at(-1)?.fd}/${name}`
      const target = await linkTarget(here)
      if (target !== undefined) {
        if (++links > MAX_LINKS) throw new Error('too many symbolic links')
        if (target.startsWith('/')) folders.splice(1)
        left.push(...components(target).reverse())
      } else if (left.length === 0) return here
      else {
        const folder = await open(here, O_PATH | O_DIRECTORY | O_NOFOLLOW)
        held.push(folder)
        folders.push(folder)
      }
    }
    return `/proc/self/fd/${folders.at(-1)?.fd}/`
  }
}

async function linkTarget(place: string): Promise<string | undefined> {
  try {
    return await readlink(place)
  } catch (error) {
    if (codeOf(error) === 'EINVAL') return undefined
    throw error
  }
}

async function readWhole(file: FileHandle, limit: number): Promise<FileRead> {
  const about = await file.stat()
  if (!about.isFile()) return { kind: 'irregular' }
  if (about.size > limit) return { kind: 'too-big' }
  const buffer = Buffer.alloc(Math.min(limit, about.size + 1))
  let bytes = 0
  while (bytes < buffer.length) {
    const { bytesRead } = await file.read(buffer, bytes, buffer.length - bytes, bytes)
    if (bytesRead === 0) break
    bytes += bytesRead
  }
  return { kind: 'text', text: buffer.toString('utf8', 0, bytes), mtime: about.mtime, placed: about.ctime, bytes }
}

function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function whyNot(error: unknown): 'absent' | 'denied' {
  const code = codeOf(error)
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'absent'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
