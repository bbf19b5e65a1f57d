import { expect, it } from 'vitest'
import {
  controller,
  denyAll,
  deployment,
  ended,
  endpoints,
  event,
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
} from '../documented/kubernetes/objects.ts'
import { clusterForTests, describeWithKubectl, ingressPage, inside } from './kube.ts'

clusterForTests()

const NAME = 'web-7d9f5b6c4d-x2x7k'
const NOBODY = [slice([['10.42.0.7', NOT_READY]])]
const EMPTY = [slice([])]
const one = (kind: string, more: Record<string, ReturnType<typeof pod>[]> = {}) => ({
  endpointslices: NOBODY,
  pods: [PODS[kind]?.() ?? {}],
  deployments: [deployment()],
  nodes: [node('node-1', 'True'), node('node-2', 'True')],
  ...more,
})
const ofLife = (text: string) => ({ logs: { [`${NAME}/web/previous`]: text } })
const now = (text: string) => ({ logs: { [`${NAME}/web`]: text } })
const START = `2026-11-21T02:02:38.501234567Z node:internal/modules/cjs/loader:1228
2026-11-21T02:02:38.601234567Z Error: Cannot find module 'express'
2026-11-21T02:02:38.701234567Z     at Module._load (node:internal/modules/cjs/loader:1051:27)
`
const SILENT = '2026-11-21T02:02:38.501234567Z starting\n'

describeWithKubectl('nobody is behind the Service, and the cluster says why', () => {
  it.each([
    [
      'crash',
      ofLife(START),
      'pods/crash-on-start',
      'crash-on-start',
      "(status 1, 6 restarts): Error: Cannot find module 'express'",
    ],
    ['crash', ofLife(SILENT), 'pods/crash-loop', 'crash-loop', '(status 1, 6 restarts), and do not say why'],
    ['memory', {}, 'pods/oom-killed', 'oom-killed', 'their limit is 128Mi; restarted 4 times'],
    ['image', {}, 'pods/image-pull', 'image-pull', 'registry.example.com/shop/web:1.4.2 cannot be fetched'],
    ['config', {}, 'pods/missing-config', 'missing-config-object', 'configmap "web-settings" not found'],
    ['unschedulable', {}, 'pods/unschedulable', 'unschedulable', '0/3 nodes are available'],
    ['notCreated', {}, 'pods/not-created', 'crash-on-start', 'exec: "nod": executable file not found'],
  ])('%s %j: %s', async (kind, more, id, cause, words) => {
    const seen = await inside(one(kind), more)
    expect(seen.verdict).toMatchObject({ id, cause, confidence: 'confirmed', outcome: 'diagnosed', bornAt: 'proxy' })
    expect(seen.verdict?.says).toContain(words)
    expect(seen.verdict?.proofs.slice(0, 2)).toEqual(['kubernetes/place.same', 'kubernetes/endpoints.none'])
    expect(seen.blindSpots).toEqual([])
  })

  it('the way from the URL to the pod, the context first of all', async () => {
    const seen = await inside(one('image'))
    expect(seen.path.slice(seen.path.indexOf('locate/log.cluster'))).toEqual([
      'locate/log.cluster',
      'kubernetes/chosen.current',
      'kubernetes/context.known',
      'kubernetes/rights.all',
      'kubernetes/told.nothing',
      'kubernetes/ingresses.found',
      'kubernetes/place.same',
      'kubernetes/placed.service',
      'kubernetes/service.found',
      'kubernetes/endpoints.none',
      'kubernetes/by-labels.labels',
      'pods/search.seen',
      'pods/turn.silent',
      'pods/why.image',
      'rollout/progress.settled',
      'pods/image-pull',
    ])
    expect(seen.at('kubernetes/context')?.says).toMatch(
      /^kubectl asks the cluster prod-eu \(http:\/\/127\.0\.0\.1:\d+\) as oncall; context prod, namespace shop$/,
    )
    expect(seen.at('kubernetes/ingresses')?.says).toBe(
      'shop.example.com/ is sent to Service web, port 80 (Ingress shop/web, class nginx)',
    )
    expect(seen.at('kubernetes/service')?.says).toBe('its Service web sends to pods with app=web, to port 8080 in each')
  })

  it('no output of a life before is no silence: it stays likely', async () => {
    const seen = await inside(one('crash'))
    expect(seen.verdict).toMatchObject({ id: 'pods/crash-loop', confidence: 'likely', open: ['crash-on-start'] })
    expect(seen.blindSpots[0]).toContain('previous terminated container "web"')
  })

  it('an init container that fails is the one that is looked into', async () => {
    const seen = await inside(one('init'), { logs: { [`${NAME}/migrate/previous`]: START } })
    expect(seen.at('pods/why')?.says).toContain('container migrate (which runs before the application)')
    expect(seen.verdict).toMatchObject({ id: 'pods/crash-on-start', confidence: 'confirmed' })
  })

  it('the liveness check ends it', async () => {
    const killed = {
      ...one('crash'),
      events: [
        event('Killing', 'Container web failed liveness probe, will be restarted', { type: 'Normal' }),
        event('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 404'),
      ],
    }
    const seen = await inside(killed, ofLife(SILENT))
    expect(seen.verdict).toMatchObject({ id: 'pods/liveness', cause: 'health-check-wrong', confidence: 'likely' })
  })

  it('a machine that is lost', async () => {
    const seen = await inside(one('lost', { nodes: [node('node-1', 'Unknown'), node('node-2', 'True')] }))
    expect(seen.verdict).toMatchObject({ id: 'pods/host-down', cause: 'host-down', confidence: 'likely' })
    expect(seen.verdict?.says).toContain('node-1')
  })

  it('all machines are lost, so none takes a pod', async () => {
    const seen = await inside(one('unschedulable', { nodes: [node('node-1', 'Unknown')] }))
    expect(seen.verdict).toMatchObject({ id: 'pods/host-down', cause: 'host-down' })
  })

  it('evicted pods, and nothing more is known', async () => {
    const seen = await inside(one('evicted'))
    expect(seen.at('pods/why')?.says).toBe(
      'no pod serves: 1 pod: 1 evicted (Evicted) (The node was low on resource: memory.)',
    )
    expect(seen.verdict).toMatchObject({ id: 'kubernetes/no-endpoints', confidence: 'likely' })
  })
})

