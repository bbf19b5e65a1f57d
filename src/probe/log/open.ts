import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, readlink, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { BlindReason } from '../../words/vocabulary.ts'

/** An open regular file, or why there is none. `goes`: what the path is instead, for `meta`. */
export type Opened =
  | { kind: 'file'; path: string; handle: FileHandle; about: Stats }
  | { kind: 'blind'; why: BlindReason; says: string; goes: string }

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_DIRECTORY, O_NOCTTY } = constants
/** Linux's O_PATH, which node does not name: a folder may be passed through without being readable. */
const O_PATH = 0o10000000
const READ = O_RDONLY | O_NONBLOCK | O_NOCTTY
const MAX_LINKS = 20

/**
 * Opens a log to read it. What is no regular file is not even opened: a FIFO or a device may do
 * something when it is. `root`: '' for our own; under another root (`/proc/PID/root`) no link is
 * followed, so that nothing in there leads to a file out here.
 */
export async function openLog(path: string, root = ''): Promise<Opened> {
  try {
    return root === '' ? await openHere(path) : await openBeneath(root, path)
  } catch (error) {
    return refused(path, error)
  }
}

/** Opens what a process holds open, through its `/proc/PID/fd/N`: also when it has no name any more. */
export async function openHeld(fdPath: string, path: string): Promise<Opened> {
  try {
    const about = await stat(fdPath)
    return about.isFile() ? await openFile(fdPath, path, READ) : notAFile(path, about)
  } catch (error) {
    return refused(path, error)
  }
}

/** Our own links are followed one by one: /dev/stderr would lead to *our* standard error. */
async function openHere(path: string): Promise<Opened> {
  let at = path
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const stream = standardStream(at)
    if (stream !== '') return elsewhere(path, stream)
    const about = await lstat(at)
    if (!about.isSymbolicLink()) return about.isFile() ? await openFile(at, at, READ | O_NOFOLLOW) : notAFile(at, about)
    at = resolve(dirname(at), await readlink(at))
  }
  return { kind: 'blind', why: 'not-understood', says: `${path} is a circle of links`, goes: 'link' }
}

async function openBeneath(root: string, path: string): Promise<Opened> {
  // Through another pid namespace /proc/self leads nowhere.
  const stream = standardStream(path)
  if (stream !== '') return elsewhere(path, stream)
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const held: FileHandle[] = []
  try {
    held.push(await open(`${root}/`, O_PATH | O_DIRECTORY))
    for (const [i, name] of names.entries()) {
      if (name === '..') return { kind: 'blind', why: 'not-understood', says: `${path} holds ..`, goes: 'link' }
      const place = `/proc/self/fd/${held.at(-1)?.fd}/${name}`
      const about = await lstat(place)
      if (about.isSymbolicLink()) return linkBeneath(path, `/${names.slice(0, i + 1).join('/')}`, await readlink(place))
      if (i === names.length - 1) {
        return about.isFile() ? await openFile(place, path, READ | O_NOFOLLOW) : notAFile(path, about)
      }
      held.push(await open(place, O_PATH | O_DIRECTORY | O_NOFOLLOW))
    }
    return { kind: 'blind', why: 'not-understood', says: `${path} is a folder`, goes: 'folder' }
  } finally {
    for (const handle of held) await handle.close()
  }
}

function linkBeneath(path: string, link: string, target: string): Opened {
  const stream = standardStream(resolve(dirname(link), target))
  if (stream !== '') return elsewhere(path, stream)
  const says = `${link} is a link to ${target}, and under another root no link is followed`
  return { kind: 'blind', why: 'no-vantage', says, goes: 'link' }
}

async function openFile(place: string, path: string, flags: number): Promise<Opened> {
  const handle = await open(place, flags)
  const about = await handle.stat()
  if (about.isFile()) return { kind: 'file', path, handle, about }
  await handle.close()
  return notAFile(path, about)
}

/** '' for an ordinary path, else what it stands for: stderr, stdout, null, terminal. */
function standardStream(path: string): string {
  if (path === '/dev/stderr' || /^\/(dev\/fd|proc\/[a-z0-9-]+\/fd)\/2$/.test(path)) return 'stderr'
  if (path === '/dev/stdout' || /^\/(dev\/fd|proc\/[a-z0-9-]+\/fd)\/[0-9]+$/.test(path)) return 'stdout'
  if (path === '/dev/null') return 'null'
  return path === '/dev/tty' || path === '/dev/console' ? 'terminal' : ''
}

function elsewhere(path: string, goes: string): Opened {
  const says =
    goes === 'null'
      ? `${path} leads to /dev/null: nothing of it is kept`
      : goes === 'terminal'
        ? `${path} leads to a terminal`
        : `${path} leads to /dev/${goes}: it goes to the journal or to the container's log`
  return { kind: 'blind', why: 'not-understood', says, goes }
}

function notAFile(path: string, about: Stats): Opened {
  const goes = about.isFIFO()
    ? 'fifo'
    : about.isDirectory()
      ? 'folder'
      : about.isSocket()
        ? 'socket'
        : about.isSymbolicLink()
          ? 'link'
          : 'device'
  const says = `${path} is a ${goes === 'fifo' ? 'FIFO' : goes}, no regular file: what is written to it goes elsewhere`
  return { kind: 'blind', why: 'not-understood', says, goes }
}

function refused(path: string, error: unknown): Opened {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EACCES' || code === 'EPERM') {
    return { kind: 'blind', why: 'no-permission', says: `this account may not read ${path}`, goes: '' }
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { kind: 'blind', why: 'no-such-file', says: `there is no ${path}`, goes: '' }
  }
  return { kind: 'blind', why: 'not-understood', says: `${path} could not be opened (${code || 'unknown'})`, goes: '' }
}
