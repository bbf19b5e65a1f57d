import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf } from './answer.ts'
import { chosen, hostFit, type Route, routesOf } from './routes.ts'

const output = t.record({
  complete: t.bool,
  count: t.int,
  /** Some rule is for the URL's host, or for all hosts; and whether one names it. */
  hosted: t.bool,
  named: t.bool,
  /** And sends its path to a Service. */
  found: t.bool,
  namespace: t.string,
  name: t.string,
  /** `shop.example.com/api` as the rule has it. */
  rule: t.string,
  service: t.string,
  /** `80` or `http`; '' where none is named. */
  port: t.string,
  /** `nginx`: who is to serve it; '' for the cluster's default. */
  class: t.string,
  /** Where it can be reached, as its controller wrote down: addresses, and names. */
  addresses: t.list(t.string),
  /** The URL's host and those names: to be looked up. */
  names: t.list(t.string),
  /** Hosts that the cluster's Ingresses are for, at most ten. */
  hosts: t.list(t.string),
})

const NONE = { namespace: '', name: '', rule: '', service: '', port: '', class: '', addresses: [], names: [] }
const CLASS = 'kubernetes.io/ingress.class'

/** `kubectl get ingresses -o json`: which rule is for the URL (the facts `url.host`, `url.path`), and to which Service it sends. */
export const kubeIngressesReader = reader({
  name: 'kube-ingresses',
  output,
  consults: ['url.host', 'url.path'],
  keep: keeping({
    metadata: { annotations: { [CLASS]: true } },
    spec: {
      ingressClassName: true,
      defaultBackend: true,
      backend: true,
      rules: { host: true, http: { paths: { path: true, pathType: true, backend: true } } },
    },
    status: { loadBalancer: { ingress: { ip: true, hostname: true } } },
  }),
  read(capture, context) {
    const answer = answerOf(capture, ['Ingress'])
    const host = String(context.facts.get('url.host') ?? '').toLowerCase()
    const routes = answer.items.flatMap(routesOf)
    const route = chosen(routes, host, String(context.facts.get('url.path') ?? '/'))
    const hosts = [...new Set(routes.map((each) => each.host).filter((each) => each !== ''))]
    return {
      value: {
        complete: answer.complete,
        count: BigInt(answer.items.length),
        hosted: routes.some((each) => hostFit(each.host, host) > 0),
        named: routes.some((each) => hostFit(each.host, host) > 1),
        found: route !== undefined && route.service !== '',
        ...(route ? told(route, host) : NONE),
        hosts: hosts.slice(0, 10).map((each) => visibleLine(each, 253)),
      },
      dark: answer.dark,
      lines: route ? [`${nameOf(route.ingress)}  ${route.host}${route.path}  ${route.service}:${route.port}`] : [],
    }
  },
})

function told({ ingress, host, path, service, port }: Route, asked: string) {
  const entries = objects(object(object(ingress, 'status'), 'loadBalancer'), 'ingress')
  const ips = entries.map((entry) => text(entry, 'ip')).filter((ip) => ip !== '')
  const names = entries.map((entry) => text(entry, 'hostname')).filter((name) => name !== '')
  return {
    namespace: visibleLine(text(object(ingress, 'metadata'), 'namespace'), 253),
    name: nameOf(ingress),
    rule: visibleLine(`${host === '' ? '*' : host}${path}`, 500),
    service: visibleLine(service, 253),
    port: visibleLine(port, 63),
    class: classOf(ingress),
    addresses: [...ips, ...names].slice(0, 20),
    names: [asked, ...names].slice(0, 10),
  }
}

function classOf(ingress: JsonObject): string {
  const own = text(object(ingress, 'spec'), 'ingressClassName')
  return visibleLine(own || text(object(object(ingress, 'metadata'), 'annotations'), CLASS), 253)
}
