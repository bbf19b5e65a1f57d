import { describe, expect, it } from 'vitest'
import {
  denyAll,
  deployment,
  ended,
  endpoints,
  event,
  ingress,
  LEAVING,
  NOT_READY,
  node,
  PODS,
  pod,
  READY,
  REFUSED,
  RUNNING,
  STUCK,
  service,
  slice,
} from '../../documented/kubernetes/objects.ts'
import { listed, printed, reading } from './support.ts'

const value = (name: string, out: string, facts = {}) => reading(name, printed(out), facts).value

describe('Ingresses', () => {
  const asked = (path: string, host = 'shop.example.com') => ({ 'url.host': host, 'url.path': path })
  const way = (path: string, pathType: string, name: string) => ({
    path,
    pathType,
    backend: { service: { name, port: { name: 'http' } } },
  })
  const rules = (host: string | undefined, ...paths: ReturnType<typeof way>[]) =>
    ingress({ spec: { rules: [{ ...(host === undefined ? {} : { host }), http: { paths } }] } })

  // concepts/services-networking/ingress/, "Examples" of path types and of wildcards.
  it.each([
    ['Prefix', '/', '/anything', true],
    ['Exact', '/foo', '/foo', true],
    ['Exact', '/foo', '/foo/', false],
    ['Exact', '/foo', '/bar', false],
    ['Prefix', '/foo', '/foo/', true],
    ['Prefix', '/foo/', '/foo', true],
    ['Prefix', '/aaa/bb', '/aaa/bbb', false],
    ['Prefix', '/aaa/bbb', '/aaa/bbb/ccc', true],
    ['Prefix', '/aaa/bbb', '/aaa/bbbxyz', false],
    ['Exact', '/', '/', true],
    ['Exact', '/', '/foo', false],
  ])('%s %s and %s: %s', (pathType, path, given, fits) => {
    const out = listed(rules('shop.example.com', way(path, pathType, 'web')))
    expect(value('kube-ingresses', out, asked(given))).toMatchObject({ complete: true, found: fits })
  })

  it.each([
    ['*.foo.com', 'bar.foo.com', true],
    ['*.foo.com', 'baz.bar.foo.com', false],
    ['*.foo.com', 'foo.com', false],
    ['shop.example.com', 'SHOP.example.com', true],
    [undefined, 'anything.example.com', true],
  ])('%s serves %s: %s', (rule, host, fits) => {
    const out = listed(rules(rule, way('/', 'Prefix', 'web')))
    expect(value('kube-ingresses', out, asked('/', host))).toMatchObject({
      found: fits,
      named: fits && rule !== undefined,
    })
  })

  it('takes the nearest host, then the exact path, then the longest', () => {
    const out = listed(
      rules(undefined, way('/api/v2/things', 'Exact', 'all')),
      rules('*.example.com', way('/api/v2', 'Prefix', 'some')),
      rules('shop.example.com', way('/', 'Prefix', 'web'), way('/api', 'Prefix', 'api'), way('/api', 'Exact', 'root')),
    )
    const of = (path: string) => value('kube-ingresses', out, asked(path)).service
    expect([of('/'), of('/api/v2/things'), of('/api')]).toEqual(['web', 'api', 'root'])
  })

  it('reads the older form, the class of an annotation, and a backend for all else', () => {
    const old = {
      apiVersion: 'networking.k8s.io/v1beta1',
      kind: 'Ingress',
      metadata: { name: 'old', namespace: 'shop', annotations: { 'kubernetes.io/ingress.class': 'nginx' } },
      spec: { backend: { serviceName: 'web', servicePort: 80 } },
    }
    expect(value('kube-ingresses', listed(old), asked('/'))).toMatchObject({
      found: true,
      service: 'web',
      port: '80',
      class: 'nginx',
      rule: '*',
      named: false,
    })
  })

  it('keeps no other annotation', () => {
    const sealed = reading('kube-ingresses', printed(listed(ingress())), asked('/'))
    expect(JSON.stringify(sealed.value, (_, each) => (typeof each === 'bigint' ? Number(each) : each))).not.toContain(
      'not-for-others',
    )
  })
})

