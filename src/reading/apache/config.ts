import type { Json } from '../../words/json.ts'
import type { Capture } from '../../words/look.ts'
import { NEVER } from '../../words/value.ts'
import { editsOf } from '../machine/edits.ts'
import { askedRequest } from '../nginx/config-asked.ts'
import { configMeta } from '../nginx/config-meta.ts'
import { type Dark, type ReadContext, type Reading, reader } from '../reader.ts'
import { moduleMissing } from './config-broken.ts'
import { readDump } from './config-dump.ts'
import { keepConfig, prune } from './config-keep.ts'
import { readSite } from './config-site.ts'
import { type ApacheConfig, apacheConfig } from './types.ts'

/**
 * Reads Apache's configuration, in the form of `apachectl -t -D DUMP_CONFIG`, for one URL: which virtual host answers it,
 * where it is sent, and with what settings. Apache's own rules, from httpd.apache.org/docs/2.4.
 *
 * `complete` is true when every included file was there and well-formed and nothing on the URL's way had to be guessed.
 */
export const apacheConfigReader = reader({
  name: 'apache-config',
  output: apacheConfig,
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

function read(capture: Capture, context: ReadContext): Reading<ApacheConfig> {
  const meta = configMeta(capture.meta)
  const dump = readDump(capture.out)
  const tree = prune(dump.tree)
  const site = readSite(tree, askedRequest(context.facts), textOf(capture.meta.root), (path) => meta.present.get(path))
  const broken = dump.problems[0] ?? moduleMissing(tree)
  const unreadable = meta.unreadable ?? []
  const newest = [...meta.mtimes].reduce((best, [path, at]) => (at > best.at ? { path, at } : best), {
    path: '',
    at: NEVER,
  })
  const dark = darkOf(capture, {
    empty: tree.length === 0,
    limited: meta.limited,
    unreadable,
    broken,
    doubt: site.doubt,
  })
  return {
    value: {
      ...site.value,
      complete: dark.length === 0,
      conf: meta.conf,
      files: BigInt(meta.mtimes.size),
      newest: newest.at,
      newest_file: newest.path,
      edits: editsOf(capture.meta),
      loaded_at: momentOf(textOf(capture.meta.loaded)),
      unreadable,
      broken,
    },
    dark,
    lines: site.lines.slice(0, 5),
  }
}

interface Gaps {
  empty: boolean
  limited: boolean
  unreadable: readonly string[]
  broken: string
  doubt: string
}

function darkOf(capture: Capture, { empty, limited, unreadable, broken, doubt }: Gaps): Dark[] {
  const dark: Dark[] = []
  if (empty)
    dark.push({ why: capture.why ?? 'no-such-file', says: capture.says ?? "Apache's configuration was not read" })
  else if (capture.outcome === 'blind' || capture.cut || capture.timedOut || limited) {
    dark.push({ why: capture.why ?? 'cut', says: capture.says ?? "Apache's configuration was read in part only" })
  }
  if (unreadable.length > 0) {
    dark.push({
      why: 'no-permission',
      says: `Not read, though Apache includes it: ${unreadable.slice(0, 3).join(', ')}`,
    })
  }
  if (broken !== '') dark.push({ why: 'not-understood', says: `Apache would refuse this configuration: ${broken}` })
  if (doubt !== '') dark.push({ why: 'not-understood', says: `Apache's configuration: ${doubt}` })
  return dark
}

function momentOf(text: string): Date {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? NEVER : at
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
