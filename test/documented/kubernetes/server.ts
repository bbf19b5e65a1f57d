import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { object, text } from '../../../src/reading/process/found.ts'
import type { JsonObject } from '../../../src/words/json.ts'
import { deployment, ingress, NAMESPACE, pod, READY, service, slice } from './objects.ts'

/** What the cluster holds, by resource. */
export interface Cluster {
  objects: Record<string, JsonObject[]>
  /** What containers printed: `web-…/web`, with `/previous` behind it for the life before. */
  logs: Record<string, string>
  /** Refuses everything, or only these resources. */
  refuses?: { status: number; reason: string; message: string; only?: string[] }
  /** Does this user read all namespaces? */
  mayList?: boolean
  /** Takes requests and never answers. */
  hangs?: boolean
  /** Resources that this cluster does not have, being too old. */
  without?: string[]
}

/** A cluster in which all is well: one Ingress, one Service, one pod that is ready. */
export function cluster(objects: Record<string, JsonObject[]> = {}, more: Partial<Cluster> = {}): Cluster {
  return {
    objects: {
      ingresses: [ingress()],
      services: [service()],
      endpointslices: [slice([['10.42.0.7', READY]])],
      pods: [pod()],
      deployments: [deployment({ status: { readyReplicas: 1 } })],
      namespaces: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }],
      ...objects,
    },
    logs: {},
    ...more,
  }
}

export interface KubeServer {
  url: string
  cluster: Cluster
  /** `GET /api/v1/namespaces/shop/pods` …, in order. */
  asked: string[]
  close(): Promise<void>
}

/** Resources by the group and version that serves them: concepts/overview/kubernetes-api/ and the API reference. */
const GROUPS: Record<string, [name: string, kind: string, short: string, namespaced: boolean][]> = {
  v1: [
    ['pods', 'Pod', 'po', true],
    ['services', 'Service', 'svc', true],
    ['endpoints', 'Endpoints', 'ep', true],
    ['events', 'Event', 'ev', true],
    ['nodes', 'Node', 'no', false],
    ['namespaces', 'Namespace', 'ns', false],
  ],
  'apps/v1': [
    ['deployments', 'Deployment', 'deploy', true],
    ['statefulsets', 'StatefulSet', 'sts', true],
    ['daemonsets', 'DaemonSet', 'ds', true],
    ['replicasets', 'ReplicaSet', 'rs', true],
  ],
  'networking.k8s.io/v1': [
    ['ingresses', 'Ingress', 'ing', true],
    ['networkpolicies', 'NetworkPolicy', 'netpol', true],
  ],
  'discovery.k8s.io/v1': [['endpointslices', 'EndpointSlice', '', true]],
  'gateway.networking.k8s.io/v1': [
    ['gateways', 'Gateway', 'gtw', true],
    ['httproutes', 'HTTPRoute', '', true],
  ],
  'authorization.k8s.io/v1': [['selfsubjectaccessreviews', 'SelfSubjectAccessReview', '', false]],
}

/** Speaks what `kubectl` speaks: discovery, GET of objects and lists as JSON, logs as text, and a review of one's rights. */
export async function openCluster(start: Cluster = cluster()): Promise<KubeServer> {
  const opened: KubeServer = { url: '', cluster: start, asked: [], close }
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cluster')
    opened.asked.push(`${request.method} ${url.pathname}`)
    if (opened.cluster.hangs) return
    request.resume()
    answer(opened.cluster, request.method ?? '', url, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return opened

  function close(): Promise<void> {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
}

function answer(known: Cluster, method: string, url: URL, response: ServerResponse): ServerResponse {
  const path = url.pathname
  const { refuses } = known
  if (refuses && !refuses.only) return refused(response, refuses)
  if (path === '/version') return send(response, { major: '1', minor: '34', gitVersion: 'v1.34.0' })
  if (path === '/api') return send(response, { kind: 'APIVersions', versions: ['v1'] })
  if (path === '/apis') return send(response, groupList())
  const group = Object.keys(GROUPS).find((each) => path === base(each) || path.startsWith(`${base(each)}/`))
  if (!group) return refused(response, missing('the server could not find the requested resource'))
  const rest = path
    .slice(base(group).length)
    .split('/')
    .filter((part) => part !== '')
  if (rest.length === 0) return send(response, resources(group, known))
  if (rest[0] === 'selfsubjectaccessreviews') return review(method, known, response)
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? (rest[1] ?? '') : ''
  const [resource = '', name, sub] = namespace === '' ? rest : rest.slice(2)
  const found = (GROUPS[group] ?? []).find(([each]) => each === resource && !known.without?.includes(each))
  if (!found) return refused(response, missing('the server could not find the requested resource'))
  if (refuses?.only?.includes(resource)) return refused(response, refuses)
  const all = (known.objects[resource] ?? []).filter(
    (item) => namespace === '' || text(object(item, 'metadata'), 'namespace') === namespace,
  )
  if (name === undefined)
    return send(
      response,
      list(
        group,
        found[1],
        all.filter((item) => wanted(item, url)),
      ),
    )
  const item = all.find((each) => text(object(each, 'metadata'), 'name') === name)
  if (!item)
    return refused(
      response,
      missing(`${group === 'v1' ? resource : `${resource}.${group.split('/')[0]}`} "${name}" not found`),
    )
  if (sub === 'log') return log(known, name, url, response)
  return send(response, item)
}

const base = (group: string) => (group === 'v1' ? '/api/v1' : `/apis/${group}`)

function groupList(): JsonObject {
  const names = Object.keys(GROUPS).filter((group) => group !== 'v1')
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: names.map((group) => {
      const [name = '', version = ''] = group.split('/')
      return { name, versions: [{ groupVersion: group, version }], preferredVersion: { groupVersion: group, version } }
    }),
  }
}

function resources(group: string, known: Cluster): JsonObject {
  const all = (GROUPS[group] ?? []).filter(([name]) => !known.without?.includes(name))
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group,
    resources: [
      ...all.map(([name, kind, short, namespaced]) => ({
        name,
        kind,
        namespaced,
        singularName: kind.toLowerCase(),
        verbs: ['get', 'list', 'create'],
        ...(short === '' ? {} : { shortNames: [short] }),
      })),
      ...(group === 'v1'
        ? [{ name: 'pods/log', kind: 'Pod', namespaced: true, singularName: '', verbs: ['get'] }]
        : []),
    ],
  }
}

