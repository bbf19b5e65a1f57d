import { t } from '../../words/value.ts'
import { object, text } from '../process/found.ts'
import { reader } from '../reader.ts'
import { visibleLine } from '../visible.ts'
import { answerOf, keeping, nameOf } from './answer.ts'
import { podOf } from './pod.ts'

/** `kubectl get pods -l …=controller -o json`: the cluster's own gateway, one pod of it that serves. */
export const kubeControllersReader = reader({
  name: 'kube-controllers',
  output: t.record({
    complete: t.bool,
    found: t.bool,
    count: t.int,
    pod: t.string,
    namespace: t.string,
  }),
  consults: [],
  keep: keeping({ status: { phase: true, conditions: { type: true, status: true } } }),
  read(capture, context) {
    const answer = answerOf(capture, ['Pod'])
    const chosen = answer.items.find((item) => podOf(item, context.now).kind === 'ready') ?? answer.items[0]
    return {
      value: {
        complete: answer.complete,
        found: chosen !== undefined,
        count: BigInt(answer.items.length),
        pod: chosen ? nameOf(chosen) : '',
        namespace: visibleLine(text(object(chosen ?? {}, 'metadata'), 'namespace'), 253),
      },
      dark: answer.dark,
      lines: answer.items.slice(0, 5).map(nameOf),
    }
  },
})
