import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text, texts, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf } from './answer.ts'

const services = t.record({
  complete: t.bool,
  count: t.int,
  /** Exactly one Service of the cluster is reached under that address and port. */
  found: t.bool,
  /** cluster-ip | node-port | balancer | name */
  by: t.string,
  namespace: t.string,
  service: t.string,
  /** The Service's own port, by number. */
  port: t.string,
})

type By = 'cluster-ip' | 'node-port' | 'balancer' | 'name'

/** `kubectl get services --all-namespaces -o json`: which Service is meant by the address that a gateway sends to (`upstream.host`, `upstream.port`). */
export const kubeServicesReader = reader({
  name: 'kube-services',
  output: services,
  consults: ['upstream.host', 'upstream.port'],
  keep: keeping({
    spec: { type: true, clusterIP: true, clusterIPs: true, externalIPs: true, ports: { port: true, nodePort: true } },
    status: { loadBalancer: { ingress: { ip: true, hostname: true } } },
  }),
  read(capture, context) {
    const answer = answerOf(capture, ['Service'])
    const host = plain(String(context.facts.get('upstream.host') ?? ''))
    const asked = Number(context.facts.get('upstream.port') ?? 0)
    const hits = answer.items.flatMap((item) => entrancesOf(item, host, asked))
    // An address of its own says more than the number of a port, which is every machine's.
    const exact = hits.filter(({ by }) => by !== 'node-port')
    // One port for two protocols is one way in.
    const chosen = [
      ...new Map(
        (exact.length > 0 ? exact : hits).map((hit) => [
          `${namespaceOf(hit.item)}/${nameOf(hit.item)}:${hit.port}`,
          hit,
        ]),
      ).values(),
    ]
    const [one] = chosen
    const sole = chosen.length === 1
    return {
      value: {
        complete: answer.complete,
        count: BigInt(answer.items.length),
        found: sole,
        by: sole ? (one?.by ?? '') : '',
        namespace: sole ? namespaceOf(one?.item ?? {}) : '',
        service: sole ? nameOf(one?.item ?? {}) : '',
        port: sole ? String(one?.port ?? '') : '',
      },
      dark: answer.dark,
      lines: chosen.slice(0, 5).map(({ item, by, port }) => `${namespaceOf(item)}/${nameOf(item)}:${port}  ${by}`),
    }
  },
})

interface Entrance {
  item: JsonObject
  by: By
  port: number
}

function entrancesOf(item: JsonObject, host: string, asked: number): Entrance[] {
  const spec = object(item, 'spec')
  const own = [text(spec, 'clusterIP'), ...texts(spec, 'clusterIPs')].filter((ip) => ip !== '' && ip !== 'None')
  const given = objects(object(object(item, 'status'), 'loadBalancer'), 'ingress')
  const balancer = [
    ...given.flatMap((each) => [text(each, 'ip'), text(each, 'hostname')]),
    ...texts(spec, 'externalIPs'),
  ]
  const within = `${nameOf(item)}.${namespaceOf(item)}.svc`
  const by: By | undefined = own.map(plain).includes(host)
    ? 'cluster-ip'
    : balancer
          .filter((each) => each !== '')
          .map(plain)
          .includes(host)
      ? 'balancer'
      : host === within || host.startsWith(`${within}.`)
        ? 'name'
        : undefined
  return objects(spec, 'ports').flatMap((each): Entrance[] => {
    const port = whole(each, 'port')
    if (by !== undefined) return port === asked ? [{ item, by, port }] : []
    return asked > 0 && whole(each, 'nodePort') === asked ? [{ item, by: 'node-port', port }] : []
  })
}

/** `kubectl get nodes -o json`: under which addresses the machines of the cluster are reached (API reference, NodeAddress). */
export const kubeMachinesReader = reader({
  name: 'kube-machines',
  output: t.record({ complete: t.bool, count: t.int, addresses: t.list(t.string) }),
  consults: [],
  keep: keeping({ status: { addresses: { type: true, address: true } } }),
  read(capture) {
    const answer = answerOf(capture, ['Node'])
    const addresses = answer.items.flatMap((item) =>
      objects(object(item, 'status'), 'addresses').map((each) => plain(visibleLine(text(each, 'address'), 253))),
    )
    return {
      value: {
        complete: answer.complete,
        count: BigInt(answer.items.length),
        addresses: [...new Set(addresses)].filter((each) => each !== '').slice(0, 2000),
      },
      dark: answer.dark,
      lines: answer.items.slice(0, 5).map(nameOf),
    }
  },
})

function namespaceOf(item: JsonObject): string {
  return visibleLine(text(object(item, 'metadata'), 'namespace'), 253)
}

function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
}
