import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text, texts, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { answerOf, keeping } from './answer.ts'

const output = t.record({
  complete: t.bool,
  /** Addresses that get requests; that are there and not ready; that are leaving. */
  ready: t.int,
  not_ready: t.int,
  leaving: t.int,
  /** The ports that lead into pods: 8080. */
  ports: t.list(t.int),
  /** `10.42.0.7`, at most ten of those that are ready. */
  addresses: t.list(t.string),
})

interface Endpoint {
  addresses: string[]
  ready: boolean
  leaving: boolean
}

/**
 * `kubectl get endpointslices -l kubernetes.io/service-name=NAME -o json`, or the Endpoints of older clusters (deprecated since
 * 1.33). API reference: EndpointConditions, "ready": an unknown state (nil) counts as ready.
 */
export const kubeEndpointsReader = reader({
  name: 'kube-endpoints',
  output,
  consults: [],
  keep: keeping({
    endpoints: { addresses: true, conditions: true },
    ports: { port: true, name: true },
    subsets: { addresses: { ip: true }, notReadyAddresses: { ip: true }, ports: { port: true, name: true } },
  }),
  read(capture) {
    const answer = answerOf(capture, ['EndpointSlice', 'Endpoints'])
    const all = answer.items.flatMap((item) => [...slice(item), ...subsets(item)])
    const ready = all.filter((each) => each.ready)
    const ports = answer.items.flatMap((item) => [
      ...objects(item, 'ports'),
      ...objects(item, 'subsets').flatMap((subset) => objects(subset, 'ports')),
    ])
    const numbers = ports.map((port) => whole(port, 'port')).filter((port) => port > 0)
    return {
      value: {
        complete: answer.complete,
        ready: count(ready),
        not_ready: count(all.filter((each) => !each.ready && !each.leaving)),
        leaving: count(all.filter((each) => each.leaving)),
        ports: [...new Set(numbers)].slice(0, 20).map(BigInt),
        addresses: ready.flatMap(({ addresses }) => addresses).slice(0, 10),
      },
      dark: answer.dark,
      lines: all.slice(0, 5).map((each) => `${each.addresses.join(' ')}  ${each.ready ? 'ready' : 'not ready'}`),
    }
  },
})

const count = (endpoints: readonly Endpoint[]): bigint =>
  BigInt(endpoints.reduce((sum, each) => sum + Math.max(1, each.addresses.length), 0))

function slice(item: JsonObject): Endpoint[] {
  return objects(item, 'endpoints').map((endpoint) => {
    const conditions = object(endpoint, 'conditions')
    const leaving = conditions.terminating === true
    return { addresses: texts(endpoint, 'addresses'), ready: conditions.ready !== false && !leaving, leaving }
  })
}

function subsets(item: JsonObject): Endpoint[] {
  const of = (subset: JsonObject, name: string, ready: boolean) =>
    objects(subset, name).map((each) => ({ addresses: [text(each, 'ip')], ready, leaving: false }))
  return objects(item, 'subsets').flatMap((subset) => [
    ...of(subset, 'addresses', true),
    ...of(subset, 'notReadyAddresses', false),
  ])
}
