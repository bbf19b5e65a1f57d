import type { JsonObject } from '../../words/json.ts'
import { object, objects, text, whole } from '../process/found.ts'
import { visibleLine } from '../visible.ts'

/** How a container's readiness is asked. */
export interface Check {
  /** It has a readiness check at all. */
  there: boolean
  port: number
  path: string
  /** `GET /healthz on port 8080, within 1 s`; '' without one. */
  says: string
}

/** Of the container that a port belongs to, else of the first with a readiness check. Defaults: API reference, Probe. */
export function readinessOf(spec: JsonObject, container: string): Check {
  const all = objects(spec, 'containers')
  const own = all.find((each) => text(each, 'name') === container)
  const chosen = own && hasCheck(own) ? own : all.find(hasCheck)
  if (!chosen) return { there: false, port: 0, path: '', says: '' }
  const probe = object(chosen, 'readinessProbe')
  const seconds = whole(probe, 'timeoutSeconds', 1)
  const http = object(probe, 'httpGet')
  const path = text(http, 'path') || '/'
  const port =
    ['httpGet', 'tcpSocket', 'grpc'].map((kind) => portOf(chosen, object(probe, kind))).find((n) => n > 0) ?? 0
  const within = `within ${seconds} s`
  if ('httpGet' in probe)
    return { there: true, port, path, says: `GET ${visibleLine(path, 200)} on port ${port}, ${within}` }
  if ('tcpSocket' in probe) return { there: true, port, path: '', says: `a connection to port ${port}, ${within}` }
  if ('grpc' in probe) return { there: true, port, path: '', says: `gRPC on port ${port}, ${within}` }
  return { there: true, port: 0, path: '', says: `a command inside the container, ${within}` }
}

const hasCheck = (container: JsonObject) => Object.keys(object(container, 'readinessProbe')).length > 0

function portOf(container: JsonObject, check: JsonObject): number {
  const number = whole(check, 'port')
  if (number > 0) return number
  const named = objects(container, 'ports').find((each) => text(each, 'name') === text(check, 'port'))
  return named && text(check, 'port') !== '' ? whole(named, 'containerPort') : 0
}

/** The ports that a pod's containers declare. They are a hint only: a container may listen elsewhere. */
export function declaredPorts(spec: JsonObject): { number: number; name: string }[] {
  return objects(spec, 'containers').flatMap((container) =>
    objects(container, 'ports').map((port) => ({
      number: whole(port, 'containerPort'),
      name: visibleLine(text(port, 'name'), 63),
    })),
  )
}