describeWithKubectl('not ready', () => {
  const unhealthy = (message: string) => ({
    ...one('notReady'),
    events: [event('Unhealthy', `Readiness probe failed: ${message}`)],
  })
  const REFUSED_CHECK = 'Get "http://10.42.0.7:8080/healthz": dial tcp 10.42.0.7:8080: connect: connection refused'

  it.each([
    ['HTTP probe failed with statuscode: 503', {}, 'pods/not-ready', 'not-ready', 'confirmed'],
    ['HTTP probe failed with statuscode: 404', {}, 'pods/wrong-check', 'health-check-wrong', 'likely'],
    [
      REFUSED_CHECK,
      now('2026-11-21T02:00:00Z listening on port 3000\n'),
      'pods/check-port',
      'health-check-wrong',
      'confirmed',
    ],
    [REFUSED_CHECK, now('2026-11-21T02:00:00Z migrating the database\n'), 'pods/not-ready', 'not-ready', 'likely'],
    [
      'Get "http://10.42.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      {},
      'pods/not-ready',
      'not-ready',
      'likely',
    ],
  ])('%s', async (message, more, id, cause, confidence) => {
    const seen = await inside(unhealthy(message), more)
    expect(seen.verdict).toMatchObject({ id, cause, confidence })
    expect(seen.blindSpots).toEqual([])
  })

  it('says both ports', async () => {
    const seen = await inside(unhealthy(REFUSED_CHECK), now('2026-11-21T02:00:00Z listening on port 3000\n'))
    expect(seen.verdict?.says).toBe(
      'No pod of Service web gets requests: the readiness check asks port 8080, and the application listens on 3000',
    )
  })

  it('a volume names a Secret that is not there', async () => {
    const mount = 'MountVolume.SetUp failed for volume "keys" : secret "web-keys" not found'
    const seen = await inside({ ...one('creating'), events: [event('FailedMount', mount)] })
    expect(seen.verdict).toMatchObject({ id: 'pods/missing-config', confidence: 'confirmed' })
    expect(seen.verdict?.says).toContain('secret "web-keys" not found')
  })

  it('a volume that is not there yet', async () => {
    const seen = await inside({
      ...one('creating'),
      events: [event('FailedMount', 'Unable to attach or mount volumes: timed out')],
    })
    expect(seen.verdict).toMatchObject({ id: 'pods/not-ready', confidence: 'likely' })
  })

  it('nothing is noted of it: not more than likely', async () => {
    const seen = await inside(one('notReady'))
    expect(seen.verdict).toMatchObject({ id: 'pods/not-ready', confidence: 'likely' })
  })
})

