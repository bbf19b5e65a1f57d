import type { JsonObject } from '../../words/json.ts'
import { askFirst, withoutFrames } from './engine.ts'
import { blind, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

/** Lines from the end: enough for several lives of a program that ends with a trace. */
const MOST_LINES = 400

/**
 * What a container printed last, both streams in their order, each line with the moment when the engine took it (UTC).
 * Argument: `container`, its name.
 */
export const containerLogLook: BuiltInLookFn = (args, tools) => {
  const name = containerOf(args)
  const argv = ['docker', 'logs', '--timestamps', '--tail', String(MOST_LINES), name ?? 'CONTAINER']
  if (name === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no name of a container was given'))
  return within(tools, argv, async () => {
    const asked = await askFirst(tools, `/containers/${name}/logs?stdout=1&stderr=1&timestamps=1&tail=${MOST_LINES}`)
    if (!asked.ok) return blind(argv, asked.why === 'denied' ? 'no-permission' : 'unreachable-host', asked.says)
    if (asked.status !== 200) {
      const says = `Docker gives no log of ${name} (${asked.status}): ${asked.body.toString('utf8', 0, 200).trim()}`
      return blind(argv, asked.status === 404 ? 'no-such-file' : 'not-understood', says)
    }
    const out = withoutFrames(asked.body).toString('utf8')
    return { outcome: 'ok', out, meta: {}, argv, cut: false, timedOut: false }
  })
}

/** The argument as a container's name, which cannot lead elsewhere in a URL's path. */
export function containerOf(args: JsonObject): string | undefined {
  const { container } = args
  return typeof container === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(container) ? container : undefined
}
