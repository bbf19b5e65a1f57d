import type { JsonObject } from '../../../src/words/json.ts'

// Objects as Kubernetes documents them, put together by hand: nothing here was recorded from a cluster. Names and shapes are those
// of the pages named at each, below https://kubernetes.io/docs/.

export const NAMESPACE = 'shop'
export const ADDRESS = '192.0.2.7'
export const LABELS = { app: 'web' }
const UID = '8d3f1c2a-0000-4000-8000-000000000000'

/** The moment that tests call now. */
export const NOW = new Date('2026-11-21T02:03:12Z')
/** So many seconds before or after it. */
export const at = (seconds: number): string =>
  new Date(NOW.getTime() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

const meta = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  namespace: NAMESPACE,
  uid: UID,
  resourceVersion: '1',
  creationTimestamp: at(-86_400),
  ...more,
})

/** concepts/services-networking/ingress/, "The Ingress resource" and IngressStatus of the API reference. */
export function ingress(
  more: { name?: string; spec?: JsonObject; status?: JsonObject; namespace?: string } = {},
): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta(more.name ?? 'web', {
      namespace: more.namespace ?? NAMESPACE,
      annotations: { 'nginx.ingress.kubernetes.io/auth-secret': 'not-for-others' },
    }),
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'shop.example.com',
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
      ],
      ...more.spec,
    },
    status: more.status ?? { loadBalancer: { ingress: [{ ip: ADDRESS }] } },
  }
}

/** concepts/services-networking/service/, "Defining a Service". */
export function service(spec: JsonObject = {}, name = 'web'): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.17',
      selector: LABELS,
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }],
      ...spec,
    },
  }
}

/** concepts/services-networking/endpoint-slices/, "EndpointSlice API" and "Conditions". */
export function slice(
  endpoints: [address: string, conditions: JsonObject][],
  ports: JsonObject[] = [{ name: 'http', port: 8080 }],
): JsonObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta('web-abc', { labels: { 'kubernetes.io/service-name': 'web' } }),
    addressType: 'IPv4',
    ports,
    endpoints: endpoints.map(([address, conditions]) => ({ addresses: [address], conditions })),
  }
}

export const READY = { ready: true, serving: true, terminating: false }
export const NOT_READY = { ready: false, serving: false, terminating: false }
export const LEAVING = { ready: false, serving: true, terminating: true }

/** reference/kubernetes-api/service-resources/endpoints-v1/ (deprecated since 1.33, and all that clusters before 1.21 have). */
export function endpoints(ready: string[], notReady: string[] = []): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: meta('web'),
    subsets: [
      {
        ...(ready.length > 0 ? { addresses: ready.map((ip) => ({ ip })) } : {}),
        ...(notReady.length > 0 ? { notReadyAddresses: notReady.map((ip) => ({ ip })) } : {}),
        ports: [{ port: 8080, name: 'http' }],
      },
    ],
  }
}

interface PodParts {
  name?: string
  labels?: JsonObject
  created?: number
  container?: JsonObject
  status?: JsonObject
  own?: JsonObject
  init?: JsonObject[]
  metadata?: JsonObject
}

/** concepts/workloads/pods/pod-lifecycle/; PodStatus and ContainerStatus of reference/kubernetes-api/workload-resources/pod-v1/. */
export function pod({ name = 'web-7d9f5b6c4d-x2x7k', own, status, container, ...more }: PodParts = {}): JsonObject {
  const ready = own === undefined && status === undefined
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, {
      labels: more.labels ?? LABELS,
      creationTimestamp: at(more.created ?? -3600),
      ...more.metadata,
    }),
    spec: {
      nodeName: 'node-1',
      ...(more.init ? { initContainers: [{ name: 'migrate', image: 'registry.example.com/shop/web:1.4.2' }] } : {}),
      containers: [
        {
          name: 'web',
          image: 'registry.example.com/shop/web:1.4.2',
          ports: [{ name: 'http', containerPort: 8080 }],
          env: [{ name: 'DB_PASSWORD', value: 'hunter2-never-shown' }],
          readinessProbe: {
            httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
            timeoutSeconds: 1,
            periodSeconds: 10,
          },
          resources: { limits: { memory: '128Mi' } },
          ...container,
        },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        ready
          ? { type: 'Ready', status: 'True' }
          : {
              type: 'Ready',
              status: 'False',
              reason: 'ContainersNotReady',
              message: 'containers with unready status: [web]',
            },
      ],
      ...(more.init ? { initContainerStatuses: more.init } : {}),
      containerStatuses: [
        {
          name: 'web',
          image: 'registry.example.com/shop/web:1.4.2',
          restartCount: 0,
          ...(ready ? { ready: true, started: true, state: RUNNING } : { ready: false, started: false }),
          ...own,
        },
      ],
      ...status,
    },
  }
}

