import { keptContainer } from '../../reading/docker/inspected.ts'
import { object, text } from '../../reading/process/found.ts'
import { type Change, NOTHING, type Part } from './changed.ts'
import { containerIdOf } from './container-id.ts'
import { askFirst, isObject, jsonOf } from './engine.ts'
import type { LookTools } from './types.ts'

/** When the container that a process lives in was made, from which image; a new version of it is a new container. */
export async function containerChanges(pid: number | undefined, tools: LookTools): Promise<Part> {
  const id = pid === undefined ? '' : await containerIdOf(pid)
  if (id === '') return NOTHING
  const told = jsonOf(await askFirst({ ...tools, timeoutMs: tools.timeoutMs / 2 }, `/containers/${id}/json`))
  if (!isObject(told)) return NOTHING
  const container = keptContainer(told)
  const at = Date.parse(text(container, 'Created'))
  if (Number.isNaN(at)) return NOTHING
  const name = text(container, 'Name').replace(/^\//, '') || id
  const image = text(object(container, 'Config'), 'Image')
  const made: Change = {
    at_ms: at,
    kind: 'container',
    what: `container ${name} was made anew, from the image ${image}`,
  }
  return { changes: [made], unread: [] }
}
