import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf } from './answer.ts'
import { chosenWay, hostRank, type Way, waysOf } from './http-routes.ts'

const output = t.record({
  complete: t.bool,
  /** The cluster knows no Gateway API. */
  absent: t.bool,
  count: t.int,
  /** A route is for the URL's host, and sends its path to a Service. */
  found: t.bool,
  /** It names the host. */
  named: t.bool,
  /** `shop/web` */
  route: t.string,
  rule: t.string,
  service: t.string,
  namespace: t.string,
  port: t.string,
  backends: t.int,
  /** The Service is in another namespace than the route. */
  foreign: t.bool,
  /** What the controller of its Gateway says: yes | no | untold, each with its word and sentence. */
  accepted: t.string,
  accepted_says: t.string,
  resolved: t.string,
  resolved_reason: t.string,
  resolved_says: t.string,
  /** The Gateway that it hangs on, `infra/public`, whether that is set up, and where it can be reached. */
  gateway: t.string,
  programmed: t.string,
  programmed_says: t.string,
  addresses: t.list(t.string),
  names: t.list(t.string),
  hosts: t.list(t.string),
})

const CONDITIONS = { type: true, status: true, reason: true, message: true } as const
const ABSENT = "doesn't have a resource type"

/** `kubectl get gateways,httproutes -o json` (gateway-api.sigs.k8s.io, API reference of gateway.networking.k8s.io/v1). */
export const kubeGatewaysReader = reader({
  name: 'kube-gateways',
  output,
  consults: ['url.host', 'url.path'],
  keep: keeping({
    spec: {
      gatewayClassName: true,
      listeners: { name: true, hostname: true, port: true, protocol: true },
      parentRefs: { kind: true, name: true, namespace: true, sectionName: true },
      hostnames: true,
      rules: {
        matches: {
          path: true,
          method: true,
          headers: { name: true, type: true },
          queryParams: { name: true, type: true },
        },
        backendRefs: { kind: true, name: true, namespace: true, port: true, weight: true },
      },
    },
    status: {
      addresses: { type: true, value: true },
      conditions: CONDITIONS,
      parents: { parentRef: { name: true, namespace: true, sectionName: true }, conditions: CONDITIONS },
    },
  }),
  read(capture, context) {
    const absent = capture.outcome === 'ok' && capture.err.includes(ABSENT)
    const answer = answerOf(capture, ['Gateway', 'HTTPRoute'])
    const routes = answer.items.filter((item) => text(item, 'kind') === 'HTTPRoute')
    const gateways = answer.items.filter((item) => text(item, 'kind') === 'Gateway')
    const host = String(context.facts.get('url.host') ?? '').toLowerCase()
    const ways = routes.flatMap(waysOf)
    const way = chosenWay(ways, host, String(context.facts.get('url.path') ?? '/'))
    const hosts = [...new Set(ways.map((each) => each.host).filter((each) => each !== ''))]
    const told = toldOf(way, gateways, host)
    return {
      value: {
        complete: answer.complete || absent,
        absent,
        count: BigInt(routes.length),
        found: way !== undefined && way.service !== '',
        named: way !== undefined && hostRank(way.host, host) > 1,
        ...told,
        hosts: hosts.slice(0, 10).map((each) => visibleLine(each, 253)),
      },
      dark: absent ? [] : answer.dark,
      lines: way ? [`${told.route}  ${told.rule}  ${told.service}:${told.port}`] : [],
    }
  },
})

function toldOf(way: Way | undefined, gateways: readonly JsonObject[], asked: string) {
  const route = way?.route ?? {}
  const home = text(object(route, 'metadata'), 'namespace')
  const [parent = {}] = objects(object(route, 'spec'), 'parentRefs').filter(
    (each) => (text(each, 'kind') || 'Gateway') === 'Gateway',
  )
  const at = text(parent, 'namespace') || home
  const gateway =
    gateways.find(
      (each) => nameOf(each) === text(parent, 'name') && text(object(each, 'metadata'), 'namespace') === at,
    ) ?? {}
  const addresses = objects(object(gateway, 'status'), 'addresses').map((each) => visibleLine(text(each, 'value'), 253))
  const parents = objects(object(route, 'status'), 'parents')
  // Its Gateways need not agree: one that takes it is enough for a request to come in.
  const accepted = best(parents, 'Accepted')
  const resolved = best(parents, 'ResolvedRefs')
  const programmed = best([object(gateway, 'status')], 'Programmed')
  return {
    route: way ? `${visibleLine(home, 63)}/${nameOf(route)}` : '',
    rule: way ? visibleLine(`${way.host === '' ? '*' : way.host}${way.path}`, 500) : '',
    service: visibleLine(way?.service ?? '', 253),
    namespace: visibleLine(way?.namespace ?? '', 253),
    port: visibleLine(way?.port ?? '', 63),
    backends: BigInt(way?.backends ?? 0),
    foreign: way !== undefined && way.namespace !== home,
    accepted: accepted.state,
    accepted_says: accepted.says,
    resolved: resolved.state,
    resolved_reason: resolved.reason,
    resolved_says: resolved.says,
    gateway: way && text(parent, 'name') !== '' ? visibleLine(`${at}/${text(parent, 'name')}`, 253) : '',
    programmed: programmed.state,
    programmed_says: programmed.says,
    addresses: addresses.filter((each) => each !== '').slice(0, 20),
    names: [asked, ...addresses.filter((each) => /[a-z]/i.test(each) && !each.includes(':'))].slice(0, 10),
  }
}

/** What holds of a condition: yes where one of those who report it says so, no where all that do deny it. */
function best(reporters: readonly JsonObject[], type: string): { state: string; reason: string; says: string } {
  const told = reporters
    .flatMap((each) => objects(each, 'conditions'))
    .filter((each) => text(each, 'type') === type && text(each, 'status') !== 'Unknown')
  const denied = told.find((each) => text(each, 'status') === 'False')
  if (denied === undefined || told.some((each) => text(each, 'status') === 'True'))
    return { state: told.length === 0 ? 'untold' : 'yes', reason: '', says: '' }
  const reason = visibleLine(text(denied, 'reason'), 80)
  return { state: 'no', reason, says: visibleLine(`${reason}: ${text(denied, 'message')}`, 300) }
}
