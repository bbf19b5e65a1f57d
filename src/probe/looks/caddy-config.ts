import { modelOfCaddyfile } from '../../reading/caddy/caddyfile-model.ts'
import { expandCaddyfile } from '../../reading/caddy/expand.ts'
import { modelOfJson } from '../../reading/caddy/json-model.ts'
import { caddyArguments } from '../../reading/caddy/place.ts'
import { jsonOf, type Section, sectionHeader, unambiguous } from '../../reading/caddy/sections.ts'
import type { Json } from '../../words/json.ts'
import { pidOf } from './arguments.ts'
import { askAdmin } from './caddy-admin.ts'
import { type CaddyFiles, readCaddyFiles } from './caddy-files.ts'
import { blind, found, within } from './outcome.ts'
import { type ServerProcess, serverProcess } from './server-process.ts'
import { certificateStamps, type StampJson, stamped } from './stamps.ts'
import type { BuiltInLookFn } from './types.ts'

/** Where Debian's package has it. */
const USUAL = '/etc/caddy/Caddyfile'

/**
 * A Caddy's configuration: its files as its process sees them, and what its admin endpoint says that runs. Nothing is started.
 * Arguments: `pid` of the process; without one only the package's usual file is read.
 *
 * `out`: parts with headers, see `Section`. `meta`: `conf` (the main file), `files` (`path`, `mtime`, `placed`), `certificates`, `unreadable` (paths),
 * `limited` (files, bytes or time ended it), `admin` (answered | off | silent | unknown) and `stderr` (where standard error leads).
 */
export const caddyConfigLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['cat', USUAL]
  return within(tools, argv, async (over) => {
    const process = pid === undefined ? undefined : await serverProcess(pid)
    if (pid !== undefined && process === undefined)
      return blind(argv, 'no-such-file', `there is no process ${pid} any more`)
    // A title proves nothing, and another server's words are no Caddy's.
    if (process && process.exe !== '' && !/(?:^|\/)caddy[^/]*$/.test(process.exe))
      return blind(argv, 'not-understood', `process ${pid} is no Caddy but ${process.exe}`)
    if (process?.hidden)
      return blind(argv, 'no-permission', `the files that process ${pid} sees cannot be read by this account`)
    const { conf, ...read } = await filesOf(process, over)
    const configured = process?.environment.get('CADDY_ADMIN') ?? adminIn(read)
    const admin = pid === undefined || tools.quiet ? undefined : await askAdmin(pid, configured, over, tools.signal)
    const parts: Section[] = read.files.map(({ path, text }) => ({ kind: 'file', of: path, text: unambiguous(text) }))
    if (admin?.state === 'answered') {
      parts.push({ kind: 'running', of: `${admin.url}/config/`, text: admin.config.trim() })
      parts.push({ kind: 'upstreams', of: `${admin.url}/reverse_proxy/upstreams`, text: admin.upstreams.trim() })
    }
    const meta = {
      conf,
      files: stamped(read.files),
      certificates: read.certificates,
      unreadable: read.unreadable,
      limited: read.limited,
      admin: admin?.state ?? 'unknown',
      stderr: process?.stderr ?? '',
    }
    const words = admin?.state === 'answered' ? ['curl', `${admin.url}/config/`] : ['cat', conf || USUAL]
    if (parts.length === 0) {
      return { ...blind(words, 'no-such-file', 'neither a file nor an admin endpoint tells what Caddy runs'), meta }
    }
    const out = parts.map((part) => `${sectionHeader(part)}\n${part.text}\n`).join('')
    return { ...found(words, {}), out, meta, timedOut: over(), ...(process?.elsewhere ? { at: `pid:${pid}` } : {}) }
  })
}

/** The files, the main one's path, and the certificates that they name. */
type Found = CaddyFiles & { conf: string; certificates: StampJson[] }

async function filesOf(process: ServerProcess | undefined, over: () => boolean): Promise<Found> {
  const nothing = { files: [], unreadable: [], limited: false, certificates: [] }
  if (process === undefined) return filesAt(USUAL, undefined, over)
  const { config, resume } = caddyArguments(process.words)
  if (resume) return { ...nothing, conf: '' }
  const path = config === '' ? 'Caddyfile' : config
  if (path.startsWith('/')) return filesAt(path, process, over)
  return process.cwd === ''
    ? { ...nothing, conf: '' }
    : filesAt(`${process.cwd}/${path.replace(/^\.\//, '')}`, process, over)
}

async function filesAt(conf: string, process: ServerProcess | undefined, over: () => boolean): Promise<Found> {
  const { Beneath } = await import('./beneath.ts')
  const disk = process?.disk ?? new Beneath('')
  const read = await readCaddyFiles(conf, disk, process?.environment ?? new Map(), over)
  const texts = read.files.map(({ text }) => text)
  return { ...read, conf, certificates: await certificateStamps(texts, conf, disk, over) }
}

/** The admin endpoint that the files name. */
function adminIn({ files }: CaddyFiles): string {
  const [main] = files
  if (main === undefined) return ''
  const json = jsonOf(main.text)
  return json === undefined ? modelOfCaddyfile(expandCaddyfile(files)).admin : modelOfJson(json as Json, '').admin
}
