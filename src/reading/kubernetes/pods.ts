import type { JsonObject } from '../../words/json.ts'
import { NEVER, t, type Value } from '../../words/value.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf, timeOf } from './answer.ts'
import { KINDS, type Kind, lastEnd, type Pod, podOf } from './pod.ts'
import { declaredPorts, readinessOf } from './pod-ports.ts'

const output = t.record({
  complete: t.bool,
  count: t.int,
  ready: t.int,
  leaving: t.int,
  /** What keeps the others from serving, the most frequent (the word is of pod.ts); '' where all that stay are ready. */
  kind: t.string,
  /** Of that kind, and of any kind that does not serve. */
  of_kind: t.int,
  unwell: t.int,
  /** One of that kind, the newest; else the newest of all. */
  pod: t.string,
  container: t.string,
  is_init: t.bool,
  image: t.string,
  node: t.string,
  /** `CrashLoopBackOff`, `Unschedulable` …, and the cluster's own words. */
  reason: t.string,
  message: t.string,
  restarts: t.int,
  /** -1 where it never ended. */
  exit_code: t.int,
  began: t.timestamp,
  ended: t.timestamp,
  since: t.timestamp,
  memory: t.string,
  /** Its readiness check. */
  checked: t.bool,
  check: t.string,
  check_port: t.int,
  check_path: t.string,
  /** `8080 (http)`: what its containers declare. */
  ports: t.string,
  /** A pod declares the port that the Service sends to (the fact `kube.target`), by number or name. */
  target_there: t.bool,
  /** The one port that is declared, or asked by the readiness check, and is not that one; 0 where none or several are. */
  other_port: t.int,
  /** A container that serves now and ended before, the latest such end. */
  died: t.record({
    pod: t.string,
    container: t.string,
    reason: t.string,
    exit_code: t.int,
    at: t.timestamp,
    memory: t.string,
  }),
  /** When the youngest that is ready began to run. */
  youngest: t.timestamp,
  /** `3 pods: 2 crash (CrashLoopBackOff), 1 ready` */
  says: t.string,
})

const CONTAINER = { name: true, image: true, ports: { name: true, containerPort: true } } as const
const CHECK = {
  httpGet: { path: true, port: true },
  tcpSocket: { port: true },
  grpc: { port: true },
  exec: {},
  timeoutSeconds: true,
} as const
const STATUS = {
  name: true,
  image: true,
  ready: true,
  started: true,
  restartCount: true,
  state: true,
  lastState: true,
} as const

/** `kubectl get pods -o json`: whether they may serve, and what keeps them from it. */
export const kubePodsReader = reader({
  name: 'kube-pods',
  output,
  consults: ['kube.target'],
  keep: keeping({
    spec: {
      nodeName: true,
      containers: { ...CONTAINER, resources: { limits: { memory: true } }, readinessProbe: CHECK },
      initContainers: CONTAINER,
    },
    status: {
      phase: true,
      reason: true,
      message: true,
      conditions: { type: true, status: true, reason: true, message: true },
      containerStatuses: STATUS,
      initContainerStatuses: STATUS,
    },
  }),
  read(capture, context) {
    const answer = answerOf(capture, ['Pod'])
    const pods = answer.items.map((item) => podOf(item, context.now))
    const unwell = pods.filter(({ kind }) => kind !== 'ready' && kind !== 'leaving' && kind !== 'completed')
    const kind = mostFrequent(unwell)
    const chosen = newest(pods.filter((pod) => pod.kind === kind)) ?? newest(pods)
    const of = (word: Kind) => BigInt(pods.filter((pod) => pod.kind === word).length)
    return {
      value: {
        complete: answer.complete,
        count: BigInt(pods.length),
        ready: of('ready'),
        leaving: of('leaving'),
        kind: kind ?? '',
        of_kind: kind ? of(kind) : 0n,
        unwell: BigInt(unwell.length),
        ...told(chosen),
        ...portsOf(pods, context.facts.get('kube.target')),
        died: latestEnd(answer.items),
        youngest: latest(pods.filter((pod) => pod.kind === 'ready').map(({ since }) => since)),
        says: sentence(pods),
      },
      dark: answer.dark,
      lines: pods.slice(0, 5).map((pod) => `${pod.name}  ${pod.kind}  ${pod.reason}  ${pod.message}`.trim()),
    }
  },
})