/** reference/access-authn-authz/authorization/, "Checking API access". */
function review(method: string, known: Cluster, response: ServerResponse): ServerResponse {
  if (method !== 'POST') return refused(response, missing('only a question can be asked here'))
  const kind = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: {} }
  return send(response, { ...kind, status: { allowed: known.mayList ?? true } }, 201)
}

function list(group: string, kind: string, items: JsonObject[]): JsonObject {
  return { kind: `${kind}List`, apiVersion: group, metadata: { resourceVersion: '1' }, items }
}

/** concepts/overview/working-with-objects/labels/ and field-selectors/: equality only. */
function wanted(item: JsonObject, url: URL): boolean {
  const labels = object(object(item, 'metadata'), 'labels')
  const pairs = (name: string) => (url.searchParams.get(name) ?? '').split(',').filter((pair) => pair !== '')
  const ofLabels = pairs('labelSelector').every((pair) => {
    const [key = '', value] = pair.split(/==?/)
    return labels[key] === value
  })
  return ofLabels && pairs('fieldSelector').every((pair) => fieldFits(item, pair))
}

function fieldFits(item: JsonObject, pair: string): boolean {
  const [path = '', value] = pair.split(/==?/)
  const parts = path.split('.')
  const last = parts.pop() ?? ''
  return (
    text(
      parts.reduce((parent, part) => object(parent, part), item),
      last,
    ) === value
  )
}

function log(known: Cluster, pod: string, url: URL, response: ServerResponse): ServerResponse {
  const container = url.searchParams.get('container') ?? 'web'
  const previous = url.searchParams.get('previous') === 'true'
  const said = known.logs[`${pod}/${container}${previous ? '/previous' : ''}`]
  if (said === undefined && previous) {
    const message = `previous terminated container "${container}" in pod "${pod}" not found`
    return refused(response, { status: 400, reason: 'BadRequest', message })
  }
  return response.writeHead(200, { 'content-type': 'text/plain' }).end(said ?? '')
}

const missing = (message: string) => ({ status: 404, reason: 'NotFound', message })

/** reference/using-api/api-concepts/ and the API conventions, "Response Status Kind". */
function refused(
  response: ServerResponse,
  { status, reason, message }: { status: number; reason: string; message: string },
): ServerResponse {
  return send(
    response,
    { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status },
    status,
  )
}

function send(response: ServerResponse, body: JsonObject, status = 200): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** concepts/configuration/organize-cluster-access-kubeconfig/: a file that leads to this server. */
export function kubeconfig(server: string, more: { current?: string; token?: string } = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': more.current ?? 'prod',
    contexts: [
      { name: 'prod', context: { cluster: 'prod-eu', user: 'oncall', namespace: NAMESPACE } },
      { name: 'trial', context: { cluster: 'prod-eu', user: 'oncall', namespace: 'trial' } },
    ],
    clusters: [{ name: 'prod-eu', cluster: { server } }],
    users: [{ name: 'oncall', user: { token: more.token ?? 'token-that-nobody-may-see' } }],
  })
}