describeWithKubectl('the new version', () => {
  it('is stuck: told beside the pods’ own reason, with the way back', async () => {
    const seen = await inside(one('image', { deployments: [deployment({ status: STUCK })] }))
    expect(seen.at('rollout/progress')).toMatchObject({
      branch: 'stuck',
      says: 'Deployment web wants 1, 1 are of its newest version, 0 are ready; its rollout is stuck at revision 7 (ReplicaSet "web-7d9f5b6c4d" has timed out progressing.)',
    })
    expect(seen.verdict?.id).toBe('pods/image-pull')
    expect(seen.fact('kube.workload')).toBe('deployment/web')
    expect(seen.fact('onset.change')).toBe('rollout of web, revision 7')
  })

  it('is being put in place', async () => {
    const rolling = deployment({ replicas: 3, status: { updatedReplicas: 1, replicas: 4 } })
    const seen = await inside({ ...one('creating'), deployments: [rolling] })
    expect(seen.at('rollout/progress')).toMatchObject({
      branch: 'rolling',
      says: 'Deployment web wants 3, 1 are of its newest version, 0 are ready; a new version is being put in place (revision 7)',
    })
    expect(seen.verdict).toMatchObject({ id: 'pods/not-ready', cause: 'not-ready' })
  })

  it('may not be read: the verdict stays', async () => {
    const refuses = {
      status: 403,
      reason: 'Forbidden',
      message: 'deployments.apps is forbidden',
      only: ['deployments'],
    }
    const seen = await inside(one('image'), { refuses })
    expect(seen.verdict).toMatchObject({ id: 'pods/image-pull', confidence: 'confirmed' })
  })
})

describeWithKubectl('there is no pod at all', () => {
  const none = (more: ReturnType<typeof pod>[]) => ({ endpointslices: EMPTY, pods: [], deployments: more })

  it('the Deployment makes others', async () => {
    const seen = await inside(none([deployment({ labels: { app: 'shop-web' } })]))
    expect(seen.verdict).toMatchObject({ id: 'rollout/labels', cause: 'selector-mismatch', confidence: 'confirmed' })
    expect(seen.verdict?.says).toBe(
      'Service web looks for pods with app=web, and Deployment web makes pods with app=shop-web: nobody gets requests',
    )
  })

  it('nothing makes any', async () => {
    const seen = await inside(none([]))
    expect(seen.verdict).toMatchObject({ id: 'rollout/nobody', cause: 'selector-mismatch', confidence: 'likely' })
  })

  it('scaled to zero', async () => {
    const seen = await inside(none([deployment({ replicas: 0 })]))
    expect(seen.verdict).toMatchObject({ id: 'rollout/scaled-to-zero', cause: 'process-down', confidence: 'confirmed' })
  })

  it('a quota forbids them', async () => {
    const seen = await inside(none([deployment({ status: REFUSED })]))
    expect(seen.verdict).toMatchObject({ id: 'rollout/refused', cause: 'unschedulable', confidence: 'confirmed' })
    expect(seen.verdict?.says).toContain('exceeded quota: compute')
  })

  it('one is about to come', async () => {
    const seen = await inside(none([deployment()]))
    expect(seen.verdict).toMatchObject({ id: 'kubernetes/no-endpoints', confidence: 'likely' })
  })

  it('the last one is being ended', async () => {
    const seen = await inside({
      endpointslices: [slice([['10.42.0.7', LEAVING]])],
      pods: [PODS.leaving?.() ?? {}],
      deployments: [deployment({ replicas: 0 })],
    })
    expect(seen.verdict).toMatchObject({ id: 'rollout/scaled-to-zero', confidence: 'confirmed' })
  })
})

