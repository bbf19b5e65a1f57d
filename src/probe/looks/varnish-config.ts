import { type Section, sectionHeader, unambiguous } from '../../reading/caddy/sections.ts'
import { activeVcl, varnishArguments, vclOfBackend } from '../../reading/varnish/place.ts'
import { parseVcl } from '../../reading/varnish/vcl.ts'
import { isPath, pidOf } from './arguments.ts'
import type { Beneath } from './beneath.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { type ServerProcess, serverProcess } from './server-process.ts'
import { stamped } from './stamps.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'

const USUAL = '/etc/varnish/default.vcl'
const MAX_FILES = 100
const MAX_BYTES = 4 * 1024 * 1024
const ADMIN_MS = 2000
const RUNS = 'the running VCL'

/**
 * A Varnish's VCL: its files as its process sees them, and, where this account may ask, what `varnishadm` says that runs
 * (`vcl.list`, `vcl.show`: both only read). Arguments: `pid` of the process.
 *
 * `out`: parts with headers, as in `caddy-config`. `meta`: `conf`, `files` (`path`, `mtime`, `placed`), `params` (of `-p`) and
 * `workdir`, the folder that it works in.
 */
export const varnishConfigLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['cat', USUAL]
  return within(tools, argv, async (over) => {
    const process = pid === undefined ? undefined : await serverProcess(pid)
    if (process === undefined) return blind(argv, 'no-such-file', `there is no process ${pid ?? ''} to ask for its VCL`)
    if (process.exe !== '' && !/(?:^|\/)varnishd[^/]*$/.test(process.exe))
      return blind(argv, 'not-understood', `process ${pid} is no Varnish but ${process.exe}`)
    if (process.hidden)
      return blind(argv, 'no-permission', `the files that process ${pid} sees cannot be read by this account`)
    const { files, backend, params } = varnishArguments(process.words)
    const conf = absolute(files.at(-1) ?? '', process)
    const read = await filesOf(conf, process.disk, over)
    const parts: Section[] = read.map(({ path, text }) => ({ kind: 'file', of: path, text: unambiguous(text) }))
    if (conf === '' && backend !== '') parts.push({ kind: 'file', of: 'the command line', text: vclOfBackend(backend) })
    const workdir = isPath(process.cwd) ? process.cwd : ''
    const runs = process.elsewhere || workdir === '' || over() ? '' : await running(workdir, tools)
    if (runs !== '') parts.push({ kind: 'running', of: RUNS, text: unambiguous(runs) })
    const words = runs === '' ? ['cat', conf || USUAL] : ['varnishadm', '-n', workdir, 'vcl.list']
    const meta = { conf, files: stamped(read), params, workdir }
    if (parts.length === 0)
      return { ...blind(words, 'no-such-file', 'neither a file nor varnishadm tells what Varnish runs'), meta }
    const out = parts.map((part) => `${sectionHeader(part)}\n${part.text}\n`).join('')
    return { ...found(words, {}), out, meta, timedOut: over(), ...(process.elsewhere ? { at: `pid:${pid}` } : {}) }
  })
}

/** The text of the VCL that takes requests, '' where this account may not ask. */
async function running(workdir: string, tools: LookTools): Promise<string> {
  const ask = async (...words: string[]): Promise<string> => {
    const { exit, out } = await tools.run(['varnishadm', '-n', workdir, ...words], ADMIN_MS)
    return exit === 0 ? out : ''
  }
  const name = activeVcl(await ask('vcl.list'))
  return name === '' ? '' : ask('vcl.show', name)
}

function absolute(path: string, { cwd, words }: ServerProcess): string {
  if (path === '' || path.startsWith('/')) return path
  // varnishd walks into its folder after it read its file, and looks for it where packages put it.
  return words.length > 0 && cwd !== '' ? `/etc/varnish/${path}` : ''
}

async function filesOf(
  conf: string,
  disk: Beneath,
  over: Over,
): Promise<{ path: string; text: string; mtime: Date; placed: Date }[]> {
  const files: { path: string; text: string; mtime: Date; placed: Date }[] = []
  const open = conf === '' ? [] : [conf]
  const seen = new Set<string>()
  let bytes = 0
  for (let path = open.shift(); path !== undefined && files.length < MAX_FILES && !over(); path = open.shift()) {
    if (seen.has(path)) continue
    seen.add(path)
    const read = await disk.read(path, MAX_BYTES - bytes)
    if (read.kind !== 'text') continue
    bytes += read.bytes
    files.push({ path, text: read.text, mtime: read.mtime, placed: read.placed })
    const folder = path.slice(0, path.lastIndexOf('/'))
    for (const each of parseVcl(read.text, path).includes) {
      if (each.startsWith('/')) open.push(each)
      else open.push(each.startsWith('./') ? `${folder}/${each.slice(2)}` : `/etc/varnish/${each}`)
    }
  }
  return files
}
