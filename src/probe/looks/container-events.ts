import { keptEvent } from '../../reading/docker/event.ts'
import { containerOf } from './container-log.ts'
import { askFirst, isObject } from './engine.ts'
import { blind, found, within } from './outcome.ts'
import type { BuiltInLookFn } from './types.ts'

const BACK_SECONDS = 24 * 60 * 60
const MOST = 300

/**
 * What the engine remembers of a container's life in the last day: it keeps only its last 256 events of all
 * containers, and none from before its own start. Argument: `container`.
 */
export const containerEventsLook: BuiltInLookFn = (args, tools) => {
  const name = containerOf(args)
  const argv = ['docker', 'events', '--since', '24h', '--until', '0s', '--filter', `container=${name ?? 'CONTAINER'}`]
  if (name === undefined) return Promise.resolve(blind(argv, 'not-understood', 'no name of a container was given'))
  return within(tools, argv, async () => {
    const now = tools.now().getTime() / 1000
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'], container: [name] }))
    const asked = await askFirst(
      tools,
      `/events?since=${Math.floor(now) - BACK_SECONDS}&until=${now.toFixed(3)}&filters=${filters}`,
    )
    if (!asked.ok) return blind(argv, asked.why === 'denied' ? 'no-permission' : 'unreachable-host', asked.says)
    if (asked.status !== 200) return blind(argv, 'not-understood', `Docker tells no events (${asked.status})`)
    const lines = asked.body.toString('utf8').split('\n').slice(-MOST)
    return found(argv, { events: lines.flatMap(parsed) })
  })
}

function parsed(line: string) {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? [keptEvent(value)] : []
  } catch {
    return []
  }
}
