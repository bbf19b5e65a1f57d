import { basename } from 'node:path'
import type { Capture } from '../words/look.ts'
import { programOf } from './looks/listeners.ts'
import { entriesOf, or, readText } from './looks/proc.ts'

/** More processes of one list of sockets are left with the names that the list gives them. */
const MOST = 200

/**
 * `ss` names a process by its first thread, and a runtime may name that as it likes (Node 24: `MainThread`).
 * `meta.programs`: by pid, the file that a process runs, where the name in the list is neither that file's nor a word of
 * its command. So gunicorn, which python runs, stays gunicorn.
 */
export async function withPrograms(capture: Capture): Promise<Capture> {
  const named = [...capture.out.matchAll(/"([^"]{1,32})",pid=([0-9]{1,10}),/g)].slice(0, MOST)
  const programs: Record<string, string> = {}
  for (const [pid, name] of new Map(named.map(([, name = '', pid = '']) => [pid, name]))) {
    const truly = await trulyNamed(Number(pid), name)
    if (truly !== '') programs[pid] = truly
  }
  return Object.keys(programs).length === 0 ? capture : { ...capture, meta: { ...capture.meta, programs } }
}

/** '' where the name is right, or nothing better is seen. */
async function trulyNamed(pid: number, name: string): Promise<string> {
  const program = await programOf(pid)
  if (program === '' || program.startsWith(name)) return ''
  const words = entriesOf(or(await readText(`/proc/${pid}/cmdline`), '')).slice(0, 3)
  // The kernel keeps 15 bytes of a name.
  return words.some((word) => basename(word).startsWith(name) || word.startsWith(name)) ? '' : program
}
