import { type ApacheArguments, apacheArguments, isApache } from '../../reading/apache/place.ts'
import { Beneath } from './beneath.ts'
import { samePaths } from './namespaces.ts'
import { entriesOf, or, readTarget, readText } from './proc.ts'

/** What /proc tells about a running Apache. */
export interface ApacheProcess {
  arguments: ApacheArguments
  /** yes | no | unknown: is the program behind the name really Apache? */
  genuine: 'yes' | 'no' | 'unknown'
  /** Its command line may be believed. */
  trusted: boolean
  /** Its environment, undefined where it cannot be seen. */
  environment: Map<string, string> | undefined
  /** The files as that process sees them. */
  disk: Beneath
  /** It has another root than we. */
  elsewhere: boolean
  /** Its files cannot be reached. */
  hidden: boolean
}

const MAX_ENVIRONMENT = 1024 * 1024

/** Looks at a process through /proc, starting nothing. Undefined when there is no such process. */
export async function apacheProcess(pid: number): Promise<ApacheProcess | undefined> {
  const cmdline = await readText(`/proc/${pid}/cmdline`)
  if (!cmdline.ok) return undefined
  const [exe, environment, status, paths] = await Promise.all([
    readTarget(`/proc/${pid}/exe`),
    readText(`/proc/${pid}/environ`, MAX_ENVIRONMENT),
    readText(`/proc/${pid}/status`, 8192),
    samePaths(pid),
  ])
  const genuine = exe.ok ? (isApache(exe.value) ? 'yes' : 'no') : 'unknown'
  const ofRoot = /^Uid:\s+0\s/m.test(or(status, ''))
  return {
    arguments: apacheArguments(entriesOf(cmdline.value)),
    genuine,
    trusted: genuine === 'yes' || (genuine === 'unknown' && ofRoot),
    environment: environment.ok ? variablesOf(environment.value) : undefined,
    disk: new Beneath(paths === 'other' ? `/proc/${pid}/root` : ''),
    elsewhere: paths === 'other',
    hidden: paths === 'unknown',
  }
}

function variablesOf(text: string): Map<string, string> {
  return new Map(
    entriesOf(text).flatMap((entry) => {
      const at = entry.indexOf('=')
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : []
    }),
  )
}