export const RUNNING: JsonObject = { running: { startedAt: at(-3590) } }

/** pod-lifecycle/, "Container states": what ended, and how. */
export const ended = (exitCode: number, reason: string, began = -34, over = -33): JsonObject => ({
  terminated: { exitCode, reason, startedAt: at(began), finishedAt: at(over), containerID: 'containerd://0a1b' },
})
const waiting = (reason: string, message: string): JsonObject => ({ waiting: { reason, message } })

/** What stands in the way of a pod, each as its page shows it. */
export const PODS: Record<string, () => JsonObject> = {
  /** tasks/debug/debug-application/debug-pods/, "My pod is crashing"; pod-lifecycle/, "How Pods handle problems with containers". */
  crash: () =>
    pod({
      own: {
        restartCount: 6,
        state: waiting(
          'CrashLoopBackOff',
          'back-off 5m0s restarting failed container=web pod=web-7d9f5b6c4d-x2x7k_shop(8d3f1c2a)',
        ),
        lastState: ended(1, 'Error'),
      },
    }),
  /** tasks/configure-pod-container/assign-memory-resource/, "Exceed a Container's memory limit". */
  memory: () =>
    pod({
      own: {
        restartCount: 4,
        state: waiting('CrashLoopBackOff', 'back-off 40s restarting failed container=web'),
        lastState: ended(137, 'OOMKilled'),
      },
    }),
  /** concepts/containers/images/, "ImagePullBackOff". */
  image: () =>
    pod({
      own: { state: waiting('ImagePullBackOff', 'Back-off pulling image "registry.example.com/shop/web:1.4.2"') },
      status: { phase: 'Pending' },
    }),
  /** tasks/configure-pod-container/configure-pod-configmap/, "Restrictions": a pod that names a ConfigMap that is not there will not start. */
  config: () =>
    pod({
      own: { state: waiting('CreateContainerConfigError', 'configmap "web-settings" not found') },
      status: { phase: 'Pending' },
    }),
  /** tasks/debug/debug-application/debug-pods/, "My pod stays pending"; concepts/configuration/manage-resources-containers/, "Troubleshooting". */
  unschedulable: () =>
    pod({
      status: {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message:
              '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory.',
          },
        ],
        containerStatuses: [],
      },
    }),
  /** tasks/debug/debug-application/determine-reason-pod-failure/ and the kubelet's reason of a command that is not there. */
  notCreated: () =>
    pod({
      own: {
        restartCount: 2,
        state: waiting(
          'RunContainerError',
          'failed to create containerd task: exec: "nod": executable file not found in $PATH: unknown',
        ),
      },
    }),
  /** tasks/configure-pod-container/configure-liveness-readiness-startup-probes/, "Define readiness probes". */
  notReady: () => pod({ own: { state: RUNNING, started: true } }),
  /** concepts/workloads/pods/init-containers/, "Detailed behavior". */
  init: () =>
    pod({
      init: [
        {
          name: 'migrate',
          restartCount: 5,
          ready: false,
          state: waiting('CrashLoopBackOff', 'back-off 2m40s restarting failed container=migrate'),
          lastState: ended(1, 'Error'),
        },
      ],
      own: { state: waiting('PodInitializing', '') },
      status: { phase: 'Pending' },
    }),
  /** pod-lifecycle/, "Pod phase": Pending, and its images are being fetched. */
  creating: () => pod({ created: -20, own: { state: waiting('ContainerCreating', '') }, status: { phase: 'Pending' } }),
  /** concepts/architecture/nodes/, "Node status": pods of a node that does not report. */
  lost: () =>
    pod({
      own: { state: RUNNING, started: true, ready: true },
      status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }], reason: 'NodeLost' },
    }),
  /** concepts/scheduling-eviction/node-pressure-eviction/. */
  evicted: () =>
    pod({
      status: {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
        containerStatuses: [],
      },
    }),
  /** pod-lifecycle/, "Termination of Pods". */
  leaving: () => pod({ metadata: { deletionTimestamp: at(-5), deletionGracePeriodSeconds: 30 } }),
}

