import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf, selectorText } from './answer.ts'

const output = t.record({
  complete: t.bool,
  found: t.bool,
  /** The API server says that there is none of this name. */
  missing: t.bool,
  name: t.string,
  /** `ClusterIP`, `ExternalName` … */
  type: t.string,
  external_name: t.string,
  /** `app=shop,tier=web`; '' where its endpoints are kept by somebody else. */
  selector: t.string,
  /** It has the port that is asked for. */
  port_found: t.bool,
  port: t.int,
  /** Where it leads in a pod: `8080`, or the name of a port there. */
  target: t.string,
  target_named: t.bool,
  /** `80, 443 (https)` */
  ports: t.string,
  /** Pods get requests before they are ready. */
  unready_too: t.bool,
})

/** `kubectl get service NAME -o json`. The fact `kube.port` says which port is asked for; without it the only one is. */
export const kubeServiceReader = reader({
  name: 'kube-service',
  output,
  consults: ['kube.port'],
  keep: keeping({
    spec: {
      type: true,
      externalName: true,
      selector: true,
      publishNotReadyAddresses: true,
      ports: { name: true, port: true, targetPort: true, protocol: true },
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, ['Service'])
    const [service] = answer.items
    const missing = service === undefined && /\(NotFound\)[^\n]{0,200}services? "/.test(capture.err)
    const spec = object(service ?? {}, 'spec')
    const ports = objects(spec, 'ports')
    const port = portOf(ports, String(context.facts.get('kube.port') ?? ''))
    const target = port ? targetOf(port) : ''
    return {
      value: {
        complete: answer.complete || (missing && capture.outcome === 'ok'),
        found: service !== undefined,
        missing,
        name: service ? nameOf(service) : '',
        type: text(spec, 'type') || (service ? 'ClusterIP' : ''),
        external_name: visibleLine(text(spec, 'externalName'), 253),
        selector: selectorText(object(spec, 'selector')),
        port_found: port !== undefined,
        port: BigInt(port ? whole(port, 'port') : 0),
        target,
        target_named: target !== '' && !/^\d+$/.test(target),
        ports: ports.slice(0, 20).map(inWords).join(', '),
        unready_too: flag(spec, 'publishNotReadyAddresses'),
      },
      dark: missing ? [] : answer.dark,
      lines: ports.slice(0, 5).map((each) => `${inWords(each)} → ${targetOf(each)}`),
    }
  },
})

function portOf(ports: readonly JsonObject[], wanted: string): JsonObject | undefined {
  if (wanted === '') return ports.length === 1 ? ports[0] : undefined
  return ports.find((each) => String(whole(each, 'port')) === wanted || text(each, 'name') === wanted)
}

/** Without a targetPort it is the port itself (API reference, ServicePort). */
function targetOf(port: JsonObject): string {
  const number = whole(port, 'targetPort')
  return number > 0 ? String(number) : visibleLine(text(port, 'targetPort'), 63) || String(whole(port, 'port'))
}

function inWords(port: JsonObject): string {
  const name = visibleLine(text(port, 'name'), 63)
  return `${whole(port, 'port')}${name === '' ? '' : ` (${name})`}`
}
