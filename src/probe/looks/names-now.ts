import type { JsonObject } from '../../words/json.ts'
import { hostOf, pidOf, stringsOf } from './arguments.ts'
import { compareNamespaces, samePaths } from './namespaces.ts'
import { blind, found, within } from './outcome.ts'
import { processExists } from './proc.ts'
import { resolveHere, resolveUnder } from './resolve.ts'
import type { BuiltInLookFn } from './types.ts'

const MOST_NAMES = 8

/**
 * Which addresses names have now, resolved with the proxy's own files, as its next start or reload
 * would resolve them. Arguments: `names` (`host:port` or a host), `pid` (the proxy; without it this machine's own view).
 */
export const namesNowLook: BuiltInLookFn = (args, tools) => {
  const names = stringsOf(args, 'names').flatMap(parseName)
  const pid = pidOf(args)
  const argv = ['getent', 'ahosts', names[0]?.host ?? '']
  if (names.length === 0) return Promise.resolve(blind([], 'not-understood', 'no name to look up'))
  return within(tools, argv, async (over) => {
    const limit = Math.floor(tools.timeoutMs / 2)
    const under = await viewOf(pid)
    if (typeof under === 'string') return blind(argv, 'no-permission', under)
    const asked = await Promise.all(
      names.slice(0, MOST_NAMES).map(async ({ host, port }): Promise<JsonObject> => {
        const answer = under.here
          ? await resolveHere(host, limit)
          : await resolveUnder(`/proc/${pid}/root`, host, under.sameNet, limit)
        return { name: host, port, ...answer }
      }),
    )
    const unasked = Math.max(0, names.length - MOST_NAMES)
    return found(argv, { names: asked, unasked }, { timedOut: over(), ...(under.here ? {} : { at: `pid:${pid}` }) })
  })
}

function parseName(text: string): { host: string; port: number }[] {
  const match = /^(.*?)(?::(\d{1,5}))?$/.exec(text)
  const host = hostOf(match?.[1])
  return host === undefined ? [] : [{ host, port: Number(match?.[2] ?? 0) }]
}

/** Whose files tell: ours, or the proxy's own. A sentence where that cannot be told. */
async function viewOf(pid: number | undefined): Promise<{ here: boolean; sameNet: boolean } | string> {
  if (pid === undefined) return { here: true, sameNet: true }
  if (!processExists(pid)) return `pid ${pid} is gone, and with it the proxy’s view`
  const [namespaces, paths] = await Promise.all([compareNamespaces(pid), samePaths(pid)])
  if (namespaces.net === 'unknown' || paths === 'unknown')
    return `the namespaces of pid ${pid} cannot be compared with ours`
  const sameNet = namespaces.net === 'same'
  return { here: sameNet && paths === 'same', sameNet }
}
