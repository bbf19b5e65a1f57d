import type { JsonObject } from '../../words/json.ts'
import { NEVER, t } from '../../words/value.ts'
import { object, text, whole } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, timeOf } from './answer.ts'

const check = t.record({
  failed: t.bool,
  /** `status`, `refused`, `timeout` or `other`. */
  how: t.string,
  /** The status that came back; 0 where none did. */
  status: t.int,
  message: t.string,
  count: t.int,
  at: t.timestamp,
})

const output = t.record({
  complete: t.bool,
  count: t.int,
  /** Checks that failed, each the last time. */
  readiness: check,
  liveness: check,
  startup: check,
  /** The kubelet ended it for its liveness check. */
  killed: t.bool,
  /** What could not be mounted: the kubelet's words, and the ConfigMap or Secret that is not there (`configmap "shop"`). */
  mount: t.string,
  missing: t.string,
  /** `0/3 nodes are available: …` */
  scheduling: t.string,
  /** The last warning of all: `FailedCreatePodSandBox: …` */
  last: t.string,
})

interface Told {
  reason: string
  message: string
  count: number
  at: Date
  isWarning: boolean
}

/** `kubectl get events --field-selector involvedObject.name=POD -o json`. A cluster forgets them after an hour: none proves nothing. */
export const kubeEventsReader = reader({
  name: 'kube-events',
  output,
  consults: [],
  keep: keeping({
    reason: true,
    message: true,
    type: true,
    count: true,
    lastTimestamp: true,
    eventTime: true,
    series: { count: true, lastObservedTime: true },
  }),
  read(capture) {
    const answer = answerOf(capture, ['Event'])
    const told = answer.items.map(eventOf).toSorted((a, b) => a.at.getTime() - b.at.getTime())
    const mount = told.findLast(({ reason }) => reason === 'FailedMount')?.message ?? ''
    const warning = told.findLast(({ isWarning }) => isWarning)
    return {
      value: {
        complete: answer.complete,
        count: BigInt(told.length),
        readiness: checkOf(told, 'Readiness'),
        liveness: checkOf(told, 'Liveness'),
        startup: checkOf(told, 'Startup'),
        killed: told.some(({ message }) => message.includes('failed liveness probe, will be restarted')),
        mount,
        missing: /\b(?:configmap|secret) "[^"]{1,253}"(?= not found)/.exec(mount)?.[0] ?? '',
        scheduling: told.findLast(({ reason }) => reason === 'FailedScheduling')?.message ?? '',
        last: warning ? `${warning.reason}: ${warning.message}` : '',
      },
      dark: answer.dark,
      lines: told.slice(-5).map(({ reason, message }) => `${reason}: ${message}`),
    }
  },
})

function eventOf(item: JsonObject): Told {
  const series = object(item, 'series')
  const times = [timeOf(item, 'lastTimestamp'), timeOf(item, 'eventTime'), timeOf(series, 'lastObservedTime')]
  return {
    reason: visibleLine(text(item, 'reason'), 100),
    message: visibleLine(text(item, 'message'), 500),
    count: Math.max(1, whole(item, 'count'), whole(series, 'count')),
    at: new Date(Math.max(...times.map((time) => time.getTime()))),
    isWarning: text(item, 'type') === 'Warning',
  }
}

const NONE = { failed: false, how: '', status: 0n, message: '', count: 0n, at: NEVER }

/** `Readiness probe failed: HTTP probe failed with statuscode: 404` and its relatives (kubelet, prober.go and probe/http). */
function checkOf(told: readonly Told[], name: string) {
  const [head, slow] = [`${name} probe failed: `, `${name} probe errored`]
  const event = told.findLast(({ message }) => message.startsWith(head) || message.startsWith(slow))
  if (!event) return NONE
  const message = event.message.startsWith(head) ? event.message.slice(head.length) : event.message
  const status = /statuscode: (\d{3})/.exec(message)?.[1]
  return {
    failed: true,
    how: howOf(message, status !== undefined),
    status: BigInt(status ?? 0),
    message,
    count: BigInt(event.count),
    at: event.at,
  }
}

function howOf(message: string, hasStatus: boolean): string {
  if (hasStatus) return 'status'
  if (message.includes('connection refused')) return 'refused'
  return /deadline exceeded|Client\.Timeout|request canceled|i\/o timeout|timed out/.test(message) ? 'timeout' : 'other'
}
