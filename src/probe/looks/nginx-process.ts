import { open, readFile, readlink } from 'node:fs/promises'
import { Beneath } from './beneath.ts'
import { isNginxBinary, type NginxArguments, type NginxBuild, nginxArguments, nginxBuild } from './nginx-place.ts'
import { rootOf } from './root-of.ts'

/** What /proc tells about a running nginx master. */
export interface NginxProcess {
  arguments: NginxArguments
  build: NginxBuild
  /** '' where it cannot be seen (another user's process). */
  exe: string
  cwd: string
  /** yes | no | unknown: is the program behind the title really nginx? */
  genuine: 'yes' | 'no' | 'unknown'
  /** Its command line may say where the configuration is: it is nginx, or at least root's. */
  trusted: boolean
  /** The files as that process sees them. */
  disk: Beneath
  /** It has another root than we. */
  elsewhere: boolean
  /** Its files cannot be reached, and are not known to be ours. */
  hidden: boolean
}

const MAX_BINARY = 64 * 1024 * 1024
const NO_BUILD: NginxBuild = { version: '', prefix: '', conf: '', errorLog: '', accessLog: '' }

/** Looks at a process through /proc, starting nothing. Undefined when there is no such process. */
export async function nginxProcess(pid: number, proc = '/proc'): Promise<NginxProcess | undefined> {
  const own = `${proc}/${pid}`
  const cmdline = await readFile(`${own}/cmdline`, 'utf8').catch(() => undefined)
  if (cmdline === undefined) return undefined
  const [exe, cwd, root, status, cgroup] = await Promise.all([
    readlink(`${own}/exe`).catch(() => ''),
    readlink(`${own}/cwd`).catch(() => ''),
    rootOf(own),
    readFile(`${own}/status`, 'utf8').catch(() => ''),
    readFile(`${own}/cgroup`, 'utf8').catch(() => ''),
  ])
  const genuine = exe === '' ? 'unknown' : isNginxBinary(exe) ? 'yes' : 'no'
  const ofRoot = /^Uid:\s+0\s/m.test(status)
  return {
    arguments: nginxArguments(cmdline),
    build: genuine === 'yes' ? await buildOf(`${own}/exe`) : NO_BUILD,
    exe,
    cwd,
    genuine,
    trusted: genuine === 'yes' || (genuine === 'unknown' && ofRoot),
    disk: new Beneath(root === 'other' ? `${own}/root` : ''),
    elsewhere: root === 'other',
    hidden: root === 'unknown' && seemsContained(status, cgroup),
  }
}

/** More than one pid, or a cgroup of a container runtime: its files are likely not ours. */
function seemsContained(status: string, cgroup: string): boolean {
  return /^NSpid:\s+\d+\s+\d/m.test(status) || /docker|containerd|kubepods|libpod|lxc|crio/.test(cgroup)
}

async function buildOf(path: string): Promise<NginxBuild> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > MAX_BINARY) return NO_BUILD
      const buffer = Buffer.alloc(size)
      const { bytesRead } = await file.read(buffer, 0, size, 0)
      return nginxBuild(buffer.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch {
    return NO_BUILD
  }
}
