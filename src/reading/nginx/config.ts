import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { editsOf } from '../machine/edits.ts'
import { type Dark, type ReadContext, type Reading, reader } from '../reader.ts'
import { askedRequest } from './config-asked.ts'
import { firstProblem } from './config-broken.ts'
import { expandConfig } from './config-expand.ts'
import { keepConfig, keptFiles } from './config-keep.ts'
import { type ConfigMeta, configMeta } from './config-meta.ts'
import { readSite } from './config-site.ts'
import { type NginxConfig, nginxConfig } from './types.ts'

/**
 * Reads nginx's configuration, in the form of `nginx -T`'s output, for one URL: which server and
 * location answer it, where it is sent, and with what settings. nginx's own rules, from nginx.org.
 *
 * `complete` is true when every included file was there and well-formed and nothing on the URL's way
 * had to be guessed.
 */
export const nginxConfigReader = reader({
  name: 'nginx-config',
  output: nginxConfig,
  consults: [
    'url.scheme',
    'url.host',
    'url.port',
    'url.path',
    'gateway.scheme',
    'gateway.port',
    'gateway.host',
    'gateway.path',
  ],
  keep: keepConfig,
  read,
})

function read(capture: Capture, context: ReadContext): Reading<NginxConfig> {
  const meta = configMeta(capture.meta)
  const files = keptFiles(capture.out)
  const empty = files.every(({ directives, problems }) => directives.length === 0 && problems.length === 0)
  if (empty) return nothing(capture, meta)
  const expanded = expandConfig(files)
  const broken = firstProblem(files)
  const site = readSite(expanded.tree, askedRequest(context.facts), meta)
  const unreadable = [...new Set([...(meta.unreadable ?? []), ...expanded.missing])]
  const cut = capture.outcome === 'blind' || capture.cut || capture.timedOut || meta.limited || !expanded.whole
  const newest = newestOf(meta)

  const dark: Dark[] = []
  if (cut) dark.push({ why: capture.why ?? 'cut', says: capture.says ?? "nginx's configuration was read in part only" })
  if (unreadable.length > 0) {
    dark.push({
      why: 'no-permission',
      says: `Not read, though nginx includes it: ${unreadable.slice(0, 3).join(', ')}`,
    })
  }
  if (broken !== '') dark.push({ why: 'not-understood', says: `nginx would refuse this configuration: ${broken}` })
  if (site.doubt !== '') dark.push({ why: 'not-understood', says: `nginx's configuration: ${site.doubt}` })

  return {
    value: {
      ...site.value,
      complete: dark.length === 0,
      pid: BigInt(meta.pid),
      running: BigInt(meta.running),
      conf: meta.conf || (files[0]?.path ?? ''),
      prefix: meta.prefix,
      files: BigInt(files.length),
      newest: newest.at,
      newest_file: newest.path,
      edits: editsOf(capture.meta),
      unreadable,
      broken,
    },
    dark,
    lines: site.lines.slice(0, 5),
  }
}

function nothing(capture: Capture, meta: ConfigMeta): Reading<NginxConfig> {
  const { value } = readSite([], askedRequest(new Map()), meta)
  const says = capture.says ?? "nginx's configuration was not read"
  return {
    value: {
      ...value,
      complete: false,
      pid: BigInt(meta.pid),
      running: BigInt(meta.running),
      conf: meta.conf,
      prefix: meta.prefix,
      files: 0n,
      newest: NEVER,
      newest_file: '',
      edits: [],
      unreadable: meta.unreadable ?? [],
      broken: '',
    },
    dark: [{ why: capture.why ?? 'no-such-file', says }],
    lines: [],
  }
}

function newestOf({ mtimes }: ConfigMeta): { at: Date; path: string } {
  let newest = { at: NEVER, path: '' }
  for (const [path, at] of mtimes) if (at > newest.at) newest = { at, path }
  return newest
}