describeWithKubectl('Service and pods do not agree', () => {
  it('on the name of a port', async () => {
    const seen = await inside({
      services: [service({ ports: [{ name: 'http', port: 80, targetPort: 'web' }] })],
      endpointslices: EMPTY,
    })
    expect(seen.verdict).toMatchObject({ id: 'pods/named-port', cause: 'selector-mismatch', confidence: 'confirmed' })
    expect(seen.at('pods/why')?.says).toBe('one pod is ready, and none has a port of the name web: only 8080 (http)')
  })

  it('the Ingress names a Service that is not there', async () => {
    const seen = await inside({ services: [] })
    expect(seen.verdict).toMatchObject({ id: 'kubernetes/no-service', cause: 'proxy-config', confidence: 'confirmed' })
    expect(seen.blindSpots).toEqual([])
  })

  it('the Ingress names a port that the Service does not have', async () => {
    const seen = await inside({ services: [service({ ports: [{ name: 'http', port: 8000, targetPort: 8080 }] })] })
    expect(seen.verdict).toMatchObject({ id: 'kubernetes/no-port', cause: 'proxy-config', confidence: 'confirmed' })
    expect(seen.verdict?.says).toBe('Ingress shop/web sends to port 80 of Service web, which has only 8000 (http)')
  })

  it('a Service whose endpoints somebody else keeps', async () => {
    const seen = await inside({ services: [service({ selector: {} })], endpointslices: EMPTY })
    expect(seen.verdict).toMatchObject({ id: 'kubernetes/no-endpoints', confidence: 'likely' })
  })

  it('a Service that stands for a name elsewhere', async () => {
    const seen = await inside({ services: [service({ type: 'ExternalName', externalName: 'shop.example.net' })] })
    expect(seen.end).toMatchObject({ node: 'kubernetes/elsewhere', outcome: 'inconclusive' })
  })
})

describeWithKubectl('another answer than the cluster can have made', () => {
  it('is no fault of its pods', async () => {
    const seen = await inside(one('image'), {}, { request: ingressPage(500) })
    expect(seen.end).toMatchObject({ node: 'kubernetes/contradicts', outcome: 'inconclusive' })
    expect(seen.verdict).toBeNull()
  })
})

describeWithKubectl('older clusters', () => {
  it('have Endpoints only', async () => {
    const seen = await inside(
      { ...one('image'), endpoints: [endpoints([], ['10.42.0.7'])] },
      { without: ['endpointslices'] },
    )
    expect(seen.verdict).toMatchObject({ id: 'pods/image-pull', confidence: 'confirmed' })
    expect(seen.verdict?.proofs).toContain('kubernetes/endpoints-old.none')
  })
})

