import type { JsonObject } from '../../words/json.ts'
import { object, text, whole } from '../process/found.ts'

/** What is needed of one line of `docker events`: its attributes hold every label of the container. */
export function keptEvent(raw: JsonObject): JsonObject {
  const attributes = object(object(raw, 'Actor'), 'Attributes')
  return {
    Action: text(raw, 'Action') || text(raw, 'status'),
    time: whole(raw, 'time'),
    Actor: { Attributes: { exitCode: text(attributes, 'exitCode'), signal: text(attributes, 'signal') } },
  }
}
