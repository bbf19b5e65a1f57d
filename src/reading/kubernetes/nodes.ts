import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { answerOf, keeping, nameOf } from './answer.ts'

/** `kubectl get nodes -o json`: which machines of the cluster report, and what they complain of. */
export const kubeNodesReader = reader({
  name: 'kube-nodes',
  output: t.record({
    complete: t.bool,
    count: t.int,
    ready: t.int,
    /** Names, at most ten: that do not report, or say that they are not ready; that take no new pods. */
    down: t.list(t.string),
    cordoned: t.list(t.string),
    /** `node-2: MemoryPressure` */
    pressure: t.list(t.string),
  }),
  consults: [],
  keep: keeping({
    spec: { unschedulable: true },
    status: { conditions: { type: true, status: true, reason: true } },
  }),
  read(capture) {
    const answer = answerOf(capture, ['Node'])
    const down = answer.items.filter((item) => condition(item, 'Ready') !== 'True')
    const cordoned = answer.items.filter((item) => object(item, 'spec').unschedulable === true)
    return {
      value: {
        complete: answer.complete,
        count: BigInt(answer.items.length),
        ready: BigInt(answer.items.length - down.length),
        down: down.slice(0, 10).map(nameOf),
        cordoned: cordoned.slice(0, 10).map(nameOf),
        pressure: answer.items.flatMap(pressuresOf).slice(0, 10),
      },
      dark: answer.dark,
      lines: answer.items.slice(0, 5).map((item) => `${nameOf(item)}  Ready: ${condition(item, 'Ready')}`),
    }
  },
})

function condition(item: JsonObject, type: string): string {
  const own = objects(object(item, 'status'), 'conditions').find((each) => text(each, 'type') === type)
  return text(own ?? {}, 'status')
}

function pressuresOf(item: JsonObject): string[] {
  return ['MemoryPressure', 'DiskPressure', 'PIDPressure']
    .filter((type) => condition(item, type) === 'True')
    .map((type) => `${nameOf(item)}: ${type}`)
}