describeWithKubectl('some pods get requests, and it fails', () => {
  const CONTROLLER = 'ingress-nginx-controller-6f4f-abcde'
  const OTHER_PORT = {
    services: [service({ ports: [{ name: 'http', port: 80, targetPort: 3000 }] })],
    endpointslices: [slice([['10.42.0.7', READY]], [{ name: 'http', port: 3000 }])],
  }
  const WITH_NGINX = { pods: [pod(), controller] }
  /** A line of ingress-nginx (its log format is nginx's own), as kubectl prints it with times. */
  const line = (message: string, host = 'shop.example.com', at = '02:03:10') => ({
    logs: {
      [`${CONTROLLER}/web`]: `2026-11-21T${at}.123456789Z 2026/11/21 ${at} [error] 31#31: *2134 ${message}, client: 10.42.0.1, server: ${host}, request: "GET /checkout HTTP/1.1", upstream: "http://10.42.0.7:3000/checkout", host: "${host}"\n`,
    },
  })
  const REFUSED_LINE = 'connect() failed (111: Connection refused) while connecting to upstream'

  it('all is well in the cluster: no verdict, and what is ruled out', async () => {
    const seen = await inside()
    expect(seen.end).toMatchObject({ node: 'serving/fails-anyway', outcome: 'inconclusive' })
    expect(seen.verdict).toBeNull()
    expect(seen.ruledOut).toEqual(expect.arrayContaining(['selector-mismatch', 'image-pull', 'unschedulable']))
  })

  it('the Service sends to another port than the pods are well on: likely, without anybody who was refused', async () => {
    const seen = await inside(OTHER_PORT, {}, { request: ingressPage(502) })
    expect(seen.verdict).toMatchObject({ id: 'serving/wrong-port', cause: 'wrong-port', confidence: 'likely' })
    expect(seen.at('serving/died')?.says).toBe(
      'the Service sends to port 3000 of its pods; they are checked, and found well, on port 8080',
    )
  })

  it('and ingress-nginx was refused there: certain', async () => {
    const seen = await inside({ ...OTHER_PORT, ...WITH_NGINX }, line(REFUSED_LINE), { request: ingressPage(502) })
    expect(seen.verdict).toMatchObject({ id: 'serving/wrong-port', confidence: 'confirmed' })
    expect(seen.verdict?.says).toBe(
      'Service web sends to port 3000 of its pods, and is refused there (10.42.0.7:3000); they are on port 8080',
    )
  })

  it.each([
    ['of another site', line(REFUSED_LINE, 'other.example.com')],
    ['of an hour ago', line(REFUSED_LINE, undefined, '01:03:10')],
  ])('a refusal %s does not count', async (_, more) => {
    const seen = await inside({ ...OTHER_PORT, ...WITH_NGINX }, more, { request: ingressPage(502) })
    expect(seen.at('serving/ingress-log')).toMatchObject({ branch: 'silent' })
    expect(seen.verdict).toMatchObject({ id: 'serving/wrong-port', confidence: 'likely' })
  })

  it('a port that nothing declares proves nothing where several are declared', async () => {
    const ports = [{ containerPort: 8080 }, { containerPort: 9090 }]
    const seen = await inside(
      { ...OTHER_PORT, pods: [pod({ container: { ports } })] },
      {},
      { request: ingressPage(502) },
    )
    expect(seen.verdict).toBeNull()
  })

  it('no connection, and a NetworkPolicy is for the pods', async () => {
    const timedOut = line('upstream timed out (110: Operation timed out) while connecting to upstream')
    const seen = await inside({ ...WITH_NGINX, networkpolicies: [denyAll] }, timedOut, { request: ingressPage(504) })
    expect(seen.verdict).toMatchObject({ id: 'serving/blocked', cause: 'blocked', confidence: 'likely' })
    const without = await inside(WITH_NGINX, timedOut, { request: ingressPage(504) })
    expect(without.verdict).toBeNull()
  })

  it('it waits in vain for an answer', async () => {
    const slow = line('upstream timed out (110: Operation timed out) while reading response header from upstream')
    const seen = await inside(WITH_NGINX, slow, { request: ingressPage(504, 60_004) })
    expect(seen.verdict).toMatchObject({ id: 'serving/slow', cause: 'slow-app', confidence: 'likely', shape: 'slow' })
  })

  it('a pod that was ended for memory, and is back', async () => {
    const own = { ready: true, restartCount: 1, state: RUNNING, lastState: ended(137, 'OOMKilled') }
    const status = { conditions: [{ type: 'Ready', status: 'True' }] }
    const died = pod({ own, status })
    const seen = await inside({ pods: [died] }, {}, { request: ingressPage(502) })
    expect(seen.verdict).toMatchObject({ id: 'serving/memory', cause: 'oom-killed', confidence: 'likely' })
    const long = pod({ own: { ...own, lastState: ended(137, 'OOMKilled', -9000, -8000) }, status })
    expect((await inside({ pods: [long] }, {}, { request: ingressPage(502) })).verdict).toBeNull()
  })

  it('a pod without a readiness check, started moments ago', async () => {
    const own = { ready: true, state: { running: { startedAt: '2026-11-21T02:03:01Z' } } }
    const status = { conditions: [{ type: 'Ready', status: 'True' }] }
    const young = pod({ own, status, container: { readinessProbe: {} } })
    const seen = await inside({ pods: [young] }, {}, { request: ingressPage(502) })
    expect(seen.verdict).toMatchObject({ id: 'serving/too-early', cause: 'not-ready', confidence: 'likely' })
    expect((await inside({ pods: [pod({ container: { readinessProbe: {} } })] })).verdict).toBeNull()
  })
})
