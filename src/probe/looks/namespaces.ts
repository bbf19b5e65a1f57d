import { statusField } from '../../reading/process/stat.ts'
import { inodeOf, or, readTarget, readText } from './proc.ts'

/** Is a thing of another process the same as ours? `unknown` is never taken for `same`. */
export type Sameness = 'same' | 'other' | 'unknown'

export interface Namespaces {
  net: Sameness
  mnt: Sameness
  pid: Sameness
}

/**
 * Compares a process's network, mount and pid namespaces with our own. Where the links of
 * `/proc/PID/ns` are closed to this account, what everybody may read decides: the files of
 * `/proc/PID/net` have inodes of their own in each network namespace, mounts have ids of their own in
 * each mount namespace, and `NSpid` holds a pid for each nested pid namespace.
 */
export async function compareNamespaces(pid: number): Promise<Namespaces> {
  const [net, mnt, pids] = await Promise.all([
    compare(pid, 'net', sameNetFiles),
    compare(pid, 'mnt', sameMounts),
    compare(pid, 'pid', sameDepth),
  ])
  return { net, mnt, pid: pids }
}

/** Same mount namespace and same root folder: paths mean the same to the process and to us. */
export async function samePaths(pid: number): Promise<Sameness> {
  const [mnt, root, own] = await Promise.all([
    compare(pid, 'mnt', sameMounts),
    readTarget(`/proc/${pid}/root`),
    readTarget('/proc/self/root'),
  ])
  if (mnt !== 'same') return mnt
  if (root.ok && own.ok) return root.value === own.value ? 'same' : 'other'
  // mountinfo shows only what lies under the process's root, so equal texts mean an equal root.
  return sameMounts(pid)
}

async function compare(pid: number, kind: string, fallback: (pid: number) => Promise<Sameness>): Promise<Sameness> {
  const [theirs, ours] = await Promise.all([readTarget(`/proc/${pid}/ns/${kind}`), readTarget(`/proc/self/ns/${kind}`)])
  if (theirs.ok && ours.ok) return theirs.value === ours.value ? 'same' : 'other'
  return fallback(pid)
}

async function sameNetFiles(pid: number): Promise<Sameness> {
  const [theirs, ours] = await Promise.all([inodeOf(`/proc/${pid}/net/unix`), inodeOf('/proc/self/net/unix')])
  return theirs.ok && ours.ok ? (theirs.value === ours.value ? 'same' : 'other') : 'unknown'
}

async function sameMounts(pid: number): Promise<Sameness> {
  const [theirs, ours] = await Promise.all([
    readText(`/proc/${pid}/mountinfo`, MOUNTS),
    readText('/proc/self/mountinfo', MOUNTS),
  ])
  if (!theirs.ok || !ours.ok || theirs.value === '' || ours.value === '') return 'unknown'
  return mounts(theirs.value) === mounts(ours.value) ? 'same' : 'other'
}

async function sameDepth(pid: number): Promise<Sameness> {
  const [theirs, ours] = await Promise.all([readText(`/proc/${pid}/status`), readText('/proc/self/status')])
  const depth = (status: string): number => statusField(status, 'NSpid').split(/\s+/).filter(Boolean).length
  const [their, our] = [depth(or(theirs, '')), depth(or(ours, ''))]
  if (their === 0 || our === 0) return 'unknown'
  return their === our && our === 1 ? 'same' : their === our ? 'unknown' : 'other'
}

const MOUNTS = 1024 * 1024

/** Mount id and mount point of each line: the rest of a line may change by itself. */
function mounts(mountinfo: string): string {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .map(([id, , , , point]) => `${id} ${point}`)
    .join('\n')
}