/** reference/kubernetes-api/cluster-resources/event-v1/; the messages are the kubelet's, as the pages above show them. */
export function event(reason: string, message: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: meta(`web.${message.length}`),
    involvedObject: { kind: 'Pod', name: 'web-7d9f5b6c4d-x2x7k', namespace: NAMESPACE },
    type: 'Warning',
    reason,
    message,
    count: 17,
    firstTimestamp: at(-600),
    lastTimestamp: at(-8),
    ...more,
  }
}

interface WorkloadParts {
  name?: string
  kind?: string
  replicas?: number
  labels?: JsonObject
  status?: JsonObject
  spec?: JsonObject
}

/** concepts/workloads/controllers/deployment/, "Deployment status" and "Failed Deployment". */
export function deployment(more: WorkloadParts = {}): JsonObject {
  const replicas = more.replicas ?? 1
  return {
    apiVersion: 'apps/v1',
    kind: more.kind ?? 'Deployment',
    metadata: meta(more.name ?? 'web', { generation: 7, annotations: { 'deployment.kubernetes.io/revision': '7' } }),
    spec: {
      replicas,
      selector: { matchLabels: more.labels ?? LABELS },
      template: { metadata: { labels: more.labels ?? LABELS }, spec: { containers: [] } },
      ...more.spec,
    },
    status: {
      observedGeneration: 7,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: 0,
      conditions: [
        { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'ReplicaSetUpdated',
          message: 'ReplicaSet "web-7d9f5b6c4d" is progressing.',
          lastUpdateTime: at(-90),
        },
      ],
      ...more.status,
    },
  }
}

/** The same page, "Failed Deployment": `progressDeadlineSeconds` is over. */
export const STUCK: JsonObject = {
  conditions: [
    {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "web-7d9f5b6c4d" has timed out progressing.',
      lastUpdateTime: at(-60),
    },
  ],
}

/** The same page: pods that a quota forbids; concepts/policy/resource-quotas/. */
export const REFUSED: JsonObject = {
  replicas: 0,
  updatedReplicas: 0,
  conditions: [
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message:
        'pods "web-7d9f5b6c4d-" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4',
    },
  ],
}

/** concepts/architecture/nodes/, "Node status": conditions. */
export function node(name: string, ready: 'True' | 'False' | 'Unknown', more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: UID, creationTimestamp: at(-86_400) },
    spec: more,
    status: {
      conditions: [
        { type: 'MemoryPressure', status: 'False' },
        { type: 'Ready', status: ready, reason: ready === 'True' ? 'KubeletReady' : 'NodeStatusUnknown' },
      ],
    },
  }
}

/** concepts/services-networking/network-policies/, "Default deny all ingress traffic". */
export const denyAll: JsonObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: meta('default-deny-ingress'),
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
}

/** https://kubernetes.github.io/ingress-nginx/deploy/: labels and name of its controller. */
export const controller: JsonObject = pod({
  name: 'ingress-nginx-controller-6f4f-abcde',
  labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
  metadata: { namespace: 'ingress-nginx' },
})

/** concepts/architecture/nodes/, "Addresses". */
export const machine = (name: string, ...addresses: string[]): JsonObject => ({
  ...node(name, 'True'),
  status: {
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    addresses: [...addresses.map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
  },
})

/** https://gateway-api.sigs.k8s.io/reference/spec/, Gateway. */
export const gateway = (more: { status?: JsonObject; namespace?: string } = {}): JsonObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { ...meta('public'), namespace: more.namespace ?? NAMESPACE },
  spec: {
    gatewayClassName: 'nginx',
    listeners: [{ name: 'http', hostname: '*.example.com', port: 80, protocol: 'HTTP' }],
  },
  status: {
    addresses: [{ type: 'IPAddress', value: ADDRESS }],
    conditions: [condition('Accepted', 'True'), condition('Programmed', 'True')],
    ...more.status,
  },
})

/** The same page, HTTPRoute. */
export const route = (
  rules: JsonObject[] = [{ backendRefs: [{ name: 'web', port: 80 }] }],
  more: { hostnames?: string[]; conditions?: JsonObject[]; parent?: JsonObject; name?: string } = {},
): JsonObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: meta(more.name ?? 'web'),
  spec: {
    parentRefs: [more.parent ?? { name: 'public' }],
    hostnames: more.hostnames ?? ['shop.example.com'],
    rules,
  },
  status: {
    parents: [
      {
        parentRef: { name: 'public' },
        controllerName: 'example.com/gateway-controller',
        conditions: more.conditions ?? [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')],
      },
    ],
  },
})

/** concepts of the same page, "Conditions": type, status, reason and message. */
export const condition = (type: string, status: string, reason = type, message = ''): JsonObject => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: at(-600),
  observedGeneration: 1,
})
