import { Beneath } from './beneath.ts'
import { containerIdOf } from './container-id.ts'
import { entriesOf, or, readTarget, readText } from './proc.ts'
import { rootOf } from './root-of.ts'

/** What /proc tells about a running server. */
export interface ServerProcess {
  words: string[]
  environment: ReadonlyMap<string, string>
  cwd: string
  exe: string
  /** The files as that process sees them. */
  disk: Beneath
  /** It has another root than we. */
  elsewhere: boolean
  /** Its files cannot be reached. */
  hidden: boolean
  /** The path that its standard error leads to; `journal`, `elsewhere`, '' where that cannot be seen. */
  stderr: string
}

const MAX_ENVIRONMENT = 1024 * 1024

/** Looks at a process through /proc, starting nothing. Undefined when there is no such process. */
export async function serverProcess(pid: number): Promise<ServerProcess | undefined> {
  const own = `/proc/${pid}`
  const cmdline = await readText(`${own}/cmdline`)
  if (!cmdline.ok) return undefined
  const [environ, cwd, exe, root, stderr] = await Promise.all([
    readText(`${own}/environ`, MAX_ENVIRONMENT),
    readTarget(`${own}/cwd`),
    readTarget(`${own}/exe`),
    rootOf(own),
    readTarget(`${own}/fd/2`),
  ])
  const entries = entriesOf(or(environ, '')).map((entry): [string, string] => {
    const at = entry.indexOf('=')
    return [entry.slice(0, Math.max(at, 0)), entry.slice(at + 1)]
  })
  return {
    words: entriesOf(cmdline.value),
    environment: new Map(entries),
    cwd: or(cwd, ''),
    exe: or(exe, ''),
    disk: new Beneath(root === 'other' ? `${own}/root` : ''),
    elsewhere: root === 'other',
    hidden: root === 'unknown',
    stderr: await streamOf(or(stderr, ''), pid),
  }
}

/** A path as the process means it; '' for none, or where its folder is not known. */
export function absolute(path: string, { cwd }: Pick<ServerProcess, 'cwd'>): string {
  if (path === '' || path.startsWith('/')) return path
  return cwd === '' ? '' : `${cwd}/${path.replace(/^\.\//, '')}`
}

/** A socket as standard error is how systemd hands a service its journal; a pipe is how a container's engine takes it. */
async function streamOf(target: string, pid: number): Promise<string> {
  if (target === '') return ''
  if (target.startsWith('pipe:') && (await containerIdOf(pid)) !== '') return '/dev/stderr'
  if (target.startsWith('socket:')) return 'journal'
  return target.startsWith('/') && !/^\/(dev|proc|sys)\//.test(target)
    ? target.replace(/ \(deleted\)$/, '')
    : 'elsewhere'
}
