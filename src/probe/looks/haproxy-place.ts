import { parseStat } from '../../reading/process/stat.ts'
import { Beneath } from './beneath.ts'
import { compareNamespaces } from './namespaces.ts'
import { entriesOf, or, readTarget, readText } from './proc.ts'

/** Where packages put the file. */
export const USUAL_CONFIG = '/etc/haproxy/haproxy.cfg'

/** What /proc tells about where a running HAProxy took its configuration from. */
export interface HaproxyPlace {
  /** Files and folders behind `-f`, absolute, in their order. */
  given: string[]
  /** The files as they were when it read them: before it changed its root. */
  disk: Beneath
  elsewhere: boolean
  /** Its command line may be believed: the program is HAProxy. */
  trusted: boolean
  /** Its files cannot be reached. */
  hidden: boolean
}

/**
 * Looks at a process through /proc. A worker has usually a root of its own (`chroot`), in which its configuration
 * is not: the files are read from our own root, or in a container from its master's.
 */
export async function haproxyPlace(pid: number): Promise<HaproxyPlace | undefined> {
  const cmdline = await readText(`/proc/${pid}/cmdline`)
  if (!cmdline.ok) return undefined
  const stat = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))
  const master = stat === undefined || stat.parent <= 1 ? undefined : await masterOf(stat.parent)
  const exe = await readTarget(`/proc/${pid}/exe`)
  const { mnt } = await compareNamespaces(pid)
  const cwd = or(await readTarget(`/proc/${master ?? pid}/cwd`), '')
  const root = mnt === 'same' ? '' : `/proc/${master ?? pid}/root`
  return {
    given: filesGiven(entriesOf(cmdline.value), cwd),
    disk: new Beneath(root),
    elsewhere: mnt !== 'same',
    trusted: exe.ok ? isHaproxy(exe.value) : master !== undefined || (await isRoots(pid)),
    hidden: mnt === 'unknown',
  }
}

/** The parent's pid where it is root's HAProxy: the master of this worker. */
async function masterOf(parent: number): Promise<number | undefined> {
  const exe = await readTarget(`/proc/${parent}/exe`)
  return (exe.ok ? isHaproxy(exe.value) : await isRoots(parent)) ? parent : undefined
}

/** Where the file behind a process cannot be seen: root's process of that name is believed. */
async function isRoots(pid: number): Promise<boolean> {
  const status = or(await readText(`/proc/${pid}/status`, 8192), '')
  return /^Name:\s+haproxy$/m.test(status) && /^Uid:\s+0\s/m.test(status)
}

/** Is the file behind /proc/PID/exe HAProxy? A title proves nothing: any process may write one. */
export function isHaproxy(exe: string): boolean {
  const name =
    exe
      .replace(/ \(deleted\)$/, '')
      .split('/')
      .at(-1) ?? ''
  return /^haproxy([-.][\w.-]*)?$/.test(name)
}

/**
 * The files and folders of a command line: `-f A -f B`, `-fA`, and what stands behind `--`. `-C DIR` changes the
 * folder first. Source: HAProxy's management guide, 3 "Starting HAProxy".
 */
export function filesGiven(words: readonly string[], cwd: string): string[] {
  const found: string[] = []
  let folder = cwd
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') {
      found.push(...words.slice(i + 1))
      break
    }
    if (word === '-f') found.push(words[++i] ?? '')
    else if (/^-f./.test(word)) found.push(word.slice(2))
    else if (word === '-C') folder = absolute(words[++i] ?? '', cwd)
  }
  return found.map((path) => absolute(path, folder)).filter((path) => path !== '')
}

function absolute(path: string, from: string): string {
  if (path.startsWith('/')) return path
  return path === '' || !from.startsWith('/') ? '' : `${from.replace(/\/+$/, '')}/${path}`
}