function told(pod: Pod | undefined) {
  const check = readinessOf(pod?.spec ?? {}, pod?.container ?? '')
  return {
    pod: pod?.name ?? '',
    container: pod?.container ?? '',
    is_init: pod?.isInit ?? false,
    image: pod?.image ?? '',
    node: pod?.node ?? '',
    reason: pod?.reason ?? '',
    message: pod?.message ?? '',
    restarts: BigInt(pod?.restarts ?? 0),
    exit_code: BigInt(pod?.exitCode ?? -1),
    began: pod?.began ?? NEVER,
    ended: pod?.ended ?? NEVER,
    since: pod?.since ?? NEVER,
    memory: pod?.memory ?? '',
    checked: check.there,
    check: check.says,
    check_port: BigInt(check.port),
    check_path: check.path,
  }
}

function mostFrequent(pods: readonly Pod[]): Kind | undefined {
  const count = (kind: Kind) => pods.filter((pod) => pod.kind === kind).length
  return KINDS.filter((kind) => count(kind) > 0).toSorted((a, b) => count(b) - count(a))[0]
}

function newest(pods: readonly Pod[]): Pod | undefined {
  return pods.toSorted((a, b) => b.created.getTime() - a.created.getTime())[0]
}

const latest = (times: readonly Date[]): Date => new Date(Math.max(0, ...times.map((at) => at.getTime())))

function portsOf(pods: readonly Pod[], fact: Value | undefined) {
  const target = String(fact ?? '')
  const declared = pods.flatMap(({ spec }) => declaredPorts(spec))
  const checked = pods.map(({ spec, container }) => BigInt(readinessOf(spec, container).port))
  const others = new Set([...declared.map(({ number }) => BigInt(number)), ...checked].filter((n) => n > 0n))
  const there = target !== '' && declared.some(({ number, name }) => String(number) === target || name === target)
  const [other = 0n] = others
  const words = declared.map(({ number, name }) => `${number}${name === '' ? '' : ` (${name})`}`)
  return {
    ports: [...new Set(words)].slice(0, 10).join(', '),
    target_there: there || [...others].some((n) => String(n) === target),
    other_port: others.size === 1 && String(other) !== target ? other : 0n,
  }
}

/** Of the containers that serve now, the latest end of a life before. */
function latestEnd(items: readonly JsonObject[]) {
  let best = { pod: '', container: '', reason: '', exit_code: -1n, at: NEVER, memory: '' }
  for (const item of items) {
    for (const status of objects(object(item, 'status'), 'containerStatuses')) {
      const ended = lastEnd(status)
      const at = timeOf(ended, 'finishedAt')
      if (!flag(status, 'ready') || at <= best.at) continue
      const own = objects(object(item, 'spec'), 'containers').find(
        (each) => text(each, 'name') === text(status, 'name'),
      )
      best = {
        pod: nameOf(item),
        container: visibleLine(text(status, 'name'), 253),
        reason: visibleLine(text(ended, 'reason'), 100),
        exit_code: BigInt(whole(ended, 'exitCode', -1)),
        at,
        memory: visibleLine(text(object(object(own ?? {}, 'resources'), 'limits'), 'memory'), 40),
      }
    }
  }
  return best
}

const WORDS: Partial<Record<Kind, string>> = {
  config: 'cannot be created',
  image: 'without an image',
  memory: 'ended for memory',
  'not-created': 'cannot be created',
  crash: 'crashing',
  lost: 'on a lost node',
  leaving: 'being ended',
  'not-ready': 'not ready',
}

function sentence(pods: readonly Pod[]): string {
  if (pods.length === 0) return 'no pod'
  const parts = new Map<string, number>()
  for (const { kind, reason } of pods) {
    const word = WORDS[kind] ?? kind
    const words = reason === '' || kind === 'ready' ? word : `${word} (${reason})`
    parts.set(words, (parts.get(words) ?? 0) + 1)
  }
  const told = [...parts].toSorted((a, b) => b[1] - a[1]).map(([words, count]) => `${count} ${words}`)
  return `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'}: ${told.slice(0, 6).join(', ')}`
}
