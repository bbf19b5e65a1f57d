import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { posix } from 'node:path'
import { parseIdentity } from '../../reading/process/stat.ts'
import type { JsonObject } from '../../words/json.ts'
import { pathOf, pidOf } from './arguments.ts'
import { samePaths } from './namespaces.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { allStats, failureOf, or, processExists, readText } from './proc.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'
import { type Names, namesIn } from './users.ts'

/**
 * A path, step by step, as a process sees it: in its root, every link resolved by us within that
 * root, nothing opened. Arguments: `path`, `pid` (the proxy's master, whose worker is judged).
 */
export const pathLook: BuiltInLookFn = (args, tools) => {
  const path = pathOf(args)
  const pid = pidOf(args)
  if (path === undefined) return Promise.resolve(blind([], 'not-understood', 'no absolute path was given'))
  const argv = ['namei', '-l', path]
  return within(tools, argv, async (over) => {
    if (pid !== undefined && !processExists(pid))
      return blind(argv, 'no-vantage', `pid ${pid} is gone, and with it its view of ${path}`)
    const same = pid === undefined ? 'same' : await samePaths(pid)
    if (same === 'unknown') return blind(argv, 'no-permission', `whether pid ${pid} sees our files cannot be told`)
    const root = same === 'same' ? '' : `/proc/${pid}/root`
    const owners = { users: await namesIn(root, 'passwd'), groups: await namesIn(root, 'group') }
    const walk = await walkPath(root, path, owners)
    if (root !== '' && walk.steps[0]?.error === 'denied') {
      return blind(argv, 'no-permission', `pid ${pid} has files of its own, and this account cannot look at them`)
    }
    await markLists(tools, root, walk.steps)
    const worker = pid === undefined ? {} : await workerOf(pid, owners.users, over)
    return found(argv, { path, ...walk, worker }, { timedOut: over(), ...(root === '' ? {} : { at: `pid:${pid}` }) })
  })
}

interface Walk {
  steps: JsonObject[]
  exists: boolean
  /** Every step was seen, or one was proven not to be there. */
  whole: boolean
  /** The folder on the way that is not there (or no folder), '' when none is missing. */
  missing_folder: string
}

const MOST_LINKS = 40

/** Links are resolved here: the kernel would lead an absolute one out of the other root. */
async function walkPath(root: string, path: string, owners: { users: Names; groups: Names }): Promise<Walk> {
  const steps: JsonObject[] = []
  let pending = ['/', ...path.split('/').filter((part) => part !== '' && part !== '.')]
  let at = ''
  for (let links = 0; pending.length > 0; ) {
    const [part = '', ...rest] = pending
    pending = rest
    const next = part === '/' ? '/' : posix.resolve(at, part)
    if (part === '..') {
      at = next
      continue
    }
    try {
      const stats = await lstat(root + next)
      if (stats.isSymbolicLink()) {
        links++
        const target = links > MOST_LINKS ? undefined : await readlink(root + next)
        if (target === undefined)
          return { steps: [...steps, { path: next, error: 'other' }], exists: false, whole: false, missing_folder: '' }
        const parts = target.split('/').filter((name) => name !== '' && name !== '.')
        pending = target.startsWith('/') ? ['/', ...parts, ...rest] : [...parts, ...rest]
        continue
      }
      steps.push(stepOf(next, stats, owners))
      if (pending.length > 0 && !stats.isDirectory()) {
        const inside = { path: posix.resolve(next, rest[0] ?? ''), error: 'gone' }
        return { steps: [...steps, inside], exists: false, whole: true, missing_folder: next }
      }
      at = next
    } catch (error) {
      const why = failureOf(error)
      const missing = why === 'gone' && pending.length > 0 ? next : ''
      return {
        steps: [...steps, { path: next, error: why }],
        exists: false,
        whole: why === 'gone',
        missing_folder: missing,
      }
    }
  }
  return { steps, exists: true, whole: true, missing_folder: '' }
}

function stepOf(path: string, stats: Stats, { users, groups }: { users: Names; groups: Names }): JsonObject {
  return {
    path,
    error: '',
    kind: kindOf(stats),
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    owner: users.get(stats.uid) ?? String(stats.uid),
    group: groups.get(stats.gid) ?? String(stats.gid),
    // A change of mode or owner counts too, and only this stamp tells of it.
    changed_ms: Math.round(stats.ctimeMs),
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSocket()) return 'socket'
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'folder'
  return stats.isFIFO() ? 'fifo' : 'other'
}

/** `ls` marks an access list with a plus; mode bits alone would judge such a step wrongly. */
async function markLists(tools: LookTools, root: string, steps: JsonObject[]): Promise<void> {
  const seen = steps.filter((step) => step.error === '')
  if (seen.length === 0) return
  const result = await tools.run(['ls', '-ldn', '--', ...seen.map((step) => `${root}${String(step.path)}`)], 2000)
  for (const line of result.out.split('\n')) {
    if (!/^[a-z-]{10}\+ /.test(line)) continue
    const step = seen.find((candidate) => line.endsWith(` ${root}${String(candidate.path)}`))
    if (step) step.acl = true
  }
}

/** The process that does the proxy's work: a child under another user than its master, else any child, else itself. */
async function workerOf(master: number, users: Names, over: Over): Promise<JsonObject> {
  const identity = async (pid: number) => parseIdentity(or(await readText(`/proc/${pid}/status`), ''))
  const own = await identity(master)
  const children = [...(await allStats(over)).values()].filter((stat) => stat.parent === master)
  let chosen = own ? { pid: master, identity: own } : undefined
  for (const child of children) {
    const theirs = await identity(child.pid)
    if (theirs && theirs.uid !== own?.uid) {
      chosen = { pid: child.pid, identity: theirs }
      break
    }
    if (theirs && chosen?.pid === master) chosen = { pid: child.pid, identity: theirs }
  }
  if (!chosen) return {}
  const { uid, gid, groups, overrides } = chosen.identity
  return { pid: chosen.pid, uid, gid, groups, overrides, user: users.get(uid) ?? String(uid) }
}
