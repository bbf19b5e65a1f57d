import type { JsonObject } from '../../words/json.ts'
import { NEVER } from '../../words/value.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { visibleLine } from '../visible.ts'
import { nameOf, timeOf } from './answer.ts'

/**
 * How a pod stands, in one word; of those that keep it from serving, the deepest first. By the fields of the API reference
 * (PodStatus, ContainerState) and the kubelet's reasons (kubernetes/pkg/kubelet/images/types.go, container/sync_result.go).
 */
export const KINDS = [
  'config',
  'image',
  'unschedulable',
  'memory',
  'not-created',
  'crash',
  'lost',
  'evicted',
  'failed',
  'completed',
  'gated',
  'starting',
  'not-ready',
  'leaving',
  'ready',
] as const
export type Kind = (typeof KINDS)[number]

export interface Pod {
  name: string
  kind: Kind
  /** The container that says why, else the first. */
  container: string
  isInit: boolean
  reason: string
  message: string
  restarts: number
  /** Its last end; -1 and NEVER where it never ended. */
  exitCode: number
  began: Date
  ended: Date
  /** Since when it runs now. */
  since: Date
  created: Date
  node: string
  image: string
  /** `128Mi`; '' without a limit. */
  memory: string
  spec: JsonObject
}

const IMAGE = [
  ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError'],
  ...['RegistryUnavailable', 'SignatureValidationFailed'],
]
const NOT_CREATED = [
  ...['CreateContainerError', 'RunContainerError', 'PreStartHookError', 'PostStartHookError', 'StartError'],
]
/** An end so long ago says nothing of why it is not ready now. */
const RECENT_MS = 10 * 60_000

/** What the status of a pod says. Total: whatever is missing has a word too. */
export function podOf(item: JsonObject, now: Date): Pod {
  const status = object(item, 'status')
  const spec = object(item, 'spec')
  const statuses = [
    ...objects(status, 'initContainerStatuses').map((each) => ({ each, isInit: true })),
    ...objects(status, 'containerStatuses').map((each) => ({ each, isInit: false })),
  ]
  const judged = statuses.map(({ each, isInit }) => ({ each, isInit, kind: kindOfContainer(each, isInit, now) }))
  const worst = judged.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))[0]
  const own = kindOfPod(item)
  const kind =
    own.kind ?? (worst && worst.kind !== 'ready' ? worst.kind : statuses.length > 0 ? 'not-ready' : 'starting')
  const isInit = worst?.isInit === true && worst.kind === kind
  const chosen = worst?.kind === kind ? worst.each : objects(status, 'containerStatuses')[0]
  return { name: nameOf(item), kind, isInit, ...container(chosen ?? {}, spec), ...own.words, ...place(item) }
}

function place(item: JsonObject) {
  const spec = object(item, 'spec')
  return {
    created: timeOf(object(item, 'metadata'), 'creationTimestamp'),
    node: visibleLine(text(spec, 'nodeName'), 253),
    spec,
  }
}

function container(status: JsonObject, spec: JsonObject) {
  const state = object(status, 'state')
  const ended = lastEnd(status)
  const waiting = object(state, 'waiting')
  const name = text(status, 'name') || text(objects(spec, 'containers')[0] ?? {}, 'name')
  const own = [...objects(spec, 'containers'), ...objects(spec, 'initContainers')].find(
    (each) => text(each, 'name') === name,
  )
  const limits = object(object(own ?? {}, 'resources'), 'limits')
  return {
    container: visibleLine(name, 253),
    reason: visibleLine(text(waiting, 'reason') || text(ended, 'reason'), 100),
    message: visibleLine(text(waiting, 'message') || text(ended, 'message'), 300),
    restarts: whole(status, 'restartCount'),
    exitCode: whole(ended, 'exitCode', -1),
    began: timeOf(ended, 'startedAt'),
    ended: timeOf(ended, 'finishedAt'),
    since: timeOf(object(state, 'running'), 'startedAt'),
    image: visibleLine(text(own ?? {}, 'image') || text(status, 'image'), 300),
    memory: visibleLine(text(limits, 'memory'), 40),
  }
}

/** Its end, where it has ended; else its last one. */
export function lastEnd(status: JsonObject): JsonObject {
  const now = object(object(status, 'state'), 'terminated')
  return Object.keys(now).length > 0 ? now : object(object(status, 'lastState'), 'terminated')
}

/** What the pod as a whole says; its containers are not asked then. */
function kindOfPod(item: JsonObject): { kind: Kind | null; words?: { reason: string; message: string } } {
  const status = object(item, 'status')
  const condition = (type: string) => objects(status, 'conditions').find((each) => text(each, 'type') === type) ?? {}
  const told = (from: JsonObject) => ({
    reason: visibleLine(text(from, 'reason'), 100),
    message: visibleLine(text(from, 'message'), 500),
  })
  const phase = text(status, 'phase')
  if (text(object(item, 'metadata'), 'deletionTimestamp') !== '') return { kind: 'leaving' }
  if (phase === 'Succeeded') return { kind: 'completed' }
  if (phase === 'Failed' && text(status, 'reason') === 'Evicted') return { kind: 'evicted', words: told(status) }
  if (text(status, 'reason') === 'NodeLost' || text(condition('Ready'), 'status') === 'Unknown')
    return { kind: 'lost', words: told(status) }
  if (phase === 'Failed') return { kind: 'failed' }
  if (text(condition('Ready'), 'status') === 'True') return { kind: 'ready' }
  const scheduled = condition('PodScheduled')
  if (text(scheduled, 'status') === 'False') {
    const gated = text(scheduled, 'reason') === 'SchedulingGated'
    return { kind: gated ? 'gated' : 'unschedulable', words: told(scheduled) }
  }
  return { kind: null }
}

function kindOfContainer(status: JsonObject, isInit: boolean, now: Date): Kind {
  const state = object(status, 'state')
  const ended = lastEnd(status)
  const waiting = text(object(state, 'waiting'), 'reason')
  const isOver = Object.keys(object(state, 'terminated')).length > 0
  if (IMAGE.includes(waiting)) return 'image'
  if (waiting === 'CreateContainerConfigError') return 'config'
  if (NOT_CREATED.includes(waiting)) return 'not-created'
  if (isInit && isOver && whole(ended, 'exitCode') === 0) return 'ready'
  if (flag(status, 'ready')) return 'ready'
  const isRecent =
    isOver || waiting === 'CrashLoopBackOff' || timeOf(ended, 'finishedAt').getTime() > now.getTime() - RECENT_MS
  if (isRecent && text(ended, 'reason') === 'OOMKilled') return 'memory'
  if (waiting === 'CrashLoopBackOff' || isOver) return 'crash'
  if (isRecent && timeOf(ended, 'finishedAt') > NEVER && whole(status, 'restartCount') > 0) return 'crash'
  return waiting === '' && Object.keys(object(state, 'running')).length > 0 ? 'not-ready' : 'starting'
}
