import type { JsonObject } from '../../words/json.ts'
import { NEVER, t } from '../../words/value.ts'
import { flag, object, objects, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf, selectorText, timeOf } from './answer.ts'

const output = t.record({
  complete: t.bool,
  count: t.int,
  /** What makes the pods of the Service (the fact `kube.selector`): `Deployment`, `StatefulSet`, `DaemonSet`. */
  found: t.bool,
  kind: t.string,
  name: t.string,
  /** How many it should make; how many there are, are of its newest version, are ready. */
  wanted: t.int,
  there: t.int,
  updated: t.int,
  ready: t.int,
  /** Its newest version was seen and is being put in place; it takes longer than it may; somebody paused it. */
  rolling: t.bool,
  stuck: t.bool,
  paused: t.bool,
  revision: t.string,
  /** When its progress was last noted, and the words of the condition that says so. */
  changed: t.timestamp,
  /** The same as text; '' where it is not noted. */
  noted: t.string,
  message: t.string,
  /** Why no pod could be made: `exceeded quota: …`; '' where nothing is said. */
  failure: t.string,
  /** Where none makes such pods: the labels of the one that has the Service's name, or is the only one. */
  near: t.string,
  near_labels: t.string,
  says: t.string,
})

const REVISION = 'deployment.kubernetes.io/revision'
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet']

/** `kubectl get deployments,statefulsets,daemonsets -o json`: what makes the pods that the Service wants, and how far it is. */
export const kubeWorkloadsReader = reader({
  name: 'kube-workloads',
  output,
  consults: ['kube.selector', 'kube.service'],
  keep: keeping({
    metadata: { generation: true, annotations: { [REVISION]: true } },
    spec: { replicas: true, paused: true, template: { metadata: { labels: true } } },
    status: true,
  }),
  read(capture, context) {
    const answer = answerOf(capture, KINDS)
    const selector = String(context.facts.get('kube.selector') ?? '')
    const own = answer.items.filter((item) => selector !== '' && fits(labelsOf(item), selector))
    const chosen = own.toSorted((a, b) => wantedOf(b) - wantedOf(a))[0]
    const near = chosen ? undefined : nearest(answer.items, String(context.facts.get('kube.service') ?? ''))
    return {
      value: {
        complete: answer.complete,
        count: BigInt(answer.items.length),
        found: chosen !== undefined,
        ...progress(chosen ?? {}),
        near: near ? `${text(near, 'kind')} ${nameOf(near)}` : '',
        near_labels: near ? selectorText(labelsOf(near)) : '',
      },
      dark: answer.dark,
      lines: answer.items
        .slice(0, 5)
        .map((item) => `${text(item, 'kind')} ${nameOf(item)}  ${selectorText(labelsOf(item))}`),
    }
  },
})

const labelsOf = (item: JsonObject) => object(object(object(object(item, 'spec'), 'template'), 'metadata'), 'labels')

/** A selector wants each of its labels, and does not mind others. */
function fits(labels: JsonObject, selector: string): boolean {
  return selector.split(',').every((pair) => {
    const at = pair.indexOf('=')
    return labels[pair.slice(0, at)] === pair.slice(at + 1)
  })
}

function nearest(items: readonly JsonObject[], service: string): JsonObject | undefined {
  return items.find((item) => nameOf(item) === service) ?? (items.length === 1 ? items[0] : undefined)
}

/** A DaemonSet counts by other words (API reference, DaemonSetStatus). Without a number a Deployment wants one. */
function wantedOf(item: JsonObject): number {
  if (text(item, 'kind') === 'DaemonSet') return whole(object(item, 'status'), 'desiredNumberScheduled')
  return whole(object(item, 'spec'), 'replicas', 1)
}

function progress(item: JsonObject) {
  const status = object(item, 'status')
  const daemon = text(item, 'kind') === 'DaemonSet'
  const wanted = Object.keys(item).length === 0 ? 0 : wantedOf(item)
  const condition = (type: string) => objects(status, 'conditions').find((each) => text(each, 'type') === type) ?? {}
  const updated = whole(status, daemon ? 'updatedNumberScheduled' : 'updatedReplicas')
  const ready = whole(status, daemon ? 'numberReady' : 'readyReplicas')
  const there = whole(status, daemon ? 'currentNumberScheduled' : 'replicas')
  const progressing = condition('Progressing')
  const changed = timeOf(progressing, 'lastUpdateTime')
  const stuck = text(progressing, 'reason') === 'ProgressDeadlineExceeded'
  const unseen = whole(object(item, 'metadata'), 'generation') > whole(status, 'observedGeneration')
  const kind = text(item, 'kind')
  const failure =
    text(condition('ReplicaFailure'), 'status') === 'True' ? text(condition('ReplicaFailure'), 'message') : ''
  const revision = visibleLine(text(object(object(item, 'metadata'), 'annotations'), REVISION), 20)
  return {
    kind,
    name: nameOf(item),
    wanted: BigInt(wanted),
    there: BigInt(there),
    updated: BigInt(updated),
    ready: BigInt(ready),
    rolling: wanted > 0 && (unseen || updated < wanted || there > updated),
    stuck,
    paused: flag(object(item, 'spec'), 'paused'),
    revision,
    changed,
    noted: changed > NEVER ? changed.toISOString().replace(/\.\d+Z$/, 'Z') : '',
    message: visibleLine(text(progressing, 'message'), 300),
    failure: visibleLine(failure, 400),
    says:
      kind === ''
        ? ''
        : `${kind} ${nameOf(item)} wants ${wanted}, ${updated} are of its newest version, ${ready} are ready`,
  }
}
