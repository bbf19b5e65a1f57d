import type { JsonObject } from '../../words/json.ts'
import { t } from '../../words/value.ts'
import { object, objects, texts } from '../process/found.ts'
import { reader } from '../reader.ts'
import { answerOf, keeping, nameOf, selectorText } from './answer.ts'

/** `kubectl get networkpolicies -o json`: those that stand before the pods of a Service (the fact `kube.selector`). */
export const kubePoliciesReader = reader({
  name: 'kube-policies',
  output: t.record({
    complete: t.bool,
    count: t.int,
    found: t.bool,
    /** At most ten. */
    names: t.list(t.string),
  }),
  consults: ['kube.selector'],
  keep: keeping({ spec: { podSelector: true, policyTypes: true, ingress: true } }),
  read(capture, context) {
    const answer = answerOf(capture, ['NetworkPolicy'])
    const labels = String(context.facts.get('kube.selector') ?? '').split(',')
    const own = answer.items.filter((item) => keepsOut(item) && covers(item, labels))
    return {
      value: {
        complete: answer.complete,
        count: BigInt(answer.items.length),
        found: own.length > 0,
        names: own.slice(0, 10).map(nameOf),
      },
      dark: answer.dark,
      lines: own.slice(0, 5).map(nameOf),
    }
  },
})

/** One that is about incoming traffic (the default), and does not let everybody in (a rule without anything in it does). */
function keepsOut(item: JsonObject): boolean {
  const spec = object(item, 'spec')
  const types = texts(spec, 'policyTypes')
  const open = objects(spec, 'ingress').some((rule) => Object.keys(rule).length === 0)
  return (types.length === 0 || types.includes('Ingress')) && !open
}

/** Surely for these pods: it is for all, or wants only labels that the Service wants too. */
function covers(item: JsonObject, labels: readonly string[]): boolean {
  const selector = object(object(item, 'spec'), 'podSelector')
  if (objects(selector, 'matchExpressions').length > 0) return false
  const wanted = object(selector, 'matchLabels')
  if (Object.keys(wanted).length === 0) return true
  const text = selectorText(wanted)
  return text !== '' && text.split(',').every((pair) => labels.includes(pair))
}
