import { hostOf, pidOf } from './arguments.ts'
import { compareNamespaces, samePaths } from './namespaces.ts'
import { blind, found, within } from './outcome.ts'
import { processExists } from './proc.ts'
import { interfacesOf, ownInterfaces, resolveHere, resolveUnder } from './resolve.ts'
import type { BuiltInLookFn } from './types.ts'

/**
 * Where the upstream's host lies for the proxy: its name resolved with the proxy's own files, its
 * addresses compared with the interfaces of the proxy's own network namespace.
 * Arguments: `host`, `pid` (the proxy; without it this machine's own view, which proves nothing of a proxy elsewhere).
 */
export const upstreamPlaceLook: BuiltInLookFn = (args, tools) => {
  const host = hostOf(args.host)
  const pid = pidOf(args)
  if (host === undefined)
    return Promise.resolve(blind([], 'not-understood', 'the upstream’s host is no host name or address'))
  const argv = ['getent', 'ahosts', host]
  return within(tools, argv, async (over) => {
    const limit = Math.floor(tools.timeoutMs / 2)
    if (pid === undefined) {
      return found(argv, {
        host,
        ...(await resolveHere(host, limit)),
        interfaces: await ownInterfaces(),
        interfaces_known: true,
      })
    }
    if (!processExists(pid)) return blind(argv, 'no-vantage', `pid ${pid} is gone, and with it the proxy’s view`)
    const [namespaces, paths] = await Promise.all([compareNamespaces(pid), samePaths(pid)])
    if (namespaces.net === 'unknown' || paths === 'unknown') {
      return blind(argv, 'no-permission', `the namespaces of pid ${pid} cannot be compared with ours`)
    }
    const sameNet = namespaces.net === 'same'
    const resolved =
      paths === 'same' && sameNet
        ? await resolveHere(host, limit)
        : await resolveUnder(`/proc/${pid}/root`, host, sameNet, limit)
    const interfaces = sameNet ? await ownInterfaces() : await interfacesOf(pid)
    const known = interfaces !== undefined
    const apart = !sameNet || paths !== 'same'
    return found(
      argv,
      { host, ...resolved, interfaces: interfaces ?? [], interfaces_known: known },
      {
        timedOut: over(),
        ...(apart ? { at: `pid:${pid}`, argv: ['nsenter', '--target', String(pid), '--net', '--mount', ...argv] } : {}),
      },
    )
  })
}