describe('a Service', () => {
  it.each([
    [{}, {}, { port_found: true, port: 80n, target: '8080', target_named: false, selector: 'app=web' }],
    [{}, { 'kube.port': 'http' }, { port_found: true, target: '8080' }],
    [{}, { 'kube.port': '81' }, { port_found: false, target: '', ports: '80 (http)' }],
    [{ ports: [{ port: 80 }] }, {}, { target: '80' }],
    [{ ports: [{ port: 80, targetPort: 'web' }] }, {}, { target: 'web', target_named: true }],
    [{ ports: [{ port: 80 }, { port: 81 }] }, {}, { port_found: false }],
    [{ selector: {} }, {}, { selector: '' }],
    [{ selector: { app: 'a,b' } }, {}, { selector: '' }],
    [{ selector: { '--all': 'x' } }, {}, { selector: '' }],
    [
      { type: 'ExternalName', externalName: 'x.example.net' },
      {},
      { type: 'ExternalName', external_name: 'x.example.net' },
    ],
  ])('%j asked for %j', (spec, facts, expected) => {
    expect(value('kube-service', JSON.stringify(service(spec)), facts)).toMatchObject({
      found: true,
      complete: true,
      ...expected,
    })
  })

  it('that is not there is an answer; one that may not be read is none', () => {
    const missing = printed('', { exit: 1, err: 'Error from server (NotFound): services "web" not found\n' })
    expect(reading('kube-service', missing)).toMatchObject({ value: { complete: true, missing: true }, dark: [] })
    const forbidden = printed('', { exit: 1, err: 'Error from server (Forbidden): services "web" is forbidden\n' })
    expect(reading('kube-service', forbidden)).toMatchObject({
      value: { complete: false, missing: false },
      dark: [{ why: 'no-permission' }],
    })
  })
})

describe('endpoints', () => {
  it.each([
    [
      'slices',
      listed(
        slice([
          ['10.42.0.7', READY],
          ['10.42.0.8', NOT_READY],
          ['10.42.0.9', LEAVING],
        ]),
      ),
    ],
    [
      'one slice',
      JSON.stringify(
        slice([
          ['10.42.0.7', {}],
          ['10.42.0.8', NOT_READY],
          ['10.42.0.9', LEAVING],
        ]),
      ),
    ],
  ])('%s', (_, out) => {
    expect(value('kube-endpoints', out)).toMatchObject({
      complete: true,
      ready: 1n,
      not_ready: 1n,
      leaving: 1n,
      addresses: ['10.42.0.7'],
      ports: [8080n],
    })
  })

  it('in the older form', () => {
    expect(value('kube-endpoints', JSON.stringify(endpoints(['10.42.0.7'], ['10.42.0.8'])))).toMatchObject({
      ready: 1n,
      not_ready: 1n,
    })
  })

  it('an empty list is an answer, unless kubectl ended with an error beside it', () => {
    expect(value('kube-endpoints', listed())).toMatchObject({ complete: true, ready: 0n })
    const refused = printed(listed(), { exit: 1, err: 'Error from server (Forbidden): endpointslices is forbidden\n' })
    expect(reading('kube-endpoints', refused)).toMatchObject({
      value: { complete: false },
      dark: [{ why: 'no-permission' }],
    })
  })
})

describe('pods', () => {
  it.each(
    Object.entries({
      crash: 'crash',
      memory: 'memory',
      image: 'image',
      config: 'config',
      unschedulable: 'unschedulable',
      notCreated: 'not-created',
      notReady: 'not-ready',
      init: 'crash',
      creating: 'starting',
      lost: 'lost',
      evicted: 'evicted',
    }),
  )('%s', (name, kind) => {
    expect(value('kube-pods', listed(PODS[name]?.() ?? {}))).toMatchObject({
      complete: true,
      count: 1n,
      ready: 0n,
      unwell: 1n,
      kind,
    })
  })

  it('the most frequent reason counts, the deeper of two, and the newest pod tells it', () => {
    const pods = [
      PODS.image?.() ?? {},
      { ...pod({ name: 'young', created: -5, own: { state: { waiting: { reason: 'ImagePullBackOff' } } } }) },
      PODS.crash?.() ?? {},
      pod(),
      PODS.leaving?.() ?? {},
    ]
    expect(value('kube-pods', listed(...pods))).toMatchObject({
      count: 5n,
      ready: 1n,
      leaving: 1n,
      unwell: 3n,
      kind: 'image',
      of_kind: 2n,
      pod: 'young',
    })
    expect(value('kube-pods', listed(...pods.slice(0, 1), ...pods.slice(2))).kind).toBe('image')
  })

  it('says how it is checked, what it declares, and what it may use', () => {
    expect(value('kube-pods', listed(pod()), { 'kube.target': '8080' })).toMatchObject({
      checked: true,
      check: 'GET /healthz on port 8080, within 1 s',
      check_port: 8080n,
      ports: '8080 (http)',
      target_there: true,
      other_port: 0n,
      memory: '128Mi',
    })
    const named = pod({ container: { readinessProbe: { tcpSocket: { port: 'http' }, timeoutSeconds: 3 } } })
    expect(value('kube-pods', listed(named), { 'kube.target': '3000' })).toMatchObject({
      check: 'a connection to port 8080, within 3 s',
      target_there: false,
      other_port: 8080n,
    })
  })

  it('an end of long ago says nothing of a pod that is not ready now', () => {
    const own = (over: number) => ({ restartCount: 1, state: RUNNING, lastState: ended(137, 'OOMKilled', -9000, over) })
    expect(value('kube-pods', listed(pod({ own: own(-30) }))).kind).toBe('memory')
    expect(value('kube-pods', listed(pod({ own: own(-8000) }))).kind).toBe('not-ready')
  })

  it('keeps no environment and no command of a check', () => {
    const secret = pod({
      container: { args: ['--token=abc'], readinessProbe: { exec: { command: ['check', '--password=abc'] } } },
    })
    const sealed = reading('kube-pods', printed(listed(secret)))
    expect(sealed.value.check).toBe('a command inside the container, within 1 s')
  })
})

