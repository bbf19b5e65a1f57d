import { type EdgePart, jsonOf, writtenPart } from '../../reading/edge/sections.ts'
import { pidOf } from './arguments.ts'
import { envoyParts } from './edge-envoy.ts'
import { traefikParts } from './edge-traefik.ts'
import { compareNamespaces } from './namespaces.ts'
import { blind, found, type Over, within } from './outcome.ts'
import { getOwn, hostPort, ownAddress } from './own-endpoint.ts'
import { serverProcess } from './server-process.ts'
import type { BuiltInLookFn, LookTools } from './types.ts'
import { FileReader } from './yaml-files.ts'

/** What one kind of gateway's files and answers gave. */
export interface EdgeParts {
  parts: EdgePart[]
  /** The main file. */
  conf: string
  /** What was not seen, as sentences. */
  gaps: string[]
}

/** Asks the gateway itself; undefined where nobody answered. Nothing is asked where no requests are wanted. */
export type AskGateway = (port: number, paths: readonly string[]) => Promise<EdgePart[] | undefined>

const MOST_BYTES = 16 * 1024 * 1024
const MOST_PAGES = 10

/** By the program's file: a title proves nothing. */
const KINDS = [
  { exe: /(?:^|\/)envoy[^/]*$/, parts: envoyParts },
  { exe: /(?:^|\/)traefik[^/]*$/, parts: traefikParts },
]

/**
 * What an Envoy or a Traefik runs: its files as its process sees them, and what it says itself at its admin interface or API, by
 * GETs that only tell (`ENVOY_PATHS`, `TRAEFIK_PATHS`), over loopback, where that process itself listens. Nothing is started.
 * Arguments: `pid` of the process.
 *
 * `out`: parts, see `EdgePart`. `meta`: `conf`, `files` (`path`, `mtime`), `unreadable` (paths), `gaps` (sentences).
 */
export const edgeConfigLook: BuiltInLookFn = (args, tools) => {
  const pid = pidOf(args)
  const argv = ['cat', `/proc/${pid ?? 'PID'}/cmdline`]
  if (pid === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no process id was given'))
  return within(tools, argv, async (over) => {
    const process = await serverProcess(pid)
    if (process === undefined) return blind(argv, 'no-such-file', `there is no process ${pid} any more`)
    const kind = KINDS.find(({ exe }) => exe.test(process.exe.replace(/ \(deleted\)$/, '')))
    if (kind === undefined)
      return blind(
        argv,
        'not-understood',
        `process ${pid} is no gateway that is known to tell of its routes: ${process.exe}`,
      )
    if (process.hidden)
      return blind(argv, 'no-permission', `the files that process ${pid} sees cannot be read by this account`)
    const files = new FileReader(process.disk, over)
    const { parts, conf, gaps } = await kind.parts(process, files, asker(pid, over, tools))
    const meta = {
      conf,
      files: files.read.map(({ path, mtime }) => ({ path, mtime: mtime.toISOString() })),
      unreadable: files.unreadable,
      gaps: [...gaps, ...files.gaps],
    }
    const asked = parts.find((part) => part.kind === 'asked')
    const words = asked ? ['curl', asked.of] : conf === '' ? argv : ['cat', conf]
    if (parts.length === 0)
      return { ...blind(words, 'no-such-file', 'neither a file nor the gateway itself tells what it runs'), meta }
    const out = parts.map(writtenPart).join('')
    return { ...found(words, {}), out, meta, timedOut: over(), ...(process.elsewhere ? { at: `pid:${pid}` } : {}) }
  })
}

function asker(pid: number, over: Over, tools: LookTools): AskGateway {
  return async (port, paths) => {
    if (tools.quiet || port === 0) return undefined
    const { net } = await compareNamespaces(pid)
    if (net !== 'same') return undefined
    const address = await ownAddress(pid, port, over)
    if (address === undefined) return undefined
    const parts: EdgePart[] = []
    for (const path of paths) {
      // Traefik gives a long list in pages, and names the next one.
      for (let page = path, turns = 0; page !== '' && turns < MOST_PAGES && !over(); turns++) {
        const told = await getOwn(address, port, page, MOST_BYTES, tools.signal)
        const json = told && jsonOf(told.body)
        if (json) parts.push({ kind: 'asked', of: `http://${hostPort(address, port)}${page}`, json })
        const next = Number(told?.headers['x-next-page'] ?? 0)
        page = json && next > turns + 1 ? `${path}?page=${next}` : ''
      }
    }
    return parts.length > 0 ? parts : undefined
  }
}
