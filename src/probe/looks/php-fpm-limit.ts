import { type FpmLine, fileOfTitle, fpmLines } from '../../reading/app-limit/php-fpm.ts'
import { parseStat } from '../../reading/process/stat.ts'
import { isPath, pathOf, pidOf, portOf } from './arguments.ts'
import type { Beneath } from './beneath.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { or, readText } from './proc.ts'
import { serverProcess } from './server-process.ts'
import { changedSince, startOf } from './started.ts'
import type { BuiltInLookFn } from './types.ts'

const MAX_FILES = 100
const MAX_BYTES = 1024 * 1024

/**
 * The pools of a running PHP-FPM and the time that each gives a request, from the file that its master names in its own title and
 * those that it includes. Arguments: `pid` of the master or a worker; `port` or `socket`, where the pool listens. Only names of
 * pools, what they listen on and that time are written down.
 */
export const phpFpmLimitLook: BuiltInLookFn = (args, tools) => {
  const [pid, port, socket] = [pidOf(args), portOf(args), pathOf(args, 'socket')]
  const argv = ['ps', '-ww', '-o', 'args=', '-p', String(pid ?? 'PID')]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    const master = await masterAt(pid)
    if (master === undefined) return blind(argv, 'not-understood', `process ${pid} is no PHP-FPM that names its file`)
    const { process, conf } = master
    if (process.hidden) return blind(argv, 'no-permission', `the files that process ${pid} sees cannot be read`)
    const started = await startOf(master.pid, tools.now())
    const read = await filesOf(conf, process.disk, started, over)
    const lines = read.lines.map(({ file, line, name, value }) => ({ file, line, name, value }))
    const findings = { pid: master.pid, port: port ?? 0, socket: socket ?? '', ...read, lines }
    const words = ['cat', conf]
    return found(words, findings, { timedOut: over(), ...(process.elsewhere ? { at: `pid:${master.pid}` } : {}) })
  })
}

type Process = NonNullable<Awaited<ReturnType<typeof serverProcess>>>

/** A worker's own title names its pool; its parent is the master. */
async function masterAt(pid: number): Promise<{ pid: number; process: Process; conf: string } | undefined> {
  const parent = parseStat(or(await readText(`/proc/${pid}/stat`, 4096), ''))?.parent ?? 0
  for (const each of [pid, parent]) {
    const process = each > 0 ? await serverProcess(each) : undefined
    const conf = fileOfTitle(process?.words[0] ?? '')
    // Anybody may give itself such a title.
    const named = process?.exe === '' || /(?:^|\/)php-fpm[^/]*$/.test(process?.exe.replace(/ \(deleted\)$/, '') ?? '')
    if (process && named && conf !== '') return { pid: each, process, conf }
  }
  return undefined
}

interface Files {
  lines: FpmLine[]
  /** Every file that is included was read. */
  whole: boolean
  /** A file that was changed after the master started, '' for none. */
  changed: string
}

/** An included file's lines stand where the `include` stands. */
async function filesOf(conf: string, disk: Beneath, started: number, over: Over): Promise<Files> {
  const files: Files = { lines: [], whole: true, changed: '' }
  let left = MAX_FILES
  const add = async (path: string): Promise<void> => {
    left -= 1
    const read = left < 0 || over() ? undefined : await disk.read(path, MAX_BYTES)
    if (read?.kind !== 'text') {
      files.whole = false
      return
    }
    if (changedSince(started, read.mtime)) files.changed = path
    for (const line of fpmLines(path, read.text)) {
      if (line.name !== 'include') files.lines.push(line)
      else for (const each of await included(line.value, disk, files)) await add(each)
    }
  }
  await add(conf)
  return files
}

/** The files that a pattern stands for, in the order of their names. Only a `*` in the file's name is understood. */
async function included(pattern: string, disk: Beneath, files: Files): Promise<string[]> {
  const at = pattern.lastIndexOf('/')
  const [folder, name] = [pattern.slice(0, at), pattern.slice(at + 1)]
  if (!isPath(pattern) || /[*?[{]/.test(folder) || /[?[{]|\*.*\*/.test(name)) {
    files.whole = false
    return []
  }
  if (!name.includes('*')) return [pattern]
  const names = await disk.list(folder === '' ? '/' : folder)
  if (names === 'denied') files.whole = false
  if (typeof names === 'string') return []
  const [before = '', after = ''] = name.split('*')
  return names
    .filter((each) => each.startsWith(before) && each.endsWith(after) && !each.startsWith('.'))
    .filter((each) => each.length >= before.length + after.length)
    .sort()
    .map((each) => `${folder}/${each}`)
}
