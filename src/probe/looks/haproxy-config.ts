import { fileHeader } from '../../reading/haproxy/config-keep.ts'
import type { JsonObject } from '../../words/json.ts'
import { pidOf } from './arguments.ts'
import { Beneath } from './beneath.ts'
import { haproxyPlace, USUAL_CONFIG } from './haproxy-place.ts'
import { blind, type Over, within } from './outcome.ts'
import { certificateStamps, type StampJson, stamped } from './stamps.ts'
import type { BuiltInLookFn, LookOutcome } from './types.ts'

const MAX_FILES = 200
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads HAProxy's configuration as files; nothing is started. Arguments: `pid` of a running one, whose command
 * line names the files; without it the usual place, for one that is down. `again` makes a look of its own of a
 * second reading.
 *
 * `out`: each file's text behind a line `# configuration file PATH:`. `meta`: `conf`, `files` (`path`, `mtime`, `placed`), `certificates`,
 * `unreadable`, `limited`.
 */
export const haproxyConfigLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  return within(tools, ['cat', USUAL_CONFIG], async (over) => {
    const place = pid === undefined ? undefined : await haproxyPlace(pid)
    if (pid !== undefined && place === undefined)
      return blind(['cat', USUAL_CONFIG], 'no-such-file', `There is no process ${pid} any more`)
    if (place?.hidden === true)
      return blind(['cat', USUAL_CONFIG], 'no-permission', `The files that process ${pid} sees cannot be read`)
    const given = place?.trusted === true && place.given.length > 0 ? place.given : [USUAL_CONFIG]
    const disk = place?.disk ?? new Beneath('')
    const gathered = await gather(given, disk, over)
    const texts = gathered.files.map(({ text }) => text)
    const certificates = await certificateStamps(texts, given[0] ?? '', disk, over)
    const outcome = told(given, gathered, certificates, over())
    return place?.elsewhere === true ? { ...outcome, at: `pid:${pid}` } : outcome
  })
}

interface Gathered {
  files: { path: string; text: string; mtime: Date; placed: Date }[]
  unreadable: string[]
  denied: boolean
  limited: boolean
}

/** A folder stands for its `*.cfg` files in the order of their names; others in it are not read. */
async function gather(given: readonly string[], disk: Beneath, over: Over): Promise<Gathered> {
  const gathered: Gathered = { files: [], unreadable: [], denied: false, limited: false }
  let bytes = 0
  for (const path of given) {
    const names = await disk.list(path)
    const inFolder =
      typeof names === 'string'
        ? [path]
        : names
            .filter(isConfig)
            .sort()
            .map((name) => `${path}/${name}`)
    for (const file of inFolder) {
      if (over() || gathered.files.length >= MAX_FILES) {
        gathered.limited = true
        return gathered
      }
      const read = await disk.read(file, MAX_BYTES - bytes)
      if (read.kind === 'text') {
        bytes += read.bytes
        gathered.files.push({ path: file, text: read.text, mtime: read.mtime, placed: read.placed })
        continue
      }
      gathered.unreadable.push(file)
      if (read.kind === 'denied') gathered.denied = true
      if (read.kind === 'too-big') gathered.limited = true
    }
  }
  return gathered
}

function isConfig(name: string): boolean {
  return name.endsWith('.cfg') && !name.startsWith('.')
}

function told(given: readonly string[], gathered: Gathered, certificates: StampJson[], timedOut: boolean): LookOutcome {
  const { files, unreadable, denied, limited } = gathered
  const argv = ['cat', ...(files.length > 0 ? files.map(({ path }) => path) : given)]
  const meta: JsonObject = {
    conf: given[0] ?? '',
    files: stamped(files),
    certificates,
    unreadable,
    limited,
  }
  if (files.length === 0) {
    const says = denied ? `This user may not read ${unreadable[0]}` : `No HAProxy configuration at ${given.join(', ')}`
    return { ...blind(argv, denied ? 'no-permission' : 'no-such-file', says), meta }
  }
  const some = unreadable.slice(0, 3).join(', ')
  return {
    outcome: 'ok',
    ...(unreadable.length === 0 ? {} : { why: 'no-permission' as const, says: `Not read of HAProxy's files: ${some}` }),
    out: files.map(({ path, text }) => `${fileHeader(path)}\n${unambiguous(text)}`).join('\n'),
    meta,
    argv,
    cut: limited,
    timedOut,
  }
}

/** A comment in a file that looks like a header of ours gets a second `#`. */
function unambiguous(text: string): string {
  return text.replace(/^# configuration file /gm, '## configuration file ')
}