describe('events', () => {
  const of = (...messages: [string, string][]) => listed(...messages.map(([reason, message]) => event(reason, message)))
  it.each([
    ['HTTP probe failed with statuscode: 404', 'status', 404n],
    ['Get "http://10.42.0.7:8080/": dial tcp 10.42.0.7:8080: connect: connection refused', 'refused', 0n],
    [
      'Get "http://10.42.0.7:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'timeout',
      0n,
    ],
    ['command "check" timed out', 'timeout', 0n],
    ['something else', 'other', 0n],
  ])('%s', (message, how, status) => {
    expect(value('kube-events', of(['Unhealthy', `Readiness probe failed: ${message}`]))).toMatchObject({
      readiness: { failed: true, how, status, count: 17n },
      liveness: { failed: false },
    })
  })

  it('what could not be mounted, and the last warning', () => {
    const out = of(
      ['FailedMount', 'MountVolume.SetUp failed for volume "x" : configmap "web" not found'],
      ['BackOff', 'Back-off restarting failed container'],
    )
    expect(value('kube-events', out)).toMatchObject({
      missing: 'configmap "web"',
      last: 'BackOff: Back-off restarting failed container',
    })
  })
})

describe('what makes pods', () => {
  const facts = { 'kube.selector': 'app=web', 'kube.service': 'web' }
  it.each([
    [
      deployment({ replicas: 3, status: { readyReplicas: 3 } }),
      { found: true, rolling: false, stuck: false, wanted: 3n, ready: 3n },
    ],
    [deployment({ replicas: 3, status: { updatedReplicas: 1 } }), { rolling: true }],
    [deployment({ status: { observedGeneration: 6 } }), { rolling: true }],
    [deployment({ status: STUCK }), { stuck: true, message: 'ReplicaSet "web-7d9f5b6c4d" has timed out progressing.' }],
    [deployment({ status: REFUSED }), { failure: expect.stringContaining('exceeded quota') }],
    [deployment({ replicas: 0 }), { wanted: 0n, rolling: false }],
    [deployment({ labels: { app: 'web', tier: 'front' } }), { found: true }],
    [deployment({ labels: { app: 'other' } }), { found: false, near: 'Deployment web', near_labels: 'app=other' }],
    [
      deployment({
        kind: 'DaemonSet',
        status: { desiredNumberScheduled: 2, numberReady: 1, updatedNumberScheduled: 2, currentNumberScheduled: 2 },
      }),
      { kind: 'DaemonSet', wanted: 2n, ready: 1n, rolling: false },
    ],
  ])('%#', (item, expected) => {
    expect(value('kube-workloads', listed(item), facts)).toMatchObject({ complete: true, ...expected })
  })
})

describe('machines and policies', () => {
  it('tells which report', () => {
    const out = listed(
      node('node-1', 'True'),
      node('node-2', 'Unknown'),
      node('node-3', 'True', { unschedulable: true }),
    )
    expect(value('kube-nodes', out)).toMatchObject({ count: 3n, ready: 2n, down: ['node-2'], cordoned: ['node-3'] })
  })

  it.each([
    [{}, true],
    [{ podSelector: { matchLabels: { app: 'web' } } }, true],
    [{ podSelector: { matchLabels: { app: 'other' } } }, false],
    [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, false],
    [{ policyTypes: ['Egress'] }, false],
    [{ ingress: [{}] }, false],
  ])('a policy %j is for these pods: %s', (spec, found) => {
    const policy = { ...denyAll, spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec } }
    expect(value('kube-policies', listed(policy), { 'kube.selector': 'app=web' }).found).toBe(found)
  })
})
