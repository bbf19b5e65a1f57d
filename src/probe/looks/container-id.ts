import { parseCgroup, unitOf } from '../../reading/process/cgroup.ts'
import { or, readText } from './proc.ts'

/** The id (12 digits) of the container that a process lives in; '' where it lives in none, or in our own. */
export async function containerIdOf(pid: number): Promise<string> {
  const [theirs, own] = await Promise.all([readText(`/proc/${pid}/cgroup`), readText('/proc/self/cgroup')])
  const { container } = unitOf(parseCgroup(or(theirs, '')), parseCgroup(or(own, '')))
  return /^[0-9a-f]{12}$/.test(container) ? container : ''
}
